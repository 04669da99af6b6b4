"""Rules from the configuration: what can be said, and what is found wrong with the rest."""

from decimal import Decimal
from typing import Any, get_args, get_type_hints

import pytest

from countroom.core.errors import SettingsError
from countroom.core.events import Event
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId
from countroom.core.instants import Instant, parse
from countroom.core.signals import Recipient, Signal
from countroom.dialects.faceit import FaceitDialect, faults, negotiated, rules_from
from countroom.dialects.faceit.defaults import DEFAULTS
from countroom.dialects.faceit.encode import event_id
from countroom.dialects.faceit.forms import AMOUNTS
from countroom.dialects.faceit.negotiated import as_csv
from countroom.dialects.faceit.rules import INITIALS
from countroom.dialects.faceit.written import KINDS

NEW = {"slug": "big", "name": "big", "on": ["deposit_counted"]}
NOON = parse("2026-03-04T12:00:00Z")


def recipient(account: str = "u-1", partner: str = "faceit") -> Recipient:
    return Recipient(PartnerId(partner), LinkId("l"), BrandId("lucky"), PlayerId("17"), account, Instant(0))


def deposit(**content: Any) -> Signal:
    said = {"payment_id": "p1", "amount": Decimal("1E+2"), "currency": "EUR"} | content
    return Signal("deposit_counted", "p1/approved", NOON, False, "lucky", "17", said)


def sent(config: dict[str, Any], signal: Signal) -> list[str]:
    dialect = FaceitDialect(rules_from({"platform": "b", "events": [config]}))
    return [message.name for message in dialect.messages(signal, recipient())]


@pytest.mark.parametrize(
    ("events", "place", "says"),
    [
        ({"slug": "deposit"}, ("events",), "expected a list of tables"),
        ([7], ("events", "0"), "expected a table"),
        ([NEW, NEW], ("events", "1", "slug"), "one table for each slug"),
        ([NEW | {"slug": "Big One"}], ("events", "0", "slug"), "1 to 64 of a-z"),
        ([NEW | {"naem": "x"}], ("events", "0", "naem"), "did you mean name?"),
        ([NEW | {"name": ""}], ("events", "0", "name"), "the negotiated name"),
        ([NEW | {"name": "line\nbreak"}], ("events", "0", "name"), "printable"),
        ([{"slug": "big", "name": "big"}], ("events", "0", "on"), "expected a list of signals"),
        ([NEW | {"on": ["deposit_conted"]}], ("events", "0", "on"), "did you mean deposit_counted?"),
        ([NEW | {"on": ["ticked"]}], ("events", "0", "on"), "no such signal"),
        ([NEW | {"field": "country"}], ("events", "0", "on"), "expected profile_changed"),
        ([NEW | {"initial": "last_bte"}], ("events", "0", "initial"), "did you mean last_bet?"),
        ([NEW | {"initial": "last_bet"}], ("events", "0", "initial"), "else there is a gap"),
        ([NEW | {"initial": "field"}], ("events", "0", "initial"), "no such fact"),
        ([NEW | {"at": "when?"}], ("events", "0", "at"), "expected a field of the signal"),
        ([NEW | {"once": "yes"}], ("events", "0", "once"), "expected true or false"),
        ([NEW | {"enabled": 1}], ("events", "0", "enabled"), "expected true or false"),
        ([NEW | {"where": {}}], ("events", "0", "where"), "expected a list of tables"),
        ([NEW | {"where": [{"field": "a"}]}], ("events", "0", "where", "0"), "field, op and value"),
        (
            [NEW | {"where": [{"field": "a", "op": "~", "value": 1}]}],
            ("events", "0", "where", "0", "op"),
            "expected one of",
        ),
        (
            [NEW | {"where": [{"field": "a", "op": "in", "value": 1}]}],
            ("events", "0", "where", "0", "value"),
            "expected a list",
        ),
        (
            [NEW | {"where": [{"field": "a", "op": "known", "value": 1}]}],
            ("events", "0", "where", "0", "value"),
            "expected true or false",
        ),
        ([NEW | {"attributes": ["a"]}], ("events", "0", "attributes"), "a table of names and fields"),
        ([NEW | {"attributes": {"a": 1}}], ("events", "0", "attributes", "a"), "expected a field, or a table"),
        (
            [NEW | {"attributes": {"a": {"value": 1}}}],
            ("events", "0", "attributes", "a", "value"),
            "expected text",
        ),
        (
            [NEW | {"attributes": {"a": {"field": "b", "form": "c"}}}],
            ("events", "0", "attributes", "a", "form"),
            "expected one of auto",
        ),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_with_its_place(events: Any, place: tuple[str, ...], says: str) -> None:
    config = {"platform": "b", "events": events}

    [(way, text)] = faults(config)

    assert way == place
    assert says in text
    with pytest.raises(SettingsError, match=r"^events"):
        rules_from(config)


def test_all_mistakes_are_told_at_once() -> None:
    assert len(faults({"events": [NEW | {"name": 5, "once": 5}, {"slug": "deposit", "on": "x"}]})) == 5


def test_the_usual_rules_are_right_as_they_stand() -> None:
    rules = rules_from({"platform": "b"})

    assert [rule.slug for rule in rules.rules] == [str(r["slug"]) for r in DEFAULTS if r.get("enabled", True)]


def test_a_rule_of_the_file_changes_what_it_names_and_keeps_the_rest() -> None:
    [rule] = [
        r for r in rules_from({"platform": "b", "events": [{"slug": "kyc", "name": "KYC"}]}).rules if r.slug == "kyc"
    ]

    assert (rule.name, rule.field, rule.initial) == ("KYC", "verification_type", ("fields", "verification_type"))


def test_every_fact_that_can_be_initial_has_a_live_signal() -> None:
    assert {kind for kinds in INITIALS.values() for kind in kinds} <= KINDS


def test_every_amount_of_an_event_is_written_as_one() -> None:
    amounts = {
        name
        for kind in get_args(Event)
        for name, hint in get_type_hints(kind).items()
        if Decimal in (hint, *get_args(hint))
    }

    assert amounts - AMOUNTS == set()


@pytest.mark.parametrize(
    ("field", "op", "value", "holds"),
    [
        ("amount", "=", 100, True),
        ("amount", "=", "100", False),  # Text is compared letter by letter.
        ("amount", ">=", 100.0, True),
        ("amount", "<", 100, False),
        ("amount", "<=", 99.5, False),
        ("amount", ">", "1E", True),
        ("currency", "!=", "SEK", True),
        ("currency", ">", 5, False),
        ("currency", "in", ["SEK", "EUR"], True),
        ("method", "known", True, False),
        ("method", "known", False, True),
        ("method", "!=", "card", False),  # Of what is not known nothing is true.
        ("is_first", "=", True, True),
        ("is_first", "=", "true", False),
        ("payment_id.x", "known", True, False),
    ],
)
def test_a_demand_holds_or_not(field: str, op: str, value: Any, holds: bool) -> None:
    test = {"field": field, "op": op, "value": value}

    names = sent(NEW | {"where": [test]}, deposit(is_first=True))

    assert ("big" in names) is holds


def test_the_length_of_each_part_counts_in_an_event_id() -> None:
    assert len({event_id("ab", "c"), event_id("a", "bc"), event_id("abc"), event_id("abc", "")}) == 4


def test_an_event_id_is_another_for_each_part_it_is_made_from() -> None:
    dialect = FaceitDialect(rules_from({"platform": "b"}))
    changed = [
        (deposit(), recipient()),
        (deposit(), recipient(account="u-2")),
        (deposit(), recipient(partner="faceit-stage")),
        (Signal("deposit_counted", "p2/approved", NOON, False, "lucky", "17", {}), recipient()),
    ]

    found = {dialect.messages(signal, to)[0].event_id for signal, to in changed}

    assert len(found) == len(changed)


def test_amounts_are_the_same_text_as_decimals_and_as_they_come_back_from_the_outbox() -> None:
    dialect = FaceitDialect(rules_from({"platform": "b"}))

    [one] = dialect.messages(deposit(amount=Decimal("1E+2")), recipient())
    [two] = dialect.messages(deposit(amount="1E+2"), recipient())

    assert one == two
    assert b'"value":"100"' in one.body


def test_a_fact_whose_live_signal_no_rule_listens_to_is_not_told_at_linking_either() -> None:
    dialect = FaceitDialect(rules_from({"platform": "b", "events": [{"slug": "bet", "on": ["bet_placed"]}]}))
    whole = {"kind": "round_played", "subject": "s", "at": NOON, "content": {"amount": "1", "free_money": False}}
    facts = Signal("link_facts", "l", NOON, False, "lucky", "17", {"facts": {"last_bet": whole}})

    assert dialect.messages(facts, recipient()) == []


@pytest.mark.parametrize("value", ["1999-12-31T23:59:59Z", "2026-03-04T12:00:01Z", "4102444800", "soon", ""])
def test_a_stated_time_that_cannot_be_is_not_sent(value: str) -> None:
    fields = {"verified_at": {"value": value, "subject": "verified_at/1/e"}}
    signal = Signal("profile_changed", "s", NOON, False, "lucky", "17", {"fields": fields})
    dialect = FaceitDialect(rules_from({"platform": "b"}))

    [message] = dialect.messages(signal, recipient())

    assert message.at == NOON


def test_the_list_to_negotiate_names_every_event_and_attribute() -> None:
    rules = rules_from({"platform": "b", "events": [{"slug": "kyc", "attributes": {"level, if any": {"value": "2"}}}]})

    events = {event["event"]: event for event in negotiated(rules)}

    assert events["kyc"]["attributes"] == [{"name": "level, if any", "type": "string", "value": "always 2"}]
    assert events["first_deposit"]["told"] == "once"
    assert "bet" in events
    assert "withdrawal" not in events
    assert 'kyc,"level, if any",always 2,whenever verification_type changes,yes\n' in as_csv(rules)
    assert as_csv(rules).startswith("event,attribute,value,told,initial\nregistration,,,every time,yes\n")
