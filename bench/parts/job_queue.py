"""The same messages through procrastinate, as people would reach for it: PostgreSQL, one job per message.

Errors are retried; the worker runs 64 jobs at once in one process on core 0. PostgreSQL (fsync on) and the
sandbox have core 1. Once jobs of one player share a lock, so that they stay in order, and once they do not.
"""

import subprocess
import time
from pathlib import Path
from typing import Any, Final

from parts.children import pinned
from parts.deliveries import Row, sandbox
from parts.postgres import peers, postgres
from parts.prepared import bets

WORKER: Final = Path(__file__).with_name("job_worker.py")
_LONGEST_S: Final = 240.0


def procrastinated(folder: Path, plan: Any) -> list[Row]:
    """Deliveries a second of a job queue."""
    players = [signal.player for signal in bets(plan.queued, plan.players)]
    rows: list[Row] = []
    for order in ("ordered", "free"):
        place = folder / order
        place.mkdir(parents=True, exist_ok=True)
        (place / "players").write_text("\n".join(players))
        rows += _one(place, order, count=len(players))
    return rows


def _one(folder: Path, order: str, *, count: int) -> list[Row]:
    says = "a lock per player" if order == "ordered" else "no order kept"
    with postgres(folder / "postgres") as database:
        if database is None:
            return [[f"procrastinate, {says}", "", "could not be installed here"]]
        with sandbox() as partner:
            command = [str(peers()), str(WORKER), database.uri, partner.url, str(folder / "players"), order]
            with pinned(command, core=0, stdout=subprocess.PIPE) as worker:
                if worker.stdout is None or not (told := worker.stdout.readline().split()):
                    raise SystemExit("expected the worker of procrastinate to start; its own words stand above")
                begun = 0
                while not begun:
                    time.sleep(0.05)
                    begun = last = partner.stats()["taken"]
                begun_s = time.monotonic()
                while last < count and time.monotonic() < begun_s + _LONGEST_S:
                    time.sleep(0.1)
                    last = partner.stats()["taken"]
                took_s = time.monotonic() - begun_s
    return [
        [f"procrastinate with PostgreSQL, {says}: jobs queued a second", "", f"{float(told[1]):,.0f}"],
        [f"procrastinate with PostgreSQL, {says}: deliveries a second", "", f"{(last - begun) / took_s:,.0f}"],
    ]
