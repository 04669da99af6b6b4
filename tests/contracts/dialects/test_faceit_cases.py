"""Every case file of FACEIT: a signal, and exactly the requests that become of it; a reply, and what it means."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from countroom.core.signals import Recipient, Reply, Signal
from countroom.dialects.faceit import FaceitDialect, rules_from
from countroom.sandbox.faceit import Sandbox, SandboxSettings
from countroom.sandbox.http import Request

HERE = Path(__file__).parent / "faceit"
MESSAGES = sorted((HERE / "messages").glob("*.json"))
REPLIES = sorted((HERE / "replies").glob("*.json"))

SIGNAL: dict[str, Any] = {
    "subject": "s-1",
    "at": 1_772_618_400_250_000,
    "quiet": False,
    "brand": "lucky",
    "player": "17",
}
RECIPIENT: dict[str, Any] = {
    "partner": "faceit",
    "link_id": "l-1",
    "brand": "lucky",
    "player": "17",
    "account": "u-17",
    "linked_at": 1_772_600_000_000_000,
}


def case(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def bodies_of(content: dict[str, Any]) -> list[Any]:
    """What is sent in a case: the bodies, as JSON has them."""
    dialect = FaceitDialect(rules_from({"platform": "brand-a"} | content.get("config", {})))
    signal = Signal(**(SIGNAL | content["signal"]))
    recipient = Recipient(**(RECIPIENT | content.get("recipient", {})))
    return [json.loads(message.body) for message in dialect.messages(signal, recipient)]


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_the_case_is_sent_as_its_file_says(path: Path) -> None:
    content = case(path)

    assert bodies_of(content) == content["bodies"]


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_what_comes_back_from_the_outbox_is_sent_as_what_went_in(path: Path) -> None:
    content = case(path)
    signal = Signal(**(SIGNAL | content["signal"]))
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(signal), type=Signal)

    assert bodies_of(content | {"signal": msgspec.structs.asdict(again)}) == content["bodies"]


@pytest.mark.parametrize("path", REPLIES, ids=lambda path: path.stem)
def test_the_reply_means_what_its_file_says(path: Path) -> None:
    content = case(path)
    reply = content["reply"]
    body = reply.get("body", "")
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    dialect = FaceitDialect(rules_from({"platform": "brand-a"}))

    judged = dialect.judge(Reply(reply["status"], reply.get("headers", {}), data))

    assert msgspec.to_builtins(judged) == {"said": "", "retry_after_s": None, "is_outage": False} | content["means"]


def test_every_field_of_the_manual_stands_in_a_case() -> None:
    bodies = [body for path in MESSAGES for body in case(path)["bodies"]]

    assert {name for body in bodies for name in body} == {"platform_user_id", "platform", "event"}
    assert {name for body in bodies for name in body["event"]} == {"id", "name", "created_at", "attributes"}
    attributes = [attribute for body in bodies for attribute in body["event"]["attributes"]]
    assert {name for attribute in attributes for name in attribute} == {"name", "value"}


def test_all_values_are_of_the_types_that_the_manual_names() -> None:
    for path in MESSAGES:
        for body in bodies_of(case(path)):
            event = body["event"]
            texts = [body["platform_user_id"], body["platform"], event["id"], event["name"]]
            texts += [text for attribute in event["attributes"] for text in attribute.values()]
            assert all(isinstance(text, str) for text in texts)
            assert isinstance(event["created_at"], int)
            assert event["created_at"] < 10**11


def test_the_sandbox_which_shares_no_code_takes_every_request_of_the_cases() -> None:
    desk = Sandbox(SandboxSettings(rate=0, keys=("k",)), wall=lambda: 1_772_618_500.0)
    headers = {"authorization": "Bearer k", "content-type": "application/json"}
    dialect_bodies = [json.dumps(body).encode() for path in MESSAGES for body in bodies_of(case(path))]

    statuses = {
        desk.answer(Request("POST", "/cdp/v1/users/events/send", "", headers, b)).status for b in dialect_bodies
    }

    assert statuses == {200}
