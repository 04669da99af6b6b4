"""What the user messages say: details, consents and blocks, or only that there is something new (semantics.md 8)."""

from typing import Any, Final

from countroom.simulator.fact import Body
from countroom.simulator.ledger.entries import History, Statement
from countroom.simulator.ledger.values import moment, text
from countroom.simulator.person import PERSONAL

_PLAIN: Final = {
    "currency": "wallet_currency",
    "country": "country",
    "language": "language",
    "affiliate_reference": "affiliate_reference",
    "verification_type": "verification_type",
    "verified_at": "verified_at",
    "market": "market",
}
_CHANNELS: Final = ("email", "sms", "telephone", "postMail", "siteNotification", "pushNotification")
_BY_ANY_NAME: Final = {channel.lower(): channel for channel in _CHANNELS}
_MARKETING: Final = {
    "email": "email",
    "sms": "sms",
    "call": "telephone",
    "post": "postMail",
    "notification": "siteNotification",
}


def read_details(history: History, body: Body, *, at: int, registers: bool) -> None:
    """A registration or an update of the details."""
    plain = {ours: text(body, theirs) for theirs, ours in _PLAIN.items() if text(body, theirs)}
    if body.get("roles"):
        plain["roles"] = ",".join(sorted(body["roles"]))
    personal = frozenset(name for name in PERSONAL if text(body, name))
    stated_at = text(body, "registration_date")
    if plain or personal or stated_at or registers:
        history.statements.append(
            Statement(
                at=at,
                plain=plain,
                personal=personal,
                registers=registers,
                registered_at=moment(stated_at) if stated_at else None,
            )
        )
    else:
        history.notices.append((at, "profile"))
    consents = {
        channel: body[flag] for word, channel in _MARKETING.items() if (flag := f"allows_{word}_marketing") in body
    }
    blocks = {name: body[flag] for name in ("blocked", "excluded") if (flag := f"is_{name}") in body}
    if consents:
        history.consents.append((at, consents))
    if blocks:
        history.blocks.append((at, blocks))


def read_consents(history: History, body: Body, *, at: int) -> None:
    """A change of consents."""
    stated: list[dict[str, Any]] = body.get("consents") or []
    if not stated:
        history.notices.append((at, "consents"))
        return
    history.consents.append((at, {_BY_ANY_NAME[entry["type"].lower()]: entry["opted_in"] for entry in stated}))


def read_blocks(history: History, body: Body, *, at: int) -> None:
    """A change of blocks: both with their state, or one that came into force."""
    stated: list[dict[str, Any]] = body.get("blocks") or []
    if body.get("type"):
        stated = [{"type": body["type"], "active": True}]
    if not stated:
        history.notices.append((at, "blocks"))
        return
    history.blocks.append((at, {entry["type"].lower(): entry["active"] for entry in stated}))
