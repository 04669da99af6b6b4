"""Sports bets: what each settlement settles, what is open, how the bet stands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from countroom.core.events import SelectionReported, SportsBetPlaced, SportsBetSettled
from countroom.core.money import EMPTY, Pockets, minus, pockets, total
from tests.reference import forms
from tests.reference.facts import Fact
from tests.reference.forms import Json
from tests.reference.postings import Posting
from tests.reference.rounds import rate_of
from tests.reference.settings import ReferenceSettings

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Result:
    """One settlement that counts, with what it does."""

    fact: Fact
    event: SportsBetSettled
    stake: Pockets
    back: Pockets
    payout: Pockets


def split_off(amount: Decimal, purse: Pockets) -> Pockets:
    """So much out of a purse, taken from its pockets one after the other; all of it when that is the amount."""
    if amount == total(purse):
        return purse
    rest, found = amount, []
    for one in purse:
        found.append(min(rest, one) if one > 0 else NOTHING)
        rest -= found[-1]
    return pockets(*found)


@dataclass(eq=False, kw_only=True)
class SportsBet:
    """All events of one bet id, in canonical order."""

    bet_id: str
    settings: ReferenceSettings
    bets: list[Fact] = field(default_factory=list)
    leg_reports: list[Fact] = field(default_factory=list)
    settlements: list[Fact] = field(default_factory=list)

    @cached_property
    def fact(self) -> Fact | None:
        """The bet itself, in force or not."""
        return self.bets[0] if self.bets else None

    @property
    def event(self) -> SportsBetPlaced | None:
        event = self.fact.event if self.fact else None
        return event if isinstance(event, SportsBetPlaced) else None

    @cached_property
    def is_void(self) -> bool:
        return self.fact is not None and not self.fact.is_effective

    @cached_property
    def placed(self) -> SportsBetPlaced | None:
        """The bet, when it is in force."""
        return None if self.is_void else self.event

    @cached_property
    def free_money(self) -> bool:
        if self.event is not None:
            return self.event.free_money
        return any(_settled(one).free_money for one in self.settlements)

    # ------------------------------------------------------------ settlements

    @cached_property
    def in_force(self) -> list[Fact]:
        """Settlements that were not taken back, nor with their bet."""
        return [] if self.is_void else [one for one in self.settlements if one.is_effective]

    @cached_property
    def counting(self) -> list[Fact]:
        """Those of them that no later one replaces."""
        return [
            one
            for n, one in enumerate(self.in_force)
            if not any(_settled(later).replaces for later in self.in_force[n + 1 :])
        ]

    def _gives_back(self, one: SportsBetSettled) -> bool:
        return one.kind in self.settings.void_types

    @cached_property
    def stake(self) -> Pockets:
        """The stake of the bet; before that is known the largest that its settlements speak of."""
        if self.event is not None:
            return self.event.pockets
        spoken_of = (
            total(one.pockets) if self._gives_back(one) else one.reference_amount or NOTHING
            for one in map(_settled, self.counting)
        )
        return pockets(max(spoken_of, default=NOTHING))

    @cached_property
    def results(self) -> list[Result]:
        found: list[Result] = []
        for fact in self.counting:
            left = self._less(found)
            event = _settled(fact)
            if self._gives_back(event):
                amount = min(total(left), total(event.pockets))
                beyond = minus(event.pockets, split_off(amount, event.pockets))
                found.append(Result(fact, event, EMPTY, split_off(amount, left), beyond))
                continue
            stake, reference = left, event.reference_amount
            if event.cash_out and reference is not None and reference < total(self.stake):
                stake = split_off(min(reference, total(left)), left)
            found.append(Result(fact, event, stake, EMPTY, event.pockets))
        return found

    def _less(self, results: Iterable[Result]) -> Pockets:
        left = self.stake
        for one in results:
            left = minus(minus(left, one.stake), one.back)
        return left

    @cached_property
    def open_stake(self) -> Decimal:
        """What is neither settled nor given back of a bet in force."""
        return total(self._less(self.results)) if self.placed else NOTHING

    @cached_property
    def state(self) -> str:
        if self.is_void:
            return "rolled_back"
        if not self.results:
            return "open"
        if self.open_stake > 0:
            return "part_settled"
        ended = [one for one in self.results if not self._gives_back(one.event)]
        if not ended:
            return "voided"
        if ended[-1].event.cash_out:
            return "cashed_out"
        paid = sum((total(one.payout) for one in ended if not one.event.cash_out), NOTHING)
        return "won" if paid > 0 else "lost"

    # ------------------------------------------------------------ totals

    def postings(self) -> Iterator[Posting]:
        """What the bet adds to the totals."""
        yield from self._placing()
        for one in self.results:
            yield from self._settling(one)
        yield from self._reversals()

    def _rate(self, event: SportsBetPlaced | SportsBetSettled) -> Decimal | None:
        return rate_of(event.currency, event.rate, self.settings)

    def _placing(self) -> Iterator[Posting]:
        event = self.placed
        if event is None:
            return
        at, rate, stakes = event.about.occurred_at, self._rate(event), total(event.pockets) > 0
        yield Posting(
            product="sports",
            currency=event.currency,
            at=at,
            pockets={"turnover": event.pockets},
            base_pockets=_based({"turnover": event.pockets}, rate),
            amounts={"free_stake": event.free_stake or NOTHING},
            counts={
                "bets": int(stakes),
                "free_bets": int(not stakes),
                "legs": event.legs,
                "live_bets": int(event.live),
                "odds_bets": int(bool(event.odds)),
            },
            rate=rate,
            missing=int(rate is None and bool(event.pockets)),
        )
        odds = event.odds or NOTHING
        yield Posting(product="sports", currency=event.currency, at=at, amounts={"odds_sum": odds}, base_amounts={})
        yield Posting(
            product="sports",
            currency=event.currency,
            at=at,
            amounts={"open_stake": self.open_stake, "open_return": self.open_stake * odds},
            rate=rate,
            only_for_life=True,
        )

    def _settling(self, one: Result) -> Iterator[Posting]:
        staked_in = self.event or one.event
        for event, sums, counts in (
            (staked_in, {"settled_stake": one.stake, "void_stake": one.back}, {}),
            (one.event, {"payout": one.payout}, {"wins": int(total(one.payout) > 0)}),
        ):
            rate = self._rate(event)
            yield Posting(
                product="sports",
                currency=event.currency,
                at=one.fact.at,
                pockets=sums,
                base_pockets=_based(sums, rate),
                counts=counts,
                missing=int(rate is None and any(map(any, sums.values()))),
            )

    def _reversals(self) -> Iterator[Posting]:
        if self.is_void and self.event is not None and self.fact is not None:
            yield self._reversal(self.fact.undone_by, self.event, "reversed_stake")
        for one in self.settlements:
            undone_by = [*one.undone_by, *(self.fact.undone_by if self.fact else ())]
            if undone_by and not self._gives_back(_settled(one)):
                yield self._reversal(undone_by, _settled(one), "reversed_payout")

    def _reversal(self, by: Sequence[Fact], of: SportsBetPlaced | SportsBetSettled, name: str) -> Posting:
        earliest = min(by, key=lambda one: one.order)
        return Posting(
            product="sports",
            currency=of.currency,
            at=earliest.at,
            amounts={name: total(of.pockets)},
            rate=self._rate(of),
        )

    # ------------------------------------------------------------ what is shown

    def json(self) -> Json:
        """The bet as the document shows it."""
        shown = {
            "free_money": self.free_money or None,
            "settled_at": forms.instant(max((one.fact.at for one in self.results), default=None)),
            "settled_stake": _sum(one.stake for one in self.results),
            "void_stake": _sum(one.back for one in self.results),
            "payout": forms.purse(forms.summed((one.event.currency, one.payout) for one in self.results)),
            "legs": self._legs(),
            "settlements": [self._settlement(one) for one in self.settlements],
            "flags": self._flags(),
        }
        return {"bet_id": self.bet_id, "state": self.state} | forms.tidy(self._of_bet() | shown)

    def _of_bet(self) -> Json:
        event = self.event
        if event is None:
            return {}
        return {
            "placed_at": forms.instant(event.about.occurred_at),
            "currency": event.currency,
            "stake": forms.pockets(event.pockets),
            "free_stake": forms.amount(event.free_stake),
            "odds": forms.amount(event.odds),
            "kind": event.kind,
            "live": event.live or None,
            "user_bonus_id": event.user_bonus_id,
            "open_stake": forms.amount(self.open_stake),
            "open_return": forms.amount(self.open_stake * (event.odds or NOTHING)),
        }

    def _settlement(self, fact: Fact) -> Json:
        event = _settled(fact)
        result = next((one for one in self.results if one.fact is fact), None)
        state = "counted" if result else "replaced" if fact in self.in_force else "rolled_back"
        shown = {
            "currency": event.currency,
            "amount": forms.pockets(event.pockets),
            "kind": event.kind,
            "cash_out": event.cash_out or None,
        }
        if result:
            shown["settled_stake"] = forms.pockets(result.stake)
            shown["void_stake"] = forms.pockets(result.back)
            shown["payout"] = forms.pockets(result.payout)
        always = {"settlement_id": event.settlement_id, "state": state, "at": forms.instant(fact.at)}
        return always | forms.tidy(shown)

    def _legs(self) -> list[Json]:
        said: dict[str, list[SelectionReported]] = defaultdict(list)
        for fact in self.leg_reports:
            if fact.is_effective and isinstance(fact.event, SelectionReported):
                said[fact.event.selection_id].append(fact.event)
        return [_leg(selection_id, reports) for selection_id, reports in sorted(said.items())]

    def _flags(self) -> list[str]:
        found = set()
        if any(one.event.amount_mismatch for one in self.results) or (self.event and self.event.amount_mismatch):
            found.add("amount_mismatch")
        if self.event and any(one.payout and one.event.currency != self.event.currency for one in self.results):
            found.add("currency_mixed")
        if self.event is None and self.results:
            found.add("settlement_without_bet")
        return sorted(found)


def _settled(fact: Fact) -> SportsBetSettled:
    assert isinstance(fact.event, SportsBetSettled)
    return fact.event


def _based(sums: dict[str, Pockets], rate: Decimal | None) -> dict[str, Pockets]:
    return {} if rate is None else {name: pockets(*(part * rate for part in purse)) for name, purse in sums.items()}


def _sum(parts: Iterable[Pockets]) -> Json:
    return forms.pockets(forms.summed(("", part) for part in parts).get("", EMPTY))


def _leg(selection_id: str, reports: Sequence[SelectionReported]) -> Json:
    """What was said of a leg, the latest word of each matter."""

    def latest(name: str) -> object:
        stated = [value for report in reports if (value := getattr(report, name)) not in (None, "")]
        return stated[-1] if stated else None

    settled = [report for report in reports if report.settled]
    odds, starts_at = latest("odds"), latest("starts_at")
    shown = {name: latest(name) for name in ("sport", "tournament", "match", "market", "outcome")} | {
        "result": settled[-1].result if settled else None,
        "odds": forms.amount(odds) if isinstance(odds, Decimal) else None,
        "starts_at": forms.instant(starts_at) if isinstance(starts_at, int) else None,
        "live": any(report.live for report in reports) or None,
        "free": any(report.free for report in reports) or None,
    }
    return {"selection_id": selection_id, "state": "settled" if settled else "open"} | forms.tidy(shown)


def sports_bets(facts: Iterable[Fact], settings: ReferenceSettings) -> list[SportsBet]:
    """All sports bets that anything is known of, by id."""
    found: dict[str, SportsBet] = {}
    for fact in facts:
        if isinstance(fact.event, SportsBetPlaced | SelectionReported | SportsBetSettled):
            bet = found.setdefault(fact.event.bet_id, SportsBet(bet_id=fact.event.bet_id, settings=settings))
            match fact.event:
                case SportsBetPlaced():
                    bet.bets.append(fact)
                case SelectionReported():
                    bet.leg_reports.append(fact)
                case SportsBetSettled():
                    bet.settlements.append(fact)
    return [found[bet_id] for bet_id in sorted(found)]
