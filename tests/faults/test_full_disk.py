"""A process that can write no more, as on a full disk: nothing untrue is said, and it goes on when there is room.

What is set is the size above which the system lets that one process write no file.
"""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.hub_process import HubProcess, countroom

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux sets the limits of another process")

CASINO, USER = "/v1/integration/casino", "/v1/integration/user"
WHO = {"origin": "lucky.example", "timestamp": "2026-03-04T10:00:00Z"}
BET = {**WHO, "amount": 5, "currency": "EUR", "game_id": "g1", "round_id": "r1", "type": "Bet", "vendor_id": "7"}


def bet(number: int, player: str = "known") -> dict[str, object]:
    return {**BET, "activity_id": f"a{number}", "user_id": player}


def registration(player: str) -> dict[str, object]:
    return {**WHO, "user_id": player, "email": f"{player}@example.com"}


@contextmanager
def full_for(pid: int) -> Iterator[None]:
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, before[1]))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def told(hub: HubProcess, *arguments: str) -> str:
    return countroom(*arguments, "--data-dir", str(hub.root), "--json").stdout


def test_an_intake_without_room_says_so_and_takes_the_message_when_there_is(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        key = hub.key()
        assert hub.post(CASINO, bet(1), key=key)[0] == 200
        with full_for(hub.pid("intake")):
            refused = [hub.post(CASINO, bet(n), key=key) for n in (2, 3)]
            broken = hub.post(CASINO, {**bet(4), "amount": "NaN"}, key=key)
        taken = [hub.post(CASINO, bet(n), key=key)[0] for n in (2, 3)]
        hub.stop()

        assert [status for status, _ in [*refused, broken]] == [503] * 3
        assert taken == [200, 200]
        assert '"received": 3' in told(hub, "status")


def test_a_vault_without_room_stops_only_what_needs_it(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        key = hub.key()
        assert hub.post(USER, registration("known"), key=key)[0] == 200
        with full_for(hub.pid("vault")):
            statuses = [
                hub.post(CASINO, bet(1), key=key)[0],
                hub.post(USER, registration("known"), key=key)[0],
                hub.post(USER, registration("new"), key=key)[0],
            ]
        assert statuses == [200, 200, 503]
        assert hub.post(USER, registration("new"), key=key)[0] == 200


def test_a_shard_without_room_takes_its_batch_once_it_was_started_again(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        key = hub.key()
        players = [f"p{n}" for n in range(8)]
        for n in range(2):
            pid = hub.pid(f"shard-{n}")
            limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, limits[1]))
        statuses = [hub.post(CASINO, bet(n, player), key=key)[0] for n, player in enumerate(players)]
        for _ in range(2):
            hub.await_line("process.ended", status=75)
        for _ in range(2):
            hub.await_line("process.ready")
        hub.stop()

        assert statuses == [200] * 8
        shown = [told(hub, "player", "show", f"lucky/{player}") for player in players]
        assert all('"real": "5"' in text for text in shown)
        assert countroom("replay", "--check", "--data-dir", str(hub.root)).returncode == 0
