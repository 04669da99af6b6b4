"""What could not be accepted, as the admin API asks for it."""

from threading import Lock
from typing import Any

from countroom.runtime import quarantine, receipts
from countroom.runtime.readable import group_shown, refusal_shown
from countroom.runtime.view import HubView
from countroom.vault.client import VaultClient

Json = dict[str, Any]


class QuarantineDesk:
    """Refusals, in groups and one by one."""

    def __init__(self, view: HubView, vault: VaultClient | None) -> None:
        """Without a vault, as while the hub is stopped, nothing sealed is opened."""
        self._view = view
        self._vault = vault
        self._viewing = Lock()

    def groups(self) -> list[Json]:
        """What was refused, in groups."""
        with self._viewing:
            return [group_shown(group) for group in quarantine.groups(self._view)]

    def one(self, number: str) -> Json | None:
        """One refused thing, masked: its reasons, and what came."""
        with self._viewing:
            waiting = quarantine.one(self._view, number)
        if waiting is None:
            return None
        envelope = None
        if waiting.receipt and self._vault is not None:
            envelope = receipts.opened(self._vault, waiting.receipt, brands=tuple(self._view.settings.brands))
        return refusal_shown(waiting, None if envelope is None else receipts.masked(envelope))
