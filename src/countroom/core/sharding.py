"""Which shard a player belongs to: fixed for ever by his key, spread over processes at `init`."""

from typing import Final
from zlib import crc32

from countroom.core.ids import PlayerKey

VIRTUAL_SHARDS: Final = 1024
"""Players are hashed over these; how many processes share them out is the operator's choice."""


def virtual_shard(key: PlayerKey) -> int:
    """The virtual shard of a player, in [0, 1024).

    Brand and player are parted by a zero byte, which no id contains: `("a", "bc")` is not `("ab", "c")`.

    >>> virtual_shard(PlayerKey("lucky", "4711"))
    567
    """
    return crc32(f"{key.brand}\0{key.player}".encode("utf-8", "surrogatepass")) % VIRTUAL_SHARDS


def shard_of(virtual: int, shards: int) -> int:
    """The process that holds a virtual shard, in [0, shards)."""
    return virtual % shards
