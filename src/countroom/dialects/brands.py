"""Whom a message can be about, and the switches of decoding: given to every `decode`, never looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import msgspec

from countroom.core.ids import BrandId

NO_ALIASES: Final[Mapping[str, Mapping[str, str]]] = {}


class BrandNames(msgspec.Struct, frozen=True):
    """One configured brand as a decoder needs it."""

    brand: BrandId
    base_currency: str
    """Upper case: amounts in it have rate 1, whatever was sent (semantics.md 4.4)."""
    origins: tuple[str, ...]
    """What senders call the brand; letter case does not matter."""


@dataclass(frozen=True, kw_only=True)
class DialectSettings:
    """The switches of decoding for one source and one key. They act before the log.

    One object serves many messages: look-ups are worked out at first use and kept on it.
    """

    brands: tuple[BrandNames, ...]
    default_brand: BrandId | None = None
    """Whose a message without an origin is; None: such a message is refused."""
    allowed: frozenset[BrandId] | None = None
    """The brands that the key serves; None: all of them."""
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Further spellings by table, e.g. `{"fasttrack.casino_type": {"Einsatz": "bet"}}`; they go before ours."""
    casino_includes_type: bool = False
    """True: a bet and a win may share one `activity_id` (semantics.md 1.1)."""
    refund_targets: Literal["activity", "round"] = "activity"
    """What `type: Refund` voids. Of `round` nothing is built yet: it reads as `activity`."""
    rounds_scope: Literal["studio", "none", "game"] = "studio"
    """What a round id is unique within, beside the player; in scope `game` the game stands in the studio's place."""
    win_closes: Literal["flag", "always"] = "flag"
    """`always`: every win above 0 ends its round, for senders without `is_round_end`."""
    second_settlement: Literal["add", "replace"] = "add"
    """What a further settlement of one sports bet does to the earlier ones (semantics.md 6.2)."""
    time_offset: int = 0
    """Microseconds added to every business time: the correction of a known skew."""
    historical: bool = False
    """A backfill: changes state, sends nothing."""
    plain_keys: frozenset[str] = frozenset()
    """Keys of free objects, and unknown fields, that may be read: they are not sealed."""
    custom_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Per kind of custom event the fields that make two of them one; other kinds go by time and content."""

    @cached_property
    def brand_by_origin(self) -> dict[str, BrandNames]:
        """Brands by the names that senders use, in lower case and as configured."""
        names: dict[str, BrandNames] = {}
        for brand in self.brands:
            for origin in brand.origins:
                names[origin] = names[origin.lower()] = brand
        return names

    @cached_property
    def brand_by_id(self) -> dict[BrandId, BrandNames]:
        """Brands by our own id."""
        return {brand.brand: brand for brand in self.brands}
