"""Sports bets: what each settlement settles, what is left open, how each bet stands (semantics.md 6)."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from countroom.simulator.ledger.entries import History, LegSaid, Placed, Settling
from countroom.simulator.ledger.money import POCKETS, ZERO, Pockets, add, times, total
from countroom.simulator.ledger.totals import BASE, Book, base_amount

VOID_TYPES: Final = frozenset({"void", "voided", "cancelled", "canceled", "refund", "refunded", "push"})


@dataclass(frozen=True, slots=True)
class Effect:
    """A settlement that counts, with what it does."""

    by: Settling
    settles: Pockets
    gives_back: Pockets
    pays: Pockets


@dataclass(frozen=True)
class SportsBet:
    """One bet, from all that was said under its id."""

    bet_id: str
    placed: Placed | None
    settlings: tuple[Settling, ...]
    """In canonical order, those rolled back too."""
    said: tuple[LegSaid, ...]
    """What was said of its legs, in canonical order."""
    backs: dict[str, int]
    """The earliest rollback of each activity."""

    @property
    def is_void(self) -> bool:
        """True when the bet itself was taken back."""
        return self.bet_id in self.backs and self.placed is not None

    @property
    def free_money(self) -> bool:
        """Which ledger it is in: the bet says so; before it came, its settlements do."""
        if self.placed is not None:
            return self.placed.free_money
        return any(one.free_money for one in self.settlings)

    @cached_property
    def _counting(self) -> list[Settling]:
        return [] if self.is_void else [one for one in self.settlings if one.settlement_id not in self.backs]

    @cached_property
    def stake(self) -> Pockets:
        """The stake; of a bet that was never told, the largest that its settlements speak of."""
        if self.placed is not None:
            return self.placed.pockets
        stated = [total(one.pockets) if _is_void(one) else one.reference or ZERO for one in self._counting]
        return {"real": max(stated, default=ZERO)}

    @cached_property
    def effects(self) -> list[Effect]:
        """What each settlement that counts does, one after the other."""
        found: list[Effect] = []
        left = dict(self.stake)
        for one in self._counting:
            if _is_void(one):
                back = _part(min(total(one.pockets), total(left)), left)
                beyond = _less(one.pockets, _part(total(back), one.pockets))
                found.append(Effect(one, {}, back, beyond))
            else:
                is_part = one.cash_out and one.reference is not None and one.reference < total(self.stake)
                asked = min(one.reference or ZERO, total(left)) if is_part else total(left)
                found.append(Effect(one, _part(asked, left), {}, one.pockets))
            left = _less(_less(left, found[-1].settles), found[-1].gives_back)
        return found

    @property
    def open_stake(self) -> Decimal:
        """What is neither settled nor given back of a bet in force."""
        if self.placed is None or self.is_void:
            return ZERO
        return total(self.stake) - sum((total(it.settles) + total(it.gives_back) for it in self.effects), ZERO)

    @property
    def state(self) -> str:
        """How it stands."""
        if self.is_void:
            return "rolled_back"
        if not self.effects:
            return "open"
        if self.open_stake > 0:
            return "part_settled"
        ends = [it for it in self.effects if not _is_void(it.by)]
        if not ends:
            return "voided"
        if ends[-1].by.cash_out:
            return "cashed_out"
        return "won" if any(total(it.pays) > 0 for it in ends if not it.by.cash_out) else "lost"

    # --- totals ------------------------------------------------------------------------

    def post(self, book: Book, *, with_base: bool) -> None:
        """Post what it moves."""
        if self.placed is not None and not self.is_void:
            self._post_placed(book, self.placed, with_base=with_base)
        for it in self.effects:
            of, by = self.placed or it.by, it.by
            stakes = {"settled_stake": it.settles, "void_stake": it.gives_back}
            _post(book, of.currency, at=by.at, rate=of.rate, with_base=with_base, **stakes)
            book.post("sports", by.currency, at=by.at, wins=int(total(it.pays) > 0))
            _post(book, by.currency, at=by.at, rate=by.rate, with_base=with_base, payout=it.pays)
        self._post_reversed(book, with_base=with_base)

    def _post_placed(self, book: Book, bet: Placed, *, with_base: bool) -> None:
        is_paid = total(bet.pockets) > 0
        counts = {
            "bets": int(is_paid),
            "free_bets": int(not is_paid),
            "legs": bet.legs,
            "live_bets": int(bet.live),
            "odds_sum": bet.odds,
            "odds_bets": int(bet.odds > 0),
        }
        book.post("sports", bet.currency, at=bet.at, **counts)
        _post(book, bet.currency, at=bet.at, rate=bet.rate, with_base=with_base, turnover=bet.pockets)
        liable = {"open_stake": self.open_stake, "open_return": self.open_stake * bet.odds}
        book.post("sports", bet.currency, at=bet.at, free_stake=bet.free_stake)
        book.post_for_life("sports", bet.currency, **liable)
        if with_base and bet.rate is not None:
            book.post("sports", BASE, at=bet.at, free_stake=base_amount(bet.free_stake, bet.rate))
            in_base = {name: base_amount(value, bet.rate) for name, value in liable.items()}
            book.post_for_life("sports", BASE, **in_base)

    def _post_reversed(self, book: Book, *, with_base: bool) -> None:
        bet_back = self.backs.get(self.bet_id) if self.placed is not None else None
        taken: list[tuple[str, Placed | Settling, int]] = []
        if self.placed is not None and bet_back is not None:
            taken.append(("reversed_stake", self.placed, bet_back))
        for one in self.settlings:
            at = min((at for at in (bet_back, self.backs.get(one.settlement_id)) if at is not None), default=None)
            if at is not None and not _is_void(one):
                taken.append(("reversed_payout", one, at))
        for measure, of, at in taken:
            book.post("sports", of.currency, at=at, **{measure: total(of.pockets)})
            if with_base and of.rate is not None:
                book.post("sports", BASE, at=at, **{measure: base_amount(total(of.pockets), of.rate)})


def sports_bets(history: History) -> list[SportsBet]:
    """All sports bets of a player, those too of which only a settlement was told, by id."""
    placed = {bet.bet_id: bet for bet in history.sports_bets}
    settlings: dict[str, list[Settling]] = defaultdict(list)
    for one in history.settlings:
        settlings[one.bet_id].append(one)
    backs: dict[str, int] = {}
    for back in history.sports_takebacks:
        backs[back.activity_id] = min(back.at, backs.get(back.activity_id, back.at))
    return [
        SportsBet(
            bet_id,
            placed.get(bet_id),
            tuple(sorted(settlings[bet_id], key=lambda one: (one.at, one.settlement_id))),
            tuple(sorted((leg for leg in history.legs if leg.bet_id == bet_id), key=lambda leg: leg.at)),
            backs,
        )
        for bet_id in sorted(placed.keys() | settlings.keys())
    ]


def _is_void(one: Settling) -> bool:
    return one.kind in VOID_TYPES


def _part(amount: Decimal, purse: Pockets) -> Pockets:
    """So much out of a purse: real money first, then bonus, locked, unsplit. All of it when that is what it holds."""
    if amount == total(purse):
        return dict(purse)
    found: Pockets = {}
    for pocket in POCKETS:
        found[pocket] = max(ZERO, min(amount, purse.get(pocket, ZERO)))
        amount -= found[pocket]
    return found


def _less(purse: Pockets, part: Pockets) -> Pockets:
    left = dict(purse)
    add(left, part, sign=-1)
    return left


def _post(book: Book, currency: str, *, at: int, rate: Decimal | None, with_base: bool, **sums: Pockets) -> None:
    book.post("sports", currency, at=at, **sums)
    if with_base and rate is not None:
        book.post("sports", BASE, at=at, **{name: times(purse, rate) for name, purse in sums.items()})
    elif with_base and any(any(purse.values()) for purse in sums.values()):
        book.post("sports", BASE, at=at, missing=1)
