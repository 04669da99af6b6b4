"""A bet, win, loss, whole or rollback arrives: its round is derived anew, and what changed is booked."""

from collections import Counter
from typing import cast

from countroom.core.events import BetLost, BetPlaced, CasinoPlay, RolledBack, RoundPlayed, WinPaid
from countroom.core.identity import hits
from countroom.core.rejection import Reason, Rejection
from countroom.fold import keys
from countroom.fold.identity import known, remember
from countroom.fold.pages import BET, LOSS, WHOLE, WIN, Activity, Generation, Rollback, RoundPage
from countroom.fold.postings import Concluded, Play, Posting, postings
from countroom.fold.rounds import derive, effective_rollbacks, order, partition, split
from countroom.fold.sessions import add_point
from countroom.fold.totals import apply, recounted
from countroom.fold.turn import Turn

_ROLES = {BetPlaced: BET, WinPaid: WIN, BetLost: LOSS}


def activity_of(event: CasinoPlay | RoundPlayed) -> Activity:
    """The event as its round keeps it."""
    about = event.about
    if isinstance(event, RoundPlayed):
        return Activity(
            WHOLE, about.occurred_at, about.source_id, about.business_id, event.currency, event.rate, event.stake,
            game=event.game, game_type=event.game_type, payout=event.payout,
            base_stake=event.base_stake, base_payout=event.base_payout,
        )  # fmt: skip
    return Activity(
        _ROLES[type(event)], about.occurred_at, about.source_id, about.business_id, event.currency, event.rate,
        event.pockets, event.ends, event.game, event.game_type, event.user_bonus_id, event.free_stake,
        event.amount_mismatch, event.combined,
    )  # fmt: skip


def round_key(turn: Turn, event: CasinoPlay | RoundPlayed) -> tuple[bytes, bool]:
    """Key of the event's round page, and whether it is of the free-money ledger."""
    free = event.free_money or event.currency in turn.brand.free_money_currencies
    return keys.round_page(turn.prefix, event.studio, event.round_id, free=free), free


def conflicts(turn: Turn, event: CasinoPlay | RoundPlayed, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier event with these identities differs in what matters; semantics.md 1.3."""
    key, _ = round_key(turn, event)
    if key != turn.prefix + page:
        return True
    new = activity_of(event)
    holder = turn.peek(key, RoundPage)
    for old in holder.activities if holder else ():
        if (old.source_id or "", old.business_id or "") == ids:
            return (
                (old.role == BET, old.role == WHOLE) != (new.role == BET, new.role == WHOLE)
                or (old.pockets, old.payout, old.currency, old.free_stake, old.ends)
                != (new.pockets, new.payout, new.currency, new.free_stake, new.ends)
                or bool(old.game and new.game and old.game != new.game)
                or (old.bonus is not None and new.bonus is not None and old.bonus != new.bonus)
            )
    return True


def take(turn: Turn, event: CasinoPlay | RoundPlayed) -> None:
    """Fold one casino event that is new."""
    key, free = round_key(turn, event)
    page = turn.load(key, RoundPage)
    activity = activity_of(event)
    before = postings(page, turn.brand)
    page.activities.append(activity)
    remember(turn, activity.source_id, activity.business_id, key[len(turn.prefix) :])
    if turn.head.orphans:
        _adopt(turn, page, key, activity.source_id, activity.business_id)
    add_point(turn, activity.at, is_bet=activity.role in (BET, WHOLE), free=free)
    settle(turn, key, page, before, free=free)
    turn.arm(activity.at + turn.brand.sessions_idle + 1)


def settle(turn: Turn, key: bytes, page: RoundPage, before: list[Posting], *, free: bool) -> None:
    """Derive the round's generations anew, book what changed, tell what was closed or corrected."""
    was = page.generations
    effective, _ = split(page)
    effective = sorted(effective, key=order)
    page.generations = []
    for part in partition(page.activities, turn.brand.rounds_reuse_gap):
        own = effective if len(effective) == len(page.activities) == len(part) else [a for a in effective if part[0].at <= a.at <= part[-1].at]
        page.generations.append(derive(part, own, turn.brand, turn.head.clock))
    after = postings(page, turn.brand)
    again = False
    for posting, times in (Counter(before) - Counter(after)).items():
        for _ in range(times):
            again |= apply(turn, posting, -1, key, free=free)
    for posting, times in (Counter(after) - Counter(before)).items():
        for _ in range(times):
            again |= apply(turn, posting, 1, key, free=free)
    if again and not free:
        recount(turn)
    _tell(turn, key, page, was, free=free)


def _tell(turn: Turn, key: bytes, page: RoundPage, was: list[Generation], *, free: bool) -> None:
    """Say that a round was closed, or that a closed one changed."""
    for n, new in enumerate(page.generations):
        old = next((g for g in was if g.first <= new.last and new.first <= g.last), None)
        if old is not None:
            new.revision, new.told = old.revision, old.told
        if new.state != "closed" and not new.revision:
            continue
        shape = hash_of(page, new)
        if shape == new.told:
            continue
        new.told = shape
        new.revision += 1
        if not free:
            name = key[len(turn.prefix) + 1 :].decode().replace("\0", "/")
            kind = "round_closed" if new.revision == 1 else "round_corrected"
            turn.tell(kind, f"{name}/{n + 1}/{new.revision}", new.closed_at or turn.about.occurred_at)


def hash_of(page: RoundPage, generation: Generation) -> int:
    """A number that changes when what is told of a round changes."""
    from zlib import crc32

    effective, _ = split(page)
    own = [(a.role, a.currency, a.pockets, a.payout) for a in effective if generation.first <= a.at <= generation.last]
    return crc32(repr((generation.state, generation.closed_at, generation.closed_by, own)).encode())


def recount(turn: Turn) -> None:
    """Count the kept lists again from all round pages: after a correction emptied one. Rare."""
    plays: list[Play] = []
    rounds: list[tuple[bytes, Concluded]] = []
    for key, page in turn.pages.scan(turn.prefix + keys.ROUND):
        for posting in postings(cast("RoundPage", page), turn.brand):
            if isinstance(posting, Play):
                plays.append(posting)
            elif isinstance(posting, Concluded):
                rounds.append((key, posting))
    recounted(turn, plays, rounds)


# ---------------------------------------------------------------- rollbacks


def roll_back(turn: Turn, event: RolledBack) -> Rejection | None:
    """Fold one rollback that is new: into the page of what it aims at, or kept until that comes."""
    about = event.about
    rollback = Rollback(about.source_id, about.business_id, about.occurred_at, event.target, event.amount)
    if _closes_a_circle(turn, rollback):
        return Rejection(
            Reason.ROLLBACK_CYCLE, "expected a target that this rollback does not take back itself", "$.activity_id"
        )
    pages = {k.page for k, _, _ in known(turn, event.target)}
    chain = [rollback]
    if turn.head.orphans:
        chain += _waiting(turn, rollback.source_id, rollback.business_id)
    if pages:
        for page in sorted(pages):
            _attach(turn, turn.prefix + page, chain)
    else:
        turn.arm(about.occurred_at + turn.brand.orphan_after)
        _keep(turn, keys.orphan_page(turn.prefix, event.target.partition("\x1f")[0]), chain)
    return None


def _attach(turn: Turn, key: bytes, chain: list[Rollback]) -> None:
    """Put rollbacks into the page of their root target and book what that changes."""
    kind = key[len(turn.prefix) : len(turn.prefix) + 1]
    if kind == keys.ORPHAN:
        _keep(turn, key, chain)
        return
    page = turn.load(key, RoundPage)
    before = postings(page, turn.brand)
    memo = _memo(page)
    _put(turn, key, page, chain)
    _note(turn, page, memo)
    settle(turn, key, page, before, free=kind == keys.FREE_ROUND)


def _put(turn: Turn, key: bytes, page: RoundPage, chain: list[Rollback]) -> None:
    for rollback in chain:
        if rollback not in page.rollbacks:
            page.rollbacks.append(rollback)
        remember(turn, rollback.source_id, rollback.business_id, key[len(turn.prefix) :])


def _keep(turn: Turn, key: bytes, chain: list[Rollback]) -> None:
    """Keep rollbacks whose root target has not come."""
    if turn.pages.get(key) is None:
        turn.head.orphans += 1
    page = turn.load(key, RoundPage)
    _put(turn, key, page, chain)


def _waiting(turn: Turn, source_id: str | None, business_id: str | None) -> list[Rollback]:
    """Orphaned rollbacks that aim at an event, and all that aims at them; taken out of their pages."""
    found: list[Rollback] = []
    anchors = sorted({i.partition("\x1f")[0] for i in (source_id, business_id) if i})
    for of in anchors:
        key = keys.orphan_page(turn.prefix, of)
        page = cast("RoundPage | None", turn.pages.get(key))
        if page is None:
            continue
        mine = [r for r in page.rollbacks if hits(r.target, source_id, business_id)]
        grown = True
        while grown:
            more = [
                r
                for r in page.rollbacks
                if r not in mine and any(hits(r.target, m.source_id, m.business_id) for m in mine)
            ]
            mine += more
            grown = bool(more)
        found += mine
        page.rollbacks = [r for r in page.rollbacks if r not in mine or "\x1f" not in r.target]
        turn.touch(key, page if page.rollbacks else None)
        if not page.rollbacks:
            turn.head.orphans -= 1
    return found


def _adopt(turn: Turn, page: RoundPage, key: bytes, source_id: str | None, business_id: str | None) -> None:
    """Take in the rollbacks that came before their target."""
    memo = _memo(page)
    _put(turn, key, page, _waiting(turn, source_id, business_id))
    _note(turn, page, memo)


def _memo(page: RoundPage) -> tuple[int, int]:
    """Redundant rollbacks of a page, and those that state another amount than their target's."""
    redundant = mismatch = 0
    if not page.rollbacks:
        return 0, 0
    standing = effective_rollbacks(page.rollbacks)
    for a in page.activities:
        aimed = [r for r in standing if hits(r.target, a.source_id, a.business_id)]
        redundant += max(0, len(aimed) - 1)
        mismatch += sum(r.amount is not None and r.amount != sum(a.pockets) + sum(a.payout) for r in aimed)
    for inner in page.rollbacks:
        aimed = [r for r in standing if hits(r.target, inner.source_id, inner.business_id)]
        redundant += max(0, len(aimed) - 1)
    return redundant, mismatch


def _note(turn: Turn, page: RoundPage, before: tuple[int, int]) -> None:
    redundant, mismatch = _memo(page)
    turn.head.redundant += redundant - before[0]
    turn.head.amount_mismatch += mismatch - before[1]


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
        page = cast("RoundPage | None", turn.pages.get(turn.prefix + k.page))
        for r in page.rollbacks if isinstance(page, RoundPage) else ():
            if (r.source_id or "", r.business_id or "") == (source, business):
                return r.target
    return None


def rollback_conflicts(turn: Turn, event: RolledBack, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier rollback with these identities aims at something else, or states another amount."""
    held = turn.peek(turn.prefix + page, RoundPage)
    for old in held.rollbacks if isinstance(held, RoundPage) else ():
        if (old.source_id or "", old.business_id or "") == ids:
            return old.target != event.target or (
                old.amount is not None and event.amount is not None and old.amount != event.amount
            )
    return True
