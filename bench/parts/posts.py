"""Bets posted to a whole hub at a steady rate, some of them of linked players, and when a partner heard of those."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import aiohttp

from parts.hub import CONFIGURATION, Hub, running

PLAYERS: Final = 20_000
WARM_UP_S: Final = 4.0
LINKED: Final = 600
_PARTNER: Final = """
[partners.faceit]
url = "{url}"
key_file = "faceit.key"
platform = "bench"
rate = 0
settle = "0s"
"""
_BODY: Final = (
    '{"activity_id":"a-%d","amount":2.50,"bonus_wager_amount":0.50,"currency":"EUR","exchange_rate":1,'
    '"game_id":"g-88","game_name":"Lucky Lynx","game_type":"Slots","is_round_end":false,"locked_wager_amount":0,'
    '"origin":"lucky.example","round_id":"r-%d-","status":"Approved","timestamp":"%s","type":"Bet",'
    '"user_bonus_id":"0","user_id":"%s","vendor_id":"41","vendor_name":"Studio X","wager_amount":2.00}'
)


def latency(folder: Path, url: str, plan: Any, *, arrived: Callable[[str], list[dict[str, Any]]]) -> list[float]:
    """Seconds from each POST of a linked player's bet to its arrival at the partner."""
    folder.mkdir(parents=True)
    (folder / "faceit.key").write_text("sandbox-key", "ascii")
    with running(folder, configuration=CONFIGURATION + _PARTNER.format(url=url)) as hub:
        for n in range(LINKED):
            _link(hub, f"l-{n}")
        time.sleep(3)
        posted = asyncio.run(_post(hub, plan))
        time.sleep(2)
    waits = []
    for player, moments in posted.items():
        got = [one["at"] for one in arrived(f"acc-{player}") if one["status"] == HTTPStatus.OK]
        if len(got) < len(moments):
            raise SystemExit(f"expected {len(moments)} events of {player} at the partner, got {len(got)}")
        # Of a player in order: the n-th that was posted is the n-th that came; what warmed up is left out.
        waits += [at - begun for begun, at in zip(moments, got, strict=False) if begun > 0]
    return waits


def _link(hub: Hub, player: str) -> None:
    body = {"brand": "lucky", "player": player, "partner": "faceit", "account": f"acc-{player}"}
    headers = {"Authorization": f"Bearer {hub.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{hub.api.url}/api/links", json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the hub's own
        answer.read()


async def _post(hub: Hub, plan: Any) -> dict[str, list[float]]:
    headers = {"X-Api-Key": hub.create_key(), "Content-Type": "application/json"}
    posted: dict[str, list[float]] = {}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64), headers=headers) as session:

        async def post(number: int, player: str) -> int:
            stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            body = _BODY % (number, number, stamp, player)
            async with session.post(f"{hub.rest.url}/v1/integration/casino", data=body.encode()) as answer:
                await answer.read()
                return answer.status

        until_s = time.monotonic() + 10
        while await post(0, "first") != HTTPStatus.OK:
            if time.monotonic() > until_s:
                raise SystemExit("expected the new key to be taken within 10 s")
        begun_s = time.monotonic()
        async with asyncio.TaskGroup() as sending:
            for number in range(1, round(plan.hub_rate * (plan.hub_s + WARM_UP_S))):
                due_s = number / plan.hub_rate
                if (ahead_s := begun_s + due_s - time.monotonic()) > 0:
                    await asyncio.sleep(ahead_s)
                is_linked = number % plan.hub_linked_every == 0
                player = f"l-{number // plan.hub_linked_every % LINKED}" if is_linked else f"p-{number % PLAYERS}"
                if is_linked:
                    posted.setdefault(player, []).append(time.time() if due_s > WARM_UP_S else 0.0)
                sending.create_task(post(number, player))
    return posted
