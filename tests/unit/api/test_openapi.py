"""The description of the API: it holds together, and what is answered is what it says."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from countroom.api.openapi import described
from countroom.api.table import TABLE
from countroom.core.instants import SECOND
from tests.unit.api.schema import faults, misfits
from tests.unit.runtime.small_hub import NOON, SmallHub, bet, small_hub, win

DOCUMENT = described(TABLE)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHub]:
    """A hub in which a little of everything has happened."""
    with small_hub(tmp_path_factory.mktemp("hub") / "data") as hub:
        hub.take(bet("b1"), win("w1", "b1", NOON + SECOND), bet("b1"))
        hub.ask("POST", "/api/keys", {"scope": "read", "label": "reader"})
        hub.ask("POST", "/api/links", {"brand": "lucky", "player": "4711", "partner": "faceit"})
        hub.ask("POST", "/api/links/remove/plan", {"partner": "faceit"})
        hub.now = type(NOON)(NOON + SECOND)
        hub.fold()
        yield hub


def test_the_document_is_what_the_standard_asks_for() -> None:
    assert list(faults(DOCUMENT)) == []


def test_a_document_with_a_hole_is_found_out() -> None:
    broken = copy.deepcopy(DOCUMENT)
    del broken["components"]["schemas"]["LinkShown"]
    broken["paths"]["/api/links/{link_id}"]["get"]["parameters"] = []
    broken["paths"]["/api/status"]["get"]["operationId"] = "get_api_links"

    assert len(list(faults(broken))) >= 3


def test_the_document_describes_every_route_and_nothing_else() -> None:
    told = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}

    assert told == {(route.method, route.path) for route in TABLE}


def test_every_field_of_what_goes_in_is_described_with_its_bounds() -> None:
    limits = [
        parameter["schema"]
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", [])
        if parameter["name"] == "limit"
    ]
    assert limits
    assert all((limit["minimum"], limit["maximum"]) == (1, 1000) for limit in limits)


def test_the_document_is_served(busy: SmallHub) -> None:
    assert busy.ask("GET", "/api/openapi.json").json == json.loads(msgspec.json.encode(DOCUMENT))


GETS = [
    "/api/status",
    "/api/settings",
    "/api/brands",
    "/api/partners",
    "/api/partners/faceit",
    "/api/sources",
    "/api/sources/ft",
    "/api/jobs",
    "/api/players/{brand}/{player}",
    *(f"/api/players/{{brand}}/{{player}}/{what}" for what in ("timeline", "totals", "rounds", "sessions", "payments")),
    "/api/players/{brand}/{player}/bonuses",
    "/api/players/{brand}/{player}/sports_bets",
    "/api/events/latest",
    "/api/links",
    "/api/keys",
    "/api/audit",
    "/api/audit/verify",
    "/api/quarantine",
]


@pytest.mark.parametrize("path", GETS)
def test_what_is_answered_is_what_is_described(busy: SmallHub, path: str) -> None:
    told = busy.ask("GET", path.replace("{brand}", "lucky").replace("{player}", "4711"))

    assert told.status == 200
    place = path.replace("/partners/faceit", "/partners/{partner}").replace("/sources/ft", "/sources/{source}")
    schema = DOCUMENT["paths"][place]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert list(misfits(DOCUMENT, schema, told.json)) == []
    assert (
        "items" not in told.json or told.json["items"] or path.endswith(("jobs", "payments", "bonuses", "sports_bets"))
    )


def test_a_problem_is_what_is_described(busy: SmallHub) -> None:
    schema: Any = DOCUMENT["components"]["responses"]["Problem"]["content"]["application/problem+json"]["schema"]

    assert list(misfits(DOCUMENT, schema, busy.ask("GET", "/api/nonsense").json)) == []


@pytest.mark.parametrize("value", [{"items": [], "next": 5}, {"items": [{}], "next": None}, {"next": None}, []])
def test_an_answer_that_is_not_as_described_is_found_out(value: Any) -> None:
    schema = DOCUMENT["components"]["schemas"]["Page_LinkShown_"]

    assert list(misfits(DOCUMENT, schema, value))
