"""Gates: who may not be told of now. A closed gate keeps what is due to a player waiting, in order, until it opens."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from countroom.core.signals import LINK_FACTS, Signal

ACCOUNT: Final = "account"
BLOCKS: Final = ("blocked", "excluded")
CONSENT: Final = "consent."
_BLOCK: Final = "block."
_ON: Final = "on"
_IN: Final = "in"


def shut(gates: Iterable[str], facts: Mapping[str, str]) -> str:
    """The first of `gates` that is closed for a player with these facts; empty when all are open.

    `blocked` and `excluded` are closed while such a block stands, `account` while any block does.
    `consent.<channel>` is open only while the player's last word is yes.
    """
    for gate in gates:
        if gate == ACCOUNT:
            if any(value == _ON for name, value in facts.items() if name.startswith(_BLOCK)):
                return gate
        elif gate.startswith(CONSENT):
            if facts.get(gate) != _IN:
                return gate
        elif facts.get(_BLOCK + gate) == _ON:
            return gate
    return ""


def is_gate(name: str) -> bool:
    """True when `name` is that of a gate."""
    return name == ACCOUNT or name in BLOCKS or (name.startswith(CONSENT) and len(name) > len(CONSENT))


def learned(signal: Signal) -> dict[str, str]:
    """What a signal says that a gate looks at: `block.<kind>` on or off, `consent.<channel>` in or out."""
    content = signal.content or {}
    match signal.kind:
        case "consent_changed":
            return _consent(content)
        case "account_status_changed":
            return _block(content)
        case kind if kind == LINK_FACTS:
            facts = content.get("facts")
            return _all(facts) if isinstance(facts, Mapping) else {}
        case _:
            return {}


def _all(facts: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, read in (("consents", _consent), ("blocks", _block), ("account_status", _block)):
        section = facts.get(name)
        if not isinstance(section, Mapping):
            continue
        for fact in [section] if "content" in section else section.values():
            if isinstance(fact, Mapping) and isinstance(content := fact.get("content"), Mapping):
                found |= read(content)
    return found


def _consent(content: Mapping[str, Any]) -> dict[str, str]:
    channel, value = content.get("channel"), content.get("value")
    if not isinstance(channel, str):
        return {}
    return {CONSENT + channel: _IN if value in (_IN, True, "true") else "out"}


def _block(content: Mapping[str, Any]) -> dict[str, str]:
    kind, active = content.get("kind"), content.get("active")
    if not isinstance(kind, str):
        return {}
    return {_BLOCK + kind: _ON if active in (True, "true", _ON) else "off"}
