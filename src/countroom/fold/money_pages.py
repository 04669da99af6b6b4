"""The pages of payments and bonuses."""

from decimal import Decimal

import msgspec

from countroom.core.money import ZERO, Pockets


class Booking(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One figure of a payment or a bonus, in one bucket."""

    field: str
    at: int
    currency: str
    amount: Decimal
    base: Decimal | None
    count: str = ""
    """Name of the count that goes with it."""
    life_only: bool = False
    lacks: bool = False
    """Counts as a contribution without a rate."""


class PaymentStep(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One status of a payment, as first accepted."""

    status: str
    at: int
    source_id: str | None
    business_id: str | None
    amount: Decimal | None
    currency: str
    rate: Decimal | None
    fee: Decimal | None = None
    method: str = ""
    stated_deposits: int | None = None
    stated_withdrawals: int | None = None


class PaymentPage(msgspec.Struct, array_like=True):
    """One payment: every status seen."""

    payment_id: str = ""
    direction: str = ""
    steps: list[PaymentStep] = []
    told: tuple[str, int] | None = None
    """Status and time under which it was told as counted, last: a later status that counts is not told again."""


class BonusStep(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One state of a grant, as first accepted."""

    state: str
    at: int
    source_id: str | None
    business_id: str | None
    amount: Decimal
    currency: str
    rate: Decimal | None
    turned_real: Decimal | None = None
    required: Decimal | None = None
    bonus_id: str = ""
    code: str = ""
    bonus_type: str = ""
    product: str = ""
    free_money: bool = False


class BonusBet(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One casino posting that names a grant, added (+1) or taken away (-1)."""

    at: int
    sign: int
    is_bet: bool
    weighed: Decimal
    currency: str
    pockets: Pockets
    spun_free: bool = False


class BonusPage(msgspec.Struct, array_like=True):
    """One grant: its states, and the sums of the casino postings that name it."""

    user_bonus_id: str = ""
    steps: list[BonusStep] = []
    postings: int = 0
    """Postings kept in the parts."""
    counted_to: int = 0
    """The end the sums below were counted for; 0: no end."""
    counted_from: int = 0
    """The crediting the sums below were counted for; 0: not seen."""
    wagered: Decimal = ZERO
    bets: int = 0
    after_end: int = 0
    before_credited: int = 0
    payouts: dict[str, Pockets] = {}
    spun_real: Decimal = ZERO
    revision: int = 0
    """How often it was told as corrected after its end."""
    reached: int = 0
    """How often its wagering was told as reached."""


class BonusBets(msgspec.Struct, array_like=True):
    """One part of the postings that name a grant."""

    postings: list[BonusBet] = []
