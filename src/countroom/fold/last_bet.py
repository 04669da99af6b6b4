"""The latest bet of a player, found again: what is kept of it in the counters is its time alone.

Looked for where it nearly always is, in open rounds and those closed last; only then in all of them.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from countroom.core.identity import anchor
from countroom.core.money import total
from countroom.fold import keys
from countroom.fold.pages import BET, Activity, RoundPage
from countroom.fold.round_parts import whole
from countroom.fold.rounds import is_bet, order, split
from countroom.fold.sports_pages import Bet, OtherPlay, SportsBetPage
from countroom.fold.sports_standing import standing
from countroom.fold.told import subject_of
from countroom.fold.turn import Turn

Content = dict[str, object]
LastBet = tuple[str, str, int, Content]
"""Kind, subject, time and content of the live signal that told the bet."""


def last_bet(turn: Turn) -> LastBet | None:
    """The latest effective bet of the real ledger, casino or sports; None when there is none.

    Of several at one instant the casino's, the last in the canonical order.
    """
    casino = turn.head.bets.last
    other = turn.peek(turn.prefix + keys.OTHER_PLAY, OtherPlay)
    sports = other.bets.last if other is not None else []
    if sports and (not casino or sports[-1] > casino[-1]):
        return _sports(turn, sports[-1])
    if not casino:
        return None
    return _casino(_likely(turn), casino[-1]) or _casino(_all(turn), casino[-1])


def _likely(turn: Turn) -> Iterator[tuple[bytes, RoundPage]]:
    """Rounds that are open, and the paid ones opened last, with their keys less the player's prefix."""
    head = turn.head
    closed = (keys.ROUND + name.encode() for _, name, _, _ in head.streak)
    for rest in dict.fromkeys([*head.open_rounds, *closed]):
        if rest[:1] == keys.ROUND and (page := turn.peek(turn.prefix + rest, RoundPage)) is not None:
            yield rest, whole(turn.pages, turn.prefix, rest, page)


def _all(turn: Turn) -> Iterator[tuple[bytes, RoundPage]]:
    for key, page in turn.pages.scan(turn.prefix + keys.ROUND):
        rest = key[len(turn.prefix) :]
        yield rest, whole(turn.pages, turn.prefix, rest, cast("RoundPage", page))


def _casino(rounds: Iterable[tuple[bytes, RoundPage]], at: int) -> LastBet | None:
    """The bet of that instant among these rounds."""
    found: tuple[bytes, Activity] | None = None
    for rest, page in rounds:
        for activity in split(page)[0]:
            if activity.at == at and _counts(page, activity) and (found is None or order(found[1]) < order(activity)):
                found = rest, activity
    if found is None:
        return None
    rest, bet = found
    studio, _, round_id = rest[1:].decode().partition("\0")
    kind = "bet_placed" if bet.role == BET else "round_played"
    subject = subject_of(kind, bet.source_id, bet.business_id, at)
    return kind, subject, at, _content(bet) | ({"studio": studio} if studio else {}) | {"round_id": round_id}


def _counts(page: RoundPage, activity: Activity) -> bool:
    raw = next((g.raw for g in page.generations if g.first <= activity.at <= g.last), True)
    return is_bet(activity, raw=raw)


def _content(bet: Activity) -> Content:
    """As told.py tells the event, as far as the round keeps it: of a whole, not on which device."""
    said: Content = {
        "currency": bet.currency,
        "rate": bet.rate,
        "game": bet.game,
        "game_type": bet.game_type,
        "free_money": False,
        "amount": total(bet.pockets),
    }
    if bet.role == BET:
        said |= {
            "activity_id": _own_id(bet.source_id, bet.business_id),
            "pockets": bet.pockets,
            "ends": bet.ends,
            "user_bonus_id": bet.bonus,
            "free_stake": bet.free_stake,
            "amount_mismatch": bet.mismatch,
            "combined": bet.combined,
        }
    else:
        said |= {"stake": bet.pockets, "payout": bet.payout}
        said |= {"base_stake": bet.base_stake, "base_payout": bet.base_payout}
    return {name: value for name, value in said.items() if value is not None and value not in ("", ())}


def _own_id(source_id: str | None, business_id: str | None) -> str:
    """The id as the sender wrote it, which both identities hold behind their family."""
    return anchor(business_id or source_id or "").partition(":")[2]


def _sports(turn: Turn, at: int) -> LastBet | None:
    found: list[tuple[str, Bet]] = []
    for _, page in turn.pages.scan(turn.prefix + keys.SPORT):
        bet_page = cast("SportsBetPage", page)
        s = standing(bet_page, turn.brand)
        if s.bet is not None and s.bet.at == at and s.void_by is None and not s.free:
            found.append((bet_page.bet_id, s.bet))
    if not found:
        return None
    bet_id, bet = max(found, key=lambda f: (f[1].source_id or f[1].business_id or "", f[0]))
    said: Content = {
        "bet_id": bet_id,
        "currency": bet.currency,
        "rate": bet.rate,
        "pockets": bet.pockets,
        "odds": bet.odds,
        "kind": bet.kind,
        "legs": bet.legs,
        "live": bet.live,
        "user_bonus_id": bet.bonus,
        "free_stake": bet.free_stake,
        "free_money": bet.free,
        "amount_mismatch": bet.mismatch,
        "amount": total(bet.pockets),
    }
    content = {name: value for name, value in said.items() if value is not None and value not in ("", ())}
    return "sports_bet_placed", subject_of("sports_bet_placed", bet.source_id, bet.business_id, at), at, content
