"""What a demonstration does: how long, how much, how badly the made-up platform behaves."""

from pathlib import Path
from typing import Final, Literal

import msgspec

from countroom.core.instants import HOUR, SECOND, Instant
from countroom.simulator.settings import SimulatorSettings

EVENTS_PER_SECOND: Final = 250
FACTOR: Final = 3600.0
"""Business time per demo time: a second is an hour, so that days turn, sessions end and rounds time out."""
BRAND: Final = "lucky"
ORIGIN: Final = "lucky.example"
ZONE: Final = "Europe/Malta"
CURRENCY: Final = "EUR"
SOURCE: Final = "fasttrack"
_MARK: Final = "# Made by 'countroom demo', which empties this directory when it is run again."


class Noise(msgspec.Struct, frozen=True, kw_only=True):
    """Shares in [0, 1]."""

    duplicates: float = 0.02
    retries: float = 0.01
    late: float = 0.05
    shuffled: float = 0.05
    rollbacks: float = 0.02
    malformed: float = 0.01


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One demonstration."""

    root: Path
    seconds: float = 60.0
    events: int = 0
    """About how many messages; 0: as many as fit the time."""
    players: int = 200
    seed: int = 1
    shards: int = 2
    noise: Noise = Noise()
    with_kills: bool = False
    sabotage: Literal["drop", "double", "alter"] | None = None
    with_whole_rounds: float = 0.0
    sports: float = 0.15
    """Share of the players who bet on sports as well."""

    def traffic(self, now: Instant) -> SimulatorSettings:
        """The platform's settings: the last business hours before `now`, one per second."""
        ends_at = now - now % SECOND
        return SimulatorSettings(
            seed=self.seed,
            brand=BRAND,
            origin=ORIGIN,
            source=SOURCE,
            players=self.players,
            starts_at=ends_at - max(1, round(self.seconds)) * HOUR,
            ends_at=ends_at,
            events=self.events or round(self.seconds * EVENTS_PER_SECOND),
            base_currency=CURRENCY,
            time_zone=ZONE,
            whole_rounds=self.with_whole_rounds,
            sports=self.sports,
            **msgspec.structs.asdict(self.noise),
        )


def configuration(shards: int) -> str:
    """The hub's `countroom.toml`; ports are free ones, so that a demo never stands in the way."""
    return f"""{_MARK}

[hub]
data_dir = "."
shards = {shards}

[rest]
port = 0

[api]
port = 0

[brands.{BRAND}]
origins = ["{ORIGIN}"]
time_zone = "{ZONE}"
base_currency = "{CURRENCY}"
"""


def is_demo(root: Path) -> bool:
    """True when `root` was made by a demonstration, and may be emptied."""
    try:
        return (root / "countroom.toml").read_text("utf-8").startswith(_MARK)
    except OSError:
        return False
