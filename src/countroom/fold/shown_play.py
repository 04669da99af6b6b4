"""Rounds and sessions as the player document shows them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import nlargest
from typing import Final, cast

from countroom.core.identity import SEPARATOR, hits
from countroom.core.instants import DAY, Instant, iso
from countroom.core.money import ZERO, Pockets, plain, plus, total
from countroom.fold import keys
from countroom.fold.figures import Json
from countroom.fold.pages import WHOLE, WIN, Activity, Cluster, DayPage, Generation, Rollback, RoundPage
from countroom.fold.postings import Play, plays
from countroom.fold.reader import Reader
from countroom.fold.round_parts import whole
from countroom.fold.rounds import effective_rollbacks, is_bet, order, split
from countroom.fold.scopes import shown_pockets
from countroom.fold.session_sums import in_base, of_games, top_game
from countroom.fold.sports_pages import Bet, Leg, Settlement, SportsBetPage

Undoable = Activity | Rollback | Bet | Leg | Settlement


MOST_ROUNDS: Final = 500
"""Rounds that the player document shows: the newest ones."""

Mark = tuple[int, str, bool, int]
"""Where a round stands among all: when it was opened, its page, its ledger, its place in the page."""


def rounds(r: Reader) -> list[Json]:
    """All rounds, both ledgers."""
    return sorted((_shown_round(r, page, mark) for mark, page in _marks(r)), key=_by_name)


def newest_rounds(r: Reader, after: Mark | None = None, limit: int = MOST_ROUNDS) -> tuple[list[Json], Mark | None]:
    """The newest rounds of both ledgers that come after `after`, newest first, and where the next ones begin.

    `after` is what an earlier call gave; None begins with the newest. The second part is None when none are left.
    """
    marks = [(mark, page) for mark, page in _marks(r) if after is None or mark < after]
    found = nlargest(limit, marks, key=lambda m: m[0])
    return [_shown_round(r, page, mark) for mark, page in found], found[-1][0] if len(marks) > len(found) > 0 else None


def latest_rounds(r: Reader) -> Json:
    """The newest rounds by name, as the document shows them, and how many older ones it leaves out."""
    found, more = newest_rounds(r)
    left = 0 if more is None else sum(1 for _ in _marks(r)) - len(found)
    return {"rounds": sorted(found, key=_by_name), "rounds_left": left}


def _marks(r: Reader) -> Iterator[tuple[Mark, RoundPage]]:
    for kind in (keys.ROUND, keys.FREE_ROUND):
        for key, page in r.all(kind, RoundPage):
            name, is_free = key[1:].decode(), kind == keys.FREE_ROUND
            for n, generation in enumerate(page.generations):
                yield (generation.first, name, is_free, n), page


def _shown_round(r: Reader, page: RoundPage, mark: Mark) -> Json:
    _, name, is_free, n = mark
    studio, round_id = name.split("\0", 1)
    page = whole(r.pages, r.prefix, (keys.FREE_ROUND if is_free else keys.ROUND) + name.encode(), page)
    names: Json = {"studio": studio, "round_id": round_id, "generation": n + 1}
    if is_free:
        names["free_money"] = True
    return names | _round(r, page, page.generations[n])


def _by_name(shown: Json) -> tuple[str, str, int, bool]:
    return str(shown["studio"]), str(shown["round_id"]), cast("int", shown["generation"]), "free_money" in shown


def _by_currency(found: Iterable[Play]) -> dict[str, Pockets]:
    sums: dict[str, Pockets] = {}
    for p in found:
        sums[p.currency] = plus(sums.get(p.currency, ()), p.pockets)
    return sums


def _round(r: Reader, page: RoundPage, g: Generation) -> Json:
    effective, _ = split(page)
    seen = sorted((a for a in page.activities if g.first <= a.at <= g.last), key=order)
    own = sorted((a for a in effective if g.first <= a.at <= g.last), key=order)
    counting = [a for a in own if (a.role == WHOLE) != g.raw]
    booked = [p for a in counting for p in plays(a, g, r.brand)]
    bets, wins = [p for p in booked if p.is_bet], [p for p in booked if not p.is_bet]
    first_bet = next((a for a in own if is_bet(a, raw=g.raw)), seen[0])
    optional: Json = {
        "last_at": iso(Instant(g.last_at)) if g.last_at else None,
        "closed_at": iso(Instant(g.closed_at)) if g.closed_at else None,
        "closed_by": g.closed_by,
        "free": g.free and bool(g.count_at),
        "game": first_bet.game,
        "staked": _shown(_by_currency(bets)),
        "won": _shown(_by_currency(wins)),
        "bets": sum(total(p.pockets) > 0 for p in bets),
        "wins": sum(total(p.pockets) > 0 for p in wins),
        "flags": _flags(r, own, counting, g),
    }
    return {"state": g.state, "opened_at": iso(Instant(g.first))} | {k: v for k, v in optional.items() if v}


def _shown(sums: dict[str, Pockets]) -> Json:
    return {c: p for c, pockets in sorted(sums.items()) if (p := shown_pockets(pockets))}


def _flags(r: Reader, own: list[Activity], counting: list[Activity], g: Generation) -> list[str]:
    flags = []
    booked = [p for a in counting for p in plays(a, g, r.brand)]
    if any(not p.is_bet and p.pockets for p in booked) and not any(p.is_bet for p in booked):
        flags.append("win_without_bet")
    if len({p.currency for p in booked if p.pockets}) > 1:
        flags.append("currency_mixed")
    if any(a.mismatch for a in own):
        flags.append("amount_mismatch")
    if g.raw and any(_mismatch(whole, booked) for whole in own if whole.role == WHOLE):
        flags.append("round_mismatch")
    return sorted(flags)


def _mismatch(whole: Activity, booked: list[Play]) -> bool:
    stake = sum((total(p.pockets) for p in booked if p.is_bet and p.currency == whole.currency), ZERO)
    payout = sum((total(p.pockets) for p in booked if not p.is_bet and p.currency == whole.currency), ZERO)
    return (stake, payout) != (total(whole.pockets), total(whole.payout))


def sessions(r: Reader, days: list[tuple[bytes, DayPage]], free_days: list[tuple[bytes, DayPage]]) -> list[Json]:
    """All sessions, those of the real ledger first."""
    logins = sorted(t for _, page in days for t in page.logins)
    found = []
    for free, pages in ((False, days), (True, free_days)):
        clusters = [c for _, page in pages for c in page.awake()]
        latest = max((c.last for c in clusters), default=0)
        for cluster in sorted((c for c in clusters if c.first_bet), key=lambda c: c.first_bet):
            entry = _session(r, cluster, logins, free=free)
            entry["state"] = _state(r, cluster, latest)
            if free:
                entry["free_money"] = True
            found.append(entry)
    return found


def _state(r: Reader, c: Cluster, latest: int) -> str:
    clock, brand = r.head.clock, r.brand
    if latest <= c.last and clock <= c.last + brand.sessions_idle:
        return "open"
    return "final" if not c.open_rounds and clock > c.last + brand.sessions_grace else "ended"


def _session(r: Reader, c: Cluster, logins: list[int], *, free: bool) -> Json:
    games: list[Json] = []
    for game, per in sorted(of_games(c).items()):
        stakes = {cur: plain(v[0]) for cur, v in sorted(per.items()) if cur and v[0]}
        games.append({"game": game, "stake": stakes} if stakes else {"game": game})
    own = r.brand.base_currency
    stake, payout = in_base(c, own)
    base = {"stake": plain(stake), "payout": plain(payout), "missing": c.missing}
    login = max((t for t in logins if c.first_bet - DAY <= t <= c.first_bet), default=0)
    optional: Json = {
        "rounds": c.rounds,
        "free_rounds": c.free_rounds,
        "bets": c.bets,
        "stake": _shown({cur: cell.stake for cur, cell in c.cells.items()}),
        "payout": _shown({cur: cell.payout for cur, cell in c.cells.items()}),
        "ggr": {
            cur: plain(ggr) for cur, cell in sorted(c.cells.items()) if (ggr := total(cell.stake) - total(cell.payout))
        },
        "base": {} if free else {name: v for name, v in base.items() if v not in ("0", 0)},
        "open_rounds": c.open_rounds,
        "biggest_payout": _biggest(r, c, free=free),
        "games": games,
        "top_game": "" if free else top_game(c, own),
        "login": iso(Instant(login)) if login else None,
    }
    entry: Json = {
        "id": f"s-{c.first_bet}",
        "started_at": iso(Instant(c.first_bet)),
        "ended_at": iso(Instant(c.last)),
    }
    return entry | {k: v for k, v in optional.items() if v}


def _biggest(r: Reader, c: Cluster, *, free: bool) -> Json:
    """Largest single payouts; counted again from the rounds where a correction emptied what is kept."""
    result: Json = {}
    for currency, cell in sorted(c.cells.items()):
        if cell.wins and not cell.tops:
            found = [p for p in _payouts(r, c, free=free) if p.currency == currency]
            result[currency] = plain(max(total(p.pockets) for p in found))
        elif cell.tops:
            result[currency] = plain(Decimal(cell.tops[0]))
    return result


def _payouts(r: Reader, c: Cluster, *, free: bool) -> list[Play]:
    found = []
    for _, page in r.rounds(keys.FREE_ROUND if free else keys.ROUND):
        effective, _ = split(page)
        for g in page.generations:
            own = [a for a in effective if g.first <= a.at <= g.last and (a.role == WHOLE) != g.raw]
            found += [p for a in own if a.role in (WIN, WHOLE) for p in plays(a, g, r.brand) if not p.is_bet]
    return [p for p in found if c.first_bet <= (p.home or p.at) <= c.last]


def _amounts(thing: Activity | Bet | Settlement) -> tuple[Decimal | None, ...]:
    """What a rollback may state: nothing, the amount, and of what was free, the nominal that its message stated."""
    stated = total(thing.pockets)
    free = None if isinstance(thing, Settlement) else thing.free_stake
    return None, stated, stated + (free or ZERO)


def rollbacks(r: Reader) -> Json:
    """Effective rollbacks that came twice, that never met their target, that state another amount than it has."""
    pages = [page for kind in (keys.ROUND, keys.FREE_ROUND) for _, page in r.rounds(kind)]
    pages += [page for _, page in r.all(keys.ORPHAN, RoundPage)]
    bets = [page for _, page in r.all(keys.SPORT, SportsBetPage)]
    held = [page.rollbacks for page in pages] + [page.rollbacks for page in bets]
    every = list(dict.fromkeys(b for rollbacks in held for b in rollbacks))
    if not every:
        return {}
    standing = effective_rollbacks(every)
    things: list[Undoable] = [a for page in pages for a in page.activities]
    for bet_page in bets:
        things += [*bet_page.legs, *bet_page.settlements, *((bet_page.bet,) if bet_page.bet is not None else ())]
    redundant = mismatch = 0
    for thing in (*things, *every):
        aimed = [b for b in standing if hits(b.target, thing.source_id, thing.business_id)]
        redundant += max(0, len(aimed) - 1)
        if isinstance(thing, Bet | Settlement) or (isinstance(thing, Activity) and thing.role != WHOLE):
            amounts = _amounts(thing)
            mismatch += sum(b.amount not in amounts for b in aimed if SEPARATOR in b.target)
    due = [b for b in standing if b.at + r.brand.orphan_after <= r.head.clock and not r.is_known(b.target)]
    found = {"redundant": redundant, "orphaned": len(due), "amount_mismatch": mismatch}
    return {name: n for name, n in found.items() if n}
