"""How far the shards are behind the logs, asked every half second in a thread: the intake stops when it is too far."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

from countroom.core.errors import Unavailable
from countroom.engines.local.reads import ShardReads
from countroom.stores.embedded.log import SqliteLog

_EVERY_S = 0.5


class Backlog:
    """Items logged and not yet folded. A shard that does not answer counts as standing where it last said."""

    def __init__(self, logs: Mapping[str, SqliteLog], shards: Sequence[ShardReads]) -> None:
        self._logs = logs
        self._shards = shards
        self._taken = [0] * len(shards)
        self._is_asked = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="backlog", daemon=True)
        self._thread.start()

    def items(self) -> int:
        """The backlog as of the last half second; 0 until every shard has answered once."""
        if not self._is_asked:
            return 0
        return sum(log.tail.items for log in self._logs.values()) - sum(self._taken)

    def close(self) -> None:
        """Ask no more."""
        self._stop.set()
        self._thread.join(1.0)

    def _follow(self) -> None:
        known = set()
        while not self._stop.wait(_EVERY_S):
            for number, shard in enumerate(self._shards):
                with suppress(Unavailable):
                    received = shard.status().get("received", {})
                    self._taken[number] = sum(received.values()) if isinstance(received, dict) else 0
                    known.add(number)
            self._is_asked = len(known) == len(self._shards)
