"""Bonuses: the state of each as computed from all its reports, wagering, and what it cost."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from countroom.core.events import BetPlaced, BonusReported, BonusState, WinPaid
from countroom.core.money import POCKETS, Pockets, total
from tests.reference import forms
from tests.reference.facts import Fact, Play
from tests.reference.forms import Json
from tests.reference.postings import Posting
from tests.reference.rounds import Round, rate_of
from tests.reference.settings import ReferenceSettings
from tests.reference.sports import Result, SportsBet

_ENDS = (
    BonusState.COMPLETED,
    BonusState.AUTO_COMPLETED,
    BonusState.LOST,
    BonusState.FORFEITED,
    BonusState.EXPIRED,
    BonusState.NOT_APPLICABLE,
)
_STEPS = (BonusState.OFFERED, BonusState.CLAIMED, BonusState.CREDITED, BonusState.WAGERING)

Report = tuple[Fact, BonusReported]


def _stage(state: BonusState) -> int:
    """How far along a life a state lies; all ends are equally far."""
    if state in _STEPS:
        return _STEPS.index(state)
    return len(_STEPS) + (state is BonusState.REVERSED)


def _pocket(amount: Pockets, name: str) -> Decimal:
    return dict(zip(POCKETS, amount, strict=False)).get(name, Decimal(0))


@dataclass(eq=False, kw_only=True)
class Bonus:
    """One grant: its reports in canonical order, and the plays that name it, void ones too."""

    user_bonus_id: str
    reports: list[Report]
    plays: list[Fact]
    results: list[Result]
    """What the settlements of sports bets that name it settled and paid."""
    free_rounds: Sequence[Round]
    """The player's rounds in which every bet in force was free."""
    settings: ReferenceSettings

    @cached_property
    def _ends(self) -> list[Report]:
        """The reports that ended it, the one that holds first."""
        found = [one for one in self.reports if one[1].state in _ENDS]
        found.sort(key=lambda one: (one[0].at, _ENDS.index(one[1].state)))
        return found if self.settings.bonus_end == "first" else found[::-1]

    @cached_property
    def _reversal(self) -> Report | None:
        return next((one for one in self.reports if one[1].state is BonusState.REVERSED), None)

    @cached_property
    def state(self) -> str:
        if self._reversal:
            return str(BonusState.REVERSED)
        if self._ends:
            return str(self._ends[0][1].state)
        steps = [(fact.at, _STEPS.index(report.state)) for fact, report in self.reports]
        return str(_STEPS[max(steps)[1]]) if steps else "unknown"

    @cached_property
    def ended_at(self) -> int | None:
        """When it ended; a reversal is the end only where no other is known."""
        if self._ends:
            return self._ends[0][0].at
        return self._reversal[0].at if self._reversal else None

    # ------------------------------------------------------------ wagering

    @cached_property
    def _bets(self) -> list[tuple[int, Decimal]]:
        """Stakes as they weigh: of casino bets when they are placed, of sports bets when they are settled."""
        casino = [
            (fact.at, self._stake(fact.event.pockets) * self._weight(fact.event.game_type))
            for fact in self.plays
            if fact.is_effective and isinstance(fact.event, BetPlaced)
        ]
        settled = [one for one in self.results if one.stake]
        return casino + [(one.fact.at, self._stake(one.stake) * self._weight("Sports")) for one in settled]

    @cached_property
    def _wagering_bets(self) -> list[Decimal]:
        return [weight for at, weight in self._bets if self.ended_at is None or at <= self.ended_at]

    @cached_property
    def wagered(self) -> Decimal:
        return sum(self._wagering_bets, Decimal(0))

    def _stake(self, stake: Pockets) -> Decimal:
        return total(stake) if self.settings.wagering_counts == "all" else _pocket(stake, "bonus")

    def _weight(self, game_type: str) -> Decimal:
        return self.settings.contribution.get(game_type, Decimal(1))

    @cached_property
    def required(self) -> Decimal | None:
        return next((report.required for _, report in reversed(self.reports) if report.required is not None), None)

    # ------------------------------------------------------------ cost

    @cached_property
    def _grant(self) -> Report | None:
        """The report that the granted amount is taken from: the crediting, else the earliest."""
        credited = (one for one in self.reports if one[1].state is BonusState.CREDITED)
        return next(credited, self.reports[0] if self.reports else None)

    @cached_property
    def granted(self) -> Decimal:
        if self._grant is None or self.state == BonusState.NOT_APPLICABLE:
            return Decimal(0)
        return self._grant[1].amount

    @cached_property
    def _conversion(self) -> Report | None:
        """The report at which the conversion is booked."""
        # Senders fill the field in with 0 in every status: a 0 says nothing.
        stated = next((one for one in reversed(self.reports) if one[1].turned_real), None)
        return stated or (self._grant if self._is_cash_grant else None)

    @cached_property
    def _is_cash_grant(self) -> bool:
        return self._stated("bonus_type") in self.settings.cash_types and not self.required

    @cached_property
    def converted(self) -> Decimal:
        if self._conversion is None or self._reversal:
            return Decimal(0)
        stated = self._conversion[1].turned_real
        amount = stated or self.granted
        return max(Decimal(0), amount - self._won_in_free_rounds)

    @cached_property
    def _won_in_free_rounds(self) -> Decimal:
        """Real money won with free spins of this grant: it lies in GGR already."""
        named = [
            payout.pockets
            for one in self.free_rounds
            for payout in one.payouts
            if isinstance(payout.fact.event, Play) and payout.fact.event.user_bonus_id == self.user_bonus_id
        ]
        return sum((_pocket(pockets, "real") for pockets in named), Decimal(0))

    @cached_property
    def reversed(self) -> Decimal:
        return self.granted if self._reversal else Decimal(0)

    def postings(self) -> Iterator[Posting]:
        """What the grant adds to the totals; one made of free money adds nothing."""
        sums = (
            ("granted", self.granted, self._grant),
            ("converted", self.converted, self._conversion),
            ("reversed", self.reversed, self._reversal),
        )
        by_report: dict[Fact, dict[str, Decimal]] = defaultdict(dict)
        for name, amount, report in sums:
            if amount and report is not None and not report[1].free_money:
                by_report[report[0]][name] = amount
        for fact, report_ in self.reports:
            if amounts := by_report.get(fact):
                rate = rate_of(report_.currency, report_.rate, self.settings)
                yield Posting(
                    product="bonuses",
                    currency=report_.currency,
                    at=fact.at,
                    amounts=amounts,
                    rate=rate,
                    missing=int(rate is None),
                )

    # ------------------------------------------------------------ what is shown

    @cached_property
    def flags(self) -> list[str]:
        found = set()
        credited_at = [fact.at for fact, report in self.reports if report.state is BonusState.CREDITED]
        if credited_at and any(at < min(credited_at) for at, _ in self._bets):
            found.add("before_credited")
        if len({report.state for _, report in self._ends}) > 1:
            found.add("end_conflict")
        stages = [stage for _, stage in sorted((fact.at, _stage(report.state)) for fact, report in self.reports)]
        if stages != sorted(stages):
            found.add("bonus_order")
        return sorted(found)

    def _stated(self, name: str) -> str:
        """A text as latest stated."""
        return next((text for _, report in reversed(self.reports) if (text := str(getattr(report, name)))), "")

    def json(self) -> Json:
        """The grant as the document shows it."""
        payouts = [
            (f.event.currency, f.event.pockets) for f in self.plays if f.is_effective and isinstance(f.event, WinPaid)
        ]
        payouts += [(one.event.currency, one.payout) for one in self.results]
        shown = {
            "bonus_id": self._stated("bonus_id"),
            "code": self._stated("code"),
            "type": self._stated("bonus_type"),
            "product": self._stated("product"),
            "currency": self._grant[1].currency if self._grant else None,
            "granted": forms.amount(self.granted),
            "converted": forms.amount(self.converted),
            "reversed": forms.amount(self.reversed),
            "required": forms.amount(self.required),
            "wagered": forms.amount(self.wagered),
            "progress": forms.ratio(min(self.wagered, self.required), self.required) if self.required else None,
            "started_at": forms.instant(self.reports[0][0].at) if self.reports else None,
            "ended_at": forms.instant(self.ended_at),
            "bets": len(self._wagering_bets),
            "after_end": len(self._bets) - len(self._wagering_bets),
            "payouts": forms.purse(forms.summed(payouts)),
            "flags": self.flags,
        }
        return {"user_bonus_id": self.user_bonus_id, "state": self.state} | forms.tidy(shown)


def bonuses(
    facts: Sequence[Fact], rounds: Iterable[Round], sports: Sequence[SportsBet], settings: ReferenceSettings
) -> list[Bonus]:
    """All grants that a report or a real-money play names, by id."""
    free_rounds = [one for one in rounds if one.is_free and not one.free_money]
    reports: dict[str, list[Report]] = defaultdict(list)
    plays: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        event = fact.event
        if isinstance(event, BonusReported):
            reports[event.user_bonus_id].append((fact, event))
        elif isinstance(event, Play) and event.user_bonus_id is not None and not event.free_money:
            plays[event.user_bonus_id].append(fact)
    results: dict[str, list[Result]] = {}
    for one in sports:
        if one.event is not None and one.event.user_bonus_id is not None and not one.free_money:
            results.setdefault(one.event.user_bonus_id, []).extend(one.results)
    return [
        Bonus(
            user_bonus_id=own_id,
            reports=reports.get(own_id, []),
            plays=plays.get(own_id, []),
            results=results.get(own_id, []),
            free_rounds=free_rounds,
            settings=settings,
        )
        for own_id in sorted({*reports, *plays, *results})
    ]
