"""What a demonstration does: how long, how much, how badly the made-up platform behaves."""

from pathlib import Path
from typing import Final

import msgspec

from countroom.core.instants import HOUR, SECOND, Instant
from countroom.simulator.partner.sabotage import Tampering
from countroom.simulator.sabotage import Sabotage
from countroom.simulator.settings import SimulatorSettings

EVENTS_PER_SECOND: Final = 250
FACTOR: Final = 3600.0
"""Business time per demo time: a second is an hour, so that days turn, sessions end and rounds time out."""
BRAND: Final = "lucky"
ORIGIN: Final = "lucky.example"
ZONE: Final = "Europe/Malta"
CURRENCY: Final = "EUR"
SOURCE: Final = "fasttrack"
PARTNER: Final = "faceit"
PLATFORM: Final = "lucky-demo"
PARTNER_KEY: Final = "demo-partner-key"
PARTNER_RATE: Final = 200
"""Messages in any second that the partner takes. With the vendor's 40 a minute is too short for what is to be told."""
PACE: Final = 150
"""What the hub sends in any second: below it, as a crowded machine can let what was sent evenly arrive in a heap."""
KEY_FILE: Final = "partner.key"
MARK: Final = "# Made by 'countroom demo', which empties this directory when it is run again."


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
    sabotage: Sabotage | None = None
    tampering: Tampering | None = None
    linked: float = 0.33
    """Share of the players who are linked to the partner at some time."""
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


def configuration(shards: int, partner_url: str) -> str:
    """The hub's `countroom.toml`; ports are free ones, so that a demo never stands in the way."""
    return f"""{MARK}

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

# FACEIT's endpoint, made up. The real one lets 40 messages a second through, and needs ten seconds
# after linking; a demo has less time. It has no gates, so that nothing waits at its end.
[partners.{PARTNER}]
url = "{partner_url}/cdp/v1/users/events/send"
key_file = "{KEY_FILE}"
platform = "{PLATFORM}"
rate = {PACE}
settle = "1s"
timeout = "2s"
gates = []

[[partners.{PARTNER}.events]]
slug = "withdrawal"
enabled = true
"""


def is_demo(root: Path) -> bool:
    """True when `root` was made by a demonstration, and may be emptied."""
    try:
        return (root / "countroom.toml").read_text("utf-8").startswith(MARK)
    except OSError:
        return False
