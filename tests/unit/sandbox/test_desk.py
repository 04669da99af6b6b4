"""What the made-up vendor takes and what not, in time that moves when the test says so."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from countroom.sandbox.faceit import Outage, Sandbox, SandboxSettings
from countroom.sandbox.http import Answer, Request

WALL = 1_772_618_500.0
PATH = "/cdp/v1/users/events/send"
HEADERS = {"authorization": "Bearer sandbox-key", "content-type": "application/json"}


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Played:
    """A sandbox without a port, and its clock."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.sandbox = Sandbox(SandboxSettings(**settings), monotonic=self.clock, wall=lambda: WALL)

    def send(
        self, changes: dict[str, Any] | None = None, *, own_id: str = "e-1", headers: dict[str, str] | None = None
    ) -> Answer:
        event = {"id": own_id, "name": "deposit", "created_at": 1_772_618_400, "attributes": []}
        body = {"platform_user_id": "u-1", "platform": "brand-a", "event": event}
        for way, value in (changes or {}).items():
            *parts, last = way.split(".")
            place: Any = body
            for part in parts:
                place = place[part]
            if value is ...:
                del place[last]
            else:
                place[last] = value
        return self.post(msgspec.json.encode(body), headers or {})

    def post(self, body: bytes, headers: dict[str, str]) -> Answer:
        return self.sandbox.answer(Request("POST", PATH, "", HEADERS | headers, body))

    def ask(self, path: str, query: str = "", body: Any = None) -> Any:
        method = "GET" if body is None else "PUT"
        answer = self.sandbox.answer(Request(method, f"/_sandbox/{path}", query, {}, msgspec.json.encode(body)))
        return msgspec.json.decode(answer.body)

    @property
    def outcomes(self) -> list[str]:
        return [entry.outcome for entry in self.sandbox.memory.entries]


def error(answer: Answer) -> tuple[int, str]:
    return answer.status, msgspec.json.decode(answer.body)["error"]["code"]


def test_an_event_is_taken_and_remembered() -> None:
    played = Played()

    answer = played.send({"event.attributes": [{"name": "amount", "value": "100"}]})

    assert (answer.status, answer.body) == (200, b"{}")
    [event] = played.ask("events")["events"]
    assert event | {"at": 0} == {
        "at": 0, "status": 200, "outcome": "taken", "user": "u-1", "event_id": "e-1", "answered": True,
        "name": "deposit", "created_at": 1_772_618_400, "attributes": {"amount": "100"},
    }  # fmt: skip


def test_a_known_id_does_nothing_and_is_answered_ok() -> None:
    played = Played()
    played.send()

    assert played.send().status == 200
    assert played.outcomes == ["taken", "repeated"]


@pytest.mark.parametrize("change", [{"event.name": "bet"}, {"platform_user_id": "u-2"}, {"event.created_at": 5}])
def test_a_known_id_with_other_content_is_kept_against_the_sender(change: dict[str, Any]) -> None:
    played = Played()
    played.send()

    assert played.send(change).status == 200
    assert played.outcomes == ["taken", "conflict"]
    assert played.ask("stats")["conflicts"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"platform_user_id": ...},
        {"platform_user_id": 17},
        {"platform_user_id": ""},
        {"platform": ...},
        {"event": ...},
        {"event.id": ...},
        {"event.id": 5},
        {"event.name": ""},
        {"event.created_at": "1772618400"},
        {"event.created_at": 1_772_618_400.5},
        {"event.created_at": 1_772_618_400_000},
        {"event.created_at": 1_772_918_400},
        {"event.created_at": 0},
        {"event.attributes": ...},
        {"event.attributes": None},
        {"event.attributes": {"amount": "1"}},
        {"event.attributes": [{"name": "amount", "value": 100}]},
        {"event.attributes": [{"name": "", "value": "100"}]},
        {"event.attributes": [{"name": "amount"}]},
        {"event.kind": "deposit"},
        {"extra": 1},
    ],
)
def test_what_the_manual_does_not_allow_is_refused_in_its_shape_of_error(changes: dict[str, Any]) -> None:
    assert error(Played().send(changes)) == (400, "InvalidRequest")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_such_object_is_refused(body: bytes) -> None:
    assert error(Played().post(body, {})) == (400, "InvalidRequest")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer other", "Basic sandbox-key", "sandbox-key"])
def test_without_the_right_key_nobody_is_let_in(header: str) -> None:
    assert error(Played().send(headers={"authorization": header})) == (401, "Unauthorized")


def test_the_body_must_be_called_json() -> None:
    assert error(Played().send(headers={"content-type": "text/plain"})) == (415, "InvalidRequest")
    assert Played().send(headers={"content-type": "application/json; charset=utf-8"}).status == 200


def test_another_platform_is_not_known() -> None:
    assert error(Played(platform="brand-b").send()) == (400, "PlatformNotFound")


def test_a_user_who_is_not_linked_is_not_found_until_he_is() -> None:
    played = Played(users=frozenset({"u-2"}))
    first = played.send()

    played.ask("users/u-1", body={"state": "linked"})

    assert error(first) == (404, "UserNotFound")
    assert played.send().status == 200


def test_a_user_can_be_made_unknown_or_refused() -> None:
    played = Played()
    played.ask("users/u-1", body={"state": "unknown"})
    unknown = played.send()
    played.ask("users/u-1", body={"state": "refused"})

    assert error(unknown) == (404, "UserNotFound")
    assert error(played.send()) == (400, "UserRefused")
    assert [entry["outcome"] for entry in played.ask("users/u-1")] == ["UserNotFound", "UserRefused"]


def test_no_second_holds_more_than_the_rate() -> None:
    played = Played(rate=3)
    statuses = []
    for n, at in enumerate([0.0, 0.1, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2]):
        played.clock.now = 100.0 + at
        statuses.append(played.send(own_id=f"e-{n}").status)

    # The first of the window leaves it a whole second after it came, and not earlier.
    assert statuses == [200, 200, 200, 429, 200, 429, 200, 429]
    assert played.ask("stats")["peak_in_a_second"] == 6


def test_too_many_requests_are_told_when_to_come_back() -> None:
    played, dated = Played(rate=1), Played(rate=1, retry_after_as_date=True)
    for one in (played, dated):
        one.send()

    assert played.send().headers == (("retry-after", "1"),)
    assert dated.send().headers == (("retry-after", "Wed, 04 Mar 2026 10:01:41 GMT"),)


def test_a_share_of_the_requests_fails_and_the_same_ones_each_time() -> None:
    one, two = Played(fails=0.25, rate=0), Played(fails=0.25, rate=0)
    for played in (one, two):
        for n in range(400):
            played.send(own_id=f"e-{n}")

    assert one.outcomes == two.outcomes
    assert 60 < one.outcomes.count("InternalError") < 140
    assert set(one.outcomes) == {"taken", "InternalError"}


def test_of_answers_that_never_come_every_other_is_of_an_event_that_was_taken() -> None:
    played = Played(times_out=1.0, hangs_s=3.0)
    answers = [played.send(own_id=f"e-{n}") for n in range(4)]

    assert all(answer.hangs and answer.after_s == 3.0 for answer in answers)
    assert played.outcomes == ["TimedOut", "taken", "TimedOut", "taken"]
    assert [entry.answered for entry in played.sandbox.memory.entries] == [False] * 4


def test_slow_answers_are_slow_and_otherwise_right() -> None:
    answer = Played(slow=1.0, slow_s=2.0).send()

    assert (answer.status, answer.after_s, answer.hangs) == (200, 2.0, False)


def test_an_outage_begins_and_ends_as_planned() -> None:
    played = Played(outages=(Outage(starts_s=30, lasts_s=10),))
    found = []
    for at in (29.9, 30.0, 39.0, 40.0):
        played.clock.now = 100.0 + at
        found.append(played.send(own_id=f"e-{at}"))

    assert [answer.status for answer in found] == [200, 503, 503, 200]
    assert found[2].headers == (("retry-after", "1"),)


def test_an_outage_can_be_switched_on_and_off_and_can_cut_connections() -> None:
    played = Played(drops=True)
    played.ask("outage", body={"on": True})
    during = played.send()
    played.ask("outage", body={"on": False})
    after = played.send()
    played.ask("outage", body={"seconds": 5})

    assert during.hangs
    assert during.after_s == 0
    assert after.status == 200
    assert played.send().hangs


def test_its_conduct_can_be_changed_while_it_runs() -> None:
    played = Played()
    played.ask("conduct", body={"fails": 1, "rate": 0})

    assert error(played.send()) == (500, "InternalError")
    played.ask("conduct", body={"fails": 0, "rate": 1, "retry_after_as_date": True})
    played.send()
    assert played.send().headers[0][1].endswith(" GMT")
    assert "expected some of" in played.ask("conduct", body={"seed": 5})["error"]["message"]


def test_entries_are_told_page_by_page() -> None:
    played = Played(unknown_users=frozenset({"u-2"}))
    for n in range(3):
        played.send(own_id=f"e-{n}")
    played.send({"platform_user_id": "u-2"}, own_id="e-x")

    first = played.ask("events", "limit=2")
    rest = played.ask("events", f"after={first['next']}&limit=2")

    assert [one["event_id"] for one in (*first["events"], *rest["events"])] == ["e-0", "e-1", "e-2", "e-x"]
    assert rest["next"] is None
    assert played.ask("events", "taken=1")["total"] == 3
    assert played.ask("users") == ["u-1", "u-2"]


def test_what_was_taken_is_still_known_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "taken.ndjson"
    played = Played(remember=file)
    played.send()
    played.send(own_id="e-2")
    with file.open("ab") as cut:
        cut.write(b'{"at":1,"user":"u-9","ev')

    again = Played(remember=file)
    again.send(own_id="e-2")
    again.send(own_id="e-3")

    assert again.outcomes == ["taken", "taken", "repeated", "taken"]
    assert Played(remember=file).outcomes == ["taken", "taken", "taken"]


def test_other_paths_and_methods_are_refused() -> None:
    sandbox = Played().sandbox

    assert sandbox.answer(Request("POST", "/elsewhere", "", HEADERS, b"")).status == 404
    assert sandbox.answer(Request("GET", PATH, "", HEADERS, b"")).status == 405
    assert sandbox.answer(Request("GET", "/_sandbox/nothing", "", {}, b"")).status == 404
