"""The quarantine over the API: what is answered is what is described, and what cannot be is told why."""

from collections.abc import Iterator
from typing import Any

import pytest

from countroom.api.openapi import described
from countroom.api.table import TABLE
from tests.unit.api.schema import misfits
from tests.unit.runtime.mending_hub import MendingHub, bet, mending_hub

DOCUMENT = described(TABLE)
AMT = {"do": "rename", "field": "$.amt", "to": "$.amount"}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MendingHub]:
    """Something was refused, mended, redriven; something waits."""
    with mending_hub(tmp_path_factory.mktemp("hub") / "data") as hub:
        hub.post(bet("b1", amount=None, wager_amount=None, amt=5), bet("b2", currency="€"), bet("b3", currency="E"))
        hub.publish(AMT)
        hub.redrive(source="ft")
        hub.work()
        yield hub


def named(hub: MendingHub) -> dict[str, str]:
    """What stands for the parameters of paths."""
    [group] = hub.groups(status="open")
    [job] = hub.ask("GET", "/api/jobs").json["items"]
    return {
        "{group}": group["group"], "{number}": group["example"], "{job_id}": job["job_id"], "{source}": "ft",
        "{version}": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        "/api/quarantine",
        "/api/quarantine/{number}",
        "/api/quarantine/groups/{group}",
        "/api/quarantine/groups/{group}/receipts",
        "/api/mappings",
        "/api/mappings/{source}/{version}",
        "/api/jobs",
        "/api/jobs/{job_id}",
    ],
)
def test_what_is_answered_is_what_is_described(busy: MendingHub, path: str) -> None:
    url = path
    for name, value in named(busy).items():
        url = url.replace(name, value)
    told = busy.ask("GET", url)

    assert told.status == 200
    assert list(misfits(DOCUMENT, schema(path, "get", "200"), told.json)) == []


def test_a_preview_is_what_is_described(busy: MendingHub) -> None:
    told = busy.ask("POST", "/api/quarantine/preview", {"source": "ft", "rules": [AMT]})

    assert told.status == 200
    assert list(misfits(DOCUMENT, schema("/api/quarantine/preview", "post", "200"), told.json)) == []


def schema(path: str, method: str, status: str) -> Any:
    return DOCUMENT["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("POST", "/api/quarantine/preview", {}, 400, "expected exactly one of group, source"),
        ("POST", "/api/quarantine/preview", {"source": "ft", "group": "q-1"}, 400, "expected exactly one of"),
        ("POST", "/api/quarantine/preview", {"group": "q-1"}, 404, "there is none"),
        ("POST", "/api/quarantine/preview", {"source": "nobody", "rules": []}, 422, "source: expected one of ft"),
        ("POST", "/api/quarantine/redrive/plan", {"source": "ft", "pace": -1}, 400, ">= 0"),
        ("POST", "/api/quarantine/discard/plan", {"source": "ft"}, 400, "reason"),
        ("POST", "/api/mappings", {"source": "ft", "rules": [{"do": "guess", "field": "$.a"}]}, 400, "guess"),
        ("POST", "/api/mappings", {"source": "ft", "rules": [AMT | {"tpyes": []}]}, 400, "tpyes"),
        ("POST", "/api/mappings", {"source": "ft", "rules": [AMT]}, 409, "version 1 has these very rules"),
        ("GET", "/api/mappings/ft/first", None, 400, "the number of a version"),
        ("GET", "/api/mappings/ft/7", None, 404, "mapping 7 of source ft"),
        ("GET", "/api/jobs/job_none", None, 404, "there is none"),
        ("POST", "/api/quarantine/groups/q-1/merge", {"into": "q-2"}, 404, "group q-1"),
        ("POST", "/api/quarantine/groups/q-1/ignore", {"until": "soon"}, 400, "expected an instant"),
    ],
)
def test_what_cannot_be_is_told_why(  # noqa: PLR0917 - a row of the table
    busy: MendingHub, method: str, path: str, body: Any, status: int, says: str
) -> None:
    told = busy.ask(method, path, body)

    assert (told.status, says in told.json["detail"]) == (status, True), told.json


def test_a_job_that_is_over_is_not_paused(busy: MendingHub) -> None:
    job_id = named(busy)["{job_id}"]

    assert busy.ask("POST", f"/api/jobs/{job_id}/pause", {}).status == 409


def test_deciding_takes_a_key_that_may(busy: MendingHub) -> None:
    group = named(busy)["{group}"]

    assert busy.ask("GET", f"/api/quarantine/groups/{group}", token="read").status == 200
    assert busy.ask("POST", f"/api/quarantine/groups/{group}/resolve", {}, token="read").status == 403


def test_a_list_of_receipts_goes_on_where_it_was_left(busy: MendingHub) -> None:
    path = f"/api/quarantine/groups/{named(busy)['{group}']}/receipts"
    first = busy.ask("GET", f"{path}?limit=1").json
    second = busy.ask("GET", f"{path}?limit=1&cursor={first['next']}").json
    third = busy.ask("GET", f"{path}?limit=1&cursor={second['next']}").json

    assert [len(page["items"]) for page in (first, second, third)] == [1, 1, 0]
    assert first["items"] != second["items"]
