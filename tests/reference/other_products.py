"""Lottery, poker and carts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from countroom.core.events import CartCheckedOut, LotteryReported, PokerMoved
from countroom.core.money import Pockets, pockets, total
from tests.reference import forms
from tests.reference.facts import Fact
from tests.reference.forms import Json
from tests.reference.postings import Posting
from tests.reference.rounds import rate_of
from tests.reference.settings import ReferenceSettings

E = TypeVar("E", LotteryReported, PokerMoved, CartCheckedOut)
NOTHING = Decimal(0)


def _of_kind(facts: Iterable[Fact], kind: type[E]) -> list[E]:
    """The events of one kind, in canonical order."""
    return [fact.event for fact in facts if isinstance(fact.event, kind)]


def _grouped(events: Iterable[E], *names: str) -> list[tuple[tuple[str, ...], list[E]]]:
    found: dict[tuple[str, ...], list[E]] = defaultdict(list)
    for event in events:
        found[tuple(str(getattr(event, name)) for name in names)].append(event)
    return sorted(found.items())


# ---------------------------------------------------------------- lottery


def _moves(event: LotteryReported, settings: ReferenceSettings) -> Decimal:
    is_gross = not settings.lottery_amount_is_net and not event.settles
    return event.amount - (event.discount or NOTHING) if is_gross else event.amount


def lottery_postings(facts: Iterable[Fact], settings: ReferenceSettings) -> Iterator[Posting]:
    """What lottery adds to the totals."""
    for event in _of_kind(facts, LotteryReported):
        if event.counts:
            amount, rate = _moves(event, settings), rate_of(event.currency, event.rate, settings)
            yield Posting(
                product="lottery",
                currency=event.currency,
                at=event.about.occurred_at,
                amounts={"payout" if event.settles else "turnover": amount, "discount": event.discount or NOTHING},
                counts={"wins" if event.settles else "bets": int(amount > 0)},
                rate=rate,
                missing=int(rate is None and bool(amount)),
            )


def lottery_tickets(facts: Iterable[Fact], settings: ReferenceSettings) -> list[Json]:
    """Tickets by lottery, draw and id."""
    found = []
    for (lottery_id, draw_id, ticket_id), steps in _grouped(
        _of_kind(facts, LotteryReported), "lottery_id", "draw_id", "ticket_id"
    ):
        names = [step.name for step in steps if step.name]
        shown: Json = {"lottery_id": lottery_id, "draw_id": draw_id, "name": names[-1] if names else None}
        shown["steps"] = [
            {
                "what": "settlement" if step.settles else "bet",
                "at": forms.instant(step.about.occurred_at),
                "counts": step.counts,
            }
            | forms.tidy(
                {
                    "currency": step.currency,
                    "amount": forms.amount(_moves(step, settings)),
                    "discount": forms.amount(step.discount),
                    "tickets": step.tickets,
                    "draws_at": forms.instant(step.draws_at),
                }
            )
            for step in steps
        ]
        found.append({"ticket_id": ticket_id} | forms.tidy(shown))
    return found


# ---------------------------------------------------------------- poker


def _taken_back(moves: Sequence[PokerMoved]) -> tuple[set[int], int]:
    """Places of the moves that rollbacks took back, and the rollbacks that found nothing to take."""
    gone: set[int] = set()
    idle = 0
    for rollback in moves:
        if not rollback.rolls_back:
            continue
        equal = [
            n
            for n, move in enumerate(moves)
            if n not in gone
            and not move.rolls_back
            and (move.buys_in, move.currency) == (rollback.buys_in, rollback.currency)
            and total(move.pockets) == total(rollback.pockets)
        ]
        by_then = [n for n in equal if moves[n].about.occurred_at <= rollback.about.occurred_at]
        if by_then:
            gone.add(by_then[-1])
        elif equal:
            gone.add(equal[0])
        else:
            idle += 1
    return gone, idle


def _standing(moves: Sequence[PokerMoved]) -> list[PokerMoved]:
    gone, _ = _taken_back(moves)
    return [move for n, move in enumerate(moves) if n not in gone and not move.rolls_back]


def _fee(move: PokerMoved) -> Decimal:
    return NOTHING if move.is_rebuy or not move.buys_in else move.fee or NOTHING


def _transfer(move: PokerMoved, settings: ReferenceSettings) -> Pockets:
    beside = NOTHING if settings.poker_buy_in_includes_fee else _fee(move)
    real, *rest = move.pockets or (NOTHING,)
    return pockets(real + beside, *rest)


def poker_postings(facts: Iterable[Fact], settings: ReferenceSettings) -> Iterator[Posting]:
    """What poker adds to the totals."""
    for _, moves in _grouped(_of_kind(facts, PokerMoved), "game", "container_id"):
        for move in _standing(moves):
            purse, rate = _transfer(move, settings), rate_of(move.currency, move.rate, settings)
            name = "buy_in" if move.buys_in else "cash_out"
            yield Posting(
                product="poker",
                currency=move.currency,
                at=move.about.occurred_at,
                pockets={name: purse},
                base_pockets={} if rate is None else {name: pockets(*(part * rate for part in purse))},
                amounts={"fees": _fee(move)},
                counts={
                    "buy_ins": int(move.buys_in and not move.is_rebuy),
                    "rebuys": int(move.buys_in and move.is_rebuy),
                    "cash_outs": int(not move.buys_in),
                },
                rate=rate,
                missing=int(rate is None and bool(purse or _fee(move))),
            )


def poker_tables(facts: Iterable[Fact], settings: ReferenceSettings) -> list[Json]:
    """Tournaments and tables, by game and id."""
    found = []
    for (game, container_id), moves in _grouped(_of_kind(facts, PokerMoved), "game", "container_id"):
        standing = _standing(moves)
        gone, idle = _taken_back(moves)
        fees: dict[str, Decimal] = defaultdict(Decimal)
        for move in standing:
            fees[move.currency] += _fee(move)
        names = [move.name for move in standing if move.name]
        shown = {
            "name": names[-1] if names else None,
            "buy_in": _purse([move for move in standing if move.buys_in], settings),
            "cash_out": _purse([move for move in standing if not move.buys_in], settings),
            "fees": forms.amounts(fees),
            "buy_ins": len([move for move in standing if move.buys_in and not move.is_rebuy]),
            "rebuys": len([move for move in standing if move.buys_in and move.is_rebuy]),
            "cash_outs": len([move for move in standing if not move.buys_in]),
            "rolled_back": len(gone),
            "idle_rollbacks": idle,
        }
        found.append({"game": game, "container_id": container_id} | forms.tidy(shown))
    return found


def _purse(moves: Iterable[PokerMoved], settings: ReferenceSettings) -> Json:
    return forms.purse(forms.summed((move.currency, _transfer(move, settings)) for move in moves))


# ---------------------------------------------------------------- carts


def _virtual(event: CartCheckedOut) -> Decimal:
    return sum((payment.amount for payment in event.payments if payment.kind == "virtualcurrency"), NOTHING)


def _is_paid(event: CartCheckedOut) -> bool:
    return event.status.lower() in {"", "successful"}


def cart_postings(facts: Iterable[Fact], settings: ReferenceSettings) -> Iterator[Posting]:
    """What carts add to the totals."""
    for event in _of_kind(facts, CartCheckedOut):
        if _is_paid(event):
            rate = rate_of(event.currency, event.rate, settings)
            amounts = {
                "spend": max(NOTHING, event.amount - _virtual(event)),
                "discount": event.discount,
                "virtual": _virtual(event),
            }
            yield Posting(
                product="cart",
                currency=event.currency,
                at=event.about.occurred_at,
                amounts=amounts,
                counts={"carts": 1},
                rate=rate,
                missing=int(rate is None and any(amounts.values())),
            )


def carts(facts: Iterable[Fact]) -> list[Json]:
    """Carts by id, with their statuses."""
    return [
        {
            "cart_id": cart_id,
            "steps": [
                {"at": forms.instant(step.about.occurred_at), "paid": _is_paid(step)}
                | forms.tidy(
                    {
                        "currency": step.currency,
                        "amount": forms.amount(step.amount),
                        "discount": forms.amount(step.discount),
                        "virtual": forms.amount(_virtual(step)),
                        "items": step.items,
                    }
                )
                for step in steps
            ],
        }
        for (cart_id,), steps in _grouped(_of_kind(facts, CartCheckedOut), "cart_id")
    ]
