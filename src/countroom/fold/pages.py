"""The pages of a player: what lies on disk, decoded.

Arrays without field names: a new field is appended with a default. Pages are changed in place
by the fold and encoded after each visit. Amounts that are kept to be compared now and then are kept
as text: a decimal costs six times as much to read as its text does.
"""

from decimal import Decimal

import msgspec

from countroom.core.money import EMPTY, Pockets, Sum
from countroom.fold.other_cells import Others


class CasinoCell(msgspec.Struct, array_like=True, gc=False):
    """Sums of casino play of one currency in one bucket; semantics.md 4.2."""

    turnover: Pockets = EMPTY
    payout: Pockets = EMPTY
    bets: int = 0
    wins: int = 0
    rounds: int = 0
    free_rounds: int = 0
    free_stake: Sum = 0
    reversed_stake: Sum = 0
    reversed_payout: Sum = 0
    missing: int = 0
    """In a base cell: contributions without a rate."""


class PaymentsCell(msgspec.Struct, array_like=True, gc=False):
    """Sums of payments of one currency in one bucket; semantics.md 4.6."""

    deposits: int = 0
    deposit_sum: Sum = 0
    withdrawals: int = 0
    withdrawal_sum: Sum = 0
    chargebacks: int = 0
    chargeback_sum: Sum = 0
    fees: Sum = 0
    reversed_deposits: Sum = 0
    reversed_withdrawals: Sum = 0
    deposits_failed: int = 0
    withdrawals_failed: int = 0
    deposits_pending: Sum = 0
    withdrawals_pending: Sum = 0
    missing: int = 0


class BonusesCell(msgspec.Struct, array_like=True, gc=False):
    """Sums of bonuses of one currency in one bucket; semantics.md 5.4."""

    granted: Sum = 0
    converted: Sum = 0
    reversed: Sum = 0
    missing: int = 0


class Bucket(msgspec.Struct, array_like=True):
    """One bucket of totals: life, or one UTC hour of one brand day.

    The `*_base` cells hold what came in other currencies than the base currency; what came in
    the base currency itself counts at rate 1 and is not kept twice.
    """

    casino: dict[str, CasinoCell] = {}
    casino_base: CasinoCell | None = None
    payments: dict[str, PaymentsCell] = {}
    payments_base: PaymentsCell | None = None
    bonuses: dict[str, BonusesCell] = {}
    bonuses_base: BonusesCell | None = None
    others: Others | None = None
    """Sports, lottery, poker, carts: one field, as most buckets have none of them."""


class Rollback(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """A rollback as first accepted, in the page of its root target."""

    source_id: str | None
    business_id: str | None
    at: int
    target: str
    amount: Decimal | None = None


BET, WIN, LOSS, WHOLE = 0, 1, 2, 3
"""Roles of an activity."""


class Activity(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One bet, result or whole of a round, as first accepted. Kept, so that a rollback can take it away."""

    role: int
    at: int
    source_id: str | None
    business_id: str | None
    currency: str
    rate: Decimal | None
    pockets: Pockets
    """Stake of a bet or whole, payout of a win."""
    ends: bool = False
    game: str = ""
    game_type: str = ""
    bonus: str | None = None
    free_stake: Decimal | None = None
    mismatch: bool = False
    combined: bool = False
    payout: Pockets = EMPTY
    """Payout of a whole."""
    base_stake: Pockets | None = None
    base_payout: Pockets | None = None


class Generation(msgspec.Struct, array_like=True, gc=False):
    """One generation of a round, as last derived from its activities; semantics.md 2."""

    first: int
    """Time of the earliest activity seen."""
    last: int
    """Time of the latest activity seen."""
    state: str
    last_at: int
    """Time of the latest effective activity; 0 when void."""
    home: int
    """Time of the first bet, void ones too: decides the session. 0 when no bet was seen."""
    closed_at: int = 0
    closed_by: str = ""
    count_at: int = 0
    """Time of the earliest effective bet, 0 when none: where the round is counted."""
    count_currency: str = ""
    free: bool = False
    raw: bool = True
    """False when only wholes were seen, so that they count."""
    revision: int = 0


class Tally(msgspec.Struct, array_like=True, gc=False):
    """Bets and results of one generation in its one currency, added up."""

    staked: Pockets = EMPTY
    won: Pockets = EMPTY
    base_staked: Sum = 0
    base_won: Sum = 0
    missing: int = 0
    """Contributions without a rate."""
    bets: int = 0
    """With a stake."""
    wins: int = 0
    """Payouts of something."""
    first_bet: int = 0
    game: str = ""
    """Of the first bet."""


class Earlier(msgspec.Struct, array_like=True, gc=False):
    """What a large round's page remembers of the activities that lie in parts; round_parts.py."""

    parts: int
    last: int = 0
    """Latest instant among them."""
    tally: Tally | None = None
    """None when they cannot be added up plainly."""


class RoundPart(msgspec.Struct, array_like=True):
    """Activities of a large round, in their order of arrival."""

    activities: list[Activity]


class RoundPage(msgspec.Struct, array_like=True):
    """All that is known of one (studio, round id) of a player."""

    activities: list[Activity] = []
    """In their order of arrival; of a large round the last ones."""
    rollbacks: list[Rollback] = []
    generations: list[Generation] = []
    earlier: Earlier | None = None


class SessionCell(msgspec.Struct, array_like=True, gc=False):
    """Sums of one session in one currency."""

    stake: Pockets = EMPTY
    payout: Pockets = EMPTY
    wins: int = 0
    tops: list[str] = []
    """Largest single payouts as text, largest first: exact as far as it goes."""


class EarlyWin(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """A win of a round without a bet that lies before the first bet of its cluster."""

    at: int
    currency: str
    pockets: Pockets
    base: Decimal | None


class Cluster(msgspec.Struct, array_like=True):
    """Points of play with no pause above the idle time; a session when there is a bet among them."""

    first: int
    last: int
    first_bet: int = 0
    cells: dict[str, SessionCell] = {}
    base_stake: Sum = 0
    base_payout: Sum = 0
    missing: int = 0
    rounds: int = 0
    free_rounds: int = 0
    bets: int = 0
    open_rounds: int = 0
    games: dict[str, tuple[str, int]] = {}
    """Per game and currency (`game_key`): stake as text, effective bets; of other currencies than the base one the
    stake in base as well, under the currency `""`."""
    early: list[EarlyWin] = []
    told: int = 0
    """0 nothing, 1 ended, 2 final."""
    revision: int = 0


class DayPage(msgspec.Struct, array_like=True):
    """One brand day of one ledger of a player, but for its totals, which lie in a page per UTC hour."""

    clusters: list[Cluster] = []
    carried: int = -1
    """The day on which the cluster that reaches into this day began; -1 when none does."""
    logins: list[int] = []
    rested: list[bytes] = []
    """Clusters that lie before those of `clusters`, encoded: few events of a day mean an earlier session."""

    def awake(self) -> list[Cluster]:
        """All clusters of the day, in the order in which they came up, each decoded."""
        if self.rested:
            self.clusters[:0] = map(_decode_cluster, self.rested)
            self.rested.clear()
        return self.clusters

    def rest(self) -> None:
        """Encode all clusters but the last. Done whenever the page is written, so that equal days have equal bytes."""
        self.rested += map(_encode_cluster, self.clusters[:-1])
        del self.clusters[:-1]


_encode_cluster = msgspec.msgpack.Encoder().encode
_decode_cluster = msgspec.msgpack.Decoder(Cluster).decode


class Moments(msgspec.Struct, array_like=True, gc=False):
    """First and last instants of one kind of fact: exact as far as the lists go."""

    count: int = 0
    first: list[int] = []
    last: list[int] = []


class Link(msgspec.Struct, array_like=True, gc=False):
    """One link of the player."""

    partner: str
    account: str
    state: str
    since: int


class Head(msgspec.Struct, array_like=True):
    """What every event of a player reads and writes. Stays small."""

    clock: int = 0
    latest_received: int = 0
    hold_until: int = 0
    timer: int = 0
    """Where the shard's timer of this player is to stand; 0 when he has none. May lie early."""
    timer_row: int = 0
    """Where it stands in the shard's table; the runner's alone."""
    life: Bucket = msgspec.field(default_factory=Bucket)
    free: Bucket | None = None
    bets: Moments = msgspec.field(default_factory=Moments)
    wins: Moments = msgspec.field(default_factory=Moments)
    logins: Moments = msgspec.field(default_factory=Moments)
    tops: dict[str, list[str]] = {}
    """Per currency the largest payouts as text, largest first; those of other currencies in base under `""`."""
    top_counts: dict[str, int] = {}
    multipliers: list[tuple[str, str]] = []
    """(won, staked) of closed paid rounds as text, largest ratio first."""
    multiplier_count: int = 0
    streak: list[tuple[int, str, int, bool]] = []
    """Latest closed paid rounds, latest first: (opened_at, round key, generation, lost)."""
    streak_count: int = 0
    active_from: int = 0
    active_days: bytes = b""
    """Bit n of byte k: brand day active_from + 8 k + n had an effective bet of stake > 0."""
    open_rounds: dict[bytes, int] = {}
    """Page key's rest of open rounds -> latest effective activity."""
    many_open: int = 0
    """Open rounds beyond the bound, kept as rows of their own."""
    session_days: list[int] = []
    """Days with sessions that are not final; free ones as -1 - day."""
    latest: tuple[int, int, int] = (0, 0, 0)
    """Latest cluster of the real ledger: home day, first point, last point; for the common case."""
    outside: dict[str, Pockets] = {}
    orphans: int = 0
    """Orphan pages of this player."""
    orphan_due: list[int] = []
    duplicates: int = 0
    conflicts: int = 0
    withdrawn: list[str] = []
    links: dict[str, Link] = {}
    ftd: tuple[str, int] | None = None
    ftd_revision: int = 0


class Known(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One event that an anchor's row remembers: where it lives and by which marks it is known."""

    page: bytes
    """Key of the page without the player's prefix; empty for kinds without a page of their own."""
    source_mark: str = ""
    business_mark: str = ""
    quiet: bool = False
    """Taken quietly (historical, or not to be published): a loud repeat tells it once."""
