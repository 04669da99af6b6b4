"""The players: who they are, what they hold and how much they play."""

from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from countroom.simulator.chance import happens, stream, weighted
from countroom.simulator.fact import HOUR
from countroom.simulator.settings import Currency, SimulatorSettings

_COUNTRIES: Final = {"MT": "en", "SE": "sv", "FI": "fi", "DE": "de", "JP": "ja", "BR": "pt", "CA": "en"}


class Player(msgspec.Struct, frozen=True, kw_only=True):
    """One account."""

    number: int
    player_id: str
    currency: Currency
    country: str
    language: str
    facts: int
    """About how many facts there are to be of this player."""
    registers: bool
    """False for those who registered before the period: their registration is never seen."""
    past_deposits: int
    """Deposits before the period, which the operator counts in what it states; mostly 0."""
    has_quirks: bool
    plays_sports: bool


def players(settings: SimulatorSettings) -> list[Player]:
    """All players of the brand, in the order of their numbers. Few play much: shares fall with the cube."""
    rng = stream(settings.seed, "players")
    shares = [rng.random() ** 3 + 0.01 for _ in range(settings.players)]
    facts = settings.events / (1 + settings.duplicates + settings.retries) / sum(shares)
    return [_player(settings, number, facts=int(share * facts)) for number, share in enumerate(shares, start=1)]


def _player(settings: SimulatorSettings, number: int, *, facts: int) -> Player:
    rng = stream(settings.seed, "player", number)
    country = rng.choice(tuple(_COUNTRIES))
    return Player(
        number=number,
        player_id=str(10_000 + number) if happens(rng, 0.8) else f"u-{number}",
        currency=weighted(rng, {currency: currency.weight for currency in settings.currencies}),
        country=country,
        language=_COUNTRIES[country],
        facts=max(facts, 2),
        registers=happens(rng, 0.9),
        past_deposits=rng.randrange(5, 60) if happens(rng, 0.03) else 0,
        has_quirks=happens(rng, settings.quirks),
        plays_sports=happens(stream(settings.seed, "plays sports", number), settings.sports),
    )


def rate_at(currency: Currency, at: int, *, base_currency: str) -> Decimal:
    """What one unit is worth in base currency in this hour; 1 for the base currency itself."""
    if currency.code == base_currency:
        return Decimal(1)
    return currency.rate * (10_000 + _drift(currency.code, at // HOUR)) / 10_000


@lru_cache(maxsize=10_000)
def _drift(code: str, hour: int) -> int:
    return stream(hour, code).randrange(-40, 41)
