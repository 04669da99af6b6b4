import asyncio

import msgspec
import pytest

from countroom.core.envelope import Envelope
from countroom.core.errors import Unavailable
from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.instants import SECOND, Instant
from countroom.core.item import Item
from countroom.core.rejection import Reason
from countroom.core.sharding import shard_of, virtual_shard
from countroom.stores.memory import MemoryLogReader
from tests.unit.flow.parts import BAD, NOON, SHARDS, Bench, bet, decode, message, on_a_loop


def test_an_accepted_message_is_in_the_log_and_the_bell_has_rung() -> None:
    async def story() -> None:
        bench = Bench()

        assert await bench.ingest.one(message("a"), decode) == ()

        assert bench.logged() == [Item("BET", (bet("a"),), b'{"id":"a"}')]
        assert bench.rings == 1
        await bench.ingest.close()

    on_a_loop(story)


def test_each_player_goes_to_his_own_shard() -> None:
    async def story() -> None:
        bench = Bench()
        players = [str(n) for n in range(20)]

        await asyncio.gather(*[bench.ingest.one(message(p, player=p), decode) for p in players])

        found = {}
        for shard in range(SHARDS):
            for chunk in MemoryLogReader(bench.memory, shard).read(0, 100):
                for item in msgspec.msgpack.decode(chunk.items, type=list[Item]):
                    found[item.events[0].about.player] = shard
        assert found == {p: shard_of(virtual_shard(PlayerKey(BrandId("lucky"), PlayerId(p))), SHARDS) for p in players}
        assert set(found.values()) == {0, 1}
        await bench.ingest.close()

    on_a_loop(story)


def test_a_refused_message_is_on_the_shelf_with_all_its_faults_and_sealed() -> None:
    async def story() -> None:
        bench = Bench()

        verdict = await bench.ingest.one(BAD, decode, brand="lucky")

        assert [r.reason for r in verdict] == [Reason.MALFORMED, Reason.BAD_TIME]
        [shelved] = bench.shelf.kept
        assert shelved.refusal.rejections == tuple(verdict)
        assert shelved.refusal.receipt == b"lucky:" + msgspec.msgpack.encode(BAD)[::-1]
        assert bench.logged() == []
        await bench.ingest.close()

    on_a_loop(story)


def test_equal_bodies_have_equal_hashes_whenever_they_come() -> None:
    async def story() -> None:
        bench = Bench()
        later = msgspec.structs.replace(BAD, received_at=Instant(NOON + SECOND))
        other = msgspec.structs.replace(BAD, payload=b"worse")

        for envelope in (BAD, later, other):
            await bench.ingest.one(envelope, decode)

        first, second, third = [shelved.body_hash for shelved in bench.shelf.kept]
        assert first == second != third
        await bench.ingest.close()

    on_a_loop(story)


def test_a_refusal_that_is_not_answered_is_in_the_log() -> None:
    async def story() -> None:
        bench = Bench()

        verdict = await bench.ingest.one(BAD, decode, answers=False)

        assert verdict
        assert [refusal.rejections for refusal in bench.memory.refusals] == [tuple(verdict)]
        assert bench.shelf.kept == []
        await bench.ingest.close()

    on_a_loop(story)


def test_personal_values_are_sealed_before_the_log() -> None:
    async def story() -> None:
        bench = Bench()

        await bench.ingest.one(message("a", personal={"free.meta": "secret"}), decode)

        [item] = bench.logged()
        assert [(s.field, s.cipher) for s in item.events[0].about.sealed] == [("free.meta", b"terces")]
        await bench.ingest.close()

    on_a_loop(story)


def test_without_the_vault_only_those_fail_who_need_it() -> None:
    async def story() -> None:
        bench = Bench()
        bench.vault.is_away = True

        plain = bench.ingest.one(message("plain"), decode)
        personal = bench.ingest.one(message("personal", personal={"email": "a"}), decode)
        refused = bench.ingest.one(BAD, decode)

        done = await asyncio.gather(plain, personal, refused, return_exceptions=True)
        assert [type(outcome) for outcome in done] == [tuple, Unavailable, Unavailable]
        assert [item.events for item in bench.logged()] == [(bet("plain"),)]
        await bench.ingest.close()

    on_a_loop(story)


def test_a_full_disk_fails_all_of_the_group_and_nothing_is_acknowledged() -> None:
    async def story() -> None:
        bench = Bench()
        bench.held.is_full = True

        done = await asyncio.gather(*[bench.ingest.one(message(n), decode) for n in "abc"], return_exceptions=True)

        assert [type(outcome) for outcome in done] == [Unavailable] * 3
        assert (bench.logged(), bench.rings) == ([], 0)
        await bench.ingest.close()

    on_a_loop(story)


def test_a_refusal_does_not_wait_for_the_log_nor_the_log_for_it() -> None:
    async def story() -> None:
        bench = Bench()
        bench.held.is_free.clear()
        stuck = asyncio.ensure_future(bench.ingest.one(message("a"), decode))

        assert await bench.ingest.one(BAD, decode)

        assert not stuck.done()
        bench.held.is_free.set()
        await stuck
        await bench.ingest.close()

    on_a_loop(story)


def test_the_stamp_of_the_log_never_goes_back_when_the_clock_does() -> None:
    async def story() -> None:
        bench = Bench()

        await bench.ingest.one(message("a"), decode)
        bench.now = Instant(NOON - SECOND)
        await bench.ingest.one(message("b"), decode)
        bench.now = Instant(NOON + SECOND)
        await bench.ingest.one(message("c"), decode)

        assert bench.held.stamps == [NOON, NOON, NOON + SECOND]
        await bench.ingest.close()

    on_a_loop(story)


def thousand() -> list[Envelope]:
    """A thousand messages of forty players; every tenth is bad, and every seventh has something personal."""
    return [
        msgspec.structs.replace(BAD, payload=b"bad %d" % n)
        if n % 10 == 0
        else message(str(n), player=str(n % 40), personal={} if n % 7 else {"free.meta": str(n)})
        for n in range(1000)
    ]


def test_a_batch_of_a_thousand_goes_in_at_once_and_a_bad_one_refuses_no_neighbour() -> None:
    async def story() -> None:
        bench = Bench()

        verdicts = await bench.ingest.batch(thousand(), decode, brand="lucky")

        assert [n for n, verdict in enumerate(verdicts) if verdict] == list(range(0, 1000, 10))
        assert sorted(int(item.events[0].activity_id) for item in bench.logged()) == [  # type: ignore[union-attr]
            n for n in range(1000) if n % 10
        ]
        assert len(bench.memory.refusals) == 100
        assert len(bench.held.groups) == 2
        assert bench.vault.asked == [128]
        await bench.ingest.close()

    on_a_loop(story)


def test_a_batch_tells_which_of_its_messages_the_vault_held_up() -> None:
    async def story() -> None:
        bench = Bench()
        bench.vault.is_away = True

        verdicts = await bench.ingest.batch(thousand(), decode)

        held_up = [n for n, verdict in enumerate(verdicts) if isinstance(verdict, Unavailable)]
        assert held_up == [n for n in range(1000) if n % 10 == 0 or n % 7 == 0]
        assert len(bench.logged()) == 1000 - len(held_up)
        await bench.ingest.close()

    on_a_loop(story)


def test_a_batch_fails_as_a_whole_when_the_log_is_away() -> None:
    async def story() -> None:
        bench = Bench()
        bench.held.is_full = True

        with pytest.raises(Unavailable, match="disk is full"):
            await bench.ingest.batch(thousand(), decode)
        assert bench.logged() == []
        await bench.ingest.close()

    on_a_loop(story)


def test_closing_writes_what_is_under_way() -> None:
    async def story() -> None:
        bench = Bench()
        bench.held.is_free.clear()
        under_way = [asyncio.ensure_future(bench.ingest.one(message(n), decode)) for n in "ab"]
        under_way.append(asyncio.ensure_future(bench.ingest.one(message("c", personal={"email": "x"}), decode)))
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(bench.ingest.close())

        bench.held.is_free.set()
        await closing

        assert await asyncio.gather(*under_way) == [(), (), ()]
        assert len(bench.logged()) == 3

    on_a_loop(story)
