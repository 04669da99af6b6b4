"""From a POST to the state that one can read: a hub under a steady 500 events a second.

    python bench/latency.py [--quick] [--seconds 45] [--rate 500] [--folder DIR]

Messages are sent at their instants, whatever became of earlier ones. Of 25 one is measured: from the moment it
is handed to the client until the admin API's document of its player shows the round, asked again and again
without a pause. The hub is `countroom run` with two shards; client and hub share the machine's cores.
"""

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp
import msgspec
from parts.hub import Hub, running
from parts.report import heading, percentile, record, table

SECONDS: Final = 45
QUICK: Final = 8
WARM_UP_S: Final = 4.0
"""Measured from then on: the hub's processes have seen everything once."""
MEASURED_EVERY: Final = 25
MEASURED_PLAYERS: Final = 200
PLAYERS: Final = 20_000
LONGEST_S: Final = 10.0
TARGETS_MS: Final = (15, 60)
LIBRARIES: Final = ("uvicorn", "uvloop", "aiohttp", "msgspec", "rocksdict", "apsw")
_BODY: Final = (
    '{"activity_id":"a-%d","amount":2.50,"bonus_wager_amount":0.50,"currency":"EUR","exchange_rate":1,'
    '"game_id":"g-88","game_name":"Lucky Lynx","game_type":"Slots","is_round_end":false,"locked_wager_amount":0,'
    '"origin":"lucky.example","round_id":"r-%d-","status":"Approved","timestamp":"%s","type":"Bet",'
    '"user_bonus_id":"0","user_id":"%s","vendor_id":"41","vendor_name":"Studio X","wager_amount":2.00}'
)


class Load(msgspec.Struct, frozen=True):
    """How much, how long."""

    rate: int
    seconds: float


class Sender:
    """Posts bets, and looks for some of them."""

    def __init__(self, hub: Hub, session: aiohttp.ClientSession, *, key: str) -> None:
        self._session = session
        self._post_to = f"{hub.rest.url}/v1/integration/casino"
        self._look_at = f"{hub.api.url}/api/players/lucky/"
        self._key = {"X-Api-Key": key, "Content-Type": "application/json"}
        self._token = {"Authorization": f"Bearer {hub.token}"}
        self.answered_s: list[float] = []
        self.visible_s: list[float] = []

    async def known(self) -> None:
        """Wait until the intake has read the new key."""
        until_s = time.monotonic() + LONGEST_S
        while await self._post(0, "first") != HTTPStatus.OK:
            if time.monotonic() > until_s:
                raise SystemExit(f"expected the new key to be taken within {LONGEST_S:g} s")

    async def send(self, number: int, *, is_measured: bool) -> None:
        """Post one bet; measured, also wait until it can be seen."""
        player = f"m-{number // MEASURED_EVERY % MEASURED_PLAYERS}" if is_measured else f"p-{number % PLAYERS}"
        begun_s = time.monotonic()
        status = await self._post(number, player)
        if status != HTTPStatus.OK:
            raise SystemExit(f"expected every message to be taken, got {status}")
        if is_measured:
            self.answered_s.append(time.monotonic() - begun_s)
            await self._see(player, f'"r-{number}-"'.encode())
            self.visible_s.append(time.monotonic() - begun_s)

    async def _post(self, number: int, player: str) -> int:
        body = _BODY % (number, number, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), player)
        async with self._session.post(self._post_to, data=body.encode(), headers=self._key) as answer:
            await answer.read()
            return answer.status

    async def _see(self, player: str, wanted: bytes) -> None:
        async with asyncio.timeout(LONGEST_S):
            while True:
                async with self._session.get(self._look_at + player, headers=self._token) as answer:
                    if wanted in await answer.read():
                        return


def main() -> None:
    """Print the table, and put it into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} seconds; nothing goes into RESULTS.md")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    load = Load(asked.rate, QUICK if asked.quick else asked.seconds)
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-latency-") as name:
        head = heading(Path(name), LIBRARIES, cores="nothing pinned")
        with running(Path(name) / "hub") as hub:
            sender = asyncio.run(drive(hub, load))
    text = f"{head}\n\n{shown(sender, load)}"
    if asked.quick:
        print(text)
    else:
        record("latency", text)


async def drive(hub: Hub, load: Load) -> Sender:
    """Send everything at its instant."""
    connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=60)
    async with aiohttp.ClientSession(connector=connector) as session:
        sender = Sender(hub, session, key=hub.create_key())
        await sender.known()
        begun_s = time.monotonic()
        async with asyncio.TaskGroup() as sending:
            for number in range(1, round(load.rate * load.seconds)):
                due_s = number / load.rate
                ahead_s = begun_s + due_s - time.monotonic()
                if ahead_s > 0:
                    await asyncio.sleep(ahead_s)
                is_measured = due_s > WARM_UP_S and not number % MEASURED_EVERY
                sending.create_task(sender.send(number, is_measured=is_measured))
        return sender


def shown(sender: Sender, load: Load) -> str:
    """The table."""
    rows = []
    for name, times_s, targets in (
        ("POST sent to its 200, which is durable", sender.answered_s, ("", "")),
        ("POST sent to visible in the player's document", sender.visible_s, TARGETS_MS),
    ):
        figures = [f"{percentile(times_s, share) * 1000:.1f} ms" for share in (50, 90, 99, 100)]
        rows.append([name, *figures, *(f"{target} ms" if target else "" for target in targets)])
    head = ["", "p50", "p90", "p99", "longest", "target p50", "target p99"]
    return (
        f"{load.rate} events/s for {load.seconds:g} s over keep-alive connections (64 at most) to "
        f"`countroom run` with 2 shards; {len(sender.visible_s)} of them measured, "
        f"on {MEASURED_PLAYERS} players of their own.\n\n"
        f"{table(head, rows)}"
    )


if __name__ == "__main__":
    main()
