"""The lists of a player: the latest first, a part at a time, none missed and none twice."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from countroom.core.events import PlayerLoggedIn, ProfileStated, RolledBack
from countroom.core.identity import identity
from countroom.core.instants import DAY, HOUR, MINUTE, SECOND, Instant
from countroom.engines.local.answers import Answers
from tests.unit.runtime.small_hub import NOON, SmallHub, about, bet, small_hub, win

ONE = "/api/players/lucky/4711"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHub]:
    """A player of three days: seven rounds at even distances, a login, a profile, a rollback, a link."""
    with small_hub(tmp_path_factory.mktemp("hub") / "data") as made:
        starts = [NOON - 2 * DAY + n * 8 * HOUR for n in range(7)]
        for n, at in enumerate(starts):
            made.take(bet(f"b{n}", at, amount=n + 1), win(f"w{n}", f"b{n}", at + SECOND))
        made.take(_login(starts[0] - MINUTE), _profile(starts[0] - 2 * MINUTE), _rollback("b3", starts[3] + MINUTE))
        made.ask("POST", "/api/links", {"brand": "lucky", "player": "4711", "partner": "faceit"})
        made.fold()
        yield made


def _login(at: int) -> PlayerLoggedIn:
    of = about("login", at)
    return PlayerLoggedIn(about=type(of)(of.brand, of.player, of.source, of.occurred_at, of.received_at))


def _profile(at: int) -> ProfileStated:
    of = about("profile", at)
    return ProfileStated(
        about=type(of)(of.brand, of.player, of.source, of.occurred_at, of.received_at), fields={"language": "mt"}
    )


def _rollback(of: str, at: int) -> RolledBack:
    return RolledBack(
        about=about(f"undo-{of}", at, role="rollback"), target=identity("casino", of, "fasttrack.approved")
    )


def every(hub: SmallHub, what: str, limit: int, query: str = "") -> list[dict[str, Any]]:
    """A whole list, by pages of `limit`."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = hub.ask("GET", f"{ONE}/{what}?limit={limit}{cursor}{query}").json
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def test_rounds_are_those_of_the_document_the_latest_first(hub: SmallHub) -> None:
    found = every(hub, "rounds", 1000)

    assert [r["round_id"] for r in found] == [f"r-b{n}" for n in reversed(range(7))]
    document = hub.ask("GET", ONE).json
    assert sorted(found, key=lambda r: r["round_id"]) == document["rounds"]


@pytest.mark.parametrize("what", ["rounds", "sessions", "totals", "timeline"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_a_list_by_pages_is_the_whole_list(hub: SmallHub, what: str, limit: int) -> None:
    assert every(hub, what, limit) == every(hub, what, 1000) != []


def test_rounds_of_one_instant_are_told_once_each_too(tmp_path: Path) -> None:
    with small_hub(tmp_path / "data") as made:
        made.take(*(bet(f"b{n}", Instant(NOON)) for n in range(5)))

        assert sorted(r["round_id"] for r in every(made, "rounds", 2)) == [f"r-b{n}" for n in range(5)]
        assert len(every(made, "timeline", 2, "&kinds=bet")) == 5


def test_sessions_are_those_of_the_document(hub: SmallHub) -> None:
    document = hub.ask("GET", ONE).json

    assert sorted(every(hub, "sessions", 2), key=lambda s: s["id"]) == document["sessions"]


@pytest.mark.parametrize(("per", "scope"), [("day", "days"), ("hour", "hours")])
def test_totals_are_those_of_the_document(hub: SmallHub, per: str, scope: str) -> None:
    found = every(hub, "totals", 2, f"&per={per}")
    document = hub.ask("GET", ONE).json["totals"][scope]

    shown = {entry.pop(per): entry for entry in found}
    assert {name: entry for name, entry in shown.items() if entry} == document
    assert list(shown) == sorted(shown, reverse=True)


def test_the_timeline_has_every_fact_once_the_latest_first(hub: SmallHub) -> None:
    found = every(hub, "timeline", 1000)

    kinds = [entry["kind"] for entry in found]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "bet": 7,
        "win": 7,
        "rollback": 1,
        "login": 1,
        "profile": 1,
        "session": 7,
        "link": 1,
    }
    times = [entry["at"] for entry in found]
    assert times == sorted(times, reverse=True)


def test_a_void_bet_stays_in_the_timeline_and_is_marked(hub: SmallHub) -> None:
    [void] = [entry for entry in every(hub, "timeline", 1000) if entry.get("void")]

    assert (void["kind"], void["id"], void["round_id"]) == ("bet", "casino:b3 fasttrack.approved", "r-b3")


def test_the_timeline_can_be_of_some_kinds_and_of_a_span(hub: SmallHub) -> None:
    assert {e["kind"] for e in every(hub, "timeline", 1000, "&kinds=login,profile")} == {"login", "profile"}
    since = "2026-11-20T00:00:00Z"
    until = "2026-11-21T00:00:00Z"
    span = every(hub, "timeline", 2, f"&kinds=bet&since={since}&until={until}")
    assert [e["id"].split()[0] for e in span] == ["casino:b4", "casino:b3", "casino:b2"]


def test_a_player_of_whom_only_an_event_elsewhere_is_known_has_no_list(hub: SmallHub) -> None:
    assert hub.ask("GET", "/api/players/happy/4711/rounds").status == 404


def test_lists_do_not_wait_for_a_commit(tmp_path: Path) -> None:
    with small_hub(tmp_path / "data") as made:
        made.take(bet("b1", Instant(NOON)))
        view = made.view.shards[0]._view  # type: ignore[attr-defined]  # noqa: SLF001

        class Busy:
            committing = threading.Lock()

        busy = Busy()
        busy.committing.acquire()
        answers = Answers(view, busy)  # type: ignore[arg-type]
        found = answers({"op": "list", "list": "rounds", "brand": "lucky", "player": "4711", "limit": 5})

    assert isinstance(found, dict)
    assert len(found["items"]) == 1
