"""A refusal of a shard found by its place in a log: halved, as those of one log lie in the order of the log."""

from typing import Final

from countroom.runtime.view import Json, ShardSide

_PAGE: Final = 200
_PROBE: Final = 20


def refusal_at(shard: ShardSide, source: str, place: tuple[int, int], *, last: int) -> Json | None:
    """The refusal of the item at `place` (chunk, item) of a log among the `last` first ones; None when there is none.

    Raises:
        Unavailable: the shard does not answer now.
    """
    low, high = 0, last
    while high - low > _PAGE:
        middle = (low + high) // 2
        row = _first_of(shard, source, middle, high)
        if row is not None and _place(row) == place:
            return row
        if row is not None and _place(row) < place:
            low = row["number"]
        else:
            high = middle
    after: int = low
    while after < high and (page := shard.refusals(after, min(_PAGE, high - after))):
        for row in page:
            if row["log"] == source and _place(row) == place:
                return row
        after = page[-1]["number"]
    return None


def _first_of(shard: ShardSide, source: str, after: int, upto: int) -> Json | None:
    """The first refusal of that log with a number above `after`, and `upto` at most."""
    while after < upto and (page := shard.refusals(after, min(_PROBE, upto - after))):
        found = next((row for row in page if row["log"] == source), None)
        if found is not None:
            return found
        after = page[-1]["number"]
    return None


def _place(row: Json) -> tuple[int, int]:
    return row["seq"], row["item"]
