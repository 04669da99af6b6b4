"""A loud repeat of a quiet fact: its signals are told, once, and nothing else changes."""

from typing import Any

import msgspec
from hypothesis import given

from countroom.core.events import (
    BonusReported,
    Event,
    LinkBegun,
    Linked,
    RolledBack,
    SportsBetSettled,
    Ticked,
    Unlinked,
)
from countroom.core.instants import DAY
from countroom.fold.memory import Folded, fold_all
from countroom.fold.settings import BrandSettings, FoldSettings
from tests.properties.histories import CASINO, EVERYTHING, MONEY, PLAYER, SPORTS, histories
from tests.properties.test_link_facts import ALWAYS, linked

SETTINGS = FoldSettings(brands={"lucky": BrandSettings()})
OF_A_STATE = {
    "deposit_counted", "withdrawal_counted", "bonus_state_changed", "bet_settled", "selection_settled",
    "profile_changed", "profile_ready", "consent_changed", "account_status_changed",
}  # fmt: skip
"""Told of a state that one fact makes."""
STORIES = histories(EVERYTHING) | histories(MONEY) | histories(PLAYER) | histories(SPORTS) | histories(CASINO)


def plain(history: list[Event]) -> list[Event]:
    """Without links and ticks, all of them loud."""
    return [marked(e, quiet=False) for e in history if not isinstance(e, LinkBegun | Linked | Unlinked | Ticked)]


def marked(event: Event, *, quiet: bool) -> Event:
    about: Any = msgspec.structs.replace(event.about, quiet=quiet, historical=False)
    return msgspec.structs.replace(event, about=about)


def _is_apart(event: Event) -> bool:
    """Of several words that wagering goes on it is not known which came first; the others show what was void."""
    if isinstance(event, RolledBack):
        return True
    if isinstance(event, BonusReported):
        return event.state == "wagering"
    return isinstance(event, SportsBetSettled) and event.free_money


def folded(events: list[Event]) -> Folded:
    return fold_all([linked(ALWAYS, DAY), *events], SETTINGS)


def loud(found: Folded, kinds: set[str]) -> set[tuple[str, str, str]]:
    return {(s.player, s.kind, s.subject) for s in found.signals if not s.quiet and s.kind in kinds}


@given(STORIES)
def test_repeated_at_once_a_quiet_fact_tells_what_a_loud_one_does(history: list[Event]) -> None:
    story = [e for e in plain(history) if not _is_apart(e)]
    twice = [each for event in story for each in (marked(event, quiet=True), event)]

    expected = loud(folded(story), OF_A_STATE)

    found = loud(folded(twice), OF_A_STATE)

    assert found == expected


@given(STORIES)
def test_what_is_told_of_a_repeat_is_told_once(history: list[Event]) -> None:
    story = plain(history)
    quietly = [marked(event, quiet=True) for event in story]

    signals = folded([*quietly, *story, *story]).signals

    told = [(s.player, s.kind, s.subject) for s in signals if not s.quiet and s.partner is None]
    assert len(told) == len(set(told))


@given(STORIES)
def test_repeats_leave_the_state_as_it_is(history: list[Event]) -> None:
    quietly = [marked(event, quiet=True) for event in plain(history)]

    one, other = folded(quietly), folded([*quietly, *plain(history)])

    assert one.documents.keys() == other.documents.keys()
    for key, document in one.documents.items():
        assert without_counts(document) == without_counts(other.documents[key])


def without_counts(document: dict[str, object]) -> dict[str, object]:
    return {name: part for name, part in document.items() if name != "handling"}
