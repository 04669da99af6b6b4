"""Every way to break a message: what is wrong, and that it is the only thing."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from countroom.simulator.breakage import BREAKS, Break
from countroom.simulator.chance import stream
from countroom.simulator.fact import Fact
from countroom.simulator.platform import Platform
from countroom.simulator.sending import ACCEPTED
from tests.unit.simulator.story import at, settings

BODIES: dict[str, dict[str, Any]] = {
    "casino": {"activity_id": "a1", "type": "Bet", "round_id": "r1"},
    "payment": {"payment_id": "p1", "type": "Credit"},
    "bonus": {"user_bonus_id": "ub1", "type": "ReloadBonus"},
    "sports": {"activity_id": "s1", "type": "Bet", "activity_id_reference": "", "bets": []},
}


def fact(kind: str) -> Fact:
    plain = {"amount": Decimal("2.50"), "currency": "EUR", "exchange_rate": Decimal(1), "status": "Approved"}
    ids = {"user_id": "u1", "origin": "lucky.example"}
    return Fact(kind=kind, at=at("10:00"), player="u1", body={**BODIES[kind], **plain, **ids})


WAYS = [pytest.param(way, kind, id=f"{way.__name__}-{kind}") for way, ks in BREAKS.items() for kind in ks]


@pytest.mark.parametrize(("way", "kind"), WAYS)
def test_a_broken_message_differs_in_one_member_at_most_or_is_no_json(way: Break, kind: str) -> None:
    for seed in range(20):
        whole = fact(kind)
        broken = way(whole, stream(seed, "break"))
        try:
            body = json.loads(broken.body, object_pairs_hook=list, parse_float=Decimal)
        except (ValueError, RecursionError):
            assert broken.reason == "malformed"
            continue
        members = dict(body)
        before = {**whole.body, "timestamp": "2026-03-04T10:00:00Z"}
        changed = {name for name in members.keys() | before.keys() if members.get(name) != before.get(name)}
        # The rate is only looked at in a foreign currency, which may therefore change with it.
        assert len(changed - ({"currency"} if "exchange_rate" in changed else set())) == 1
        assert broken.kind in {kind, "registration"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("not_json", "malformed"),
        ("truncated", "malformed"),
        ("nested", "malformed"),
        ("duplicate_key", "malformed"),
        ("invalid_utf8", "malformed"),
        ("field_missing", "malformed"),
        ("wrong_json_type", "malformed"),
        ("no_amount", "bad_amount"),
        ("negative_rate", "bad_amount"),
        ("no_time", "bad_time"),
        ("unknown_type", "unknown_type"),
        ("unknown_status", "unknown_status"),
        ("unknown_origin", "unknown_brand"),
        ("no_currency", "bad_currency"),
        ("no_id", "bad_id"),
        ("wrong_path", "wrong_path"),
    ],
)
def test_every_way_has_its_reason(name: str, reason: str) -> None:
    [(way, kinds)] = [(way, kinds) for way, kinds in BREAKS.items() if way.__name__ == name]

    assert {way(fact(kind), stream(1, "break")).reason for kind in kinds} == {reason}


def test_the_way_that_repeats_a_key_repeats_a_key() -> None:
    [way] = [way for way in BREAKS if way.__name__ == "duplicate_key"]

    members = json.loads(way(fact("casino"), stream(1)).body, object_pairs_hook=list)

    assert max(Counter(name for name, _ in members).values()) == 2


def test_the_nested_way_is_nested_2000_deep() -> None:
    [way] = [way for way in BREAKS if way.__name__ == "nested"]

    assert way(fact("casino"), stream(1)).body.count(b"[") >= 2000


def test_a_large_world_breaks_messages_for_every_reason() -> None:
    every = Platform(settings(events=6000, players=40, malformed=0.1)).sendings()

    assert {it.expect for it in every} - {ACCEPTED} == {
        "malformed",
        "bad_amount",
        "bad_time",
        "unknown_type",
        "unknown_status",
        "unknown_brand",
        "bad_currency",
        "bad_id",
        "wrong_path",
        "conflicting_duplicate",
    }
