"""Deliveries and partners over the API, with a delivery process behind it: every operation answers as described."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from countroom.api.dispatch import Asked, Dispatcher
from countroom.api.openapi import described
from countroom.api.parts import Caller
from countroom.api.table import TABLE
from countroom.config.settings import PartnerSection
from countroom.runtime.desk.whole import Means, desks
from tests.unit.api.schema import misfits
from tests.unit.runtime.small_hub import SETTINGS, changed, small_hub
from tests.unit.runtime.test_delivery_answers import Process

DOCUMENT = described(TABLE)
ADMIN = Caller("tests", "admin")
Told = tuple[int, Any]


class Api:
    """The API of a hub whose delivery process holds two deliveries of partner crm."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def ask(self, method: str, url: str, body: Any = None) -> Told:
        path, _, query = url.partition("?")
        content = b"" if body is None else json.dumps(body).encode()
        told = self._dispatcher.answer(Asked(method=method, path=path, query=query, body=content), ADMIN)
        assert isinstance(told.content, bytes)
        return told.status, json.loads(told.content)


@pytest.fixture
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    crm = PartnerSection(kind="faceit", key_env="KEY", platform="lucky")
    settings = changed(SETTINGS, partners={"crm": crm})
    root, folder = tmp_path_factory.mktemp("hub") / "data", tmp_path_factory.mktemp("delivery")
    with small_hub(root, settings) as hub, Process(folder) as reads:
        means = Means(books=hub.books, counting=hub.view, reading=hub.view, delivery=reads)
        yield Api(Dispatcher(desks(means, is_known=lambda _: True, caller=lambda _: None), TABLE))
        reads.close()


OPERATIONS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/api/deliveries", None),
    ("GET", "/api/deliveries/{delivery}", None),
    ("GET", "/api/partners", None),
    ("GET", "/api/partners/{partner}", None),
    ("POST", "/api/partners/{partner}/pause", {"reason": "a test"}),
    ("POST", "/api/partners/{partner}/resume", {"reason": "a test"}),
    ("POST", "/api/partners/{partner}/pace", {"reason": "a test", "rate": 3}),
    ("POST", "/api/deliveries/{delivery}/drop", {"reason": "a test"}),
    ("POST", "/api/deliveries/{delivery}/requeue", {"reason": "a test"}),
)


def test_every_operation_on_what_is_there_answers_as_described(api: Api) -> None:
    for method, path, body in OPERATIONS:
        status, told = api.ask(method, path.replace("{delivery}", "1").replace("{partner}", "crm"), body)
        answers = DOCUMENT["paths"][path][method.lower()]["responses"][str(status)]["content"]
        assert status == 200, told
        assert list(misfits(DOCUMENT, answers["application/json"]["schema"], told)) == []


@pytest.mark.parametrize("number", ["3", "9" * 18, "9" * 40, "-1", "x", "٣"])
@pytest.mark.parametrize(("method", "path", "body"), [each for each in OPERATIONS if "{delivery}" in each[1]])
def test_a_delivery_that_is_not_there_is_404_whatever_it_is_called(
    api: Api, method: str, path: str, body: Any, number: str
) -> None:
    status, told = api.ask(method, path.replace("{delivery}", number), body)

    assert (status, told["code"], told["path"]) == (404, "CR-1007", "path delivery")
    assert told["remedy"]


@pytest.mark.parametrize(("method", "path", "body"), [each for each in OPERATIONS if "{partner}" in each[1]])
def test_so_is_a_partner(api: Api, method: str, path: str, body: Any) -> None:
    status, told = api.ask(method, path.replace("{partner}", "nobody"), body)

    assert (status, told["code"], told["path"]) == (404, "CR-1007", "path partner")


@pytest.mark.parametrize("rate", [-1, 10**30, "fast", 1.5, True])
def test_a_pace_that_cannot_be_is_refused(api: Api, rate: Any) -> None:
    status, told = api.ask("POST", "/api/partners/crm/pace", {"reason": "a test", "rate": rate})

    assert status in {400, 422}, told
    assert told["path"].startswith("body")
