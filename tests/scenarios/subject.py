"""Who tells what came of a story: the reference and the fold. The one place of the scenarios that knows both."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from countroom.core.events import Event
from countroom.core.rejection import Reason
from countroom.fold.memory import Folded, fold_all
from countroom.fold.settings import BrandSettings, Deduction, FoldSettings
from tests.reference import ReferenceSettings, accept, documents

BRAND = "lucky"
Document = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What came of a story: the documents by player, and what became of arrivals that are in none."""

    documents: dict[str, Document]
    refused: list[tuple[Event, Reason]]
    duplicates: int
    told: Counter[str] | None
    """How often each kind of signal was told; None from those who tell nothing."""

    def of(self, player: str = "p1") -> Document:
        """One player's document, without what depends on the order of arrival."""
        return {name: part for name, part in self.documents[player].items() if name != "handling"}

    @property
    def all(self) -> dict[str, Document]:
        """Every document."""
        return {player: self.of(player) for player in self.documents}

    @property
    def conflicts(self) -> int:
        """Refusals for want of agreement with an earlier rendition."""
        return sum(reason is Reason.CONFLICTING_DUPLICATE for _, reason in self.refused)


class Subject(Protocol):
    """Somebody who can be told a story."""

    def __call__(self, events: Sequence[Event], settings: ReferenceSettings, *, cut: int = 0) -> Outcome:
        """What comes of `events` in this order, taken in at once or, where it makes a difference, in two parts."""
        ...


def reference(events: Sequence[Event], settings: ReferenceSettings, *, cut: int = 0) -> Outcome:
    """The naive reading. It has no parts: where the story is cut makes no difference to it."""
    taken = accept(events, settings)
    return Outcome(
        documents={key.player: document for key, document in documents(taken.events, settings).items()},
        refused=[(event, why.reason) for event, why in taken.refused],
        duplicates=taken.duplicates,
        told=None,
    )


def fold(events: Sequence[Event], settings: ReferenceSettings, *, cut: int = 0) -> Outcome:
    """The fold itself, pages in memory."""
    chosen = FoldSettings(brands={BRAND: fold_settings(settings)})
    start = fold_all(events[:cut], chosen) if cut else None
    folded = fold_all(events[cut:], chosen, start=start)
    shown: dict[str, Document] = {player: document for (_, player), document in folded.documents.items()}
    return Outcome(
        documents=shown,
        refused=[(event, why.reason) for event, why in folded.refused],
        duplicates=sum(document.get("handling", {}).get("duplicates", 0) for document in shown.values()),
        told=_told(folded),
    )


def _told(folded: Folded) -> Counter[str]:
    return Counter(signal.kind for signal in folded.signals)


def fold_settings(settings: ReferenceSettings) -> BrandSettings:
    """The same choices as the fold names them."""
    return BrandSettings(
        time_zone=settings.time_zone,
        day_starts_at_min=settings.day_starts_at,
        base_currency=settings.base_currency,
        rounds_timeout=settings.round_timeout,
        rounds_reuse_gap=settings.reuse_gap,
        sessions_idle=settings.session_idle,
        sessions_grace=settings.session_grace,
        orphan_after=settings.orphan_after,
        casino_basis=settings.casino_basis,
        ngr_bonus_cost=settings.bonus_cost,
        ngr_locked_as=settings.locked_as,
        ngr_deduct=tuple(Deduction(of=of, percent=f"{share * 100:f}") for of, share in settings.deduct),
        base_rates={currency: f"{rate:f}" for currency, rate in settings.rates.items()},
        payments_capture_as=settings.capture_as,
        bonus_end=settings.bonus_end,
        bonus_wagering_counts=settings.wagering_counts,
        sports_ggr_basis=settings.ggr_basis,
        sports_void_types=tuple(sorted(settings.void_types)),
        lottery_amount_is_net=settings.lottery_amount_is_net,
        poker_buy_in_includes_fee=settings.poker_buy_in_includes_fee,
        profile_priority=settings.profile_priority,
        profile_owner=dict(settings.profile_owner),
    )


SUBJECTS: dict[str, Subject] = {"reference": reference, "fold": fold}
