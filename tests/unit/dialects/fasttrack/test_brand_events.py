"""What is told of a brand has no player, and finds its way all the same: to the log, to its shard, into the vault."""

from pathlib import Path

import pytest

from countroom.core.events import CustomHappened
from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.item import Reading
from countroom.core.sharding import shard_of, virtual_shard
from countroom.dialects import fasttrack
from countroom.dialects.fasttrack.game import NOBODY
from countroom.fold.keys import of_player, player_of
from countroom.stores.memory import MemoryLogReader
from tests.unit.dialects.messages import ARRIVAL, SECRETS, SETTINGS, VALID, decoded, envelope, events
from tests.unit.flow.parts import SHARDS, Bench, on_a_loop
from tests.unit.vault.running import RunningVault

BRAND = PlayerKey(BrandId("a"), PlayerId(NOBODY))


@pytest.mark.parametrize("kind", ["GAME", "GLOBAL_EVENT"])
def test_an_event_of_the_brand_goes_to_the_shard_of_the_brand(kind: str) -> None:
    async def story() -> None:
        bench = Bench()

        assert await bench.ingest.one(envelope(kind, VALID[kind]), lambda sent: fasttrack.decode(sent, SETTINGS)) == ()

        shard = shard_of(virtual_shard(BRAND), SHARDS)
        counts = {n: [c.count for c in MemoryLogReader(bench.memory, n).read(0, 9)] for n in range(SHARDS)}
        assert counts == {n: [1] if n == shard else [] for n in range(SHARDS)}
        [item] = bench.logged()
        assert item.events[0].about.key == BRAND
        await bench.ingest.close()

    on_a_loop(story)


def test_the_vault_has_a_key_for_what_is_of_no_player(tmp_path: Path) -> None:
    reading = decoded("GLOBAL_EVENT")
    assert isinstance(reading, Reading)

    with RunningVault(tmp_path) as vault:
        sealed = vault.client().seal(reading.player, reading.personal, at=ARRIVAL)
        opened = vault.client().open(BRAND, sealed)

    assert opened == reading.personal
    assert SECRETS["username"] in opened["free.metadata"]


def test_a_page_of_the_brand_says_whose_it_is() -> None:
    assert player_of(of_player("a", NOBODY) + b"h") == BRAND


@pytest.mark.parametrize("user", ["", None])
def test_a_players_event_never_becomes_one_of_the_brand(user: object) -> None:
    for kind, body in VALID.items():
        if "user_id" in body:
            assert isinstance(decoded(kind, user_id=user), list)


def test_a_game_told_again_is_the_same_fact_and_a_changed_one_is_not() -> None:
    [told], [again] = (
        events("GAME", last_modified="2026-03-01T00:00:00Z"),
        events("GAME", last_modified="2026-03-01T00:00:00Z"),
    )
    [renamed] = events("GAME", last_modified="2026-03-01T00:00:00Z", name="Lucky Lynx II")

    assert told == again
    assert told.about.business_id != renamed.about.business_id


def test_what_has_a_player_is_a_custom_event_of_his() -> None:
    [event] = events("CUSTOM")

    assert isinstance(event, CustomHappened)
    assert event.about.player == "17"
