"""Run by the peers' python, never by ours: `python job_worker.py POSTGRES-URI URL FILE-OF-PLAYERS ordered|free`."""

import asyncio
import json
import sys
import time
from pathlib import Path
from uuid import uuid4

import aiohttp
import procrastinate

CONCURRENCY = 64


async def main(uri: str, url: str, players: list[str], *, is_ordered: bool) -> None:
    """Queue one message per line, say how fast, then work until killed."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=uri, min_size=4, max_size=16))
    session = aiohttp.ClientSession(headers={"Authorization": "Bearer sandbox-key"})

    @app.task(name="deliver", queue="faceit", retry=procrastinate.RetryStrategy(max_attempts=100, exponential_wait=2))
    async def deliver(body: str) -> None:
        async with session.post(url, data=body.encode(), headers={"Content-Type": "application/json"}) as answer:
            answer.raise_for_status()
            await answer.read()

    async with app.open_async(), session:
        await app.schema_manager.apply_schema_async()
        begun_s = time.monotonic()
        for start in range(0, len(players), 1_000):
            await asyncio.gather(
                *(
                    deliver.configure(lock=player if is_ordered else None).defer_async(body=body(player))
                    for player in players[start : start + 1_000]
                )
            )
        sys.stdout.write(f"queued {len(players) / (time.monotonic() - begun_s):.1f}\n")
        sys.stdout.flush()
        await app.run_worker_async(queues=["faceit"], concurrency=CONCURRENCY, install_signal_handlers=True)


def body(player: str) -> str:
    """A message as FACEIT wants it."""
    event = {
        "id": uuid4().hex, "name": "bet", "created_at": 1_772_600_000,
        "attributes": [{"name": "amount", "value": "2.50"}, {"name": "currency", "value": "EUR"}],
    }  # fmt: skip
    return json.dumps({"platform_user_id": f"acc-{player}", "platform": "bench", "event": event})


if __name__ == "__main__":
    asyncio.run(
        main(
            sys.argv[1], sys.argv[2], Path(sys.argv[3]).read_text("utf-8").split(), is_ordered=sys.argv[4] == "ordered"
        )
    )
