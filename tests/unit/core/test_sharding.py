from hypothesis import given
from hypothesis import strategies as st

from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.core.sharding import VIRTUAL_SHARDS, shard_of, virtual_shard


def key(player: str, brand: str = "lucky") -> PlayerKey:
    return PlayerKey(BrandId(brand), PlayerId(player))


@given(st.text(), st.text())
def test_every_player_has_a_virtual_shard(brand: str, player: str) -> None:
    assert 0 <= virtual_shard(key(player, brand)) < VIRTUAL_SHARDS


def test_the_virtual_shard_of_a_player_never_changes() -> None:
    assert [virtual_shard(key(player)) for player in ("4711", "17", "", "\u00e9")] == [567, 786, 942, 622]


def test_brand_and_player_do_not_run_into_each_other() -> None:
    assert virtual_shard(key("bc", "a")) != virtual_shard(key("c", "ab"))


def test_players_spread_evenly() -> None:
    shards = [shard_of(virtual_shard(key(str(n))), 4) for n in range(40_000)]

    assert all(9_000 < shards.count(shard) < 11_000 for shard in range(4))
