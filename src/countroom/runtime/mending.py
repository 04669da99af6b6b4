"""Receipts opened and decoded anew, as their source would be read today."""

from countroom.config.settings import Settings
from countroom.config.switches import dialect_settings
from countroom.core.item import Reading
from countroom.core.quarantine import Receipt
from countroom.core.rejection import Reason, Rejection
from countroom.dialects import fasttrack
from countroom.dialects.brands import DialectSettings
from countroom.dialects.mapping import Mender
from countroom.flow.redrive import Reread
from countroom.runtime.receipts import Opened, Receipts


class Mending:
    """Reads refused receipts again, for whom their sender may speak and nobody else. One thread."""

    def __init__(self, settings: Settings, receipts: Receipts) -> None:
        self._settings = settings
        self._receipts = receipts
        self._switches: dict[tuple[str, tuple[str, ...]], DialectSettings] = {}

    def reread(self, receipt: Receipt, mender: Mender | None) -> Reread | None:
        """What a receipt says by this mapping; None when it cannot be opened any more.

        Raises:
            Unavailable: the vault is away.
        """
        opened = self._receipts.open(receipt.receipt)
        if opened is None:
            return None
        return Reread(opened.envelope, opened.brand, self._decoded(receipt.source, opened, mender))

    def _decoded(self, source: str, opened: Opened, mender: Mender | None) -> Reading | list[Rejection]:
        if source not in self._settings.sources:
            return [Rejection(Reason.UNKNOWN_BRAND, "expected a source that is configured, its own is no more")]
        switches = self._of(source, self._served(opened))
        if mender is None:
            return fasttrack.decode(opened.envelope, switches)
        return fasttrack.decode_mended(opened.envelope, switches, mender)

    def _served(self, opened: Opened) -> tuple[str, ...]:
        if opened.envelope.brands:
            return tuple(opened.envelope.brands)
        return (opened.brand,) if opened.brand else tuple(self._settings.brands)

    def _of(self, source: str, served: tuple[str, ...]) -> DialectSettings:
        key = (source, served)
        if key not in self._switches:
            section = self._settings.sources[source]
            self._switches[key] = dialect_settings(self._settings, section, served=served)
        return self._switches[key]
