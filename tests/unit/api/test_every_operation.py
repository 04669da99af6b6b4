"""Every operation of the API, asked as its description shows and in every way that it must not be."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from countroom.api.openapi import described
from countroom.api.route import Route
from countroom.api.table import TABLE
from countroom.core.instants import SECOND
from tests.unit.api.schema import misfits
from tests.unit.runtime.mending_hub import MendingHub, bet, mending_hub
from tests.unit.runtime.small_hub import NOON

DOCUMENT = described(TABLE)
OPERATIONS = [pytest.param(route, id=f"{route.method} {route.path}") for route in TABLE]
WITH_BODY = [pytest.param(r, id=f"{r.method} {r.path}") for r in TABLE if r.body is not None]
WITH_CURSOR = [
    pytest.param(r, id=r.path) for r in TABLE if r.query is not None and "cursor" in r.query.__struct_fields__
]
Told = tuple[int, Any]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MendingHub]:
    """A little of everything."""
    with mending_hub(tmp_path_factory.mktemp("hub") / "data") as hub:
        hub.post(bet("b1"), bet("b2", amount="NaN"))
        hub.ask("POST", "/api/links", {"brand": "lucky", "player": "4711", "partner": "faceit"})
        hub.now = type(NOON)(NOON + SECOND)
        hub.fold()
        yield hub


def operation(route: Route) -> Any:
    return DOCUMENT["paths"][route.path][route.method.lower()]


def url_of(route: Route, **changes: str) -> str:
    """The address with the examples in the place of parameters, but for the `changes`."""
    path, query = route.path, []
    for parameter in operation(route).get("parameters", []):
        value = quote(str(changes.get(parameter["name"], parameter["example"])), safe="")
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", value)
        elif parameter["in"] == "query" and parameter["example"] != "":
            query.append(f"{parameter['name']}={value}")
    query += [f"{name}={quote(value, safe='')}" for name, value in changes.items() if f"{{{name}}}" not in route.path]
    return path + ("?" + "&".join({part.split("=")[0]: part for part in query}.values()) if query else "")


def body_of(route: Route) -> Any:
    content = operation(route).get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")


def check(hub: MendingHub, route: Route, url: str, body: Any) -> int:
    """Ask; what is answered must be as described, and a problem must say what, where and what to do."""
    told = hub.ask(route.method, url, body)
    kind = told.headers["Content-Type"]
    if kind == "application/problem+json":
        schema = DOCUMENT["components"]["responses"]["Problem"]["content"][kind]["schema"]
        assert list(misfits(DOCUMENT, schema, told.json)) == []
        problem = told.json
        assert told.status in {400, 401, 403, 404, 405, 409, 413, 422, 503}, problem
        assert all(problem.get(name) for name in ("code", "title", "detail", "remedy", "request_id")), problem
        assert told.status == 503 or problem.get("path"), problem
        return told.status
    answers = operation(route)["responses"][str(route.status)]["content"]
    assert told.status in {route.status, 200}
    if "schema" in answers.get("application/json", {}):
        assert list(misfits(DOCUMENT, answers["application/json"]["schema"], told.json)) == []
    return told.status


@pytest.mark.parametrize("route", OPERATIONS)
def test_examples_are_as_their_schemas_say(route: Route) -> None:
    told = operation(route)
    places = [*told["responses"].values(), told.get("requestBody", {})]
    contents = [content for place in places for content in place.get("content", {}).values() if "schema" in content]
    shown = [(content["schema"], content["example"]) for content in contents]
    shown += [(parameter["schema"], parameter["example"]) for parameter in told.get("parameters", [])]

    assert [fault for schema, example in shown for fault in misfits(DOCUMENT, schema, example)] == []


@pytest.mark.parametrize("route", OPERATIONS)
def test_asked_as_its_example_shows_it_answers_as_described_or_says_what_is_missing(
    busy: MendingHub, route: Route
) -> None:
    assert check(busy, route, url_of(route), body_of(route)) != 400


BAD_TEXTS = ("", " ", "\0", "../../etc", "ä" * 400, "9" * 40, "-1", "%", "null", "rest.ft.99999999999999999999999", "٣")


@pytest.mark.parametrize("route", OPERATIONS)
def test_whatever_stands_in_a_parameter_is_answered_and_never_a_fault(busy: MendingHub, route: Route) -> None:
    for parameter in operation(route).get("parameters", []):
        for text in BAD_TEXTS if parameter["in"] != "header" else ():
            if not text and parameter["in"] == "path":
                continue  # That is another path.
            check(busy, route, url_of(route, **{parameter["name"]: text}), body_of(route))


def cursors() -> list[str]:
    places: tuple[Any, ...] = (
        [5],
        [5, "x"],
        [["ft", 5]],
        [10**30],
        [-5],
        ["x"],
        [10**30, "x"],
        [["ft", 10**30]],
        [["nobody", 3]],
        {},
        [],
    )
    made = [base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=") for place in places]
    return [*made, "no cursor", "====", "ä", "x" * 5000]


@pytest.mark.parametrize("route", WITH_CURSOR)
def test_a_cursor_of_another_list_or_of_nobody_is_answered_and_never_a_fault(busy: MendingHub, route: Route) -> None:
    for cursor in cursors():
        check(busy, route, url_of(route, cursor=cursor), None)


BAD_BODIES: tuple[Any, ...] = (b"", b"{", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b'{"a":' * 5000, b"x" * 70_000)
BAD_VALUES: tuple[Any, ...] = (None, 5, -1, 10**30, 1.5, True, "", " ", "\0", "x" * 5000, [], [[]], {}, {"a": 1})


def there(hub: MendingHub) -> dict[str, str]:
    """What stands for the parameters of paths: things that are there."""
    [group, *_] = hub.groups()
    [link, *_] = hub.ask("GET", "/api/links").json["items"]
    plan = hub.ask("POST", "/api/links/remove/plan", {"partner": "faceit"}).json["plan_id"]
    key = hub.ask("POST", "/api/keys", {"scope": "read"}).json["key_id"]
    return {
        "group": group["group"], "number": group["example"], "link_id": link["link_id"], "plan_id": plan,
        "key_id": key, "source": "ft", "brand": "lucky", "player": "4711", "event_id": "b1",
    }  # fmt: skip


@pytest.mark.parametrize("route", WITH_BODY)
def test_nor_is_it_where_everything_that_is_named_is_there(busy: MendingHub, route: Route) -> None:
    names = there(busy)
    url = url_of(route, **{name: value for name, value in names.items() if f"{{{name}}}" in route.path})
    usual = body_of(route)
    usual |= {name: names[name] for name in ("group", "source", "brand", "player") if name in usual}
    check(busy, route, url, usual)
    for name in usual:
        for value in BAD_VALUES:
            check(busy, route, url, usual | {name: value})


@pytest.mark.parametrize("route", WITH_BODY)
def test_whatever_stands_in_a_body_is_answered_and_never_a_fault(busy: MendingHub, route: Route) -> None:
    for body in BAD_BODIES:
        check(busy, route, url_of(route), body)
    usual = body_of(route)
    for name in usual:
        for value in BAD_VALUES:
            check(busy, route, url_of(route), usual | {name: value})
    assert check(busy, route, url_of(route), usual | {"nobody_knows_this": 1}) == 400


@pytest.mark.parametrize("route", OPERATIONS)
def test_who_has_no_key_or_too_small_a_one_is_told_so(busy: MendingHub, route: Route) -> None:
    told = busy.ask(route.method, url_of(route), body_of(route), token="")
    assert told.status == 401 or route.scope == "open"
    assert busy.ask(route.method, url_of(route), body_of(route), token="of an earlier start").status == told.status

    if route.scope in {"operate", "admin"}:
        weaker = busy.ask(route.method, url_of(route), body_of(route), token="read")
        assert (weaker.status, weaker.json["code"]) == (403, "CR-1002")
        assert f"--scope {route.scope}" in weaker.json["remedy"]


@pytest.mark.parametrize("route", OPERATIONS)
def test_another_method_is_told_which_there_are(busy: MendingHub, route: Route) -> None:
    told = busy.ask("PATCH", url_of(route), None)

    assert (told.status, route.method in told.headers["Allow"]) == (405, True)
    assert told.json["remedy"]
