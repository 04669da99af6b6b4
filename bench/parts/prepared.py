"""A shard's outbox without the shard: rows made beforehand, served as a shard serves them."""

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from countroom.config.problems import convert
from countroom.config.reading import encode, with_usual_source
from countroom.config.settings import Settings
from countroom.core.signals import LINK_FACTS, Signal
from countroom.engines.local.reads import ReadServer
from countroom.engines.local.shard import DELIVERY
from countroom.runtime.place import Place
from countroom.stores.embedded.doorbell import Ringer

PARTNER: Final = "faceit"
BRAND: Final = "lucky"
_LOUD: Final = False
_encode = msgspec.msgpack.Encoder().encode


class PreparedOutbox:
    """Rows in memory behind the socket of shard 0."""

    def __init__(self, place: Place) -> None:
        place.run.mkdir(parents=True, exist_ok=True)
        self._rows: list[bytes] = []
        self._lock = threading.Lock()
        self._ringer = Ringer(place.run, [DELIVERY])
        self._server = ReadServer(place.shard_socket(0), self._answer)

    def tell(self, signals: Iterator[Signal]) -> None:
        """Add rows, and ring."""
        rows = [_encode(signal) for signal in signals]
        with self._lock:
            self._rows += rows
        self._ringer.ring()

    def close(self) -> None:
        """Take the socket down."""
        self._server.close()
        self._ringer.close()

    def _answer(self, request: dict[str, Any]) -> object:
        if request["op"] != "outbox":
            return True
        after = request["after"]
        with self._lock:
            found = self._rows[after : after + request["limit"]]
            return {"rows": list(enumerate(found, after + 1)), "head": len(self._rows)}


def links(players: int, *, prefix: str = "p") -> Iterator[Signal]:
    """Players are linked; nothing is known of them."""
    at = now()
    for n in range(players):
        player, link_id = f"{prefix}{n}", f"l-{prefix}{n}"
        link = {"link_id": link_id, "partner": PARTNER, "account": f"acc-{player}", "at": at}
        content: dict[str, object] = {"link": link, "facts": {}}
        yield Signal(LINK_FACTS, link_id, at, _LOUD, BRAND, player, content, PARTNER)


def bets(count: int, players: int, *, seed: int = 1) -> Iterator[Signal]:
    """Bets of players drawn with cubic skew."""
    chance = random.Random(seed).random  # noqa: S311 - the same players in every run
    for n in range(count):
        yield bet(f"p{int(players * chance() ** 3)}", n)


def bet(player: str, number: int) -> Signal:
    """One bet, as the fold tells it."""
    content: dict[str, object] = {
        "amount": "2.50", "currency": "EUR", "game_id": "g-88", "round_id": f"r-{number}", "free_money": False,
        "stake": ["2.50", "0", "0", "0"], "studio_id": "41", "game_name": "Lucky Lynx",
    }  # fmt: skip
    return Signal("bet_placed", f"a-{number}", now(), _LOUD, BRAND, player, content)


def now() -> int:
    """In microseconds."""
    return time.time_ns() // 1000


def directory(root: Path, *, url: str, **partner: Any) -> Place:
    """A data directory in which the delivery process can run by itself."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "faceit.key").write_text("sandbox-key", "ascii")
    tree = {
        "hub": {"shards": 1},
        "brands": {BRAND: {}},
        "partners": {
            PARTNER: {"url": url, "key_file": str(root / "faceit.key"), "platform": "bench", "settle": "0s", **partner}
        },
    }
    place = Place(root)
    place.settings.write_bytes(encode(with_usual_source(convert(tree, Settings))))
    return place
