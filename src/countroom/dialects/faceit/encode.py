"""The send-event call: `POST /cdp/v1/users/events/send`, one event per request, exactly as the manual writes it.

Two things are easily got wrong: `created_at` is in *seconds* and says when it happened, not when it was sent;
every attribute's value is text, also an amount or a flag.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from countroom.core.instants import SECOND, Instant
from countroom.core.signals import LINK_FACTS, Judgement, Outgoing, Recipient, Reply, Signal
from countroom.dialects.faceit import replies
from countroom.dialects.faceit.fact import FIELD_KIND, Fact, initial, live, of_field
from countroom.dialects.faceit.rules import FaceitRules, Rule

EVENT_ID_BYTES: Final = 16

_ONCE: Final = ("once", "")
"""Stands in the place of a fact's own identity where a rule tells only one."""


class AttributeWire(msgspec.Struct, frozen=True, gc=False):
    """One attribute as the vendor documents it."""

    name: str
    value: str


class EventWire(msgspec.Struct, frozen=True, gc=False):
    """The event as the vendor documents it. Field order is the vendor's."""

    id: str
    name: str
    created_at: int
    attributes: list[AttributeWire]


class BodyWire(msgspec.Struct, frozen=True, gc=False):
    """The request body as the vendor documents it. Field order is the vendor's."""

    platform_user_id: str
    platform: str
    event: EventWire


_encode: Final = msgspec.json.Encoder().encode


class FaceitDialect:
    """Speaks to FACEIT for one partner of the configuration. Pure: equal facts give equal messages."""

    def __init__(self, rules: FaceitRules) -> None:
        self._rules = rules
        self._by_kind: dict[str, list[Rule]] = {}
        for rule in rules.rules:
            for kind in rule.on:
                self._by_kind.setdefault(kind, []).append(rule)
        self._initial = [rule for rule in rules.rules if rule.initial]

    def messages(self, signal: Signal, recipient: Recipient) -> Sequence[Outgoing]:
        """What FACEIT is told of a signal, in the order to send it.

        The link facts give the initial events, the earlier fact first; an initial event and the live one of
        the same fact have the same id.
        """
        if signal.kind == LINK_FACTS:
            found = [
                self._message(rule, fact, recipient)
                for rule in self._initial
                for fact in initial(signal, rule.initial)
                if rule.takes(fact)
            ]
            return sorted(found, key=lambda message: message.at)
        made = []
        for rule in self._by_kind.get(signal.kind, ()):
            fact = of_field(signal, rule.field) if rule.field else live(signal)
            if fact is not None and rule.takes(fact):
                made.append(self._message(rule, fact, recipient))
        return made

    def ids_of(self, kind: str, subject: str, recipient: Recipient) -> list[str] | None:
        """Ids of the events that this fact became, or would have; None when no rule listens to its kind."""
        rules = self._by_kind.get(kind)
        return None if rules is None else [self._own_id(rule, kind, subject, recipient) for rule in rules]

    def judge(self, reply: Reply) -> Judgement:
        """What FACEIT's answer means: 200 is accepted, everything else is tried again."""
        return replies.judge(reply)

    def _message(self, rule: Rule, fact: Fact, recipient: Recipient) -> Outgoing:
        account = recipient.account or recipient.player
        at = rule.happened_at(fact)
        own_id = self._own_id(rule, fact.kind, fact.subject, recipient)
        attributes = [
            AttributeWire(attribute.name, text)
            for attribute in rule.attributes
            if (text := attribute.text(fact)) is not None
        ]
        event = EventWire(own_id, rule.name, at // SECOND, attributes)
        return Outgoing(
            own_id, rule.slug, rule.name, Instant(at), _encode(BodyWire(account, self._rules.platform, event))
        )

    @staticmethod
    def _own_id(rule: Rule, kind: str, subject: str, recipient: Recipient) -> str:
        account = recipient.account or recipient.player
        identity = _ONCE if rule.once else (kind, subject)
        return event_id(recipient.partner, account, recipient.brand, recipient.player, *identity, rule.slug)


def event_id(*parts: str) -> str:
    """32 hexadecimal digits that stand for these parts and their order: partner, account, identity of the fact, slug.

    The length goes before each part, so that no two lists of parts run together. A promise: what it gives must
    never change, or FACEIT would take every repeat for something new.
    """
    digest = blake2b(digest_size=EVENT_ID_BYTES)
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.hexdigest()


__all__ = ["FIELD_KIND", "FaceitDialect", "event_id"]
