"""What bench/delivery.py measures of our own third leg."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import msgspec

from countroom.core.errors import Unavailable
from countroom.engines.local.delivery_reads import DeliveryReads
from countroom.runtime.place import Place
from parts.children import pinned
from parts.posts import latency
from parts.prepared import PreparedOutbox, bet, bets, directory, links, now
from parts.report import percentile

PATH: Final = "/cdp/v1/users/events/send"
COMMAND: Final = Path(sys.executable).with_name("countroom")
Row = list[str]
LONGEST_S: Final = 900.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much, how long."""

    deliveries: int = 100_000
    players: int = 10_000
    rate: int = 40
    pace_s: float = 62.0
    waiting: int = 500_000
    drain_s: float = 60.0
    fresh: int = 500
    parked: int = 1_000_000
    hub_s: float = 40.0
    hub_rate: int = 500
    hub_linked_every: int = 17
    """Of so many players one is linked: about 30 of 500 a second."""
    queued: int = 6_000

    def told(self) -> str:
        """The same in sentences."""
        return (
            f"{self.deliveries:,} deliveries to {self.players:,} players without a pace, and {self.queued:,} jobs of "
            f"the queue; {self.rate} messages a second for {self.pace_s:g} s. "
            f"{self.waiting:,} deliveries of {self.players * 5:,} players wait when the outage ends; for "
            f"{self.drain_s:g} s after it {self.fresh:,} others have one each. "
            f"{self.parked:,} deliveries of {self.players * 10:,} players are parked. "
            f"The whole hub takes {self.hub_rate:,} events a second for {self.hub_s:g} s, and one player of "
            f"{self.hub_linked_every} is linked."
        )


class Sandbox:
    """`countroom sandbox faceit` in a process."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}{PATH}"
        self._port = port

    def stats(self) -> dict[str, Any]:
        """What it counted."""
        return dict(self._ask("GET", "/_sandbox/stats"))

    def of(self, user: str) -> list[dict[str, Any]]:
        """What it got of one user, in order."""
        return list(self._ask("GET", f"/_sandbox/users/{user}"))

    def outage(self, *, on: bool) -> None:
        """Go down, or come back."""
        self._ask("POST", "/_sandbox/outage", {"on": on})

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        line.request(method, path, None if body is None else json.dumps(body))
        found = json.loads(line.getresponse().read())
        line.close()
        return found


@contextmanager
def sandbox(*, rate: int = 0, core: int | None = 1) -> Iterator[Sandbox]:
    """The partner, from its start to its end."""
    command = [str(COMMAND), "sandbox", "faceit", "--port", "0", "--rate", str(rate), "--json"]
    with pinned(command, core=core, stdout=subprocess.PIPE) as process:
        said = process.stdout.readline() if process.stdout is not None else b"{}"
        yield Sandbox(int(json.loads(said)["url"].rpartition(":")[2]))


class Leg:
    """The delivery process, and what it says of itself."""

    def __init__(self, place: Place, process: subprocess.Popen[bytes]) -> None:
        self._reads = DeliveryReads(place.delivery_socket, whom="delivery")
        self._process = process
        self._place = place

    def partner(self) -> dict[str, Any]:
        """How the partner stands."""
        until_s = time.monotonic() + 30
        while True:
            try:
                return self._reads.partners()[0]
            except Unavailable:
                if time.monotonic() > until_s:
                    raise
                time.sleep(0.1)

    def until(self, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """How the partner stands as soon as `is_so`."""
        until_s = time.monotonic() + LONGEST_S
        while not is_so(found := self.partner()):
            if time.monotonic() > until_s:
                raise SystemExit(f"not within {LONGEST_S:g} s: {found}")
            time.sleep(0.05)
        return found

    @property
    def cpu_s(self) -> float:
        """What it has computed so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def resident_mb(self) -> float:
        """The memory that it has."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    @property
    def disk_mb(self) -> float:
        """What its store has on the disk, write-ahead log and all."""
        return sum(path.stat().st_size for path in self._place.root.glob("delivery.db*")) / 1e6


@contextmanager
def leg(place: Place) -> Iterator[Leg]:
    """The delivery process, from its start to its end."""
    command = [sys.executable, "-m", "countroom.runtime.child", "delivery", str(place.root), str(os.getpid())]
    with pinned(command, core=0) as process:
        yield Leg(place, process)


def throughput(folder: Path, plan: Plan) -> list[Row]:
    """Deliveries a second without a pace."""
    with sandbox() as partner:
        place = directory(folder, url=partner.url, rate=0, connections=64)
        outbox = PreparedOutbox(place)
        outbox.tell(links(plan.players))
        outbox.tell(bets(plan.deliveries, plan.players))
        with leg(place) as third:
            begun = third.until(lambda p: p["accepted"] > plan.deliveries // 20)
            begun_s, cpu_s = time.monotonic(), third.cpu_s
            # The last ones are those of few players, and each of them waits for his own.
            ended = third.until(lambda p: p["accepted"] >= plan.deliveries * 0.9)
            count, took_s, cpu_s = (
                ended["accepted"] - begun["accepted"],
                time.monotonic() - begun_s,
                third.cpu_s - cpu_s,
            )
            third.until(lambda p: p["accepted"] >= plan.deliveries)
        outbox.close()
        stats = partner.stats()
    return [
        ["deliveries a second without a pace, one core", "4,000", f"{count / took_s:,.0f}"],
        ["processor time of one delivery", "", f"{cpu_s / count * 1e6:.0f} us"],
        ["taken by the sandbox, of them repeats", f"{plan.deliveries:,}", f"{stats['taken']:,}, {stats['repeated']}"],
    ]


def kept_pace(folder: Path, plan: Plan) -> list[Row]:
    """The limit as the partner sees it."""
    with sandbox(rate=plan.rate) as partner:
        place = directory(folder, url=partner.url, rate=plan.rate)
        outbox = PreparedOutbox(place)
        outbox.tell(links(plan.players))
        outbox.tell(bets(int(plan.rate * plan.pace_s * 1.2), plan.players))
        with leg(place) as third:
            third.until(lambda p: p["accepted"] > 0)
            time.sleep(plan.pace_s)
            entries = _arrivals(partner)
        outbox.close()
        stats = partner.stats()
    first = entries[0]
    seconds = plan.pace_s - 2
    kept = sum(1 for at in entries if first <= at < first + seconds) / seconds
    return [
        [f"pace of {plan.rate}/s over {seconds:g} s, at the sandbox", "within 1 %", f"{kept:.2f}/s"],
        ["most in any second, at the sandbox", f"{plan.rate}", f"{_most(entries)}"],
        ["answered 429", "0", f"{stats.get('statuses', {}).get('429', 0)}"],
    ]


def drained(folder: Path, plan: Plan) -> list[Row]:
    """A partner comes back after an outage; meanwhile others have something new."""
    with sandbox(rate=0) as partner:
        partner.outage(on=True)
        place = directory(folder, url=partner.url, rate=plan.rate)
        outbox = PreparedOutbox(place)
        outbox.tell(links(plan.players * 5))
        outbox.tell(bets(plan.waiting, plan.players * 5))
        with leg(place) as third:
            third.until(lambda p: p["waiting"] >= plan.waiting)
            outbox.tell(links(plan.fresh, prefix="fresh"))
            partner.outage(on=False)
            begun = third.until(lambda p: p["accepted"] > 0)["accepted"]
            begun_s = time.monotonic()
            told: dict[str, int] = {}
            for n in range(plan.fresh):
                told[f"fresh{n}"] = now()
                outbox.tell(iter([bet(f"fresh{n}", 10_000_000 + n)]))
                time.sleep(plan.drain_s / plan.fresh)
                if time.monotonic() - begun_s > plan.drain_s:
                    break
            time.sleep(3)
            count, took_s = third.partner()["accepted"] - begun, time.monotonic() - begun_s
            memory = third.resident_mb
        outbox.close()
        entries = _arrivals(partner)
        waits = []
        for player, at in told.items():
            got = [one["at"] for one in partner.of(f"acc-{player}") if one["status"] == HTTPStatus.OK]
            waits.append(got[0] - at / 1e6 if got else LONGEST_S)
    return [
        [f"{plan.waiting:,} waiting after an outage: drained at", f"{plan.rate}/s", f"{count / took_s:.1f}/s"],
        ["most in any second, at the sandbox", f"{plan.rate}", f"{_most(entries)}"],
        [
            f"{len(told)} players with nothing waiting, told meanwhile: p50, p99, longest",
            "p99 < 2 s",
            ", ".join(f"{percentile(waits, share):.3f} s" for share in (50, 99, 100)),
        ],
        ["memory of the process meanwhile", "", f"{memory:.0f} MB"],
    ]


def parked(folder: Path, plan: Plan) -> list[Row]:
    """What deliveries that wait take."""
    place = directory(folder, url="http://127.0.0.1:9/nobody", rate=plan.rate)
    outbox = PreparedOutbox(place)
    outbox.tell(links(plan.players * 10))
    outbox.tell(bets(plan.parked, plan.players * 10))
    begun_s = time.monotonic()
    with leg(place) as third:
        third.until(lambda p: p["waiting"] >= plan.parked)
        took_s = time.monotonic() - begun_s
        time.sleep(1)
        disk, memory = third.disk_mb, third.resident_mb
    outbox.close()
    return [
        [f"{plan.parked:,} deliveries parked, on the disk", "< 1,000 MB", f"{disk:,.0f} MB"],
        ["memory of the process with them", "", f"{memory:.0f} MB"],
        ["parked a second", "", f"{plan.parked / took_s:,.0f}"],
    ]


def hub_latency(folder: Path, plan: Plan) -> list[Row]:
    """From a POST to the sandbox, through a whole hub."""
    with sandbox(rate=0, core=None) as partner:
        waits = latency(folder, partner.url, plan, arrived=partner.of)
    figures = ", ".join(f"{percentile(waits, share) * 1000:.1f} ms" for share in (50, 90, 99, 100))
    return [
        [
            f"POST to sandbox at {plan.hub_rate}/s in, {len(waits) / plan.hub_s:.0f}/s out: p50, p90, p99, longest",
            "p50 < 25 ms, p99 < 100 ms",
            figures,
        ]
    ]


def _arrivals(partner: Sandbox) -> list[float]:
    found: list[float] = []
    after: int | None = 0
    while after is not None:
        page = partner._ask("GET", f"/_sandbox/events?after={after}&limit=10000")  # noqa: SLF001 - ours
        found += [one["at"] for one in page["events"] if one["status"] in (200, 429)]
        after = page["next"]
    return sorted(found)


def _most(moments: list[float]) -> int:
    """Most of `moments` in any second, both its ends included."""
    most = start = 0
    for n, at in enumerate(moments):
        while at - moments[start] > 1.0:
            start += 1
        most = max(most, n - start + 1)
    return most
