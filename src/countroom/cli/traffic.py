"""The made-up casino's traffic: the flags that `demo` and `simulate` share."""

from dataclasses import asdict, dataclass
from typing import Final

from cyclopts import Parameter

from countroom.cli.shares import Share


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TrafficOptions:
    """How long, how much, which story."""

    seconds: float = 60.0
    """Hours of the casino's business, sent one per second."""
    events: int = 0
    """About how many messages; as many as fit the time when left away."""
    players: int = 200
    """How many players the casino has."""
    sports: Share = 0.15
    """Of the players: they bet on sports as well; a share such as 15%."""
    linked: Share = 0.33
    """Of the players: they are linked to a partner at some time; in a demo."""
    seed: int = 1
    """Another seed, another story."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class NoiseOptions:
    """How badly the made-up platform behaves; shares such as 5%."""

    duplicates: Share = 0.02
    """Sent again byte for byte."""
    retries: Share = 0.01
    """Sent again stamped anew."""
    late: Share = 0.05
    """Sent minutes to many hours after they happened."""
    shuffled: Share = 0.05
    """Sent in the place of a neighbour."""
    rollbacks: Share = 0.02
    """Bets and wins that are rolled back."""
    malformed: Share = 0.01
    """Sent besides, and broken."""

    @property
    def shares(self) -> dict[str, float]:
        """By name."""
        return asdict(self)


USUAL_TRAFFIC: Final = TrafficOptions()
USUAL_NOISE: Final = NoiseOptions()
