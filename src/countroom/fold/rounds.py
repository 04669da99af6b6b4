"""Rounds: generations, states, closing, as their activities make them whatever order they came in; semantics.md 2.

Nothing is stepped: a page keeps its activities and rollbacks, and the rest is derived from
them. An incremental `closed_at` could not be undone by a rollback.
"""

from collections.abc import Sequence

from countroom.core.identity import hits
from countroom.fold.pages import BET, LOSS, WHOLE, WIN, Activity, Generation, Rollback, RoundPage
from countroom.fold.settings import BrandSettings

RANKS = {BET: 3, WIN: 5, LOSS: 6, WHOLE: 5}
"""Kind rank of a role in the canonical order."""


def order(activity: Activity) -> tuple[int, int, str]:
    """Place in the canonical order: time, kind, identity."""
    return activity.at, RANKS[activity.role], activity.source_id or activity.business_id or ""


def rollback_order(rollback: Rollback) -> tuple[int, str]:
    """Place of a rollback in the canonical order."""
    return rollback.at, rollback.source_id or rollback.business_id or ""


def effective_rollbacks(rollbacks: Sequence[Rollback]) -> list[Rollback]:
    """Rollbacks that no effective rollback takes away, in canonical order. The page holds no cycle."""
    memo: dict[int, bool] = {}

    def stands(n: int) -> bool:
        known = memo.get(n)
        if known is None:
            r = rollbacks[n]
            known = memo[n] = not any(
                hits(other.target, r.source_id, r.business_id) and stands(m)
                for m, other in enumerate(rollbacks)
                if m != n
            )
        return known

    return sorted((r for n, r in enumerate(rollbacks) if stands(n)), key=rollback_order)


def split(page: RoundPage) -> tuple[list[Activity], dict[int, Rollback]]:
    """Effective activities, and for each void one (by its place in the page) the earliest effective rollback."""
    if not page.rollbacks:
        return page.activities, {}
    standing = effective_rollbacks(page.rollbacks)
    void: dict[int, Rollback] = {}
    for n, activity in enumerate(page.activities):
        for rollback in standing:
            if hits(rollback.target, activity.source_id, activity.business_id):
                void[n] = rollback
                break
    return [a for n, a in enumerate(page.activities) if n not in void], void


def closer(activity: Activity) -> str:
    """How this activity closes its round: the first that fits, in this order; or nothing."""
    if activity.role == LOSS:
        return "loss"
    if activity.role == WIN and not activity.pockets:
        return "zero_win"
    if activity.role == WHOLE:
        return "whole"
    if activity.ends:
        return "round_end"
    return "combined" if activity.combined else ""


def partition(activities: Sequence[Activity], gap: int) -> list[list[Activity]]:
    """Activities by generation, earliest first: a pause above `gap` starts the next."""
    if len(activities) == 1:
        return [list(activities)]
    ordered = sorted(activities, key=order)
    if ordered[-1].at - ordered[0].at <= gap:
        return [ordered]
    parts = [[ordered[0]]]
    for activity in ordered[1:]:
        if activity.at - parts[-1][-1].at > gap:
            parts.append([])
        parts[-1].append(activity)
    return parts


def derive(seen: Sequence[Activity], effective: Sequence[Activity], brand: BrandSettings, clock: int) -> Generation:
    """One generation, given all its activities in canonical order and the effective ones of them."""
    raw = brand.casino_basis == "transactions" or (brand.casino_basis == "auto" and any(a.role != WHOLE for a in seen))
    bets = [a for a in effective if is_bet(a, raw=raw)]
    result = Generation(
        first=seen[0].at,
        last=seen[-1].at,
        state="void" if not effective else "open",
        last_at=effective[-1].at if effective else 0,
        home=next((a.at for a in seen if opens_session(a)), 0),
        raw=raw,
    )
    if bets:
        result.count_at, result.count_currency = bets[0].at, bets[0].currency
        result.free = not any(sum(b.pockets) > 0 for b in bets)
    close(result, effective, brand.rounds_timeout, clock)
    return result


def is_bet(activity: Activity, *, raw: bool) -> bool:
    """True when the activity counts as a bet: a whole does when no raw event was seen."""
    if activity.role == BET:
        return raw
    return activity.role == WHOLE and not raw


def opens_session(activity: Activity) -> bool:
    """True for bets, and for wholes: a round that was played whole had a bet, of nothing perhaps."""
    return activity.role in (BET, WHOLE)


def close(generation: Generation, effective: Sequence[Activity], timeout: int, clock: int) -> None:
    """Set state, closed_at and closed_by from the latest effective closing event, or from the clock."""
    for activity in reversed(effective):
        by = closer(activity)
        if by:
            generation.state, generation.closed_at, generation.closed_by = "closed", activity.at, by
            return
    if effective and clock >= generation.last_at + timeout:
        generation.state, generation.closed_at, generation.closed_by = "closed", generation.last_at, "timeout"
