"""Valid messages, broken in every way that JSON allows: decoding answers, and never gives a secret away."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from countroom.core.events import BetPlaced, Event
from countroom.core.item import Reading
from countroom.core.rejection import Reason
from countroom.dialects import fasttrack, readers
from countroom.dialects.brands import DialectSettings
from countroom.dialects.fasttrack import catalogue, quick
from tests.unit.dialects.messages import SECRETS, SETTINGS, VALID, envelope

ODD: list[Any] = [
    None, True, False, "", "0", 0, 1, -1, 41, 2.5, -0.0, 1e300, 10**30, "2.50", "-3", "NaN", "1e400", "1_0", " 1",
    "eur", "EUR", "€", "Bet", "win", "LOSS", "Refund", "Rollback", "approve", "Slot", "true", "a\nb", "x" * 201,
    "2026-03-04 5:06:07", "2026-03-04T05:06:07.1234567Z", "2015-03", 1772600767, 1772600767123, "1772600767",
    "2026-03-06T00:00:00Z", "2026-03-06T00:00:01Z", "2000-01-01T00:00:00Z", "brand-a.example", "BRAND-A.example",
    [], {}, [1], {"a": 1}, [{"type": "Email", "opted_in": False}], [{"type": "Blocked", "active": "0"}], ["vip"],
    [{}], [{"event_name": "", "match_start": "", "outcome": "2", "id": 7}], [{"outcomes": ["1", "2"]}],
    {"outcomes": "1"},
    [{"match_start": "0001-01-01T00:00:00Z", "odds": -1}, {"meta": {}}],
    [{"key": "x", "amount": -1, "currency": "EUR"}],
    ["brand-a.example"], ["elsewhere", "brand-a.example"], "a,b;c|d",
]  # fmt: skip
ANYTHING = st.sampled_from(ODD) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FURTHER = [
    "wager_amount",
    "bonus_wager_amount",
    "locked_wager_amount",
    "is_free_money",
    "skip_publishing",
    "fee_amount",
    "deposit_count",
    "blocks",
    "data",
    "extra",
    "registration_date",
    "is_excluded",
    "allows_sms_marketing",
    "fasttrack_references",
    "real_bet_base",
    "is_cashout",
    "reference_bet_amount",
    "settlement_type",
    "draw_date",
    "draw_numbers",
    "brand_id",
    "real_buy_in_amount",
    "last_modified",
    "rtp",
    "metadata",
    "selection_id",
]
NAMES = st.sampled_from(sorted({name for body in VALID.values() for name in body} | set(FURTHER)))


@st.composite
def mutated(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(VALID)) -> tuple[str, dict[str, Any]]:
    """A valid message with up to five fields changed, added or gone."""
    kind = draw(st.sampled_from(kinds))
    body = dict(VALID[kind])
    for name in draw(st.lists(NAMES | st.text(max_size=5), max_size=5)):
        if draw(st.integers(0, 4)):
            body[name] = draw(ANYTHING)
        else:
            body.pop(name, None)
    return kind, body


@settings(max_examples=500)
@given(mutated())
@example(("CASINO", {**VALID["CASINO"], "type": ["Bet"], "origin": ["x"], "currency": [], "status": {}}))
def test_every_message_is_read_or_told_what_is_wrong(message: tuple[str, dict[str, Any]]) -> None:
    kind, body = message

    result = fasttrack.decode(envelope(kind, body), SETTINGS)

    if isinstance(result, Reading):
        assert result.events
        assert all(isinstance(each, Event) for each in result.events)
        assert len({each.about.key for each in result.events}) == 1
        assert isinstance(json.loads(result.original), dict)
    else:
        assert result
        assert all(each.reason in Reason and each.path.startswith("$") and each.detail for each in result)


SWITCHES: list[dict[str, Any]] = [
    {},
    {"rounds_scope": "none"},
    {"rounds_scope": "game"},
    {"win_closes": "always"},
    {"casino_includes_type": True},
    {"time_offset": -3_600_000_000},
    {"historical": True},
    {"allowed": frozenset()},
    {"default_brand": "a"},
    {"aliases": {"fasttrack.casino_type": {"Bet": "win"}}},
]


def both_ways(body: dict[str, Any], switches: dict[str, Any]) -> tuple[object, object]:
    """What `decode` makes of a casino message, and what the page by itself makes of it."""
    sent, chosen = envelope("CASINO", body), DialectSettings(brands=SETTINGS.brands, **switches)
    found = readers.read(sent.payload)
    assert isinstance(found, readers.Body)
    page = catalogue.BY_KIND["CASINO"]
    return fasttrack.decode(sent, chosen), fasttrack.thorough(sent, chosen, page=page, body=found)


@settings(max_examples=500)
@given(mutated(("CASINO",)), st.sampled_from(SWITCHES))
def test_the_quick_way_reads_as_the_thorough_one(message: tuple[str, dict[str, Any]], switches: dict[str, Any]) -> None:
    quickly, thoroughly = both_ways(message[1], switches)

    assert quickly == thoroughly


@pytest.mark.parametrize("field", sorted(catalogue.BY_KIND["CASINO"].fields | {"meta", "unknown"}))
@pytest.mark.parametrize("kind", ["Bet", "Win", "Loss"])
def test_the_quick_way_reads_every_odd_value_of_a_field_as_the_thorough_one(field: str, kind: str) -> None:
    for value in ODD:
        quickly, thoroughly = both_ways({**VALID["CASINO"], "type": kind, field: value}, {})

        assert quickly == thoroughly, value


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
@pytest.mark.parametrize("kind", ["Bet", "Win", "Loss"])
def test_the_quick_way_heeds_every_switch(switches: dict[str, Any], kind: str) -> None:
    quickly, thoroughly = both_ways({**VALID["CASINO"], "type": kind}, switches)

    assert quickly == thoroughly


@pytest.mark.parametrize("none", ["0", "", None, ...])
def test_a_message_without_a_bonus_goes_the_quick_way_however_that_is_said(none: object) -> None:
    body = {name: value for name, value in VALID["CASINO"].items() if name != "user_bonus_id"}
    if none is not ...:
        body["user_bonus_id"] = none
    sent = envelope("CASINO", body)
    read = readers.read(sent.payload)
    assert isinstance(read, readers.Body)

    event = quick.play(read.values, sent, settings=SETTINGS)

    assert isinstance(event, BetPlaced)
    assert event.user_bonus_id is None
    assert fasttrack.thorough(sent, SETTINGS, page=catalogue.BY_KIND["CASINO"], body=read) == Reading(
        (event,), sent.payload
    )


@st.composite
def with_secrets(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A mutated message with the secrets wherever values may be personal, wrapped and misplaced too."""
    kind, body = draw(mutated())
    page = catalogue.BY_KIND[kind]
    for name, secret in SECRETS.items():
        wrapped: list[Any] = [secret, {"inner": secret}, [secret], [{secret: secret}], f"{secret}\n"]
        if draw(st.booleans()):
            body[name] = draw(st.sampled_from(wrapped))
    free = sorted({"meta", "data", "user_details", "segmentation", "fasttrack_references", "nickname", "extra"})
    for name in draw(st.lists(st.sampled_from(free), max_size=3)):
        body[name] = draw(st.sampled_from([SECRETS["email"], {"a": SECRETS["email"]}, [SECRETS["note"]]]))
    for name in sorted(page.entries & {"bets", "lines", "tickets", "payments", "items", "balances"}):
        stranger = draw(
            st.sampled_from([{"meta": {"x": SECRETS["email"]}}, {SECRETS["note"]: 1}, {"note": [SECRETS["note"]]}])
        )
        if draw(st.booleans()):
            inner = draw(st.sampled_from(["outcomes", "draws", "numbers", None]))
            body[name] = [*body.get(name, []), {inner: [stranger]} if inner else stranger]
    for name in sorted(page.entries & {"consents", "blocks"}):
        if draw(st.booleans()):
            body[name] = [{"type": "Email" if name == "consents" else "Blocked", "opted_in": True, "active": True,
                           "note": SECRETS["note"], "products": [{"x": SECRETS["email"]}]}]  # fmt: skip
    return kind, body


@settings(max_examples=500)
@given(with_secrets(), st.sampled_from([frozenset(), frozenset({"a_plain_key", "sealed", "extra"})]))
def test_no_personal_value_is_left_in_what_is_kept_or_told(
    message: tuple[str, dict[str, Any]], plain_keys: frozenset[str]
) -> None:
    sent = envelope(*message)

    result = fasttrack.decode(sent, DialectSettings(brands=SETTINGS.brands, plain_keys=plain_keys))

    if isinstance(result, Reading):
        shown = repr(result.events) + result.original.decode()
        assert all(each.about.sealed == () for each in result.events)
    else:
        shown = repr(result)
    assert "secret-" not in shown


@given(with_secrets())
def test_what_is_taken_out_is_what_the_vault_gets(message: tuple[str, dict[str, Any]]) -> None:
    kind, body = message
    result = fasttrack.decode(envelope(kind, body), SETTINGS)
    if not isinstance(result, Reading):
        return

    original = json.loads(result.original)

    for name, value in original.items():
        if isinstance(value, dict) and set(value) == {"sealed"}:
            assert value["sealed"] in result.personal
        elif name in body:
            assert value == body[name]
    sealed = [value["sealed"] for value in original.values() if isinstance(value, dict) and set(value) == {"sealed"}]
    assert sorted(sealed) == sorted(result.personal)
    kept = " ".join(result.personal.values())
    assert all(
        secret in kept for name, secret in SECRETS.items() if isinstance(body.get(name), str) and secret in body[name]
    )
