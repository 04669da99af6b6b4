"""The control process: keys, the admin API, metrics. It reads from the others and folds nothing."""

import os
import socket
import time
from collections.abc import Iterator
from hmac import compare_digest
from importlib.metadata import version
from threading import Lock
from typing import Final

import msgspec

from countroom import __version__
from countroom.api.app import Api
from countroom.api.parts import ApiParts, Check, Json
from countroom.api.server import serve
from countroom.config.settings import Settings
from countroom.core.instants import Instant
from countroom.runtime import event_search, quarantine, receipts
from countroom.runtime.endpoints import read_endpoints
from countroom.runtime.key_book import KeyBook
from countroom.runtime.key_known import wait_until_known
from countroom.runtime.measures import snapshot
from countroom.runtime.open_view import running_view
from countroom.runtime.place import Place
from countroom.runtime.readable import group_shown, key_shown, refusal_shown
from countroom.stores.embedded.control_db import KeyRow
from countroom.telemetry.metrics import exposition
from countroom.vault.client import VaultClient
from countroom.vault.line import Line

_COUNT_EVERY_S: Final = 10.0


def run(place: Place, *, number: int, descriptor: int) -> None:
    """Serve the admin API on the inherited socket until SIGTERM."""
    del number
    settings = place.kept_settings()
    hub = RunningHub(place, settings)
    token = place.token.read_bytes().strip()
    application = Api(ApiParts(hub, lambda given: compare_digest(given, token))).application()
    listener = socket.socket(fileno=descriptor)
    try:
        serve(application, listener, on_ready=place.ready("control").touch)
    finally:
        hub.close()


class RunningHub:
    """What the admin API asks. Its calls come from several threads."""

    def __init__(self, place: Place, settings: Settings) -> None:
        self._place = place
        self._settings = settings
        self._view = running_view(place, settings)
        self._reads = running_view(place, settings)
        self._book = KeyBook(place, brands=tuple(settings.brands), sources=tuple(settings.sources), chance=os.urandom)
        self._vault = VaultClient(Line(place.vault_socket), chance=os.urandom)
        self._groups: list[Json] = []
        self._count_at = 0.0
        self._viewing = Lock()
        self._keeping = Lock()

    def player(self, brand: str, player: str) -> Json | None:
        """The player document."""
        return self._reads.player(brand, player)

    def status(self) -> Json:
        """Processes, sources, shards, balance."""
        endpoints = read_endpoints(self._place.root)
        with self._viewing:
            status = self._view.status()
        return {
            "version": __version__,
            "data_dir": str(self._place.root),
            "is_ready": bool(endpoints and endpoints.is_ready),
            "processes": [msgspec.to_builtins(p) for p in endpoints.processes] if endpoints else [],
            **status,
        }

    def checks(self) -> list[Check]:
        """Every process is up, the logs can be read, nothing is far behind."""
        endpoints = read_endpoints(self._place.root)
        checks = [
            Check(process.name, None if process.state == "up" else process.state)
            for process in (endpoints.processes if endpoints else ())
            if process.name != "control"
        ]
        status = self.status()
        waiting = sum(source["waiting"] for source in status["sources"].values())
        limit = self._settings.rest.limits.backlog_items
        behind = f"{waiting} items wait to be folded, the intake stops at {limit}" if waiting > limit else None
        left = status["balance"]["unaccounted"]
        unbalanced = f"{left} items are unaccounted for" if left else None
        return [*checks, Check("backlog", behind), Check("balance", unbalanced)]

    def metrics(self) -> bytes:
        """In Prometheus' text form."""
        status = self.status()
        made = snapshot(
            status, self._refused(), version=__version__, tzdata=version("tzdata"), now=_now(), place=self._place
        )
        return exposition(made)

    def _refused(self) -> list[Json]:
        """Groups of the quarantine, counted anew every few seconds: it takes a look at every refusal."""
        now_s = time.monotonic()
        with self._viewing:
            if now_s >= self._count_at:
                self._groups = quarantine.groups(self._view)
                self._count_at = now_s + _COUNT_EVERY_S
            return self._groups

    def keys(self) -> list[Json]:
        """All keys, without secrets."""
        with self._keeping:
            return [key_shown(row) for row in self._book.all()]

    def create_key(self, source: str, brands: tuple[str, ...], *, label: str) -> Json:
        """A new key with its secret; `counts` says that the intake takes it already.

        Raises:
            SettingsError: source or brand are not configured.
        """
        with self._keeping:
            made = self._book.create(_now(), source=source, brands=brands, label=label)
        endpoints = read_endpoints(self._place.root)
        counts = endpoints is not None and wait_until_known(endpoints.rest, made.secret)
        return {"key": made.secret, "counts": counts, **key_shown(made.row)}

    def revoke_key(self, key_id: str) -> Json | None:
        """The revoked key; None when there is none of this id."""
        with self._keeping:
            row: KeyRow | None = self._book.revoke(key_id, _now())
        return key_shown(row) if row else None

    def quarantine(self) -> list[Json]:
        """What was refused, in groups."""
        with self._viewing:
            return [group_shown(group) for group in quarantine.groups(self._view)]

    def quarantined(self, number: str) -> Json | None:
        """One refused thing, masked: its reasons, and what came."""
        with self._viewing:
            waiting = quarantine.one(self._view, number)
        if waiting is None:
            return None
        envelope = None
        if waiting.receipt:
            envelope = receipts.opened(self._vault, waiting.receipt, brands=tuple(self._settings.brands))
        return refusal_shown(waiting, None if envelope is None else receipts.masked(envelope))

    def find_event(self, wanted: str) -> Iterator[Json]:
        """Progress and hits, as the scan goes on."""
        return event_search.find(self._reads, wanted)

    def close(self) -> None:
        """Release everything."""
        self._book.close()
        self._view.close()
        self._reads.close()
        self._vault.close()


def _now() -> Instant:
    return Instant(time.time_ns() // 1000)
