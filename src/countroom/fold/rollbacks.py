"""A rollback arrives: into the page of what it aims at, or kept until that comes; semantics.md 1.5."""

from countroom.core.events import RolledBack
from countroom.core.identity import SEPARATOR, anchor, hits
from countroom.core.rejection import Reason, Rejection
from countroom.fold import casino, keys, sports
from countroom.fold.identity import known
from countroom.fold.orphans import keep, put, waiting
from countroom.fold.pages import Rollback, RoundPage
from countroom.fold.sports_pages import SportsBetPage
from countroom.fold.turn import Turn


def roll_back(turn: Turn, event: RolledBack) -> Rejection | None:
    """Fold one rollback that is new: into the page of what it aims at, or kept until that comes."""
    about = event.about
    rollback = Rollback(about.source_id, about.business_id, about.occurred_at, event.target, event.amount)
    if _closes_a_circle(turn, rollback):
        return Rejection(
            Reason.ROLLBACK_CYCLE, "expected a target that this rollback does not take back itself", "$.activity_id"
        )
    pages = {k.page for k, _, _ in known(turn, event.target) if k.page[:1] in keys.UNDOABLE}
    chain = [rollback]
    if turn.head.orphans:
        chain += waiting(turn, rollback.source_id, rollback.business_id)
    for page in sorted(pages):
        _attach(turn, turn.prefix + page, chain)
    # A bare anchor may mean an event that is still to come, whatever it has hit by now.
    if not pages or SEPARATOR not in event.target:
        keep(turn, keys.orphan_page(turn.prefix, anchor(event.target)), chain)
    return None


def _attach(turn: Turn, key: bytes, chain: list[Rollback]) -> None:
    """Put rollbacks into the page of their root target and book what that changes."""
    kind = key[len(turn.prefix) : len(turn.prefix) + 1]
    if kind == keys.ORPHAN:
        keep(turn, key, chain)
        return
    if kind == keys.SPORT:
        bet = turn.load(key, SportsBetPage)
        stood = sports.before(turn, bet)
        put(turn, key, bet, chain)
        sports.settle(turn, key, bet, stood)
        return
    page = turn.load(key, RoundPage)
    was = casino.before(turn, key, page)
    put(turn, key, page, chain)
    casino.settle(turn, key, page, was, free=kind == keys.FREE_ROUND)


def _closes_a_circle(turn: Turn, rollback: Rollback) -> bool:
    """True when what the rollback aims at aims, in the end, at the rollback itself."""
    target: str | None = rollback.target
    seen: set[str] = set()
    while target is not None and target not in seen:
        if hits(target, rollback.source_id, rollback.business_id):
            return True
        seen.add(target)
        target = _target_of(turn, target)
    return False


def _target_of(turn: Turn, identity: str) -> str | None:
    """What the remembered rollback `identity` aims at; None for anything else."""
    for k, source, business in known(turn, identity):
        page = turn.pages.get(turn.prefix + k.page)
        for r in page.rollbacks if isinstance(page, RoundPage | SportsBetPage) else ():
            if (r.source_id or "", r.business_id or "") == (source, business):
                return r.target
    return None


def conflicts(turn: Turn, event: RolledBack, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier rollback with these identities aims at something else, or states another amount."""
    held = turn.pages.get(turn.prefix + page)
    for old in held.rollbacks if isinstance(held, RoundPage | SportsBetPage) else ():
        if (old.source_id or "", old.business_id or "") == ids:
            return old.target != event.target or (
                old.amount is not None and event.amount is not None and old.amount != event.amount
            )
    return True
