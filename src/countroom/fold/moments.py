"""First and last, largest, streaks: kept as short lists that stay exact under rollbacks.

A kept list is the exact beginning of the sorted multiset of all its members: `count` says how
many there are in all. Taking a member away leaves a shorter exact beginning; only when it is
empty while members remain must it be counted again from the round pages (`recount`).
"""

from bisect import insort
from decimal import Decimal

from countroom.fold.pages import Moments

KEPT = 4
"""Instants kept at either end."""
TOPS = 4
"""Largest amounts kept."""


def add_moment(moments: Moments, at: int) -> None:
    """Take an instant in."""
    first, last, count = moments.first, moments.last, moments.count
    if not (first and last):
        # Either may have run dry a moment ago: then it is counted again, and this one with it.
        if not count:
            first.append(at)
            last.append(at)
    else:
        if at >= last[-1]:
            last.append(at)
        elif len(last) == count or at > last[0]:
            insort(last, at)
        if len(last) > KEPT:
            del last[0]
        if len(first) == count or at < first[-1]:
            insort(first, at)
            if len(first) > KEPT:
                first.pop()
    moments.count = count + 1


def drop_moment(moments: Moments, at: int) -> bool:
    """Take an instant away. True when the lists must be counted again."""
    moments.count -= 1
    for kept in (moments.first, moments.last):
        if at in kept:
            kept.remove(at)
    return bool(moments.count) and not (moments.first and moments.last)


def refill(moments: Moments, instants: list[int]) -> None:
    """Set the lists from all instants there are."""
    instants.sort()
    moments.count = len(instants)
    moments.first, moments.last = instants[:KEPT], instants[-KEPT:]


def written(amount: Decimal) -> str:
    """An amount as kept lists hold it: equal amounts are equal texts."""
    return str(amount.normalize())


def add_top(tops: list[str], amount: Decimal, count: int) -> None:
    """Take an amount into the largest, of which there were `count` in all before."""
    if len(tops) == count or (tops and amount > Decimal(tops[-1])):
        place = len(tops)
        while place and amount > Decimal(tops[place - 1]):
            place -= 1
        tops.insert(place, written(amount))
        if len(tops) > TOPS:
            tops.pop()


def drop_top(tops: list[str], amount: Decimal, count: int) -> bool:
    """Take an amount away, `count` remain. True when the list must be counted again."""
    text = written(amount)
    if text in tops:
        tops.remove(text)
    return count > 0 and not tops


def joined_tops(a: list[str], b: list[str], *, complete: bool) -> list[str]:
    """Largest of two kept lists, exact as far as both are; `complete`: both hold all there is."""
    both = sorted([*a, *b], key=Decimal, reverse=True)
    if not complete and a and b:
        floor = max(Decimal(a[-1]), Decimal(b[-1]))
        both = [text for text in both if Decimal(text) >= floor]
    return both[:TOPS]


def add_ratio(ratios: list[tuple[str, str]], won: Decimal, staked: Decimal, count: int) -> None:
    """Take won to staked into the largest ratios, of which there were `count` in all before.

    Compared crosswise, for a quotient would not be exact.
    """
    if len(ratios) == count or (ratios and _above(won, staked, ratios[-1])):
        place = len(ratios)
        while place and _above(won, staked, ratios[place - 1]):
            place -= 1
        ratios.insert(place, (written(won), written(staked)))
        if len(ratios) > TOPS:
            ratios.pop()


def drop_ratio(ratios: list[tuple[str, str]], won: Decimal, staked: Decimal) -> None:
    """Take won to staked away."""
    ratio = (written(won), written(staked))
    if ratio in ratios:
        ratios.remove(ratio)


def _above(won: Decimal, staked: Decimal, kept: tuple[str, str]) -> bool:
    return won * Decimal(kept[1]) > Decimal(kept[0]) * staked


def set_day(bits: bytes, start: int, day: int, *, active: bool) -> tuple[bytes, int]:
    """The bitmap of active days and its first day, with `day` set or cleared."""
    if not bits:
        return (b"\x01", day) if active else (b"", 0)
    if day < start:
        if not active:
            return bits, start
        more = (start - day + 7) // 8
        start -= 8 * more
        bits = b"\0" * more + bits
    place, bit = divmod(day - start, 8)
    if place >= len(bits):
        if not active:
            return bits, start
        bits += b"\0" * (place + 1 - len(bits))
    value = bits[place]
    changed = value | 1 << bit if active else value & ~(1 << bit)
    if changed == value:
        return bits, start
    return bits[:place] + bytes((changed,)) + bits[place + 1 :], start


def active_days(bits: bytes, start: int) -> list[int]:
    """The days that are set, in order."""
    return [start + 8 * k + n for k, value in enumerate(bits) if value for n in range(8) if value >> n & 1]
