"""Rules: which facts become events at FACEIT, under which names, with which attributes. Frozen and checked."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from countroom.core.instants import EARLIEST, Instant
from countroom.dialects.faceit import forms
from countroom.dialects.faceit.fact import FIELD_KIND, Fact

Path = tuple[str, ...]

OPERATORS: Final = ("=", "!=", "<", "<=", ">", ">=", "in", "known")

INITIALS: Final[Mapping[str, tuple[str, ...]]] = {
    "registered": ("profile_ready",),
    "fields": (FIELD_KIND,),
    "consents": ("consent_changed",),
    "blocks": ("account_status_changed",),
    "first_deposit": ("ftd_reached",),
    "last_deposit": ("deposit_counted",),
    "last_withdrawal": ("withdrawal_counted",),
    "last_bet": ("bet_placed", "round_played", "sports_bet_placed"),
    "last_login": ("player_logged_in",),
}
"""Link facts, and the live signals that tell the same: a rule that takes one must listen to the other."""

NONE: Final = "none"


class Test(msgspec.Struct, frozen=True, gc=False):
    """One demand on a fact. A field that is absent meets none but `known = false`."""

    field: Path
    op: str
    value: Any
    """Text, Decimal, truth; of `in` a tuple of them."""

    def holds(self, fact: Fact) -> bool:
        """True when the fact meets it."""
        found = fact.value(self.field)
        if self.op == "known":
            return bool(self.value) is (found is not None and found != "")
        if found is None:
            return False
        if self.op == "in":
            return any(_equal(found, one) for one in self.value)
        if self.op in ("=", "!="):
            return _equal(found, self.value) is (self.op == "=")
        return _ordered(found, self.op, than=self.value)


def _equal(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, Decimal):
        return forms.number(found) == wanted
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    return bool(str(found) == wanted)


def _ordered(found: Any, op: str, *, than: Any) -> bool:
    """By number where the demand is one, else letter by letter."""
    one: Any = forms.number(found) if isinstance(than, Decimal) else str(found)
    if one is None:
        return False
    match op:
        case "<":
            return bool(one < than)
        case "<=":
            return bool(one <= than)
        case ">":
            return bool(one > than)
        case _:
            return bool(one >= than)


class Attribute(msgspec.Struct, frozen=True, gc=False):
    """One attribute of an event: what the vendor calls it, and where its value comes from."""

    name: str
    path: Path = ()
    form: str = "text"
    literal: str | None = None
    """Always this; no path then."""

    def text(self, fact: Fact) -> str | None:
        """The value, always text; None when the fact has none, and then the attribute is left out."""
        return self.literal if self.literal is not None else forms.written(fact.value(self.path), self.form)


class Rule(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One kind of event at FACEIT, and the facts that become one."""

    slug: str
    """Ours, for ever: event ids are made from it. Renaming what is sent leaves it as it is."""
    name: str
    """The vendor's, as negotiated."""
    on: tuple[str, ...]
    """Kinds of signals that tell it live."""
    field: str = ""
    """The one profile field it is about; then it listens to changes of that field alone."""
    where: tuple[Test, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    initial: Path = ()
    """The link fact it takes at linking; empty for none."""
    at: Path = ()
    """The field that says when it happened, when that is not the signal's own time."""
    once: bool = False
    """At most one event per account, whatever tells it: all of them have one id."""

    def takes(self, fact: Fact) -> bool:
        """True when the fact becomes an event by this rule."""
        return fact.kind in self.on and all(test.holds(fact) for test in self.where)

    def happened_at(self, fact: Fact) -> Instant:
        """When it happened, in microseconds: as the named field says, else as the signal does.

        A field that is before the year 2000 or later than the signal says nothing: what lies ahead has not happened,
        and a vendor who refuses it would refuse it for ever.
        """
        stated = forms.moment(fact.value(self.at)) if self.at else None
        return Instant(stated if stated is not None and EARLIEST <= stated <= fact.at else fact.at)


class FaceitRules(msgspec.Struct, frozen=True):
    """Everything that the dialect needs to know of one partner."""

    platform: str
    """What FACEIT calls the operator."""
    rules: tuple[Rule, ...]
