"""Ticks: rounds time out, sessions end and become final, orphaned rollbacks are told; semantics.md 2.5.

A timer may lie early: a wake-up that finds nothing due is no tick and leaves no trace but the
timer's new place.
"""

from typing import cast

from countroom.fold import keys, sessions
from countroom.fold.casino import before, settle
from countroom.fold.pages import Cluster, DayPage, RoundPage
from countroom.fold.turn import Turn


def tick(turn: Turn) -> None:
    """Let time pass for the player, up to the tick's instant."""
    head, brand = turn.head, turn.brand
    was = head.clock
    head.clock = max(head.clock, turn.about.occurred_at)
    for rest, last_at in open_rounds(turn):
        if head.clock >= last_at + brand.rounds_timeout:
            key = turn.prefix + rest
            page = turn.load(key, RoundPage)
            settle(turn, key, page, before(turn, key, page), free=rest[:1] == keys.FREE_ROUND)
    for at in list(head.orphan_due):
        if was < at <= head.clock:
            _orphaned(turn, at)
    head.orphan_due = [at for at in head.orphan_due if at > head.clock]
    sessions.tick(turn)
    head.timer = next_due(turn, head.clock)


def open_rounds(turn: Turn) -> list[tuple[bytes, int]]:
    """Open rounds and their latest effective activity."""
    found = list(turn.head.open_rounds.items())
    if turn.head.many_open:
        prefix = turn.prefix + keys.OPEN_ROUND
        found += [(key[len(prefix) :], cast("int", at)) for key, at in turn.pages.scan(prefix)]
    return found


def _orphaned(turn: Turn, due: int) -> None:
    for _, page in turn.pages.scan(turn.prefix + keys.ORPHAN):
        for rollback in cast("RoundPage", page).rollbacks:
            if rollback.at + turn.brand.orphan_after == due:
                own_id = rollback.source_id or rollback.business_id or ""
                content: dict[str, object] = {"target": rollback.target, "rolled_back_at": rollback.at}
                if rollback.amount is not None:
                    content["amount"] = rollback.amount
                turn.tell("rollback_orphaned", own_id, due, content)


def dues(turn: Turn) -> list[int]:
    """All instants at which something of the player changes by time alone."""
    head, brand = turn.head, turn.brand
    found = [at + brand.rounds_timeout for _, at in open_rounds(turn)]
    found += head.orphan_due
    for mark in head.session_days:
        free = mark < 0
        page = turn.peek(turn.day_key(-1 - mark if free else mark, free=free), DayPage)
        for cluster in page.awake() if page is not None else ():
            found += session_dues(cluster, brand.sessions_idle, brand.sessions_grace)
    return found


def session_dues(cluster: Cluster, idle: int, grace: int) -> list[int]:
    """When a session ends, and when it becomes final, unless that was told."""
    if not cluster.first_bet:
        return []
    if cluster.told == 0:
        return [cluster.last + idle + 1, cluster.last + grace + 1]
    return [cluster.last + grace + 1] if cluster.told == 1 else []


def next_due(turn: Turn, after: int) -> int:
    """The earliest due instant after `after`; 0 when there is none."""
    return min((at for at in dues(turn) if at > after), default=0)


def wake(turn: Turn, now: int) -> int:
    """The instant of the tick to make at `now`: the latest that is due; 0 when nothing is. Sets the timer anew then."""
    head = turn.head
    if now < head.hold_until:
        head.timer = head.hold_until
        return 0
    found = dues(turn)
    due = [at for at in found if head.clock < at <= now]
    if due:
        return max(due)
    head.timer = min((at for at in found if at > now), default=0)
    return 0
