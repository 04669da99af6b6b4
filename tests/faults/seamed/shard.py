"""A shard's rows that may end the process before or after a batch goes down."""

from functools import partial
from pathlib import Path
from typing import cast

from countroom.flow import ledger as book
from countroom.ports import ShardWrite
from countroom.stores.embedded.rocks import RocksShardStore
from countroom.stores.gathered import GatheredWrite
from tests.faults.seamed.seams import OPENED, OPENING, Seams


class SeamedStore(RocksShardStore):
    """The product's store, with seams around each commit."""

    def __init__(self, folder: Path, *, seams: Seams) -> None:
        seams.pass_by(OPENING)
        super().__init__(folder)
        self._seams = seams
        seams.pass_by(OPENED)

    def commit(self, write: ShardWrite) -> None:
        kind = "tick" if _has_wakes(cast(GatheredWrite, write)) else "shard"
        self._seams.pass_by(f"{kind}.before_commit")
        super().commit(write)
        self._seams.pass_by(f"{kind}.after_commit")


def _has_wakes(write: GatheredWrite) -> bool:
    entries = (row for key, row in write.rows.items() if key.startswith(book.ORDER) and row is not None)
    return any(isinstance(book.decode_entry(row), book.Woken) for row in entries)


def stores(seams: Seams) -> dict[str, object]:
    """What the role is handed."""
    return {"open_store": partial(SeamedStore, seams=seams)}
