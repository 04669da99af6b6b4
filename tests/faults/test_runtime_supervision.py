"""The supervisor keeps the processes of a hub running, and stops them in order and in time."""

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from countroom.runtime.endpoints import read_endpoints
from tests.faults.hub_process import BRAND, HubProcess, Watch, countroom

STOP_S = 8.0
BET = {
    "activity_id": "a1",
    "amount": 5,
    "currency": "EUR",
    "game_id": "g1",
    "origin": "lucky.example",
    "round_id": "r1",
    "timestamp": "2026-03-04T10:00:00Z",
    "type": "Bet",
    "user_id": "4711",
    "vendor_id": "7",
}

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells only Linux of a parent's end")


def test_a_hub_takes_messages_and_answers_for_them_through_the_kill_of_each_process(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        key = hub.key()
        rest = hub.endpoints.rest
        for number, name in enumerate(["intake", "shard-0", "shard-1", "vault", "control", "delivery"]):
            hub.kill(name)
            hub.await_line("process.ready", name=name)
            status, answer = hub.post("/v1/integration/casino", BET | {"activity_id": f"a{number}"}, key=key)
            assert status == 200, answer
        assert hub.endpoints.rest == rest
        assert {process.restarts for process in hub.endpoints.processes} == {1}
        hub.stop()

    shown = countroom("status", "--json", "--data-dir", str(tmp_path / "data"))
    assert '"received": 6' in shown.stdout
    assert shown.returncode == 0


def test_a_hub_told_to_stop_ends_with_0_in_time_and_leaves_nothing_running(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        watch = Watch([process.pid or 0 for process in hub.endpoints.processes])

        took_s = hub.stop()

        assert hub.process.returncode == 0
        assert took_s < STOP_S
        assert watch.wait(0.5)
        assert read_endpoints(hub.root) is None


def test_a_client_who_sends_half_a_request_does_not_hold_the_stop_up(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        address = hub.endpoints.rest
        with socket.create_connection((address.host, address.port)) as client:
            client.sendall(b"POST /v1/integration/casino HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")

            assert hub.stop() < STOP_S
        assert hub.process.returncode == 0


@linux_only
def test_no_process_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        watch = Watch([process.pid or 0 for process in hub.endpoints.processes])

        hub.process.kill()

        assert watch.wait(5.0)
    with HubProcess(tmp_path / "data") as again:
        assert again.stop() < STOP_S


def test_a_process_that_is_killed_again_and_again_is_waited_for(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        for restarts in (1, 2, 3):
            hub.kill("vault")
            hub.await_line("process.ended", name="vault", restarts=restarts)
            hub.await_line("process.ready", name="vault")


def test_a_second_hub_on_the_same_directory_is_turned_away_with_6(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        second = countroom("run", "--config", str(hub.root / "countroom.toml"), "--port", "0", "--api-port", "0",
                           "--data-dir", str(hub.root))  # fmt: skip

        assert second.returncode == 6
        assert str(hub.process.pid) in second.stderr
        assert hub.process.poll() is None


def test_readiness_says_which_process_is_away(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "data") as hub:
        status, answer = hub.get("/readyz?verbose")
        assert (status, answer.splitlines()[-1]) == (200, "ok")

        os.kill(hub.pid("shard-1"), signal.SIGSTOP)
        os.kill(hub.pid("shard-1"), signal.SIGKILL)
        hub.await_line("process.ended", name="shard-1")
        hub.await_line("process.ready", name="shard-1")

        assert hub.get("/readyz")[0] == 200
        assert "[+] shard-1: ok" in hub.get("/readyz?verbose")[1]


@pytest.mark.parametrize(
    ("config", "arguments", "told"),
    [
        ("", (), "no brand is configured"),
        (BRAND + "[hub]\nshards = 3", (), "hub.shards: expected 2, as"),
        (BRAND.replace("Malta", "Valletta"), (), "brands.lucky.time_zone: expected an IANA time zone"),
        (BRAND.replace("Malta", "Paris"), (), "the state was begun with other settings: brands.lucky.time_zone"),
    ],
)
def test_a_hub_that_cannot_run_as_it_is_set_says_why_and_ends_with_1(
    tmp_path: Path, config: str, arguments: tuple[str, ...], told: str
) -> None:
    root = tmp_path / "data"
    with HubProcess(root) as hub:
        hub.stop()
    (root / "countroom.toml").write_text(config, "utf-8")

    ended = countroom("run", "--config", str(root / "countroom.toml"), "--data-dir", str(root), "--port", "0",
                      "--api-port", "0", *arguments)  # fmt: skip

    assert ended.returncode == 1
    assert told in ended.stderr


def test_a_vault_key_that_is_gone_stops_the_hub_instead_of_making_a_new_one(tmp_path: Path) -> None:
    root = tmp_path / "data"
    with HubProcess(root) as hub:
        hub.stop()
    (root / "vault.key").unlink()

    ended = countroom("run", "--config", str(root / "countroom.toml"), "--data-dir", str(root), "--port", "0",
                      "--api-port", "0")  # fmt: skip

    assert ended.returncode == 1
    assert "vault key file" in ended.stderr
    assert not (root / "vault.key").exists()
