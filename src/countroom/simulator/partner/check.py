"""One account held against what happened: told once, right, in order, and nothing else.

The hub folds what it is sent, and the links that are asked for, in an order that nobody outside knows to the
millisecond. So each account is right if there is *some* moment of linking, and some order within the windows between
sending and answer, that explains all that the partner got: initial events as things stood then, after them everything.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from countroom.simulator.partner.accounts import (
    DISORDERED,
    EARLY,
    INITIAL,
    LATE,
    MISSING,
    SECOND,
    UNEXPLAINED,
    Fault,
    Got,
    Link,
    Told,
    said,
)
from countroom.simulator.partner.families import FAMILIES, MOST_INITIAL, Cut
from countroom.simulator.partner.happened import DEPOSIT, FIRST_DEPOSIT, Attributes, Story, Thing, Window

Key = tuple[str, int, tuple[tuple[str, str], ...]]


def faults(link: Link, story: Story, got: Sequence[Got]) -> list[Fault]:
    """Everything that is wrong with what the partner got for this account, in the best reading of it."""
    pools = _pools(link, story)
    alike = {id(thing): _hull(pool) for pool in pools.values() if len(pool) > 1 for thing in pool}
    told, unexplained = _matched(link, pools, got)
    best: list[Fault] | None = None
    for initial in range(min(MOST_INITIAL, len(told)) + 1):
        cut = Cut(link, told[:initial], told[initial:], alike=alike)
        found = list(_faults(cut, story, told, initial=initial))
        if best is None or len(found) < len(best):
            best = found
        if not best:
            break
    return [*unexplained, *(best or [])]


def matched(link: Link, story: Story, got: Sequence[Got]) -> tuple[list[Told], list[Fault]]:
    """Each message with what it tells, and those that tell nothing that happened."""
    return _matched(link, _pools(link, story), got)


def _pools(link: Link, story: Story) -> dict[Key, list[Thing]]:
    """Everything that can have been told, by what it looks like; the earliest first."""
    pools: dict[Key, list[Thing]] = defaultdict(list)
    for name, things in story.things.items():
        for thing in sorted(things, key=lambda thing: thing.window.answered):
            if link.ended_seen is not None and thing.window.sent > link.ended_seen:
                continue
            for attributes in (thing.attributes, *(less for _, less in thing.lessened)):
                pools[_key(name, thing, attributes)].append(thing)
                if name == DEPOSIT:
                    pools[_key(FIRST_DEPOSIT, thing, attributes)].append(thing)
    return pools


def _hull(pool: Sequence[Thing]) -> Window:
    """When any of them can have been taken in."""
    return Window(min(thing.window.sent for thing in pool), max(thing.window.answered for thing in pool))


def _matched(link: Link, pools: dict[Key, list[Thing]], got: Sequence[Got]) -> tuple[list[Told], list[Fault]]:
    """Each message with the thing it tells. Of things that look alike the latest ones are told."""
    told: list[Told] = []
    unexplained: list[Fault] = []
    used: set[tuple[str, int]] = set()
    for one in reversed(got):
        pool = pools.get((one.name, one.created_at, tuple(sorted(one.attributes.items()))), [])
        found = next((each for each in reversed(pool) if (one.name, id(each)) not in used), None)
        if found is None:
            unexplained.append(Fault(UNEXPLAINED, link.account, f"{one.name} at {one.created_at} {one.attributes}"))
        else:
            used.add((one.name, id(found)))
            told.append(Told(one, found, _hull(pool)))
    return told[::-1], unexplained


def _key(name: str, thing: Thing, attributes: Attributes) -> Key:
    return name, thing.at // SECOND, tuple(sorted(attributes.items()))


def _faults(cut: Cut, story: Story, told: Sequence[Told], *, initial: int) -> Iterator[Fault]:
    """What is wrong if the first `initial` messages are the initial ones."""
    first, live, link = told[:initial], told[initial:], cut.link
    account = link.account
    names = [one.got.name for one in first]
    if len(set(names)) < len(names):
        yield Fault(INITIAL, account, f"more than one of a kind: {', '.join(names)}")
    times = [one.got.created_at for one in first]
    if times != sorted(times):
        yield Fault(INITIAL, account, "not in the order of their times")
    latest_sent = 0.0
    for one in live:
        window = one.window
        if window.answered < latest_sent:
            yield Fault(DISORDERED, account, said(one.thing))
        latest_sent = max(latest_sent, window.sent)
        if window.answered < link.sure:
            yield Fault(EARLY, account, said(one.thing))
    for one in told:
        if link.ended_seen is not None and one.window.sent > link.ended_seen:
            yield Fault(LATE, account, said(one.thing))
    for name, judge in FAMILIES.items():
        for what, thing in judge(cut, story, name):
            detail = said(thing) if thing is not None else name
            yield Fault(
                MISSING if what == MISSING else INITIAL, account, detail if what == MISSING else f"{what}: {detail}"
            )
