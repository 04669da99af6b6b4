"""The admin API: who may ask, what is answered, and errors in one form."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from countroom.api.app import application
from countroom.api.problems import Kind
from countroom.api.route import RANK
from countroom.api.table import TABLE
from countroom.config.settings import LimitsSection
from countroom.core.item import Item
from tests.unit.api.asgi import ask
from tests.unit.runtime.small_hub import SETTINGS, SmallHub, bet, changed, small_hub

FILLED = str.maketrans({"{": "", "}": ""})
GUARDED = [(route.method, route.path.translate(FILLED), route.scope) for route in TABLE if route.scope != "open"]
REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "api.md"


@pytest.mark.parametrize(("method", "path", "scope"), GUARDED)
@pytest.mark.parametrize("token", ["", "other"])
def test_nothing_under_api_is_answered_without_a_token(
    quiet: SmallHub, method: str, path: str, scope: str, token: str
) -> None:
    told = quiet.ask(method, path, {}, token=token)

    assert (told.status, told.json["code"]) == (401, "CR-1001")
    assert "admin.token" in told.json["remedy"]


@pytest.mark.parametrize(("method", "path", "scope"), GUARDED)
@pytest.mark.parametrize("token", ["read", "operate", "t0ken"])
def test_a_key_reaches_as_far_as_its_scope(quiet: SmallHub, method: str, path: str, scope: str, token: str) -> None:
    has = {"read": "read", "operate": "operate", "t0ken": "admin"}[token]

    told = quiet.ask(method, path, {}, token=token)

    assert (told.status == 403) is (RANK[has] < RANK[scope])
    if told.status == 403:
        assert told.json["code"] == "CR-1002"
        assert f"--scope {scope}" in told.json["remedy"]


def test_reading_a_list_changes_nothing_whoever_asks() -> None:
    assert {route.method for route in TABLE if route.scope == "read"} - {"GET"} == {"POST"}
    assert [route.path for route in TABLE if route.scope == "read" and route.method == "POST"] == ["/api/players/find"]


@pytest.mark.parametrize(("method", "path", "scope"), GUARDED)
def test_everything_in_the_table_is_served(quiet: SmallHub, method: str, path: str, scope: str) -> None:
    assert quiet.ask(method, path, {}).json_or_lines.get("code") not in {"CR-1003", "CR-1004", "CR-1011"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/players/lucky/nobody", 404, "CR-1007"),
        ("GET", "/api/players/elsewhere/4711", 404, "CR-1007"),
        ("GET", "/api/players/lucky/nobody/rounds", 404, "CR-1007"),
        ("GET", "/api/nonsense", 404, "CR-1003"),
        ("GET", "/api/quarantine/rest.ft.9", 404, "CR-1007"),
        ("GET", "/api/links/l-none", 404, "CR-1007"),
        ("GET", "/api/plans/none", 404, "CR-1007"),
        ("GET", "/api/partners/none", 404, "CR-1007"),
        ("GET", "/api/sources/none", 404, "CR-1007"),
        ("DELETE", "/api/keys/key_2", 404, "CR-1007"),
        ("DELETE", "/api/links/l-none", 404, "CR-1007"),
        ("DELETE", "/api/status", 405, "CR-1004"),
        ("GET", "/api/events", 400, "CR-1005"),
        ("GET", "/api/links?state=happy", 400, "CR-1005"),
        ("GET", "/api/links?limit=0", 400, "CR-1005"),
        ("GET", "/api/links?limit=many", 400, "CR-1005"),
        ("GET", "/api/links?colour=red", 400, "CR-1005"),
        ("GET", "/api/links?partner=a&partner=b", 400, "CR-1005"),
        ("GET", "/api/links?since=yesterday", 400, "CR-1005"),
        ("GET", "/api/links?cursor=nonsense", 400, "CR-1005"),
        ("GET", "/api/audit?since=yesterday", 400, "CR-1005"),
        ("GET", "/api/events/a1/why?player=nobody", 400, "CR-1005"),
        ("GET", "/api/deliveries", 503, "CR-1010"),
    ],
)
def test_an_error_is_a_problem_with_a_stable_code(
    quiet: SmallHub, method: str, path: str, status: int, code: str
) -> None:
    told = quiet.ask(method, path)

    assert (told.status, told.json["status"], told.json["code"]) == (status, status, code)
    assert told.headers["Content-Type"] == "application/problem+json"
    assert told.json["detail"]
    assert told.json["type"].startswith("urn:countroom:problem:")
    assert told.json["request_id"] == told.headers["X-Request-Id"]


def test_the_request_id_that_was_given_is_the_one_that_is_used(quiet: SmallHub) -> None:
    told = quiet.ask("GET", "/api/nonsense", headers={"x-request-id": "mine-1"})
    odd = quiet.ask("GET", "/api/nonsense", headers={"x-request-id": "a b\n"})

    assert told.json["request_id"] == told.headers["X-Request-Id"] == "mine-1"
    assert odd.json["request_id"].startswith("req_")


def test_a_wrong_method_is_told_the_right_ones(quiet: SmallHub) -> None:
    assert quiet.ask("PATCH", "/api/keys").headers["Allow"] == "GET, POST"


def test_a_cursor_of_another_list_is_not_taken_for_one_of_this(hub: SmallHub) -> None:
    for number in range(3):
        hub.take(bet(f"b{number}"))
    cursor = hub.ask("GET", "/api/players/lucky/4711/rounds?limit=1").json["next"]

    assert hub.ask("GET", f"/api/links?cursor={cursor}").status == 400


@pytest.mark.parametrize("player", ["a%2Fb", "%20", "find", "rounds", "%C3%A9%E2%82%AC", "..", "a%3Fb%23c"])
def test_a_player_id_may_hold_anything(hub: SmallHub, player: str) -> None:
    hub.take(bet("b1", player=unquote(player)))

    assert hub.ask("GET", f"/api/players/lucky/{player}").json["player"] == unquote(player)
    assert hub.ask("GET", f"/api/players/lucky/{player}/rounds").json["items"][0]["round_id"] == "r-b1"


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        (b"", 422, "body $.source"),
        (b"[]", 400, "body $"),
        (b"nonsense", 400, "body $"),
        (b"[" * 60_000, 400, "body $"),
        (b'{"source": 5}', 400, "body $.source"),
        (b'{"source": "ft", "brand": "lucky"}', 400, "body $"),
        (b'{"source": "kafka"}', 422, "body $.source"),
        (b'{"scope": "king"}', 400, "body $.scope"),
        (b'"' + b"x" * 70_000, 413, "body"),
    ],
)
def test_what_cannot_be_understood_is_told_where_it_fails(
    quiet: SmallHub, body: bytes, status: int, path: str | None
) -> None:
    told = quiet.ask("POST", "/api/keys", body)

    assert (told.status, told.json.get("path")) == (status, path)
    assert quiet.ask("GET", "/api/keys").json["items"] == []


def test_every_code_has_its_line_in_the_reference() -> None:
    text = REFERENCE.read_text("utf-8")

    assert [kind.code for kind in Kind if f"| {kind.code} | {kind.status} | {kind.title} |" not in text] == []


def test_every_operation_has_its_line_in_the_reference() -> None:
    text = REFERENCE.read_text("utf-8")

    assert [r.path for r in TABLE if f"| `{r.method} {r.path}` | {r.scope} | {r.says} |\n" not in text] == []


# ---------------------------------------------------------------- over HTTP


@pytest.fixture
def app(quiet: SmallHub) -> Any:
    """The application on which the server stands."""
    return application(quiet.parts)


def test_a_document_comes_over_http_as_it_is_asked(hub: SmallHub) -> None:
    hub.take(bet("b1", player="a/b"))
    app = application(hub.parts)

    assert ask(app, "GET", "/api/players/lucky/a%2Fb").json["player"] == "a/b"
    assert ask(app, "GET", "/api/status", token=None).status == 401


def test_a_body_that_is_too_large_is_not_read_to_its_end(app: Any) -> None:
    assert ask(app, "POST", "/api/keys", body=b" " * 200_000).status == 413


def test_a_search_is_told_line_by_line(hub: SmallHub) -> None:
    hub.take(bet("b1"))

    answered = ask(application(hub.parts), "GET", "/api/events?id=b1")

    assert answered.headers["content-type"].startswith("application/x-ndjson")
    assert answered.body.splitlines()[-1] == b'{"done":{"read":1,"found":1}}'


@pytest.mark.parametrize("path", ["/livez", "/metrics", "/readyz", "/readyz?verbose"])
def test_probes_need_no_token(app: Any, path: str) -> None:
    assert ask(app, "GET", path, token=None).status == 200


def test_readiness_names_each_check_when_asked(app: Any) -> None:
    assert ask(app, "GET", "/readyz?verbose", token=None).body.decode().splitlines() == [
        "[+] disk: ok",
        "[+] backlog: ok",
        "[+] balance: ok",
        "ok",
    ]
    assert ask(app, "GET", "/readyz", token=None).body == b"ok\n"


def test_a_hub_far_behind_is_not_ready(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(SETTINGS.rest, limits=LimitsSection(backlog_items=1))
    with small_hub(tmp_path / "data", changed(SETTINGS, rest=limits)) as behind:
        behind.log.append({0: [item_of("b1"), item_of("b2")]}, [], behind.now)
        answered = ask(application(behind.parts), "GET", "/readyz?verbose", token=None)

    assert answered.status == 503
    assert "[-] backlog: 2 items wait" in answered.body.decode()


def item_of(own_id: str) -> Item:
    return Item("CASINO", (bet(own_id),), b"{}")
