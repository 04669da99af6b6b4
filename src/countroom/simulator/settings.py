"""What the made-up platform is like: how large, how busy, and how badly it behaves."""

from decimal import Decimal
from typing import Final

import msgspec


class Currency(msgspec.Struct, frozen=True):
    """A currency that some players hold."""

    code: str
    rate: Decimal
    """Multiply to get the base currency; it drifts a little from hour to hour."""
    decimals: int = 2
    """Digits after the point that people use: 0 for yen, 8 for coins."""
    weight: int = 1
    """Players who hold it, relative to the others."""


CURRENCIES: Final = (
    Currency("EUR", Decimal(1), weight=60),
    Currency("SEK", Decimal("0.087"), weight=15),
    Currency("GBP", Decimal("1.1712"), weight=10),
    Currency("JPY", Decimal("0.006134"), decimals=0, weight=5),
    Currency("BTC", Decimal("61873.25"), decimals=8, weight=5),
    Currency("USDT", Decimal("0.9218"), decimals=6, weight=5),
)
"""For a base currency of EUR; the base currency itself always has rate 1."""

FREE_MONEY: Final = "GC"
"""The currency of the play tokens."""

SHARES: Final = (
    "duplicates", "retries", "late", "shuffled", "rollbacks", "malformed", "whole_rounds", "quirks", "sports",
)  # fmt: skip


class SimulatorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the traffic depends on: equal settings, equal bytes.

    Shares are numbers in [0, 1]. Instants are microseconds since 1970, UTC.
    """

    seed: int = 1
    brand: str = "lucky"
    origin: str = "lucky.example"
    source: str = "fasttrack"
    """The hub's name for the source that these messages come by."""
    players: int = 200
    starts_at: int
    ends_at: int
    """The last event lies at or shortly before it; nothing is sent after it."""
    events: int
    """About how many messages that must be accepted, repeats included."""
    base_currency: str = "EUR"
    time_zone: str = "Europe/Malta"
    currencies: tuple[Currency, ...] = CURRENCIES
    duplicates: float = 0.02
    """Sent again byte for byte."""
    retries: float = 0.01
    """Sent again stamped anew: the same ids and amounts, another time, other balances, a rate read again."""
    late: float = 0.05
    """Sent minutes to many hours after they happened."""
    shuffled: float = 0.05
    """Sent in the place of a neighbour."""
    rollbacks: float = 0.02
    """Of bets and wins: rolled back at once, after the round closed, or before they were sent themselves."""
    malformed: float = 0.01
    """Sent besides, and broken, each in one known way."""
    whole_rounds: float = 0.0
    """Of rounds: told once, as a whole, in place of their bets and wins."""
    quirks: float = 0.05
    """Of players: their messages come from a client with bad habits (ids as numbers, amounts as text, other times)."""
    sports: float = 0.15
    """Of players: they bet on sports as well."""
    personal: bool = True
    """Registrations tell made-up names and addresses, logins the network address; notes and free objects occur."""

    def __post_init__(self) -> None:
        for name in SHARES:
            if not 0 <= (share := getattr(self, name)) <= 1:
                raise ValueError(f"simulator: {name}: expected a share from 0 to 1, got {share}")
        if self.starts_at >= self.ends_at:
            raise ValueError("simulator: ends_at: expected an instant after starts_at")
        if self.players < 1:
            raise ValueError(f"simulator: players: expected at least 1, got {self.players}")
