"""The records of `countroom.toml`, one per section, with the defaults. What each key means stands beside it.

Names follow the switches of the semantics: `rounds.timeout` of a brand is `timeout` in `[brands.<name>.rounds]`.
A hub runs without any file: then it has no brand, and says how one is added.
"""

from typing import Annotated, Any, Final, Literal

import msgspec

from countroom.config.durations import Duration

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
"""0 takes a free one."""
Positive = Annotated[int, msgspec.Meta(ge=1)]
Shards = Annotated[int, msgspec.Meta(ge=1, le=64)]
Zone = Annotated[str, msgspec.Meta(min_length=1)]
CurrencyCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{2,10}$")]
TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):(00|15|30|45)$")]
Percent = Annotated[str, msgspec.Meta(pattern=r"^(100|[0-9]{1,2})(\.[0-9]{1,6})?$")]
Rate = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,18})?$")]
Weight = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}(\.[0-9]{1,6})?$")]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """What all sections share: nothing in them changes once read."""


class HubSection(Section, frozen=True, kw_only=True):
    """`[hub]`."""

    data_dir: str = "countroom-data"
    """Where everything is kept; relative to the folder of this file."""
    shards: Shards = 2
    """Processes that fold; fixed when the data directory is made."""


class LimitsSection(Section, frozen=True, kw_only=True):
    """`[rest.limits]`: how much one client may take."""

    body_bytes: Positive = 1 << 20
    """Largest body; beyond it 413."""
    head_bytes: Positive = 16 * 1024
    """Largest request line and headers together; beyond it 431."""
    head: Duration = Duration.read("10s")
    """From the first byte of a request to the end of its headers."""
    body: Duration = Duration.read("20s")
    """From the end of the headers to the end of the body."""
    idle: Duration = Duration.read("75s")
    """Between two requests on one connection."""
    answer: Duration = Duration.read("30s")
    """From the end of the body until the client has taken the answer."""
    connections: Positive = 4_000
    """Open at once; beyond it 503."""
    in_flight_per_key: Positive = 2_000
    """Requests of one key that may wait at once; beyond it 429."""
    backlog_items: Positive = 2_000_000
    """Logged and not yet folded; beyond it the intake answers 503."""


class RestSection(Section, frozen=True, kw_only=True):
    """`[rest]`: where messages are taken in."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Port = 8480
    """Where messages are sent to; 0 takes a free one."""
    limits: LimitsSection = LimitsSection()


class ApiSection(Section, frozen=True, kw_only=True):
    """`[api]`: the admin API. It needs the token that lies in the data directory."""

    host: str = "127.0.0.1"
    """Address to listen on; the API is for people who may see everything."""
    port: Port = 8470
    """0 takes a free one."""


class LateSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.late]`."""

    after: Duration = Duration.read("1h")
    """An event that arrives later than this is labelled late."""
    hold: Duration = Duration.read("10m")
    """After a late arrival no timer of that player fires for this long."""


class RoundsSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.rounds]`."""

    timeout: Duration = Duration.read("24h")
    """An open round is closed this long after its last event."""
    reuse_gap: Duration = Duration.read("30d")
    """A round id that comes again after a longer pause is another round."""


class SessionsSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.sessions]`."""

    idle: Duration = Duration.read("30m")
    """A longer pause between two events of play ends a session."""
    grace: Duration = Duration.read("48h")
    """An ended session is final this long after its end."""


class RollbackSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.rollback]`."""

    orphan_after: Duration = Duration.read("7d")
    """A rollback whose target has not come by then is told as orphaned."""


class BaseSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.base]`."""

    fallback: Literal["none", "table"] = "none"
    """What stands in for a rate that a message does not state: nothing, so that it is missing in base; or `rates`."""
    rates: dict[CurrencyCode, Rate] = {}
    """Per currency what one of it is in base currency, as text."""


class PaymentsSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.payments]`."""

    capture_as: Literal["ignore", "deposit"] = "ignore"
    """`deposit`: the capture of an authorized payment counts as a deposit."""


class CasinoSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.casino]`."""

    basis: Literal["auto", "transactions", "rounds"] = "auto"
    """What counts when a round is told both by its events and as a whole."""


class DeductSection(Section, frozen=True, kw_only=True):
    """One of `[[brands.<name>.ngr.deduct]]`: either a share, `of` and `percent`, or a `field`."""

    of: Literal["", "ggr", "turnover", "deposits"] = ""
    """Of what a share is taken off; of less than nothing, nothing is."""
    percent: Percent = "0"
    """The share, as text."""
    field: Literal["", "fees"] = ""
    """A sum that is taken off whole: the fees of payments that count."""


class NgrSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.ngr]`."""

    bonus_cost: Literal["conversion", "stake", "grant", "none"] = "conversion"
    """What is taken off for bonuses on the way from GGR to NGR."""
    locked_as: Literal["bonus", "real"] = "bonus"
    """Whether the locked pocket counts as bonus money or as real money."""
    deduct: tuple[DeductSection, ...] = ()
    """What is taken off further: taxes, royalties, fees. E.g. `deduct = [{of = "ggr", percent = "15"}]`."""


class BonusSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.bonus]`."""

    end: Literal["first", "last"] = "first"
    """Which of several stated ends of a bonus is the end."""
    wagering_counts: Literal["all", "bonus"] = "all"
    """Which stakes count as wagered: all pockets, or bonus money alone."""
    contribution: dict[str, Weight] = {}
    """Weight of a stake by game type (sports bets have the type `Sports`); a type that is not named weighs 1."""
    cash_types: tuple[str, ...] = ("WagerFree", "CashbackBonus", "SportsManualCashback")
    """Types of bonus that are real money at once."""


class SportsSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.sports]`."""

    ggr_basis: Literal["settled", "placed"] = "settled"
    """When a sports bet is revenue: when it is settled, or when it is placed, less what is given back."""
    void_types: tuple[str, ...] = ("void", "voided", "cancelled", "canceled", "refund", "refunded", "push")
    """Types of settlement, in any letter case, whose amount is stake given back and no payout."""


class LotterySection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.lottery]`."""

    amount_is_net: bool = True
    """`false`: the discount that a message states is taken off its amount."""


class PokerSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.poker]`."""

    buy_in_includes_fee: bool = True
    """`false`: the fee of a tournament is paid beside the buy-in."""


class FreeMoneySection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.free_money]`."""

    currencies: tuple[CurrencyCode, ...] = ()
    """Currencies that are play tokens: kept apart in everything."""


class ProfileSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>.profile]`."""

    priority: tuple[str, ...] = ()
    """Sources, the one that wins at equal times first."""
    owner: dict[str, str] = {}
    """Per field the only source that may state it."""


class BrandSection(Section, frozen=True, kw_only=True):
    """`[brands.<name>]`: one site."""

    origins: tuple[str, ...] = ()
    """What senders call the brand, in any letter case; its own name counts always."""
    time_zone: Zone = "UTC"
    """IANA name of the zone in which the brand's days are counted."""
    base_currency: CurrencyCode = "EUR"
    """Into which amounts are converted by their own rates."""
    day_starts_at: TimeOfDay = "00:00"
    """Local time at which the brand's day begins, a quarter of an hour."""
    late: LateSection = LateSection()
    rounds: RoundsSection = RoundsSection()
    sessions: SessionsSection = SessionsSection()
    rollback: RollbackSection = RollbackSection()
    base: BaseSection = BaseSection()
    payments: PaymentsSection = PaymentsSection()
    casino: CasinoSection = CasinoSection()
    ngr: NgrSection = NgrSection()
    bonus: BonusSection = BonusSection()
    sports: SportsSection = SportsSection()
    lottery: LotterySection = LotterySection()
    poker: PokerSection = PokerSection()
    free_money: FreeMoneySection = FreeMoneySection()
    profile: ProfileSection = ProfileSection()


class CustomSection(Section, frozen=True, kw_only=True):
    """`[sources.<name>.custom.<kind>]`: custom events of one kind."""

    key: tuple[str, ...] = ()
    """Fields that make two events of this kind one, whatever else they say; they stand in `plain_keys` too."""


class SourceSection(Section, frozen=True, kw_only=True):
    """`[sources.<name>]`: one system that sends."""

    dialect: Literal["fasttrack"] = "fasttrack"
    """The language that the source speaks."""
    on_bad: Literal["refuse", "accept"] = "refuse"
    """`accept` answers 200 to what cannot be read, and quarantines it: for senders that stop at the first refusal."""
    default_brand: str = ""
    """Whose a message without an origin is; empty: such a message is refused."""
    casino_includes_type: bool = False
    """A bet and a win may share one activity id."""
    refund_targets: Literal["activity", "round"] = "activity"
    """What a refund voids; of `round` nothing is built yet."""
    rounds_scope: Literal["studio", "none", "game"] = "studio"
    """What a round id is unique within, beside the player."""
    win_closes: Literal["flag", "always"] = "flag"
    """`always`: every win above 0 ends its round, for senders without the flag."""
    second_settlement: Literal["add", "replace"] = "add"
    """What a further settlement of one sports bet does to those before it."""
    time_offset: Duration = Duration(0)
    """Added to every business time: the correction of a clock known to be slow."""
    aliases: dict[str, dict[str, str]] = {}
    """Further words by table, e.g. `aliases."fasttrack.casino_type".Einsatz = "bet"`; they go before ours."""
    plain_keys: tuple[str, ...] = ()
    """Keys of free objects that may be read: they are not sealed."""
    custom: dict[str, CustomSection] = {}
    """Per kind of custom event, what it is known by."""
    doubled_prefix: bool = False
    """Paths are also taken behind one more `/v1` or `/v2`."""


class PartnerSection(Section, frozen=True, kw_only=True):
    """`[partners.<name>]`: one system that is told of linked players. Stage and prod are two partners of one kind."""

    kind: Literal["faceit"] = "faceit"
    """The language that the partner speaks."""
    environment: Literal["prod", "stage"] = "prod"
    """Which of the vendor's endpoints is meant."""
    url: str = ""
    """Where messages are posted to; empty: the vendor's endpoint."""
    key_file: str = ""
    """The file that holds the partner's API key and nothing else."""
    key_env: str = ""
    """The environment variable that holds it instead."""
    platform: str = ""
    """What the vendor calls the operator."""
    brands: tuple[str, ...] = ()
    """Brands whose players are told of; empty: all."""
    rate: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 40
    """Messages within any second; 0 sets no limit."""
    settle: Duration = Duration.read("10s")
    """After linking nothing is sent for this long: the partner must have heard of the link everywhere."""
    gates: tuple[str, ...] = ("excluded", "blocked")
    """While one is closed, what is due waits: `excluded`, `blocked`, `account` (any block), `consent.<channel>`."""
    connect_timeout: Duration = Duration.read("5s")
    """To make a connection."""
    timeout: Duration = Duration.read("15s")
    """From sending a message to the end of its answer."""
    connections: Positive = 100
    """Messages on their way at once."""
    ca_file: str = ""
    """Certificates in PEM to trust beside the system's."""
    retention: Duration = Duration.read("30d")
    """Deliveries are kept this long after they ended."""
    events: tuple[dict[str, Any], ...] = ()
    """`[[partners.<name>.events]]`: rules over the usual ones, in the words of the partner's kind."""


class LogSection(Section, frozen=True, kw_only=True):
    """`[log]`: when a segment of the event log is full."""

    segment_bytes: Annotated[int, msgspec.Meta(ge=1 << 20)] = 256 << 20
    """A segment this large is followed by a new one."""
    segment_age: Duration = Duration.read("1d")
    """So is one this old."""


class QuarantineSection(Section, frozen=True, kw_only=True):
    """`[quarantine]`."""

    retention: Duration = Duration.read("30d")
    """What a redriven receipt held is forgotten this long after; it stays counted, and in the audit log."""


class VaultSection(Section, frozen=True, kw_only=True):
    """`[vault]`."""

    key_file: str = ""
    """The file whose key wraps all others; empty: `vault.key` in the data directory. Back it up apart from the data."""


class TelemetrySection(Section, frozen=True, kw_only=True):
    """`[telemetry]`."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least level that is written."""
    log_format: Literal["json", "text"] = "json"
    """A JSON object per line, or text for people."""


class Settings(Section, frozen=True, kw_only=True):
    """All of `countroom.toml`."""

    hub: HubSection = HubSection()
    rest: RestSection = RestSection()
    api: ApiSection = ApiSection()
    brands: dict[str, BrandSection] = {}
    sources: dict[str, SourceSection] = {}
    partners: dict[str, PartnerSection] = {}
    log: LogSection = LogSection()
    quarantine: QuarantineSection = QuarantineSection()
    vault: VaultSection = VaultSection()
    telemetry: TelemetrySection = TelemetrySection()


USUAL_SOURCE: Final = "fasttrack"
"""The one source of a hub that names none."""
