"""No personal value is found in what a hub leaves behind: its files, their rows, what its processes said."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from countroom.stores.embedded.rocks import RocksShardStore
from tests.faults.laid_open import lay_open
from tests.faults.leaks import Hit, search
from tests.faults.seamed.running import SeamedHub, until

PLAYERS = 8
NEEDLES = {
    "email": "seeded.needle{n}@mail.example",
    "username": "needle_username_{n}",
    "first_name": "Needlefirst{n}",
    "last_name": "Nådelström{n}",
    "mobile": "7912345677{n}",
    "address": "1{n}/4 Triq in-Needle",
    "city": "Needleżebbuġa{n}",
    "postal_code": "NDL-773{n}",
    "birth_date": "1984-03-1{n}",
    "note": "called needle {n} about the bonus",
}
PASSING = {"ip_address": "198.51.100.7{n}", "user_agent": "Needle/7.{n} (X11; seeded)"}
META, BROKEN, QUERY = "meta-needle-{n}", "broken-needle-{n}", "query-needle-{n}"
ALL = [*NEEDLES.values(), *PASSING.values(), META, BROKEN, QUERY]
STAMP = "2026-03-04T10:00:00Z"
MISPLACED = "misplaced.needle@mail.example"


def filled(needles: dict[str, str], n: int) -> dict[str, str]:
    return {name: value.format(n=n) for name, value in needles.items()}


def messages(n: int) -> list[tuple[str, str, bytes, int]]:
    """Method, path, body, and the answer that must come."""
    who = {"user_id": f"p{n}", "timestamp": STAMP, "origin": "lucky.example"}
    bet = {**who, "activity_id": f"a{n}", "amount": 5, "currency": "EUR", "exchange_rate": 1, "game_id": "g",
           "round_id": "r", "status": "Approved", "type": "Bet", "vendor_id": "4"}  # fmt: skip
    fat = {**who, "currency": "EUR", **filled(NEEDLES, n)}
    broken = {"deep": [BROKEN.format(n=n)]}
    query = f"?email={QUERY.format(n=n)}"
    told: list[tuple[str, str, dict[str, Any], int]] = [
        ("POST", "/v1/integration/user", fat, 200),
        ("PUT", "/v1/integration/user", {**who, "email": fat["email"]}, 200),
        ("POST", "/v1/integration/login", {**who, **filled(PASSING, n)}, 200),
        ("POST", "/v1/integration/casino", {**bet, "meta": {"deep": META.format(n=n)}}, 200),
        ("POST", "/v1/integration/casino", {**bet, "amount": 6, "meta": {"deep": META.format(n=n)}}, 200),
        ("POST", "/v1/integration/casino", {**bet, "activity_id": "x", "amount": "NaN", "meta": broken}, 400),
        ("POST", "/v1/integration/user", {**fat, "user_id": ""}, 400),
        ("POST", "/v1/integration/user", {**fat, "timestamp": "soon", "origin": "elsewhere"}, 400),
        ("POST", f"/v1/integration/nowhere/{QUERY.format(n=n)}{query}", fat, 404),
        ("POST", f"/v1/integration/casino{query}", {**bet, "activity_id": f"b{n}"}, 200),
    ]
    cut = (json.dumps(fat)[:-2]).encode()
    return [(how, path, json.dumps(body).encode(), status) for how, path, body, status in told] + [
        ("POST", "/v1/integration/user", cut, 400)
    ]


def answered(url: str, key: str, message: tuple[str, str, bytes, int]) -> int:
    method, path, body, _ = message
    headers = {"X-Api-Key": key, "Content-Type": "application/json"}
    try:
        with urlopen(Request(url + path, body, headers, method=method), timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


async def story(hub: SeamedHub) -> list[Hit]:
    """Send everything, with kills in between and looks at what was refused; what a search then finds."""
    url = await hub.ready()
    key = hub.ask("/api/keys", {"source": "fasttrack", "brands": ["lucky"], "label": "leaks"})["key"]
    for n in range(PLAYERS):
        for message in messages(n):
            assert answered(url, key, message) == message[-1], message
        if n % 2:
            await hub.kill(("vault", "intake", "shard-0", "shard-1")[n // 2])
            await until(lambda: hub.is_ready, "all are up again", within_s=20)
    wrong = json.dumps({"user_id": "p1", "origin": "lucky.example", "timestamp": MISPLACED}).encode()
    assert answered(url, key, ("POST", "/v1/integration/user", wrong, 400)) == 400
    for group in hub.ask("/api/quarantine")["groups"]:
        assert hub.ask(f"/api/quarantine/{group['example']}")
    await until(lambda: _is_level(hub), "nothing is in flight", within_s=20)
    assert hub.ask("/api/players/lucky/p1")["profile"]
    return search(hub.data, needles())


def _is_level(hub: SeamedHub) -> bool:
    status = hub.ask("/api/status")
    return bool(status) and status["balance"]["in_flight"] == 0 and status["balance"]["received"] > 0


def needles() -> list[str]:
    return [value.format(n=n) for value in ALL for n in (0, PLAYERS - 1)]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hub")
    with SeamedHub(root) as hub:
        assert asyncio.run(story(hub)) == []
        assert hub.stop() == 0
    return hub.data


def test_a_stopped_hub_has_no_personal_value_in_any_file(stopped: Path) -> None:
    assert {path.name for path in stopped.rglob("*")} >= {"vault.db", "control.db", "hub.log", "fasttrack.db", "shard"}
    assert search(stopped, needles()) == []


def test_a_stopped_hub_has_no_personal_value_in_any_row(stopped: Path, tmp_path: Path) -> None:
    opened = lay_open(stopped, tmp_path / "open")

    assert search(opened, needles()) == []
    # It is what was said that was searched: ids and amounts are there.
    assert {hit.path.name.partition("-")[0] for hit in search(opened, ["p1", "bet_placed"])} >= {"shard"}


def test_a_personal_value_in_the_wrong_field_is_not_kept_either(stopped: Path) -> None:
    assert search(stopped, [MISPLACED]) == []


def test_a_value_planted_in_a_row_is_found(stopped: Path, tmp_path: Path) -> None:
    store = RocksShardStore(tmp_path / "data" / "shard" / "0")
    write = store.write()
    write.put(b"p", b"x" * 100 + needles()[0].encode() + b"y" * 100)
    store.commit(write)
    store.close()

    assert search(lay_open(tmp_path / "data", tmp_path / "open"), needles()) != []
