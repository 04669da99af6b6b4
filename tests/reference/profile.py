"""The player himself: fields, consents, blocks, what is stale, and links."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from countroom.core.events import (
    BlocksStated,
    ConsentsStated,
    Event,
    LinkBegun,
    Linked,
    ProfileStated,
    ProfileWentStale,
    Unlinked,
)
from tests.reference import forms
from tests.reference.facts import Fact, identity_text
from tests.reference.forms import Json
from tests.reference.settings import ReferenceSettings

WALLET = "wallet_currency"
"""The one field in which the earliest statement wins."""

FREE_OBJECTS = "free."
"""What begins with this is sealed whole and is no field."""

_REFRESHED_BY: dict[str, type[Event]] = {
    "profile": ProfileStated,
    "consents": ConsentsStated,
    "blocks": BlocksStated,
}


@dataclass(frozen=True)
class Statement:
    """One source's word on one thing."""

    value: Any
    """Text, a truth, or the token of what is sealed."""
    at: int
    source: str
    identity: str

    @classmethod
    def of(cls, fact: Fact, value: object) -> "Statement":
        """`value` as the event of `fact` states it."""
        about = fact.event.about
        return cls(value, about.occurred_at, about.source, identity_text(fact.event))


def _latest(statements: Iterable[Statement], priority: Sequence[str] = ()) -> Statement:
    """The latest; at the same time the source named first, then the smaller identity."""

    def strength(one: Statement) -> tuple[int, int, str]:
        return -one.at, priority.index(one.source) if one.source in priority else len(priority), one.identity

    return min(statements, key=strength)


def profile(facts: Sequence[Fact], settings: ReferenceSettings) -> Json:
    """The profile of a player; empty when nobody said anything."""
    fields, refused = _fields(facts, settings)
    return forms.tidy(
        {
            "registered_at": forms.instant(_registered_at(facts)),
            "fields": fields,
            "consents": _consents(facts),
            "blocks": _blocks(facts),
            "stale_since": _stale(facts),
            "refused_fields": refused,
        }
    )


def _registered_at(facts: Iterable[Fact]) -> int | None:
    """The earliest stated date of registration; without one, when the registration was told."""
    events = [fact.event for fact in facts if isinstance(fact.event, ProfileStated)]
    stated = [event.registered_at for event in events if event.registered_at is not None]
    told = [event.about.occurred_at for event in events if event.registers]
    return min(stated or told, default=None)


def _fields(facts: Iterable[Fact], settings: ReferenceSettings) -> tuple[Json, list[str]]:
    """The winner of every field, and the names of those of which a statement was refused."""
    plain: dict[str, list[Statement]] = defaultdict(list)
    tokens: dict[str, list[Statement]] = defaultdict(list)
    for fact in facts:
        if not isinstance(fact.event, ProfileStated):
            continue
        for name, value in fact.event.fields.items():
            if value and _may_state(fact, name, settings):
                plain[name].append(Statement.of(fact, value))
        for sealed in fact.event.about.sealed:
            if not sealed.field.startswith(FREE_OBJECTS) and _may_state(fact, sealed.field, settings):
                tokens[sealed.field].append(Statement.of(fact, sealed.token.hex()))
    found = {name: ("value", _winner(name, said, settings)) for name, said in plain.items()}
    found |= {name: ("token", _winner(name, said, settings)) for name, said in tokens.items()}
    shown = {
        name: {form: one.value, "at": forms.instant(one.at), "source": one.source}
        for name, (form, one) in sorted(found.items())
    }
    wallets = {one.value for one in plain.get(WALLET, [])}
    return shown, [WALLET] if len(wallets) > 1 else []


def _may_state(fact: Fact, name: str, settings: ReferenceSettings) -> bool:
    return settings.profile_owner.get(name, fact.event.about.source) == fact.event.about.source


def _winner(name: str, said: Sequence[Statement], settings: ReferenceSettings) -> Statement:
    if name == WALLET:
        return min(said, key=lambda one: (one.at, one.identity))
    return _latest(said, settings.profile_priority)


def _consents(facts: Iterable[Fact]) -> Json:
    said: dict[str, list[Statement]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact.event, ConsentsStated):
            for channel, opted_in in fact.event.consents.items():
                said[channel].append(Statement.of(fact, opted_in))
    latest = {channel: _latest(statements) for channel, statements in sorted(said.items())}
    return {channel: {"opted_in": one.value, "at": forms.instant(one.at)} for channel, one in latest.items()}


def _blocks(facts: Iterable[Fact]) -> Json:
    """A block holds while any source says so; each source lifts only its own."""
    said: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        if isinstance(fact.event, BlocksStated):
            for name, active in fact.event.blocks.items():
                said[name][fact.event.about.source].append(Statement.of(fact, active))
    shown = {}
    for name, by_source in sorted(said.items()):
        standing = [_latest(statements) for statements in by_source.values()]
        holding = [one for one in standing if one.value]
        told = _latest(holding or standing)
        shown[name] = {"active": bool(holding), "at": forms.instant(told.at), "source": told.source}
    return shown


def _says_something(event: Event) -> bool:
    """False for a registration that carries nothing: the data is as outdated as before."""
    return not isinstance(event, ProfileStated) or bool(event.fields or event.about.sealed)


def _stale(facts: Sequence[Fact]) -> Json:
    """Since when the stored data is known to be outdated: the first such notice after the last full statement."""
    shown = {}
    for what, kind in _REFRESHED_BY.items():
        refreshed = max((f.at for f in facts if isinstance(f.event, kind) and _says_something(f.event)), default=None)
        notices = [f.at for f in facts if isinstance(f.event, ProfileWentStale) and f.event.what == what]
        later = [at for at in notices if refreshed is None or at > refreshed]
        shown[what] = forms.instant(min(later, default=None))
    return forms.tidy(shown)


_STATES: dict[type[Event], str] = {LinkBegun: "pending", Linked: "linked", Unlinked: "unlinked"}


def links(facts: Iterable[Fact]) -> list[Json]:
    """The player's links by id, each as its latest event left it; asking for it counts while nothing else does."""
    begun: dict[str, list[LinkBegun]] = defaultdict(list)
    made: dict[str, list[Linked | Unlinked]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact.event, LinkBegun):
            begun[fact.event.link_id].append(fact.event)
        elif isinstance(fact.event, Linked | Unlinked):
            made[fact.event.link_id].append(fact.event)
    shown = []
    for link_id in sorted({*begun, *made}):
        events: list[LinkBegun | Linked | Unlinked] = [*(made.get(link_id) or begun[link_id])]
        last = events[-1]
        accounts = [event.account for event in events if not isinstance(event, Unlinked)]
        shown.append(
            forms.tidy(
                {
                    "link": link_id,
                    "partner": last.partner,
                    "account": accounts[-1] if accounts else "",
                    "state": _STATES[type(last)],
                    "since": forms.instant(last.about.occurred_at),
                }
            )
        )
    return shown
