"""The simulator's ledger against the decoder and the reference of the fold's tests: readings that share no code.

Where they differ, one of them has misread the semantics; the hub is not needed to find out.
"""

from collections import defaultdict
from typing import Any

import msgspec
import pytest

from countroom.core.envelope import Envelope
from countroom.core.events import Event, ProfileStated, Sealed
from countroom.core.ids import BrandId, SourceName
from countroom.core.instants import DAY, Instant
from countroom.core.item import Reading
from countroom.core.rejection import Rejection
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.dialects.fasttrack import decode
from countroom.dialects.fasttrack.catalogue import ROUTES
from countroom.simulator.differences import differences
from countroom.simulator.ledger import Ledger
from countroom.simulator.platform import Platform
from countroom.simulator.sending import Sending
from countroom.simulator.settings import SimulatorSettings
from tests.reference import ReferenceSettings, accept, document
from tests.unit.simulator.story import settings

KINDS = {(route.method, route.path): route.kind for route in ROUTES}
DIALECT = DialectSettings(brands=(BrandNames(BrandId("lucky"), "EUR", ("lucky.example",)),))
REFERENCE = ReferenceSettings(time_zone="Europe/Malta", base_currency="EUR")

WORLDS = [
    {"seed": 1, "events": 1200, "players": 20},
    {"seed": 2, "events": 800, "players": 40, "whole_rounds": 0.3},
    {"seed": 3, "events": 800, "players": 5, "ends_at": settings().starts_at + 100 * DAY},
    {"seed": 4, "events": 1500, "players": 12, "sports": 1.0, "rollbacks": 0.15},
]


def world(**changes: Any) -> SimulatorSettings:
    noise = {"quirks": 0.2, "rollbacks": 0.05, "retries": 0.05, "malformed": 0.1}
    return settings(**{"time_zone": "Europe/Malta", **noise, **changes})


def decoded(sending: Sending) -> Reading | list[Rejection]:
    arrived_at = Instant(sending.at + 1_000_000)
    kind = KINDS[sending.method, sending.path]
    return decode(Envelope(SourceName("fasttrack"), kind, sending.body, arrived_at), DIALECT)


def events_of(reading: Reading) -> list[Event]:
    """The events with the profile's personal fields sealed, as they would be on their way to the log."""
    sealed = tuple(Sealed(name, b"token", b"") for name in reading.personal if "." not in name)
    events = list(reading.events)
    for place, event in enumerate(events):
        if isinstance(event, ProfileStated):
            events[place] = msgspec.structs.replace(event, about=msgspec.structs.replace(event.about, sealed=sealed))
    return events


@pytest.mark.parametrize("changes", WORLDS)
def test_the_ledger_and_the_reference_come_to_the_same_documents(changes: dict[str, Any]) -> None:
    period = world(**changes)
    every = list(Platform(period).sendings())
    arrivals: dict[str, list[Event]] = defaultdict(list)
    for sending in every:
        if sending.answered_with_200 and isinstance(reading := decoded(sending), Reading):
            arrivals[sending.player] += events_of(reading)
    ledger = Ledger(period, every)

    for player in ledger.players():
        accepted = accept(arrivals[player], REFERENCE).events
        for clock in (None, period.ends_at, period.ends_at + 9 * DAY):
            theirs = document(accepted, REFERENCE, clock=clock)
            assert [str(it) for it in differences(ledger.document(player, clock), theirs)] == []


@pytest.mark.parametrize("changes", WORLDS)
def test_contradictions_are_what_the_reference_refuses(changes: dict[str, Any]) -> None:
    every = list(Platform(world(**changes)).sendings())
    arrivals: dict[str, list[Event]] = defaultdict(list)
    for sending in every:
        if sending.answered_with_200 and isinstance(reading := decoded(sending), Reading):
            arrivals[sending.player] += events_of(reading)

    refused = [str(why.reason) for them in arrivals.values() for _, why in accept(them, REFERENCE).refused]

    assert sorted(refused) == [sending.expect for sending in every if sending.expect == "conflicting_duplicate"]


@pytest.mark.parametrize("changes", WORLDS)
def test_the_decoder_refuses_what_is_broken_for_its_reason_and_nothing_else(changes: dict[str, Any]) -> None:
    wrong = []
    for sending in Platform(world(**changes)).sendings():
        reading = decoded(sending)
        reasons = ["accepted"] if isinstance(reading, Reading) else [str(it.reason) for it in reading]
        expected = "accepted" if sending.answered_with_200 else sending.expect
        if set(reasons) != {expected}:
            wrong.append((expected, reasons, sending.body[:200]))

    assert wrong == []
