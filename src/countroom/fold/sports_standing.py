"""How a sports bet stands, as its page makes it whatever order things came in; semantics.md 6.2, 6.3."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from countroom.core.identity import hits
from countroom.core.money import EMPTY, ZERO, Pockets, minus, pockets, total
from countroom.fold.pages import Rollback
from countroom.fold.rounds import effective_rollbacks, rollback_order
from countroom.fold.settings import BrandSettings
from countroom.fold.sports_pages import Bet, Leg, Settlement, SportsBetPage


class Settled(msgspec.Struct, frozen=True, gc=False):
    """What one settlement does to its bet."""

    settlement: Settlement
    stake: Pockets = EMPTY
    """How much of the stake it settles."""
    void_stake: Pockets = EMPTY
    """How much of the stake it gives back."""
    payout: Pockets = EMPTY
    gives_back: bool = False
    """It is of a void type."""


class Standing(msgspec.Struct, frozen=True):
    """A sports bet as its page makes it."""

    bet: Bet | None
    """The bet, if it was seen, void or not."""
    void_by: Rollback | None
    """The earliest rollback in force that took the bet back."""
    settled: tuple[Settled, ...]
    """The settlements that count, in canonical order."""
    replaced: tuple[Settlement, ...]
    """Those in force whose place a later one took."""
    void: tuple[tuple[Settlement, Rollback], ...]
    """Those that were taken back, with the earliest rollback in force that did it to them or to their bet."""
    left: Pockets
    """Stake of the bet that is neither settled nor given back."""
    free: bool
    """Of the free-money ledger: as the bet says; before it came, as the settlements say."""

    @property
    def state(self) -> str:
        """One of open, part_settled, won, lost, cashed_out, voided, rolled_back."""
        if self.void_by is not None:
            return "rolled_back"
        ending = [s for s in self.settled if not s.gives_back]
        if not self.settled:
            return "open"
        if self.bet is not None and total(self.left) > 0:
            return "part_settled"
        if not ending:
            return "voided"
        if ending[-1].settlement.cash_out:
            return "cashed_out"
        return "won" if any(total(s.payout) > 0 for s in ending if not s.settlement.cash_out) else "lost"


def order(thing: Bet | Settlement | Leg) -> tuple[int, str]:
    """Place in the canonical order among its kind."""
    return thing.at, thing.source_id or thing.business_id or ""


def standing(page: SportsBetPage, brand: BrandSettings) -> Standing:
    """The bet as its page makes it."""
    rollbacks = effective_rollbacks(page.rollbacks) if page.rollbacks else []
    bet = page.bet
    on_bet = _aimed(rollbacks, bet) if bet is not None else []
    void: list[tuple[Settlement, Rollback]] = []
    effective: list[Settlement] = []
    for settlement in sorted(page.settlements, key=order):
        aimed = [*on_bet, *(_aimed(rollbacks, settlement))]
        if aimed:
            void.append((settlement, min(aimed, key=rollback_order)))
        else:
            effective.append(settlement)
    counting = _from_the_last_that_replaces(effective)
    settled, left = _settle(bet, effective[counting:], brand)
    return Standing(
        bet=bet,
        void_by=on_bet[0] if on_bet else None,
        settled=settled,
        replaced=tuple(effective[:counting]),
        void=tuple(void),
        left=left if bet is not None and not on_bet else EMPTY,
        free=bet.free if bet is not None else any(s.free for s in page.settlements),
    )


def legs_in_force(page: SportsBetPage) -> list[Leg]:
    """What was said of the legs and not taken back, in canonical order."""
    rollbacks = effective_rollbacks(page.rollbacks) if page.rollbacks else []
    return sorted((leg for leg in page.legs if not _aimed(rollbacks, leg)), key=order)


def _aimed(rollbacks: Sequence[Rollback], thing: Bet | Leg | Settlement) -> list[Rollback]:
    """Rollbacks aimed at a thing, in their order."""
    return [r for r in rollbacks if hits(r.target, thing.source_id, thing.business_id)]


def _from_the_last_that_replaces(settlements: Sequence[Settlement]) -> int:
    """Where the settlements begin that count: what replaces takes the place of all before it."""
    return max((n for n, s in enumerate(settlements) if s.replaces), default=0)


def _settle(
    bet: Bet | None, settlements: Sequence[Settlement], brand: BrandSettings
) -> tuple[tuple[Settled, ...], Pockets]:
    """What each settlement does, and what is left of the stake after them.

    Before its bet has come, the largest stake that a settlement refers to stands for the bet's.
    """
    stake = bet.pockets if bet is not None else _supposed(settlements, brand)
    whole, left = total(stake), stake
    found = []
    for s in settlements:
        if s.kind in brand.sports_void_types:
            back = min(total(s.pockets), total(left))
            taken = part(left, back)
            found.append(Settled(s, EMPTY, taken, minus(s.pockets, part(s.pockets, back)), gives_back=True))
        else:
            is_part = s.cash_out and s.reference is not None and s.reference < whole
            taken = part(left, min(s.reference or ZERO, total(left))) if is_part else left
            found.append(Settled(s, taken, EMPTY, s.pockets))
        left = minus(left, taken)
    return tuple(found), left


def _supposed(settlements: Sequence[Settlement], brand: BrandSettings) -> Pockets:
    stated = [total(s.pockets) if s.kind in brand.sports_void_types else s.reference or ZERO for s in settlements]
    return pockets(max(stated, default=ZERO))


def part(stake: Pockets, amount: Decimal) -> Pockets:
    """That much of a stake: real money first, then the pockets after it, so that nothing need be divided.

    `amount` is in [0, total of the stake].
    """
    if amount == total(stake):
        return stake
    found = []
    for pocket in stake:
        taken = max(ZERO, min(pocket, amount))
        found.append(taken)
        amount -= taken
    return pockets(*found)
