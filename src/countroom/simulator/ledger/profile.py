"""The profile: per field the latest word, and what is known to be out of date (semantics.md 8)."""

from collections.abc import Iterable
from typing import Any

from countroom.simulator.ledger.entries import History, Statement
from countroom.simulator.ledger.money import instant

_WALLET = "wallet_currency"


def profile(history: History, source: str) -> dict[str, Any]:
    """PROFILE of the player document; personal fields without their token, which only the hub can know."""
    statements = sorted(history.statements, key=lambda statement: statement.at)
    return {
        "registered_at": _registered_at(statements),
        "fields": _fields(statements, source),
        "consents": _latest(history.consents, "opted_in"),
        "blocks": {name: {**block, "source": source} for name, block in _latest(history.blocks, "active").items()},
        "stale_since": _stale_since(history),
        "refused_fields": _refused(statements),
    }


def _registered_at(statements: list[Statement]) -> str | None:
    stated = [statement.registered_at for statement in statements if statement.registered_at is not None]
    registered = [statement.at for statement in statements if statement.registers]
    found = stated or registered
    return instant(min(found)) if found else None


def _fields(statements: list[Statement], source: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for statement in statements:
        mark = {"at": instant(statement.at), "source": source}
        for name, value in statement.plain.items():
            if name != _WALLET or name not in fields:
                fields[name] = {"value": value, **mark}
        for name in statement.personal:
            fields[name] = dict(mark)
    return fields


def _refused(statements: list[Statement]) -> list[str]:
    """A wallet keeps its first currency; a later word of another one is refused."""
    stated = [statement.plain[_WALLET] for statement in statements if _WALLET in statement.plain]
    return [_WALLET] if any(currency != stated[0] for currency in stated) else []


def _latest(steps: Iterable[tuple[int, dict[str, bool]]], word: str) -> dict[str, dict[str, Any]]:
    latest: dict[str, dict[str, Any]] = {}
    for at, stated in sorted(steps, key=lambda step: step[0]):
        for name, value in stated.items():
            latest[name] = {word: value, "at": instant(at)}
    return latest


def _stale_since(history: History) -> dict[str, str]:
    """Per kind the earliest notice of a change that no statement has followed."""
    stated_at = {
        "profile": [statement.at for statement in history.statements if statement.plain or statement.personal],
        "consents": [at for at, _ in history.consents],
        "blocks": [at for at, _ in history.blocks],
    }
    stale: dict[str, str] = {}
    for at, what in sorted(history.notices):
        if at > max(stated_at[what], default=0) and what not in stale:
            stale[what] = instant(at)
    return stale
