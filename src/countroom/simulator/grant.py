"""A bonus while it lasts, shared by the desk that grants it and the games that are played with it."""

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(slots=True)
class Grant:
    """One grant of a bonus to one player."""

    user_bonus_id: str
    type: str
    amount: Decimal
    required: Decimal
    granted_at: int
    wagered: Decimal = ZERO
    won: Decimal = ZERO
    spins: int = 0
    """Free spins that are left."""
    is_over: bool = False
