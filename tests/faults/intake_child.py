"""Children of a fault test: started, killed, started again, and what they were sent."""

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import msgspec

from countroom.core.instants import iso
from countroom.core.item import Item
from countroom.stores.embedded.log import SqliteLogReader
from tests.faults import intake_process
from tests.faults.intake_process import KEY, SHARDS, log_folder

CASINO = "/v1/integration/casino"
USER = "/v1/integration/user"

_items = msgspec.msgpack.Decoder(list[Item])


class Child:
    """One process of `intake_process`, on the same folder and port through all its lives."""

    def __init__(self, role: str, folder: Path) -> None:
        self.role = role
        self.folder = folder
        self.port = 0
        self._errors = (folder / f"{role}.stderr").open("ab")
        self.process = self._started()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._errors.close()

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def start_again(self) -> None:
        self.process = self._started()

    def terminate(self) -> int:
        """SIGTERM; its exit code."""
        self.process.terminate()
        return self.process.wait(8)

    def errors(self) -> str:
        """What it has written to stderr in all its lives."""
        return (self.folder / f"{self.role}.stderr").read_text()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, intake_process.__file__, self.role, str(self.folder), str(self.port)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._errors)
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        assert said, self.errors()
        self.port = int(said) if self.role == "intake" else 0
        return process


def bet(own_id: str, player: str = "17", **more: Any) -> dict[str, Any]:
    stamp = iso(intake_process.now())
    return {
        "activity_id": own_id,
        "amount": 2.5,
        "currency": "EUR",
        "exchange_rate": 1,
        "game_id": "g",
        "origin": "lucky.example",
        "round_id": "r",
        "status": "Approved",
        "timestamp": stamp,
        "type": "Bet",
        "user_id": player,
        "vendor_id": "41",
        **more,
    }


def registration(player: str, **personal: str) -> dict[str, Any]:
    stamp = iso(intake_process.now())
    return {"user_id": player, "timestamp": stamp, "origin": "lucky.example", "currency": "EUR", **personal}


async def post(session: aiohttp.ClientSession, port: int, *, path: str, body: dict[str, Any] | bytes) -> int:
    """The status; 0 when the connection broke before there was one."""
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    try:
        async with session.post(
            f"http://127.0.0.1:{port}{path}", data=data, headers={"X-Api-Key": KEY, "Content-Type": "application/json"}
        ) as answer:
            await answer.read()
            return answer.status
    except (TimeoutError, aiohttp.ClientError, OSError):
        return 0


def logged(folder: Path) -> list[Item]:
    """Everything in the log."""
    found: list[Item] = []
    for shard in range(SHARDS):
        reader = SqliteLogReader(log_folder(folder), shard)
        found += [item for chunk in reader.read(0, 1_000_000) for item in _items.decode(chunk.items)]
        reader.close()
    return found
