"""What is configured reaches the fold and the decoders under the names that the semantics give it."""

import tomllib

import pytest

from countroom.config.durations import Duration
from countroom.config.problems import convert
from countroom.config.settings import BrandSection, Settings
from countroom.config.switches import brand_settings, dialect_settings, fold_settings
from countroom.core.instants import DAY, HOUR, MINUTE
from countroom.dialects.fasttrack.aliases import CASINO_TYPE
from countroom.fold.settings import BrandSettings, Deduction


def settings(text: str) -> Settings:
    made: Settings = convert(tomllib.loads(text), Settings)
    return made


def test_a_brand_that_says_nothing_has_the_defaults_of_the_fold() -> None:
    assert brand_settings(BrandSection()) == BrandSettings()


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ('rounds.timeout = "36h"', "rounds_timeout", 36 * HOUR),
        ('rounds.reuse_gap = "20d"', "rounds_reuse_gap", 20 * DAY),
        ('sessions.idle = "45m"', "sessions_idle", 45 * MINUTE),
        ('sessions.grace = "1h"', "sessions_grace", HOUR),
        ('late.after = "2h"', "late_after", 2 * HOUR),
        ('late.hold = "1m"', "hold_after_late", MINUTE),
        ('rollback.orphan_after = "1d"', "orphan_after", DAY),
        ('casino.basis = "rounds"', "casino_basis", "rounds"),
        ('ngr.bonus_cost = "grant"', "ngr_bonus_cost", "grant"),
        ('ngr.locked_as = "real"', "ngr_locked_as", "real"),
        ('ngr.deduct = [{of = "ggr", percent = "15"}]', "ngr_deduct", (Deduction(of="ggr", percent="15"),)),
        ('ngr.deduct = [{field = "fees"}]', "ngr_deduct", (Deduction(of="fees", percent="100"),)),
        ('base = {fallback = "table", rates = {SEK = "0.09"}}', "base_rates", {"SEK": "0.09"}),
        ('payments.capture_as = "deposit"', "payments_capture_as", "deposit"),
        ('bonus.end = "last"', "bonus_end", "last"),
        ('bonus.wagering_counts = "bonus"', "bonus_wagering_counts", "bonus"),
        ('bonus.contribution = { Slots = "0.5" }', "bonus_contribution", {"Slots": "0.5"}),
        ('bonus.cash_types = ["X"]', "bonus_cash_types", ("X",)),
        ('sports.ggr_basis = "placed"', "sports_ggr_basis", "placed"),
        ('sports.void_types = ["Abandoned"]', "sports_void_types", ("abandoned",)),
        ("lottery.amount_is_net = false", "lottery_amount_is_net", False),
        ("poker.buy_in_includes_fee = false", "poker_buy_in_includes_fee", False),
        ('free_money.currencies = ["GC"]', "free_money_currencies", ("GC",)),
        ('profile.priority = ["fasttrack"]', "profile_priority", ("fasttrack",)),
        ('profile.owner = { country = "fasttrack" }', "profile_owner", {"country": "fasttrack"}),
        ('time_zone = "Europe/Malta"', "time_zone", "Europe/Malta"),
        ('base_currency = "SEK"', "base_currency", "SEK"),
        ('day_starts_at = "06:15"', "day_starts_at_min", 375),
    ],
)
def test_each_switch_reaches_the_fold(text: str, name: str, value: object) -> None:
    found = brand_settings(settings(f"[brands.lucky]\n{text}").brands["lucky"])

    assert getattr(found, name) == value
    assert [field for field in found.__struct_fields__ if getattr(found, field) != getattr(BrandSettings(), field)] == [
        name
    ]


def test_the_fold_is_told_the_version_of_the_zones() -> None:
    assert fold_settings(settings("[brands.a]\n[brands.b]"), "2026.1").tzdata == "2026.1"


def test_a_key_for_one_brand_needs_no_origin_in_its_messages() -> None:
    made = settings("[brands.a]\n[brands.b]\n[sources.ft]")

    assert dialect_settings(made, made.sources["ft"], served=["b"]).default_brand == "b"
    assert dialect_settings(made, made.sources["ft"], served=["a", "b"]).default_brand is None


def test_a_brand_is_known_by_its_own_name_and_by_its_origins() -> None:
    made = settings('[brands.lucky]\norigins = ["Lucky.Example"]\n[sources.ft]')

    known = dialect_settings(made, made.sources["ft"], served=["lucky"]).brand_by_origin

    assert {"lucky", "lucky.example"} <= known.keys()


def test_a_source_says_what_its_further_settlements_do() -> None:
    made = settings('[brands.a]\n[sources.ft]\nsecond_settlement = "replace"')

    assert dialect_settings(made, made.sources["ft"], served=["a"]).second_settlement == "replace"


def test_a_source_has_words_of_its_own() -> None:
    made = settings('[brands.a]\n[sources.ft.aliases."fasttrack.casino_type"]\nEinsatz = "bet"')

    further = dialect_settings(made, made.sources["ft"], served=["a"]).aliases
    assert CASINO_TYPE.meaning("einsatz", further) == "bet"


@pytest.mark.parametrize("text", ["90s", "30m", "24h", "7d", "1500ms", "0s"])
def test_a_duration_is_read_and_shown_as_the_same_length(text: str) -> None:
    assert Duration.read(str(Duration.read(text))) == Duration.read(text)


@pytest.mark.parametrize("text", ["", "5", "h", "-1h", "1.5h", "1 week", 5, None, "9999999999d"])
def test_what_is_no_duration_is_not_read(text: object) -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        Duration.read(text)
