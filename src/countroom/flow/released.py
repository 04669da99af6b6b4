"""Outbox rows that are held elsewhere: the shard drops them with its next batch.

How far that went is noted beside the ledger, not in it: it hangs on when delivery came by, and a
replay must not.
"""

from typing import Final

from countroom.flow.ledger import OUTBOX
from countroom.ports import ShardStore, ShardWrite

RELEASED: Final = b"x"
MOST: Final = 20_000
"""Rows that are dropped with one batch."""


class Released:
    """What a shard may drop, and what it dropped. `wanted` may be set by another thread."""

    def __init__(self, store: ShardStore) -> None:
        self.upto = released(store)
        self.wanted = self.upto

    def drop(self, write: ShardWrite, *, last: int) -> int:
        """Drop what may be dropped of rows up to `last`, the number of the latest; where that ends."""
        upto = min(self.wanted, last, self.upto + MOST)
        if upto <= self.upto:
            return self.upto
        for number in range(self.upto + 1, upto + 1):
            write.delete(OUTBOX + number.to_bytes(8, "big"))
        write.put(RELEASED, upto.to_bytes(8, "big"))
        return upto


def released(store: ShardStore) -> int:
    """The number up to which the shard dropped its outbox; 0 before it did."""
    [row] = store.get_many([RELEASED])
    return 0 if row is None else int.from_bytes(row, "big")
