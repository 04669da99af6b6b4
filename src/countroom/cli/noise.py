"""How badly the made-up platform behaves: the flags that `demo` and `simulate` share."""

from dataclasses import asdict, dataclass
from typing import Final

from cyclopts import Parameter

from countroom.cli.shares import Share


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


USUAL_NOISE: Final = NoiseOptions()
