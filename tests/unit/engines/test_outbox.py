"""A shard's outbox over its socket: read in order, released, and nothing made up when the shard is gone."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from countroom.core.errors import Damaged, Unavailable
from countroom.core.signals import Signal
from countroom.engines.local.outbox import LocalOutbox
from countroom.engines.local.reads import ReadServer

ROWS = [msgspec.msgpack.encode(Signal("bet", str(n), n, False, "lucky", "ann", {"n": n})) for n in range(1, 6)]


class Shard:
    """Serves five rows, and remembers what was released."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "shard-0.sock"
        self.released: list[object] = []
        self.server = ReadServer(self.path, self.answer)

    def answer(self, request: dict[str, object]) -> object:
        match request:
            case {"op": "outbox", "after": int(after), "limit": int(limit)}:
                found = list(enumerate(ROWS, 1))[after : after + limit]
                return {"rows": found, "head": len(ROWS)}
            case {"op": "release", "upto": upto}:
                self.released.append(upto)
                return True
            case _:
                return None


def test_rows_are_read_in_order_from_behind_a_number(tmp_path: Path) -> None:
    async def story() -> None:
        shard = Shard(tmp_path)
        outbox = LocalOutbox(shard.path)
        rows = await outbox.read(2, 2)
        assert [(row.number, row.signal.subject) for row in rows] == [(3, "3"), (4, "4")]
        assert await outbox.read(5, 2) == []
        await outbox.release(4)
        assert shard.released == [4]
        await outbox.close()
        shard.server.close()

    asyncio.run(story())


def test_an_outbox_shorter_than_what_was_taken_of_it_is_another_one(tmp_path: Path) -> None:
    async def story() -> None:
        shard = Shard(tmp_path)
        outbox = LocalOutbox(shard.path)
        with pytest.raises(Damaged, match="taken up to 6, found one that ends at 5"):
            await outbox.read(6, 1)
        await outbox.close()
        shard.server.close()

    asyncio.run(story())


def test_a_shard_that_is_gone_is_away_and_the_line_is_made_anew(tmp_path: Path) -> None:
    async def story() -> None:
        outbox = LocalOutbox(tmp_path / "shard-0.sock")
        with pytest.raises(Unavailable, match="does not answer"):
            await outbox.read(0, 1)
        shard = Shard(tmp_path)
        assert len(await outbox.read(0, 9)) == 5
        await outbox.close()
        shard.server.close()

    asyncio.run(story())


def test_an_answer_that_nobody_waited_for_is_not_taken_for_the_next(tmp_path: Path) -> None:
    async def story() -> None:
        shard = Shard(tmp_path)
        outbox = LocalOutbox(shard.path)
        await outbox.read(0, 1)
        reading = asyncio.create_task(outbox.read(0, 1))
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        assert [row.number for row in await outbox.read(3, 1)] == [4]
        await outbox.close()
        shard.server.close()

    asyncio.run(story())
