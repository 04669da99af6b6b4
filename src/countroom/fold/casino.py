"""A bet, win, loss, whole or rollback arrives: its round is derived anew, and what changed is booked."""

from collections import Counter
from typing import NamedTuple, cast

from countroom.core.events import BetLost, BetPlaced, CasinoPlay, RoundPlayed, WinPaid
from countroom.fold import keys
from countroom.fold.changes import Content
from countroom.fold.identity import remember
from countroom.fold.money_pages import BonusPage
from countroom.fold.orphans import adopt
from countroom.fold.pages import BET, LOSS, WHOLE, WIN, Activity, Generation, Known, RoundPage
from countroom.fold.plain import begin, go_on
from countroom.fold.postings import Posting, postings
from countroom.fold.recount import recount
from countroom.fold.round_parts import gather, gathered, lay_apart
from countroom.fold.round_told import as_it_is, tell
from countroom.fold.rounds import derive, order, partition, split
from countroom.fold.sessions import add_point
from countroom.fold.totals import apply, track_open
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


def conflicts(turn: Turn, event: CasinoPlay | RoundPlayed, page: bytes, ids: tuple[str, str]) -> bool:
    """True when the earlier event with these identities differs in what matters; semantics.md 1.3."""
    if turn.page_key != turn.prefix + page:
        return True
    held = turn.peek(turn.page_key, RoundPage)
    seen = [] if held is None else gathered(turn.pages, turn.prefix, page, held)
    old = next((a for a in seen if (a.source_id or "", a.business_id or "") == ids), None)
    return old is None or _differ(old, activity_of(event))


def _differ(old: Activity, new: Activity) -> bool:
    """True when two renditions of one activity state something else that matters."""
    return (
        (old.role == BET, old.role == WHOLE) != (new.role == BET, new.role == WHOLE)
        or (old.pockets, old.payout, old.currency, old.ends) != (new.pockets, new.payout, new.currency, new.ends)
        or bool(old.game and new.game and old.game != new.game)
        or (None not in (old.bonus, new.bonus) and old.bonus != new.bonus)
        or (None not in (old.free_stake, new.free_stake) and old.free_stake != new.free_stake)
    )


def whole_again(turn: Turn, event: RoundPlayed) -> str:
    """What a whole is beside earlier ones of its id: `new`, a `duplicate`, or in `conflict`.

    A round's own id comes back with later rounds: it means an earlier whole only within
    `rounds.reuse_gap` of business time; a source id means it at any time.
    """
    about, found = event.about, []
    for page in sorted({k.page for key in turn.rows for k in cast("list[Known]", turn.pages.get(key) or [])}):
        held = turn.peek(turn.prefix + page, RoundPage)
        for a in gathered(turn.pages, turn.prefix, page, held) if isinstance(held, RoundPage) else ():
            near = a.role == WHOLE and abs(a.at - about.occurred_at) <= turn.brand.rounds_reuse_gap
            if (a.source_id and a.source_id == about.source_id) or (near and a.business_id == about.business_id):
                found.append(turn.prefix + page != turn.page_key or _differ(a, activity_of(event)))
    if not found:
        return "new"
    return "duplicate" if found == [False] else "conflict"


class Before(NamedTuple):
    """A round page before an event: what it contributed, and what was told of it."""

    postings: list[Posting]
    shapes: list[tuple[Generation, object, Content | None]]
    """Generations that were told as closed: what decides whether they changed, and what would be told of them."""
    parts: int
    """Parts of a large round, all of which were taken into the page."""


def before(turn: Turn, key: bytes, page: RoundPage) -> Before:
    """Take the whole round into the page. What to compare with once it has changed."""
    parts = gather(turn, key, page)
    rest = key[len(turn.prefix) :]
    told = [(g, shape(page, g), as_it_is(turn, rest, page, n)) for n, g in enumerate(page.generations, 1) if g.revision]
    return Before(postings(page, turn.brand), told, parts)


def shape(page: RoundPage, generation: Generation) -> object:
    """What is told of a closed round: its state, its effective activities, and which of them count."""
    effective, _ = split(page)
    own = [(a.role, a.currency, a.pockets, a.payout) for a in effective if generation.first <= a.at <= generation.last]
    return generation.state, generation.closed_at, generation.closed_by, generation.raw, own


def take(turn: Turn, event: CasinoPlay | RoundPlayed) -> None:
    """Fold one casino event that is new."""
    key, free = turn.page_key, turn.free
    activity = activity_of(event)
    rest = key[len(turn.prefix) :]
    remember(turn, activity.source_id, activity.business_id, rest)
    turn.arm(activity.at + turn.brand.sessions_idle + 1)
    page: RoundPage | None = turn.pages.get(key)
    if activity.bonus is not None and not free:
        turn.load(keys.bonus_page(turn.prefix, activity.bonus), BonusPage).user_bonus_id = activity.bonus
    if not free and not turn.head.orphans and activity.role != WHOLE:
        if page is None:
            if activity.role == BET and begin(turn, rest, activity):
                return
        elif go_on(turn, rest, page, activity):
            return
    page = turn.load(key, RoundPage)
    was = before(turn, key, page)
    page.activities.append(activity)
    if turn.head.orphans:
        adopt(turn, page, key)
    add_point(turn, activity.at, is_bet=activity.role in (BET, WHOLE), free=free)
    settle(turn, key, page, was, free=free)


def settle(turn: Turn, key: bytes, page: RoundPage, was: Before, *, free: bool) -> None:
    """Derive the round's generations anew, book what changed, tell what was closed or corrected."""
    effective, _ = split(page)
    effective = sorted(effective, key=order)
    page.generations = []
    for part in partition(page.activities, turn.brand.rounds_reuse_gap):
        own = [a for a in effective if part[0].at <= a.at <= part[-1].at]
        page.generations.append(derive(part, own, turn.brand, turn.head.clock))
    now = postings(page, turn.brand)
    gone, new = Counter(was.postings), Counter(now)
    again = False
    for posting in (gone - new).elements():
        again |= apply(turn, posting, -1, key, free=free)
    for posting in (new - gone).elements():
        again |= apply(turn, posting, 1, key, free=free)
    if again and not free:
        recount(turn)
    track_open(turn, key, min((g.last_at for g in page.generations if g.state == "open"), default=0))
    turn.touch(key, page)
    _tell(turn, key, page, was, free=free)
    lay_apart(turn, key, page, was.parts)


def _tell(turn: Turn, key: bytes, page: RoundPage, before: Before, *, free: bool) -> None:
    """Say that a round was closed, or that a closed one changed."""
    for n, new in enumerate(page.generations, 1):
        old = next(((g, s, c) for g, s, c in before.shapes if g.first <= new.last and new.first <= g.last), None)
        if old is not None:
            new.revision = old[0].revision
            if shape(page, new) == old[1]:
                continue
        elif new.state != "closed":
            continue
        new.revision += 1
        if not free:
            tell(turn, key[len(turn.prefix) :], page, n, was=None if old is None else old[2])
