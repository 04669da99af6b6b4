"""The settings as the legs want them: for the fold, for the decoders, for the intake."""

from collections.abc import Iterable

from countroom.config.settings import BrandSection, DeductSection, LimitsSection, Settings, SourceSection
from countroom.core.ids import BrandId
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.fold.settings import BrandSettings, Deduction, FoldSettings

_MINUTES_PER_HOUR = 60


def fold_settings(settings: Settings, tzdata: str) -> FoldSettings:
    """What steers the fold; `tzdata` is the version of the time-zone data."""
    brands = {name: brand_settings(brand) for name, brand in sorted(settings.brands.items())}
    return FoldSettings(brands=brands, tzdata=tzdata)


def brand_settings(brand: BrandSection) -> BrandSettings:
    """How one brand's figures are computed."""
    hours, minutes = brand.day_starts_at.split(":")
    return BrandSettings(
        time_zone=brand.time_zone,
        day_starts_at_min=int(hours) * _MINUTES_PER_HOUR + int(minutes),
        base_currency=brand.base_currency,
        late_after=brand.late.after.microseconds,
        hold_after_late=brand.late.hold.microseconds,
        rounds_timeout=brand.rounds.timeout.microseconds,
        rounds_reuse_gap=brand.rounds.reuse_gap.microseconds,
        sessions_idle=brand.sessions.idle.microseconds,
        sessions_grace=brand.sessions.grace.microseconds,
        orphan_after=brand.rollback.orphan_after.microseconds,
        casino_basis=brand.casino.basis,
        ngr_bonus_cost=brand.ngr.bonus_cost,
        ngr_locked_as=brand.ngr.locked_as,
        ngr_deduct=tuple(_deduction(one) for one in brand.ngr.deduct),
        base_rates=dict(brand.base.rates) if brand.base.fallback == "table" else {},
        payments_capture_as=brand.payments.capture_as,
        bonus_end=brand.bonus.end,
        bonus_wagering_counts=brand.bonus.wagering_counts,
        bonus_contribution=brand.bonus.contribution,
        bonus_cash_types=brand.bonus.cash_types,
        sports_ggr_basis=brand.sports.ggr_basis,
        sports_void_types=tuple(word.lower() for word in brand.sports.void_types),
        lottery_amount_is_net=brand.lottery.amount_is_net,
        poker_buy_in_includes_fee=brand.poker.buy_in_includes_fee,
        free_money_currencies=brand.free_money.currencies,
        profile_priority=brand.profile.priority,
        profile_owner=brand.profile.owner,
    )


def _deduction(one: DeductSection) -> Deduction:
    return Deduction(of=one.field or one.of, percent="100" if one.field else one.percent)


def dialect_settings(settings: Settings, source: SourceSection, *, served: Iterable[str]) -> DialectSettings:
    """The switches of decoding for one source and a key that serves the brands `served`."""
    allowed = frozenset(BrandId(name) for name in served)
    default = source.default_brand or (next(iter(allowed)) if len(allowed) == 1 else "")
    return DialectSettings(
        brands=tuple(_names(name, brand) for name, brand in settings.brands.items()),
        default_brand=BrandId(default) if default else None,
        allowed=allowed,
        aliases=source.aliases,
        casino_includes_type=source.casino_includes_type,
        refund_targets=source.refund_targets,
        rounds_scope=source.rounds_scope,
        win_closes=source.win_closes,
        second_settlement=source.second_settlement,
        time_offset=source.time_offset.microseconds,
        plain_keys=frozenset(source.plain_keys),
        custom_keys={kind: section.key for kind, section in source.custom.items() if section.key},
    )


def _names(name: str, brand: BrandSection) -> BrandNames:
    return BrandNames(brand=BrandId(name), base_currency=brand.base_currency, origins=(name, *brand.origins))


def limits_in_seconds(limits: LimitsSection) -> dict[str, float]:
    """The time limits of the intake by the names that it has for them."""
    return {
        "head_s": limits.head.seconds,
        "body_s": limits.body.seconds,
        "idle_s": limits.idle.seconds,
        "answer_s": limits.answer.seconds,
    }
