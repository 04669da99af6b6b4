"""The intake's counters as a file, for the process that exports them; they go on over restarts of either."""

from contextlib import suppress
from pathlib import Path

import msgspec

from countroom.core.ids import SourceName
from countroom.runtime.place import write_private
from countroom.sources.rest.tally import ReceiptOutcome, ReceiptTally


class TallyRows(msgspec.Struct, frozen=True):
    """What the intake has counted since the data directory was made, but for what a kill took with it."""

    receipts: tuple[tuple[SourceName, ReceiptOutcome, int], ...] = ()
    bytes: tuple[tuple[SourceName, int], ...] = ()


def read_tally(path: Path) -> TallyRows:
    """The counters as last written; none while there is no file."""
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(path.read_bytes(), type=TallyRows)
    return TallyRows()


def resume_tally(path: Path) -> ReceiptTally:
    """A tally that goes on where the last process stopped."""
    tally, rows = ReceiptTally(), read_tally(path)
    for source, outcome, count in rows.receipts:
        of_source = tally.of(source)
        if outcome is ReceiptOutcome.ACCEPTED:
            of_source.accepted = count
        else:
            of_source.others[outcome] = count
    for source, size in rows.bytes:
        tally.of(source).body_bytes = size
    return tally


def write_tally(path: Path, tally: ReceiptTally) -> None:
    """Lay the counters out for others. Not synced: they are for watching, the balance is counted elsewhere."""
    sources = tally.by_source().items()
    rows = TallyRows(
        tuple((source, outcome, count) for source, of in sources for outcome, count in of.by_outcome().items()),
        tuple((source, of.body_bytes) for source, of in sources),
    )
    write_private(path, msgspec.json.encode(rows), synced=False)
