"""The demo's partner: FACEIT's endpoint, made up, on a free port and in a thread of its own."""

import asyncio
import threading
from collections import defaultdict
from concurrent.futures import Future
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from countroom.runtime.demo.plan import PARTNER_KEY, PARTNER_RATE, PLATFORM
from countroom.sandbox.faceit import Outage, Sandbox, SandboxSettings
from countroom.simulator.partner.accounts import Got

FAILS: Final = 0.02
SILENT: Final = 0.004
"""Shares of the requests that are answered with an error, or never."""
_START_S: Final = 10.0
_ODD: Final = ("conflict", "UserNotFound", "Outage", "InternalError", "TimedOut", "TooManyRequests")


class Arrival(NamedTuple):
    """A request that named an account."""

    at: float
    """Seconds since 1970."""
    account: str


class DemoPartner:
    """Takes what the hub tells, fails now and then, and remembers. Only accounts that it has met are known to it."""

    def __init__(self, root: Path) -> None:
        """Start it; what it takes is written to a file in `root` as well.

        Raises:
            OSError: no port can be had.
        """
        self._sandbox = Sandbox(
            SandboxSettings(
                keys=(PARTNER_KEY,),
                platform=PLATFORM,
                rate=PARTNER_RATE,
                fails=FAILS,
                times_out=SILENT,
                hangs_s=1.0,
                slow=FAILS,
                slow_s=0.3,
                users=frozenset(),
                remember=root / "partner.ndjson",
            )
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="partner", daemon=True)
        self._stop = asyncio.Event()
        self._started: Future[None] = Future()
        self._thread.start()
        self._started.result(_START_S)

    @property
    def url(self) -> str:
        """Where it takes messages; the vendor's path goes behind it."""
        return self._sandbox.url

    def meet(self, account: str) -> None:
        """Know an account from now on."""
        known = self._sandbox.desk.linked
        if known is not None:
            self._loop.call_soon_threadsafe(known.add, account)

    def go_away(self, seconds: float) -> None:
        """Take nothing for so long."""
        desk = self._sandbox.desk
        self._loop.call_soon_threadsafe(lambda: desk.outages.append(Outage(desk.since_start_s(), seconds)))

    @property
    def is_away(self) -> bool:
        """True in an outage."""
        return self._sandbox.desk.outage_left_s() > 0

    @property
    def counts(self) -> dict[str, int]:
        """How many requests came to what, and the most of them in any second."""
        memory = self._sandbox.memory
        found = {name: memory.outcomes[name] for name in ("taken", "repeated", *_ODD)}
        return found | {"peak": memory.peak, "refused": memory.outcomes["InvalidRequest"]}

    def got(self) -> dict[str, list[Got]]:
        """What was taken, in order, by account."""
        found: dict[str, list[Got]] = defaultdict(list)
        for entry in list(self._sandbox.memory.taken()):
            event = msgspec.json.decode(entry.body)["event"]
            attributes = {one["name"]: one["value"] for one in event["attributes"]}
            found[entry.user].append(Got(entry.user, event["name"], event["created_at"], attributes))
        return dict(found)

    def arrivals(self) -> list[Arrival]:
        """Every request that named an account, whatever became of it."""
        return [Arrival(entry.at, entry.user) for entry in list(self._sandbox.memory.entries) if entry.user]

    def close(self) -> None:
        """End it."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(_START_S)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        try:
            await self._sandbox.start()
        except OSError as error:
            self._started.set_exception(error)
            return
        self._started.set_result(None)
        try:
            await self._stop.wait()
        finally:
            await self._sandbox.stop()
