"""What signals carry: the thing as it stands, and only for players who are linked."""

from decimal import Decimal
from typing import Any, get_args

import msgspec
import pytest

from countroom.core.events import (
    Balance,
    BalancesStated,
    BlocksStated,
    BonusReported,
    BonusState,
    CartCheckedOut,
    CartPayment,
    ConsentsStated,
    Event,
    LinkBegun,
    PlayerLoggedIn,
    RoundPlayed,
    Unlinked,
)
from countroom.core.identity import identity
from countroom.core.ids import (
    LinkId,
    PartnerId,
    RoundId,
    StudioId,
    UserBonusId,
)
from countroom.core.instants import MINUTE
from countroom.fold.told import subject_of, told
from tests.unit.fold.stories import NOON, about, bet, deposit, linked, profile, said, signals, unlinked

# ---------------------------------------------------------------- events


def test_an_event_is_told_by_its_own_fields_without_what_is_empty() -> None:
    assert told(bet(0)) == {
        "activity_id": "a1", "studio": "41", "round_id": "r1", "currency": "EUR", "pockets": (2, Decimal("0.5")),
        "amount": Decimal("2.5"), "ends": False, "free_money": False, "amount_mismatch": False, "combined": False,
    }  # fmt: skip


def test_a_free_spin_is_told_with_an_amount_of_nothing() -> None:
    content = told(bet(0, pockets=(), free_stake=Decimal(1)))

    assert (content["amount"], content["free_stake"], "pockets" in content) == (0, 1, False)


def test_a_whole_round_is_told_with_its_stake_as_the_amount() -> None:
    whole = RoundPlayed(
        about=about(0), studio=StudioId("41"), round_id=RoundId("r1"), currency="EUR", stake=(Decimal(2),), payout=(),
    )  # fmt: skip

    assert told(whole)["amount"] == 2


def test_the_parts_of_a_cart_and_of_balances_are_told_by_name() -> None:
    cart = CartCheckedOut(
        about=about(0), cart_id="c", currency="EUR", rate=None, amount=Decimal(5), discount=Decimal(0),
        payments=(CartPayment("wallet", Decimal(5)),),
    )  # fmt: skip
    balances = BalancesStated(about=about(0), balances=(Balance("real_money", Decimal(3), "EUR", None),))

    assert told(cart)["payments"] == [{"kind": "wallet", "amount": 5}]
    assert told(cart)["amount"] == 5
    assert told(balances)["balances"] == [{"key": "real_money", "amount": 3, "currency": "EUR"}]


def test_neither_sealed_values_nor_tokens_are_told_of_any_event() -> None:
    [content] = said("profile_stated", profile(0, country="MT"))

    assert content == {"fields": {"country": "MT"}, "registers": False}
    every = msgspec.msgpack.encode(signals(linked(-60), profile(0, country="MT", language="en"), linked(5, "b", "l-2")))
    assert b"the-token" not in every
    assert b"the-cipher" not in every


def test_every_kind_of_event_can_be_told() -> None:
    for kind in get_args(Event):
        names = {field.name for field in msgspec.structs.fields(kind)} - {"about"}
        empty = kind(about=about(0), **dict.fromkeys(names))

        assert set(told(empty)) <= {"amount"}


def test_what_has_no_identity_of_its_own_is_told_apart_by_its_time() -> None:
    assert subject_of("bet_placed", "source", "business", 5) == "source"
    assert subject_of("bet_placed", None, "business", 5) == "business"
    assert subject_of("bet_placed", None, None, 5) == "at/5"
    # A round's own id comes again with later rounds.
    assert subject_of("round_played", None, "business", 5) == "business/5"


# ---------------------------------------------------------------- what follows from them


def test_a_counted_deposit_is_told_with_amount_base_and_count() -> None:
    first, second = said("deposit_counted", deposit(0, "d1"), deposit(1, "d2", amount=50))

    assert first == {
        "payment_id": "d1", "amount": 100, "currency": "SEK", "base_amount": 10, "method": "card", "count": 1,
    }  # fmt: skip
    assert second is not None
    assert (second["payment_id"], second["count"]) == ("d2", 2)


def test_the_first_deposit_is_told_and_what_becomes_of_it() -> None:
    story = [deposit(5, "d1"), deposit(0, "d0", amount=7), deposit(6, "d0", "rolled_back", amount=7)]

    [reached] = said("ftd_reached", *story)
    moved, back = said("ftd_corrected", *story)

    assert reached == {"payment_id": "d1", "amount": 100, "currency": "SEK", "base_amount": 10, "method": "card"}
    assert moved is not None
    assert (moved["was"], moved["is"], moved["payment_id"], moved["amount"]) == ("d1", "d0", "d0", 7)
    assert back is not None
    assert (back["was"], back["is"]) == ("d0", "d1")


def test_a_bonus_is_told_with_its_state_and_the_one_before() -> None:
    def bonus(minute: int, state: BonusState) -> Event:
        return BonusReported(
            about=about(minute, f"ub1-{state}"), user_bonus_id=UserBonusId("ub1"), state=state, amount=Decimal(50),
            currency="EUR", rate=None, code="WELCOME",
        )  # fmt: skip

    last = said("bonus_state_changed", bonus(0, BonusState.CREDITED), bonus(1, BonusState.COMPLETED))[-1]

    assert last == {
        "user_bonus_id": "ub1", "state": "completed", "was": "credited", "amount": 50, "currency": "EUR",
        "code": "WELCOME", "bets": 0, "wagered": 0, "ended_at": NOON + MINUTE, "converted": 0,
    }  # fmt: skip


def test_a_changed_profile_is_told_by_names_and_plain_values() -> None:
    first, second = said("profile_changed", profile(0, country="MT", language="en"), profile(1, country="SE"))

    assert first is not None
    assert first["names"] == ["country", "email", "language"]
    assert sorted(first["fields"]) == ["country", "language"]
    assert second is not None
    assert second["names"] == ["country"]
    assert second["fields"]["country"]["was"] == "MT"
    assert second["fields"]["country"]["value"] == "SE"


def test_a_profile_said_once_more_is_no_change() -> None:
    assert len(said("profile_changed", profile(0, country="MT"), profile(1, country="MT"))) == 1


def test_registration_is_told_at_its_own_time() -> None:
    [signal] = [s for s in signals(linked(-60), profile(0, NOON - MINUTE, country="MT")) if s.kind == "profile_ready"]

    assert signal.at == NOON - MINUTE
    assert signal.content == {"registered_at": NOON - MINUTE, "fields": {"country": "MT"}}


def test_consents_and_blocks_are_told_as_they_turn() -> None:
    consents = ConsentsStated(about=about(0, "c"), consents={"email": True})
    blocks = BlocksStated(about=about(1, "b"), blocks={"excluded": True})

    assert said("consent_changed", consents, blocks) == [{"channel": "email", "value": "in"}]
    assert said("account_status_changed", consents, blocks) == [{"kind": "excluded", "active": True}]


def test_a_restated_day_is_told_as_what_it_was_and_is() -> None:
    late = bet(-60 * 24 * 3, "late")
    tomorrow = bet(60 * 24 * 2, "later")

    contents = said("total_corrected", tomorrow, late)

    assert {"scope": "day", "day": "2026-03-01", "product": "casino", "currency": "EUR", "measure": "turnover"} | {
        "before": 0, "after": Decimal("2.5"), "cause": late.about.business_id
    } in contents  # fmt: skip


# ---------------------------------------------------------------- links


def test_facts_then_linked_then_live_and_unlinked_at_the_end() -> None:
    told_now = [
        (s.kind, s.partner, s.content is not None)
        for s in signals(bet(0, "a0"), linked(1), bet(2), unlinked(3), bet(4, "a2"))
        if s.kind != "session_corrected"
    ]

    assert told_now == [
        ("bet_placed", None, False),
        ("link_facts", "faceit", True),
        ("linked", "faceit", True),
        ("bet_placed", None, True),
        ("unlinked", "faceit", True),
        ("bet_placed", None, False),
    ]


def test_what_is_said_of_a_link_names_it() -> None:
    made, ended = [s for s in signals(linked(1), unlinked(3)) if s.kind in ("linked", "unlinked")]

    assert made.content == {"link_id": "l-1", "account": "u-1", "cause": "by hand", "at": NOON + MINUTE}
    assert ended.content == {"link_id": "l-1", "account": "u-1", "cause": "", "at": NOON + 3 * MINUTE}
    assert (made.subject, ended.subject) == ("l-1", "l-1")


def test_a_link_that_was_only_asked_for_tells_nothing() -> None:
    begun = LinkBegun(about=about(0, "begun"), link_id=LinkId("l-1"), partner=PartnerId("faceit"))

    told_now = signals(begun, bet(1))

    assert [(s.kind, s.content) for s in told_now] == [("bet_placed", None)]


@pytest.mark.parametrize(
    "story",
    [
        (unlinked(3), linked(1)),
        (unlinked(3), linked(3)),
    ],
    ids=["its end came first", "at one instant the end wins"],
)
def test_a_link_that_is_over_is_not_made_by_a_late_word_of_it(story: tuple[Event, ...]) -> None:
    assert signals(*story) == []


def test_the_end_of_a_link_is_told_once_and_only_of_one_that_was_made() -> None:
    asked = LinkBegun(about=about(0, "begun"), link_id=LinkId("l-1"), partner=PartnerId("faceit"))
    again = Unlinked(about=about(4, "again"), link_id=LinkId("l-1"), partner=PartnerId("faceit"))

    assert signals(asked, unlinked(3)) == []
    assert [s.kind for s in signals(linked(1), unlinked(3), again)] == ["link_facts", "linked", "unlinked"]


def test_asking_for_a_link_that_is_made_does_not_undo_it() -> None:
    asked = LinkBegun(about=about(2, "begun"), link_id=LinkId("l-1"), partner=PartnerId("faceit"))

    assert said("bet_placed", asked, bet(3)) != [None]


def test_saying_once_more_that_he_is_linked_tells_nothing_again() -> None:
    assert [s.kind for s in signals(linked(1), linked(2))] == ["link_facts", "linked"]


def facts(*events: Event) -> dict[str, Any]:
    [content] = [s.content for s in signals(*events, linked(600)) if s.kind == "link_facts"]
    tree: Any = content
    found: dict[str, Any] = tree["facts"]
    return found


def test_the_facts_are_all_that_is_true_at_linking() -> None:
    found = facts(
        profile(0, NOON - MINUTE, country="MT"), deposit(1, "d1"), deposit(2, "d2"), bet(3), bet(4, "a2"),
        ConsentsStated(about=about(5, "c"), consents={"email": True}),
        BlocksStated(about=about(6, "b"), blocks={"blocked": True, "excluded": False}),
        PlayerLoggedIn(about=about(7, business_id=identity("login", str(NOON + 7 * MINUTE), "at"))),
    )  # fmt: skip

    assert sorted(found) == [
        "blocks", "consents", "fields", "first_deposit", "last_bet", "last_deposit", "last_login", "registered",
    ]  # fmt: skip
    assert found["first_deposit"]["content"]["payment_id"] == "d1"
    assert found["last_deposit"]["subject"] == "d2/approved"
    assert found["last_bet"]["content"] == told(bet(4, "a2"))
    assert list(found["blocks"]) == ["blocked"]  # The other was never on, and never told.
    assert found["last_login"]["subject"] == f"login:{NOON + 7 * MINUTE}\x1fat"


def test_of_a_player_of_whom_nothing_is_known_there_are_no_facts() -> None:
    assert facts() == {}


def test_a_deposit_keeps_the_identity_under_which_it_was_told_when_it_goes_on() -> None:
    story = [deposit(0, "d1"), deposit(5, "d1", "completed", amount=90)]
    [live] = [s for s in signals(linked(-60), *story) if s.kind == "deposit_counted"]

    fact = facts(*story)["last_deposit"]

    assert (fact["subject"], fact["at"]) == (live.subject, live.at) == ("d1/approved", NOON)
    assert fact["content"]["amount"] == 90  # As it stands by now.


def test_a_deposit_that_was_taken_back_is_no_fact() -> None:
    found = facts(deposit(0, "d1"), deposit(1, "d2"), deposit(2, "d2", "rolled_back"))

    assert found["last_deposit"]["content"]["payment_id"] == "d1"
