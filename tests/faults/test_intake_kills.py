"""The intake and the vault in processes of their own, killed and asked to stop while they are at work."""

import asyncio
import random
from pathlib import Path

import aiohttp
import msgspec
import pytest

from countroom.core.events import BetPlaced
from countroom.stores.embedded.refusals import SqliteShelfReader
from tests.faults.intake_child import CASINO, USER, Child, bet, logged, post, registration
from tests.faults.intake_process import shelf_file

SENDERS = 16


class Senders:
    """Send bets of their own, and now and then something bad, until told to stop; remember what was answered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.accepted: set[str] = set()
        self.refused: set[bytes] = set()
        self.sent: set[str] = set()
        self.others: set[int] = set()
        self.is_over = False
        self._news = asyncio.Event()

    async def run(self, number: int) -> None:
        async with aiohttp.ClientSession() as session:
            count = 0
            while not self.is_over:
                count += 1
                await self.send_one(session, f"{number}-{count}", is_bad=count % 10 == 0)

    async def send_one(self, session: aiohttp.ClientSession, own_id: str, *, is_bad: bool) -> None:
        body = bet(own_id, amount="NaN") if is_bad else bet(own_id)
        encoded = msgspec.json.encode(body)
        self.sent.add(own_id)
        status = await post(session, self.port, path=CASINO, body=encoded)
        if status == 200:
            self.accepted.add(own_id)
        elif status == 400:
            self.refused.add(encoded)
        else:
            self.others.add(status)
            await asyncio.sleep(0)
        self._news.set()

    async def progress(self, count: int) -> None:
        """Return when so many more were accepted."""
        wanted = len(self.accepted) + count
        while len(self.accepted) < wanted:
            self._news.clear()
            await self._news.wait()


def activity_ids(folder: Path) -> list[str]:
    return [str(event.activity_id) for item in logged(folder) for event in item.events if isinstance(event, BetPlaced)]


def test_whatever_was_answered_is_there_after_kills_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(4711)

    async def story(intake: Child) -> Senders:
        senders = Senders(intake.port)
        running = [asyncio.ensure_future(senders.run(n)) for n in range(SENDERS)]
        for _ in range(5):
            await senders.progress(chance.randrange(1, 200))
            await asyncio.to_thread(intake.kill)
            await asyncio.to_thread(intake.start_again)
        await senders.progress(50)
        senders.is_over = True
        await asyncio.gather(*running)
        return senders

    with Child("vault", tmp_path), Child("intake", tmp_path) as intake:
        senders = asyncio.run(asyncio.wait_for(story(intake), 60))
        assert intake.errors() == ""

    found = activity_ids(tmp_path)
    assert senders.accepted <= set(found) <= senders.sent
    assert len(found) == len(set(found))
    assert senders.others <= {0}
    assert SqliteShelfReader(shelf_file(tmp_path)).counts().bodies >= len(senders.refused) > 0


def test_asked_to_stop_it_answers_what_it_has_taken_and_ends_well(tmp_path: Path) -> None:
    async def story(intake: Child) -> Senders:
        senders = Senders(intake.port)
        running = [asyncio.ensure_future(senders.run(n)) for n in range(SENDERS)]
        await senders.progress(200)
        code = await asyncio.to_thread(intake.terminate)
        senders.is_over = True
        await asyncio.gather(*running)
        assert code == 0
        return senders

    with Child("vault", tmp_path), Child("intake", tmp_path) as intake:
        senders = asyncio.run(asyncio.wait_for(story(intake), 60))
        assert intake.errors() == ""

    assert set(activity_ids(tmp_path)) == senders.accepted
    assert senders.others <= {0}


def test_while_the_vault_is_killed_only_personal_messages_are_503_and_all_go_on_when_it_is_back(tmp_path: Path) -> None:
    async def story(vault: Child, port: int) -> None:
        async with aiohttp.ClientSession() as session:

            async def sent(path: str, body: dict[str, object]) -> int:
                return await post(session, port, path=path, body=body)

            assert await sent(USER, registration("1", email="one@example.com")) == 200
            await asyncio.to_thread(vault.kill)
            assert await sent(CASINO, bet("plain")) == 200
            assert await sent(CASINO, bet("new player's", "2", meta={"note": "x"})) == 503
            assert await sent(CASINO, bet("known player's", "1", meta={"note": "x"})) == 200
            assert await sent(USER, registration("2", email="two@example.com")) == 503
            await asyncio.to_thread(vault.start_again)
            assert await sent(USER, registration("2", email="two@example.com")) == 200
            assert await sent(CASINO, bet("new player's", "2", meta={"note": "x"})) == 200

    with Child("vault", tmp_path) as vault, Child("intake", tmp_path) as intake:
        asyncio.run(asyncio.wait_for(story(vault, intake.port), 60))
        assert intake.errors() == ""

    assert len(logged(tmp_path)) == 5


@pytest.mark.parametrize("role", ["intake", "vault"])
def test_a_process_that_is_asked_to_stop_ends_with_code_0(role: str, tmp_path: Path) -> None:
    with Child(role, tmp_path) as child:
        assert child.terminate() == 0
        assert child.errors() == ""
