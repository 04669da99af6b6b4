"""The admin API: who may ask, what is answered, and errors in one form."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette

from countroom.api.app import Api
from countroom.api.openapi import DOCUMENT
from countroom.api.parts import ApiParts, Check
from countroom.core.errors import SettingsError, Unavailable
from tests.unit.api.asgi import ask


class Hub:
    """A hub that holds one player and one key, and has a fault when told so."""

    def __init__(self) -> None:
        self.fault: str | None = None
        self.made: list[tuple[str, tuple[str, ...], str]] = []

    def player(self, brand: str, player: str) -> dict[str, Any] | None:
        if self.fault:
            raise Unavailable(self.fault)
        return {"brand": brand, "player": player} if (brand, player) == ("lucky", "a/b") else None

    def status(self) -> dict[str, Any]:
        return {"is_ready": True}

    def checks(self) -> list[Check]:
        return [Check("vault"), Check("shard-0", self.fault)]

    def metrics(self) -> bytes:
        return b"countroom_x 1\n"

    def keys(self) -> list[dict[str, Any]]:
        return [{"key_id": "key_1"}]

    def create_key(self, source: str, brands: tuple[str, ...], *, label: str) -> dict[str, Any]:
        if source != "ft":
            raise SettingsError("source: expected one of ft")
        self.made.append((source, brands, label))
        return {"key": "cr_secret"}

    def revoke_key(self, key_id: str) -> dict[str, Any] | None:
        return {"key_id": key_id} if key_id == "key_1" else None

    def quarantine(self) -> list[dict[str, Any]]:
        return []

    def quarantined(self, number: str) -> dict[str, Any] | None:
        return None

    def find_event(self, wanted: str) -> Iterator[dict[str, Any]]:
        yield {"progress": {"read": 1, "of": 1}}
        yield {"done": {"read": 1, "found": 0}}


@pytest.fixture
def hub() -> Hub:
    """The hub behind the application."""
    return Hub()


@pytest.fixture
def app(hub: Hub) -> Starlette:
    """The application."""
    return Api(ApiParts(hub, lambda given: given == b"t0ken")).application()


FILLED = str.maketrans({"{": "", "}": ""})
GUARDED = [
    (method.upper(), path.translate(FILLED))
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if "security" not in operation
]


@pytest.mark.parametrize(("method", "path"), GUARDED)
@pytest.mark.parametrize("token", [None, "other", ""])
def test_nothing_under_api_is_answered_without_the_token(
    app: Starlette, method: str, path: str, token: str | None
) -> None:
    answered = ask(app, method, path, token=token)

    assert (answered.status, answered.json["code"]) == (401, "unauthorized")
    assert "admin.token" in answered.json["remedy"]


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_everything_described_is_served(app: Starlette, method: str, path: str) -> None:
    assert ask(app, method, path).json.get("code") not in {"not_found", "method_not_allowed"}


def test_a_player_id_may_hold_a_slash(app: Starlette) -> None:
    assert ask(app, "GET", "/api/players/lucky/a/b").json == {"brand": "lucky", "player": "a/b"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/players/lucky/nobody", 404, "player_not_found"),
        ("GET", "/api/nonsense", 404, "not_found"),
        ("GET", "/api/quarantine/rest.ft.9", 404, "refusal_not_found"),
        ("DELETE", "/api/keys/key_2", 404, "key_not_found"),
        ("DELETE", "/api/status", 405, "method_not_allowed"),
        ("GET", "/api/events", 400, "malformed"),
    ],
)
def test_an_error_is_a_problem_with_a_stable_code(
    app: Starlette, method: str, path: str, status: int, code: str
) -> None:
    answered = ask(app, method, path)

    assert (answered.status, answered.json["status"], answered.json["code"]) == (status, status, code)
    assert answered.headers["content-type"] == "application/problem+json"
    assert answered.json["detail"]


def test_a_wrong_method_is_told_the_right_ones(app: Starlette) -> None:
    assert ask(app, "PATCH", "/api/keys").headers["allow"] == "GET, POST"


def test_a_part_that_is_away_is_503_and_says_when_to_come_again(app: Starlette, hub: Hub) -> None:
    hub.fault = "shard-0 does not answer"

    answered = ask(app, "GET", "/api/players/lucky/1")

    assert (answered.status, answered.headers["retry-after"]) == (503, "1")
    assert answered.json["detail"] == "shard-0 does not answer"


def test_a_key_is_made_as_asked(app: Starlette, hub: Hub) -> None:
    body = json.dumps({"source": "ft", "brands": ["lucky"], "label": "till"}).encode()

    answered = ask(app, "POST", "/api/keys", body=body)

    assert (answered.status, answered.json) == (201, {"key": "cr_secret"})
    assert hub.made == [("ft", ("lucky",), "till")]


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        (b"", 400, "$"),
        (b"[]", 400, "$"),
        (b"{}", 400, "$"),
        (b'{"source": 5}', 400, "$.source"),
        (b'{"source": "ft", "brand": "lucky"}', 400, "$"),
        (b'{"source": "kafka"}', 422, None),
        (b'"' + b"x" * 70_000, 413, "path"),
    ],
)
def test_a_key_that_cannot_be_made_is_told_where_it_fails(
    app: Starlette, hub: Hub, body: bytes, status: int, path: str | None
) -> None:
    answered = ask(app, "POST", "/api/keys", body=body)

    assert (answered.status, answered.json.get("path")) == (status, path)
    assert hub.made == []


def test_a_search_is_told_line_by_line(app: Starlette) -> None:
    answered = ask(app, "GET", "/api/events?id=a1")

    assert answered.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in answered.body.splitlines()][-1] == {"done": {"read": 1, "found": 0}}


@pytest.mark.parametrize(("fault", "status", "verdict"), [(None, 200, "ok"), ("starting", 503, "not ready")])
def test_readiness_names_each_check_when_asked(
    app: Starlette, hub: Hub, fault: str | None, status: int, verdict: str
) -> None:
    hub.fault = fault

    verbose = ask(app, "GET", "/readyz?verbose", token=None)

    assert (verbose.status, verbose.body.decode().splitlines()[-1]) == (status, verdict)
    assert f"shard-0: {fault or 'ok'}" in verbose.body.decode()
    assert ask(app, "GET", "/readyz", token=None).body.decode() == f"{verdict}\n"


@pytest.mark.parametrize("path", ["/livez", "/metrics"])
def test_probes_need_no_token(app: Starlette, path: str) -> None:
    assert ask(app, "GET", path, token=None).status == 200
