"""The metrics of a partner are held against what the partner himself counted, through an outage."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.faults.hub_process import BRAND, HubProcess, countroom

PARTNER = """
[partners.faceit]
url = "{url}/cdp/v1/users/events/send"
key_file = "faceit.key"
platform = "op"
settle = "0s"
"""
KEY = "sandbox-key"
WITHIN_S = 30.0


class Vendor:
    """`countroom sandbox faceit`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str, body: object = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/_sandbox/{path}", data), timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def answered(self, status: int) -> int:
        return int(self.ask("stats")["statuses"].get(str(status), 0))


@contextmanager
def vendor() -> Iterator[Vendor]:
    command = [sys.executable, "-m", "countroom.cli.main", "sandbox", "faceit", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield Vendor(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()


def bet(number: int) -> dict[str, object]:
    return {
        "activity_id": f"bet-{number}", "amount": 5, "currency": "EUR", "game_id": "g1", "origin": "lucky.example",
        "round_id": f"r{number}", "timestamp": f"2026-03-04T10:00:{number:02}Z", "type": "Bet", "user_id": "4711",
        "vendor_id": "7",
    }  # fmt: skip


def measured(hub: HubProcess) -> dict[str, float]:
    """The partner's metrics, without their common beginning and his name."""
    found: dict[str, float] = {}
    for line in hub.get("/metrics")[1].splitlines():
        if line.startswith("countroom_delivery_"):
            name, _, value = line.removeprefix("countroom_delivery_").rpartition(" ")
            found[name.replace(',partner="faceit"', "").replace('partner="faceit",', "")] = float(value)
    return found


def settled(hub: HubProcess, is_so: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    """The metrics as soon as `is_so`: they are scraped, and what they tell goes on meanwhile."""
    last_s = time.monotonic() + WITHIN_S
    while not is_so(found := measured(hub)):
        assert time.monotonic() < last_s, found
    return found


BACKLOG = 'backlog_events{partner="faceit"}'
OLDEST = 'oldest_pending_age_seconds{partner="faceit"}'
TOOK = 'latency_seconds_count{partner="faceit"}'
ACCEPTED = 'attempts_total{code="2xx",outcome="accepted"}'
FAILED = 'attempts_total{code="5xx",outcome="failed"}'


def states(found: dict[str, float]) -> list[str]:
    return [name for name, value in found.items() if name.startswith("state{") and value]


def test_the_metrics_of_a_partner_tell_what_he_counted_himself_through_an_outage(tmp_path: Path) -> None:
    root = tmp_path / "data"
    root.mkdir()
    (root / "faceit.key").write_text(KEY, "utf-8")
    with vendor() as faceit, HubProcess(root, config=BRAND + PARTNER.format(url=faceit.url)) as hub:
        key = hub.key()
        hub.post("/v1/integration/casino", bet(1), key=key)
        countroom("link", "add", "lucky/4711", "faceit", "--data-dir", str(root))
        found = settled(hub, lambda found: found.get(ACCEPTED, 0) > 0 and not found[BACKLOG])
        assert (found[ACCEPTED], found[TOOK], found[OLDEST]) == (faceit.answered(200), faceit.answered(200), 0)
        assert states(found) == ['state{state="flowing"}']

        faceit.ask("outage", {"on": True})
        for number in range(2, 5):
            hub.post("/v1/integration/casino", bet(number), key=key)
        found = settled(hub, lambda found: found[BACKLOG] == 3 and found.get(FAILED, 0) > 1)
        before = faceit.answered(503)
        assert before - 1 <= found[FAILED] <= before
        assert 0 < found[OLDEST] < WITHIN_S
        assert states(found) == ['state{state="broken"}']

        faceit.ask("outage", {"on": False})
        found = settled(hub, lambda found: not found[BACKLOG])
        assert (found[ACCEPTED], found[TOOK]) == (faceit.answered(200), faceit.answered(200))
        assert (found[FAILED], found[OLDEST]) == (faceit.answered(503), 0)
        assert states(found) == ['state{state="flowing"}']
        assert faceit.ask("stats")["taken"] == found[ACCEPTED]
        hub.stop()
