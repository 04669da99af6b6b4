"""What partners are told of a round: as it stands, in the words of the player document; semantics.md 2.2 and 9.1."""

from collections.abc import Sequence
from decimal import Decimal

from countroom.core.money import ZERO, Pockets, plus, total
from countroom.fold.changes import Content, cause_of
from countroom.fold.pages import BET, WHOLE, Activity, Generation, RoundPage, Tally
from countroom.fold.postings import in_base, plays
from countroom.fold.round_parts import tally, whole
from countroom.fold.rounds import order, split
from countroom.fold.settings import BrandSettings
from countroom.fold.turn import Turn

_NOTHING: Pockets = (ZERO,)
_NUL = "\0"


def named(name: str, number: int) -> Content:
    """Which round it is. `name` is the rest of its page's key, less the kind."""
    studio, _, round_id = name.partition(_NUL)
    return ({"studio": studio} if studio else {}) | {"round_id": round_id, "generation": number}


def standing(g: Generation, own: Sequence[Activity], brand: BrandSettings) -> Content:
    """One generation as it stands; `own` are its effective activities.

    `staked` and `won` are pockets per currency, both for every currency of the round, so that what was lost says so.
    Made for every round that a linked player closes, so what is common is done in few steps.
    """
    sums = _Sums()
    for activity in own:
        if (activity.role == WHOLE) != g.raw:
            _count(sums, activity, g, brand)
    first = sums.first_bet or min(own, key=order, default=None)
    return _shown(g, sums, game=first.game if first is not None else "")


def _shown(g: Generation, sums: "_Sums", *, game: str) -> Content:
    found: Content = {"state": g.state, "opened_at": g.first}
    if g.closed_at:
        found["closed_at"] = g.closed_at
        found["closed_by"] = g.closed_by
    if game:
        found["game"] = game
    staked, won = sums.staked, sums.won
    if staked or won:
        for currency in (*staked, *won):
            staked[currency] = staked.get(currency) or _NOTHING
            won[currency] = won.get(currency) or _NOTHING
        if len(staked) == 1:
            found["currency"] = currency
        base: Content = {"staked": sums.base_staked, "won": sums.base_won}
        found |= {"staked": staked, "won": won, "base": base}
        if sums.missing:
            base["missing"] = sums.missing
    found["bets"], found["wins"], found["free"] = sums.bets, sums.wins, g.free and bool(g.count_at)
    return found


def _added_up(g: Generation, t: Tally) -> Content:
    """The same of a large round, from what is kept of it."""
    sums = _Sums()
    sums.staked, sums.won = {g.count_currency: t.staked}, {g.count_currency: t.won}
    sums.base_staked, sums.base_won = Decimal(t.base_staked), Decimal(t.base_won)
    sums.missing, sums.bets, sums.wins = t.missing, t.bets, t.wins
    return _shown(g, sums, game=t.game)


class _Sums:
    """What the activities of a generation come to."""

    __slots__ = ("base_staked", "base_won", "bets", "first_bet", "missing", "staked", "wins", "won")

    def __init__(self) -> None:
        self.staked: dict[str, Pockets] = {}
        self.won: dict[str, Pockets] = {}
        self.base_staked = self.base_won = ZERO
        self.bets = self.wins = self.missing = 0
        self.first_bet: Activity | None = None


def _count(sums: _Sums, activity: Activity, g: Generation, brand: BrandSettings) -> None:
    """Take in one activity that counts."""
    if activity.role == WHOLE:
        for play in plays(activity, g, brand):
            _add(sums, activity.currency, play.pockets, play.base, is_bet=play.is_bet)
            sums.missing += play.missing
    elif activity.role == BET or activity.pockets:
        base = in_base(activity, activity.pockets, brand)
        _add(sums, activity.currency, activity.pockets, base, is_bet=activity.role == BET)
        sums.missing += base is None and bool(activity.pockets)
    if activity.role in (BET, WHOLE) and (sums.first_bet is None or order(activity) < order(sums.first_bet)):
        sums.first_bet = activity


def _add(sums: _Sums, currency: str, amounts: Pockets, base: Pockets | None, *, is_bet: bool) -> None:
    amount = total(amounts)
    kept = sums.staked if is_bet else sums.won
    kept[currency] = plus(kept.get(currency, ()), amounts)
    converted = total(base) if base else ZERO
    if is_bet:
        sums.bets += amount > 0
        sums.base_staked += converted
    else:
        sums.wins += amount > 0
        sums.base_won += converted


def as_it_is(turn: Turn, rest: bytes, page: RoundPage, number: int) -> Content | None:
    """What is told of a generation, counted from 1, to who is linked; None for others.

    `rest` is the page's key less the player's prefix. Parts of a large round are read only where some
    of it is taken back, or in several currencies.
    """
    if not turn.is_linked:
        return None
    g = page.generations[number - 1]
    added_up = tally(page, turn.brand)
    if added_up is not None:
        return named(rest[1:].decode(), number) | _added_up(g, added_up)
    held = whole(turn.pages, turn.prefix, rest, page)
    own: Sequence[Activity] = split(held)[0]
    if len(page.generations) > 1:
        own = [a for a in own if g.first <= a.at <= g.last]
    return named(rest[1:].decode(), number) | standing(g, own, turn.brand)


def tell(turn: Turn, rest: bytes, page: RoundPage, number: int, *, was: Content | None) -> None:
    """Say that a round was closed, or that one that was told has changed; `was` is what would have been told before."""
    g = page.generations[number - 1]
    kind = "round_closed" if g.revision == 1 else "round_corrected"
    content = as_it_is(turn, rest, page, number)
    if content is not None:
        content |= {"revision": g.revision} | cause_of(turn.about) | ({"was": was} if was else {})
    turn.tell(kind, subject(rest[1:].decode(), number, g.revision), g.closed_at or turn.about.occurred_at, content)


def subject(name: str, generation: int, revision: int) -> str:
    """How a round is named in signals; `name` is its page key's rest, less the kind."""
    return f"{name.replace(_NUL, '/')}/{generation}/{revision}"
