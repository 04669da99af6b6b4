"""Lottery, poker, carts, balances, tags, custom facts and the brand's games as the player document shows them."""

from countroom.core.instants import Instant, iso
from countroom.core.money import ZERO, Pockets, plain, plus
from countroom.fold import keys
from countroom.fold.cart import PAID
from countroom.fold.figures import Json
from countroom.fold.lottery import stated
from countroom.fold.other_pages import CartPage, CartStep, GamePage, ListsPage, LotteryPage, LotteryStep, PokerPage
from countroom.fold.poker import fee_of, in_force, moved
from countroom.fold.reader import Reader
from countroom.fold.scopes import shown_pockets


def _filled(entry: Json, optional: Json) -> Json:
    return entry | {name: value for name, value in optional.items() if value}


def lottery(r: Reader) -> list[Json]:
    """All lottery tickets, by lottery, draw and ticket."""
    return [_ticket(r, page) for _, page in r.all(keys.LOTTERY, LotteryPage)]


def _ticket(r: Reader, page: LotteryPage) -> Json:
    steps = sorted(page.steps, key=lambda s: (s.at, s.source_id or s.business_id or ""))
    return _filled(
        {"ticket_id": page.ticket_id},
        {
            "lottery_id": page.lottery_id,
            "draw_id": page.draw_id,
            "name": next((s.name for s in reversed(steps) if s.name), ""),
            "steps": [_step(r, s) for s in steps],
        },
    )


def _step(r: Reader, s: LotteryStep) -> Json:
    amount = stated(s, r.brand)
    return _filled(
        {"what": "settlement" if s.settles else "bet", "at": iso(Instant(s.at)), "counts": s.counts},
        {
            "currency": s.currency,
            "amount": plain(amount) if amount else None,
            "discount": plain(s.discount) if s.discount else None,
            "tickets": s.tickets,
            "draws_at": None if s.draws_at is None else iso(Instant(s.draws_at)),
        },
    )


def poker(r: Reader) -> list[Json]:
    """All poker tournaments and tables, by game and id."""
    return [_table(r, page) for _, page in r.all(keys.POKER, PokerPage)]


def _table(r: Reader, page: PokerPage) -> Json:
    moves, idle = in_force(page.moves)
    bought: dict[str, Pockets] = {}
    cashed: dict[str, Pockets] = {}
    fees = dict.fromkeys(sorted({m.currency for m in moves}), ZERO)
    for move in moves:
        sums = bought if move.buys_in else cashed
        sums[move.currency] = plus(sums.get(move.currency, ()), moved(move, r.brand))
        fees[move.currency] += fee_of(move)
    return _filled(
        {"game": page.game, "container_id": page.container_id},
        {
            "name": next((m.name for m in reversed(moves) if m.name), ""),
            "buy_in": {c: p for c, amount in sorted(bought.items()) if (p := shown_pockets(amount))},
            "cash_out": {c: p for c, amount in sorted(cashed.items()) if (p := shown_pockets(amount))},
            "fees": {c: plain(fee) for c, fee in fees.items() if fee},
            "buy_ins": sum(m.buys_in and not m.is_rebuy for m in moves),
            "rebuys": sum(m.buys_in and m.is_rebuy for m in moves),
            "cash_outs": sum(not m.buys_in for m in moves),
            "rolled_back": sum(m.rolls_back for m in page.moves) - idle,
            "idle_rollbacks": idle,
        },
    )


def carts(r: Reader) -> list[Json]:
    """All carts, by id; of each its statuses in canonical order."""
    found: list[Json] = []
    for _, page in r.all(keys.CART, CartPage):
        steps = sorted(page.steps, key=lambda s: (s.at, s.source_id or s.business_id or ""))
        found.append({"cart_id": page.cart_id, "steps": [_paid(s) for s in steps]})
    return found


def _paid(s: CartStep) -> Json:
    amounts = (("amount", s.amount), ("discount", s.discount), ("virtual", s.virtual))
    return _filled(
        {"at": iso(Instant(s.at)), "paid": s.status.lower() in PAID},
        {"currency": s.currency, "items": s.items} | {name: plain(a) for name, a in amounts if a},
    )


def lists(r: Reader) -> Json:
    """Balances, tags, custom facts and migration, as far as there are any."""
    page = r.page(keys.LISTS, ListsPage)
    found: Json = {}
    balances = {
        key: {
            c: {"amount": plain(b.amount), "at": iso(Instant(b.told.at)), "source": b.told.source}
            for c, b in sorted(wallets.items())
        }
        for key, wallets in sorted(page.balances.items())
    }
    if balances:
        found["balances"] = balances
    if page.tags_told is not None:
        told = page.tags_told
        found["tags"] = {"tags": list(page.tags), "at": iso(Instant(told.at)), "source": told.source}
    if page.custom:
        found["custom"] = {
            kind: {"count": count, "first_at": iso(Instant(first)), "last_at": iso(Instant(last))}
            for kind, (count, first, last) in sorted(page.custom.items())
        }
    migration: Json = {"reference": page.moves_from} if page.moves_from else {}
    if page.moved_at:
        migration["approved_at"] = iso(Instant(page.moved_at))
    if migration:
        found["migration"] = migration
    return found


def catalogue(r: Reader) -> Json:
    """How many games the brand has, and those that go by several names; only the player without a name has this."""
    games = r.all(keys.GAME, GamePage)
    if not games:
        return {}
    drift = [
        {
            "game": key[1:].decode(),
            "names": [
                {"name": name, "first_at": iso(Instant(first)), "last_at": iso(Instant(last))}
                for name, (first, last) in sorted(page.names.items(), key=lambda n: (n[1], n[0]))
            ],
        }
        for key, page in games
        if len(page.names) > 1
    ]
    live = sum(page.is_live for _, page in games)
    return {"games": len(games), "live": live} | ({"drift": drift} if drift else {})
