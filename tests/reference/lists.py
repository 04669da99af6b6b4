"""What is kept as last reported, what is only counted, and the brand's games."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from countroom.core.events import BalancesStated, CustomHappened, Event, GameStated, MigrationStated, TagsStated
from countroom.core.money import plain
from tests.reference import forms
from tests.reference.facts import identity_text
from tests.reference.forms import Json
from tests.reference.settings import ReferenceSettings

E = TypeVar("E", bound=Event)


def _word_that_holds(said: Sequence[E], settings: ReferenceSettings) -> E:
    """The latest; at one time that of the source preferred, then of the smaller identity."""
    latest = max(event.about.occurred_at for event in said)
    order = {source: n for n, source in enumerate(settings.profile_priority)}
    return min(
        (event for event in said if event.about.occurred_at == latest),
        key=lambda event: (order.get(event.about.source, len(order)), identity_text(event)),
    )


def _of_kind(events: Iterable[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def _said_by(event: Event) -> Json:
    return {"at": forms.instant(event.about.occurred_at), "source": event.about.source}


def lists(events: Sequence[Event], settings: ReferenceSettings) -> Json:
    """Balances, tags, custom facts, migration and games, as far as there are any."""
    return forms.tidy(
        {
            "balances": _balances(_of_kind(events, BalancesStated), settings),
            "tags": _tags(_of_kind(events, TagsStated), settings),
            "custom": _custom(_of_kind(events, CustomHappened)),
            "migration": _migration(_of_kind(events, MigrationStated), settings),
            "catalogue": _catalogue(_of_kind(events, GameStated), settings),
        }
    )


def _balances(said: Sequence[BalancesStated], settings: ReferenceSettings) -> Json:
    wallets: dict[str, dict[str, list[BalancesStated]]] = defaultdict(lambda: defaultdict(list))
    for event in said:
        for balance in event.balances:
            wallets[balance.key][balance.currency].append(event)
    return {
        key: {
            currency: {"amount": plain(_amount(holds, key, currency)), **_said_by(holds)}
            for currency, own in sorted(currencies.items())
            for holds in [_word_that_holds(own, settings)]
        }
        for key, currencies in sorted(wallets.items())
    }


def _amount(event: BalancesStated, key: str, currency: str) -> Decimal:
    return next(b.amount for b in event.balances if (b.key, b.currency) == (key, currency))


def _tags(said: Sequence[TagsStated], settings: ReferenceSettings) -> Json:
    if not said:
        return {}
    holds = _word_that_holds(said, settings)
    return {"tags": sorted(set(holds.tags)), **_said_by(holds)}


def _custom(said: Sequence[CustomHappened]) -> Json:
    times: dict[str, list[int]] = defaultdict(list)
    for event in said:
        times[event.kind].append(event.about.occurred_at)
    return {
        kind: {"count": len(own), "first_at": forms.instant(min(own)), "last_at": forms.instant(max(own))}
        for kind, own in sorted(times.items())
    }


def _migration(said: Sequence[MigrationStated], settings: ReferenceSettings) -> Json:
    named = [event for event in said if event.reference]
    approved = [event.about.occurred_at for event in said if event.approved]
    return forms.tidy(
        {
            "reference": _word_that_holds(named, settings).reference if named else None,
            "approved_at": forms.instant(min(approved, default=None)),
        }
    )


def _catalogue(said: Sequence[GameStated], settings: ReferenceSettings) -> Json:
    games: dict[str, list[GameStated]] = defaultdict(list)
    for event in said:
        games[event.game].append(event)
    drift = []
    for game, own in sorted(games.items()):
        times: dict[str, list[int]] = defaultdict(list)
        for event in own:
            times[event.name].append(event.about.occurred_at)
        times.pop("", None)
        if len(times) > 1:
            names = sorted((min(at), max(at), name) for name, at in times.items())
            drift.append(
                {
                    "game": game,
                    "names": [
                        {"name": name, "first_at": forms.instant(first), "last_at": forms.instant(last)}
                        for first, last, name in names
                    ],
                }
            )
    live = sum(_word_that_holds(own, settings).is_live for own in games.values())
    return {"games": len(games), "live": live} | forms.tidy({"drift": drift}) if games else {}
