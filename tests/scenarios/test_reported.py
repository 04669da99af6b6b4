"""What is kept as last reported, the brand's games, and what linked partners are told of sports bets."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from countroom.core.events import (
    About,
    Balance,
    BalancesStated,
    CustomHappened,
    Event,
    GameStated,
    Linked,
    RolledBack,
    TagsStated,
)
from countroom.core.identity import Identity
from countroom.core.ids import BrandId, GameId, LinkId, PartnerId, PlayerId, SourceName
from countroom.core.signals import Signal
from countroom.fold.memory import fold_all
from countroom.fold.settings import BrandSettings, FoldSettings
from tests.reference import ReferenceSettings
from tests.scenarios.subject import Subject
from tests.scenarios.words import moment, story


def about(at: str, player: str = "p1") -> About:
    when = moment(at)
    return About(
        brand=BrandId("lucky"),
        player=PlayerId(player),
        source=SourceName("fasttrack"),
        occurred_at=when,
        received_at=when,
        business_id=Identity(f"said:{player}.{when}\x1fonce"),
    )


def document(subject: Subject, events: list[Event], player: str = "p1") -> dict[str, Any]:
    settings = ReferenceSettings()
    found = subject(events, settings).of(player)
    assert subject(events[::-1], settings).of(player) == found
    return found


def test_a_balance_is_what_was_said_of_it_last(subject: Subject) -> None:
    first = BalancesStated(
        about=about("10:00"),
        balances=(Balance("real_money", Decimal(10), "EUR", None), Balance("bonus_money", Decimal(5), "EUR", None)),
    )
    second = BalancesStated(about=about("11:00"), balances=(Balance("real_money", Decimal(0), "EUR", None),))
    found = document(subject, [second, first])

    amounts = {key: wallet["EUR"]["amount"] for key, wallet in found["balances"].items()}
    assert amounts == {"real_money": "0", "bonus_money": "5"}
    assert found["totals"] == {}


def test_tags_are_all_that_were_said_last(subject: Subject) -> None:
    found = document(
        subject,
        [
            TagsStated(about=about("10:00"), tags=("vip", "new")),
            TagsStated(about=about("11:00"), tags=("risk", "risk")),
        ],
    )

    assert found["tags"]["tags"] == ["risk"]


def test_custom_facts_are_counted_by_their_kind(subject: Subject) -> None:
    told: list[Event] = [CustomHappened(about=about(f"1{n}:00"), kind="wheel_spun", fields={}) for n in range(3)]
    found = document(subject, told)

    assert found["custom"]["wheel_spun"]["count"] == 3
    assert found["custom"]["wheel_spun"]["last_at"] == "2026-03-04T12:00:00.000000Z"


def test_a_game_with_several_names_has_drifted(subject: Subject) -> None:
    told: list[Event] = [
        GameStated(about=about("10:00", ""), game=GameId("g1"), name="Lynx"),
        GameStated(about=about("11:00", ""), game=GameId("g1"), name="Lynx II"),
        GameStated(about=about("12:00", ""), game=GameId("g2"), name="Owl", is_live=False),
    ]
    catalogue = document(subject, told, "")["catalogue"]

    assert (catalogue["games"], catalogue["live"]) == (2, 1)
    [drift] = catalogue["drift"]
    assert (drift["game"], [one["name"] for one in drift["names"]]) == ("g1", ["Lynx", "Lynx II"])


# ---------------------------------------------------------------- what is told


def told_of(text: str, *, is_linked: bool = True) -> list[Signal]:
    link = Linked(about=about("09:00"), link_id=LinkId("l1"), partner=PartnerId("crm"), account="a")
    events = [*([link] if is_linked else []), *story(text)]
    signals = fold_all(events, FoldSettings(brands={"lucky": BrandSettings()})).signals
    return [signal for signal in signals if signal.kind in {"bet_settled", "bet_corrected", "selection_settled"}]


STORY = "10:00 SB s1 10 odds=3.1; 11:00 SS t1→s1 31; 11:00 LEG s1 l1 won; 12:00 SRB t1"


def test_a_settlement_and_its_correction_tell_the_bet_as_it_stands_and_as_it_was() -> None:
    settled, selection, corrected = told_of(STORY)

    assert (settled.subject, corrected.subject) == ("s1/t1/1", "s1/t1/2")
    assert (settled.at, corrected.at) == (moment("11:00"), moment("12:00"))
    assert settled.content is not None
    assert settled.content["payout"] == 31
    assert (settled.content["state"], settled.content["settled_stake"]) == ("won", 10)
    assert corrected.content is not None
    assert (corrected.content["state"], corrected.content["payout"], corrected.content["counts"]) == ("open", 0, False)
    was = corrected.content["was"]
    assert was == {"settled_stake": 10, "payout": 31, "void_stake": 0}
    assert selection.content is not None
    assert (selection.subject, selection.content["result"]) == ("s1/l1/1", "won")


def test_contents_can_be_written_as_json() -> None:
    for signal in told_of(STORY):
        assert msgspec.json.decode(msgspec.json.encode(signal.content))


def test_nothing_is_made_up_for_a_player_who_is_linked_nowhere() -> None:
    assert [signal.content for signal in told_of(STORY, is_linked=False)] == [None, None, None]


@pytest.mark.parametrize("at", ["09:30", "12:30"])
def test_a_rollback_of_what_cannot_be_rolled_back_waits_for_ever(subject: Subject, at: str) -> None:
    [deposit] = story("10:00 deposit d1 100 approved")
    rollback = RolledBack(about=about(at), target=str(deposit.about.business_id))
    found = document(subject, [deposit, rollback, *story("03-14 10:00 tick")])

    assert found["counters"]["ftd"]["amount"] == "100"
    assert found["rollbacks"] == {"orphaned": 1}
