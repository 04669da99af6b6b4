"""Rounds, sessions and grants as rules can send them: money per currency and in base, times, counts."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId
from countroom.core.instants import MINUTE, SECOND, Instant
from countroom.core.signals import Recipient, Signal
from countroom.dialects.faceit import FaceitDialect, negotiated, rules_from
from countroom.dialects.faceit.negotiated import as_csv
from tests.unit.fold.stories import NOON, bet, linked, rolled_back, signals, win

TO = Recipient(PartnerId("faceit"), LinkId("l"), BrandId("lucky"), PlayerId("p1"), "u-1", Instant(0))
STORY = [bet(0, game="g1"), win(1, "a2"), rolled_back(5, "x", "a2"), bet(90, "a3", round_id="r2")]


def through_the_outbox(signal: Signal) -> Signal:
    """The signal as the delivery process gets it: decimals are text by then."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(signal), type=Signal)


def sent(on: str, attributes: dict[str, Any], *story: Any) -> dict[str, str]:
    rule = {"slug": "own", "name": "own", "on": [on], "attributes": attributes}
    dialect = FaceitDialect(rules_from({"platform": "b", "events": [rule]}))
    told = [s for s in signals(linked(-60), *(story or STORY)) if s.kind == on]
    [message] = [m for s in told for m in dialect.messages(through_the_outbox(s), TO) if m.rule == "own"]
    [direct] = [m for s in told for m in dialect.messages(s, TO) if m.rule == "own"]
    assert message == direct
    return {each["name"]: each["value"] for each in json.loads(message.body)["event"]["attributes"]}


def test_a_closed_round_can_be_sent_with_its_money_and_times() -> None:
    attributes = {
        "staked": "staked", "of_it_real": "staked.EUR.real", "won": "won.EUR", "base": "base.staked",
        "currency": "currency", "game": "game", "opened": "opened_at", "bets": "bets",
        "closed": {"field": "closed_at", "form": "iso"}, "free": "free", "how": "closed_by",
    }  # fmt: skip

    assert sent("round_closed", attributes) == {
        "staked": "2.5", "of_it_real": "2", "won": "5", "base": "2.5", "currency": "EUR", "game": "g1",
        "opened": str(NOON // SECOND), "bets": "1", "closed": "2026-03-04T12:01:00.000000Z", "free": "false",
        "how": "round_end",
    }  # fmt: skip


def test_a_corrected_round_can_be_sent_with_what_it_was() -> None:
    attributes = {"won": "won", "was": "was.won", "state": "state", "before": "was.state"}

    assert sent("round_corrected", attributes) == {"won": "0", "was": "5", "state": "open", "before": "closed"}


def test_an_ended_session_can_be_sent_with_its_sums() -> None:
    attributes = {
        "stake": "stake", "ggr": "ggr.EUR", "base": "base.ggr", "rounds": "rounds", "ended": "ended_at",
        "top": "top_game",
    }  # fmt: skip

    assert sent("session_ended", attributes) == {
        "stake": "2.5", "ggr": "2.5", "base": "2.5", "rounds": "1", "ended": str((NOON + MINUTE) // SECOND),
        "top": "g1",
    }  # fmt: skip


def test_amounts_in_several_currencies_have_no_sum_and_are_sent_one_by_one() -> None:
    story = [bet(0, currency="SEK", rate=Decimal("0.1")), win(1, "a2")]

    found = sent(
        "round_closed", {"staked": "staked", "sek": "staked.SEK", "eur": "won.EUR", "b": "base.staked"}, *story
    )

    assert found == {"sek": "2.5", "eur": "5", "b": "0.25"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("staked", "staked (plain decimal)"), ("staked.EUR", "staked.EUR (plain decimal)"),
        ("closed_at", "closed_at (unix seconds)"), ("base.ggr", "base.ggr (plain decimal)"),
        ("closed_by", "closed_by (text)"),
    ],
)  # fmt: skip
def test_the_list_to_negotiate_says_how_each_is_written(field: str, value: str) -> None:
    rule = {"slug": "own", "name": "own", "on": ["round_closed"], "attributes": {"one": field}}
    rules = rules_from({"platform": "b", "events": [rule]})

    [event] = [event for event in negotiated(rules) if event["event"] == "own"]

    assert event["attributes"] == [{"name": "one", "type": "string", "value": value}]
    assert f"own,one,{value},every time,no\n" in as_csv(rules)
