"""A sender who breaks a thousand messages in seven ways: grouped, mended by two mappings, redriven, nothing amiss."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec
import pytest

from countroom.config.settings import BrandSection
from countroom.core.instants import DAY, Instant, parse
from countroom.dialects.fasttrack.catalogue import ROUTES
from countroom.simulator.differences import differences
from countroom.simulator.ledger.books import Ledger
from countroom.simulator.platform import Platform
from countroom.simulator.sending import Sending
from countroom.simulator.settings import SimulatorSettings
from tests.unit.runtime.mending_hub import MendingHub, mending_hub
from tests.unit.runtime.small_hub import SETTINGS, SOURCE, changed

Body = dict[str, Any]
STARTS: Final = parse("2026-11-01T00:00:00Z")
TRAFFIC: Final = SimulatorSettings(
    source=SOURCE, players=40, starts_at=STARTS, ends_at=STARTS + 2 * DAY, events=3500, malformed=0, retries=0,
    duplicates=0.02, quirks=0, seed=7,
)  # fmt: skip
HUB: Final = changed(SETTINGS, brands={"lucky": BrandSection(origins=("lucky.example",), time_zone="Europe/Malta")})
KINDS: Final = {(route.method, route.path): route.kind for route in ROUTES}
BROKEN: Final = 1000
_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


def renamed(body: Body) -> Body:
    """The amount stands under another name."""
    return {("sum" if name == "amount" else name): value for name, value in body.items()}


def own_word(body: Body) -> Body:
    """A word of the sender's own for a bet."""
    return body | {"type": "Einsatz"}


def symbol(body: Body) -> Body:
    """A symbol in place of a currency's code."""
    return body | {"currency": "€"}


def counted_time(body: Body) -> Body:
    """The time counted in microseconds, in a field of its own."""
    rest = {name: value for name, value in body.items() if name != "timestamp"}
    return rest | {"ts_us": parse(body["timestamp"])}


def comma(body: Body) -> Body:
    """An amount as people of the sender's country write it."""
    return body | {"amount": f"{Decimal(body['amount']):,f} EUR".translate(str.maketrans(",.", ".,"))}


def without_studio(body: Body) -> Body:
    """The studio is left away by the one integration that has a single studio."""
    return {name: value for name, value in body.items() if name != "vendor_id"}


def nonsense(body: Body) -> Body:
    """A mark that the sender means nothing by."""
    return body | {"skip_publishing": {"reason": "none"}}


WAYS: Final[dict[Callable[[Body], Body], Callable[[Body], bool]]] = {
    renamed: lambda body: True,
    own_word: lambda body: body["type"] == "Bet",
    symbol: lambda body: body["currency"] == "EUR",
    counted_time: lambda body: True,
    comma: lambda body: True,
    without_studio: lambda body: True,
    nonsense: lambda body: True,
}
"""Every way to break a message, and which messages it fits."""

PLACES: Final[dict[Callable[[Body], Body], tuple[str, str]]] = {
    renamed: ("malformed", "$.amount"),
    own_word: ("unknown_type", "$.type"),
    symbol: ("bad_currency", "$.currency"),
    counted_time: ("malformed", "$.timestamp"),
    comma: ("bad_amount", "$.amount"),
    without_studio: ("malformed", "$.vendor_id"),
    nonsense: ("malformed", "$.skip_publishing"),
}
CASINO: Final = {"types": ["CASINO"]}


def first_mapping() -> list[Body]:
    return [
        {"do": "rename", "field": "$.sum", "to": "$.amount", **CASINO},
        {"do": "values", "field": "$.type", "map": {"Einsatz": "Bet"}, **CASINO},
        {"do": "coerce", "field": "$.ts_us", "to": "time", "unit": "microseconds", **CASINO},
        {"do": "rename", "field": "$.ts_us", "to": "$.timestamp", **CASINO},
        {"do": "accept_as_unknown", "field": "$.skip_publishing", **CASINO},
    ]


def second_mapping(studio: str) -> list[Body]:
    return [
        {"do": "values", "field": "$.currency", "map": {"€": "EUR"}, **CASINO},
        {"do": "coerce", "field": "$.amount", "to": "number", "decimal": ",", **CASINO},
        {"do": "default", "field": "$.vendor_id", "value": studio, **CASINO},
    ]


class Batch:
    """The traffic, as it should have been and as it was sent."""

    def __init__(self) -> None:
        self.sendings = list(Platform(TRAFFIC).sendings())
        rng = Random(3)
        # Of what is sent twice one rendition at most: a shelf keeps one body once, however often it comes.
        plays = list({s.body: s for s in self.sendings if s.path.endswith("/casino")}.values())
        bodies = {sending.number: _decode(sending.body) for sending in plays}
        [(self.studio, _)] = Counter(str(body["vendor_id"]) for body in bodies.values()).most_common(1)
        self.broken: dict[int, bytes] = {}
        self.ways: Counter[Callable[[Body], Body]] = Counter()
        ways = list(WAYS)
        for sending in rng.sample(plays, len(plays)):
            body, way = bodies[sending.number], ways[len(self.broken) % len(ways)]
            if len(self.broken) < BROKEN and self._fits(way, body):
                self.broken[sending.number] = _encode(way(body))
                self.ways[way] += 1

    def _fits(self, way: Callable[[Body], Body], body: Body) -> bool:
        return WAYS[way](body) and (way is not without_studio or str(body["vendor_id"]) == self.studio)


def sent(hub: MendingHub, sendings: Sequence[Sending], broken: dict[int, bytes]) -> Counter[int]:
    """Send everything, the broken renditions in the place of the sound ones; how it was answered."""
    answered: Counter[int] = Counter()
    for start in range(0, len(sendings), 500):
        part = sendings[start : start + 500]
        answered.update(
            hub.receive([(KINDS[s.method, s.path], broken.get(s.number, s.body), Instant(s.at)) for s in part])
        )
    return answered


def at_rest(hub: MendingHub) -> None:
    """So much later that nothing is to come."""
    hub.now = Instant(TRAFFIC.ends_at + 60 * DAY)
    hub.fold()


def document(hub: MendingHub, player: str) -> Body:
    found: Body = hub.ask("GET", f"/api/players/lucky/{player}").json
    return found


@pytest.fixture(scope="module")
def batch() -> Batch:
    return Batch()


@pytest.fixture(scope="module")
def hubs(batch: Batch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MendingHub, MendingHub]]:
    """A hub that was sent everything as it should be, and one that was sent a thousand messages broken."""
    with ExitStack() as held:
        sound = held.enter_context(mending_hub(tmp_path_factory.mktemp("sound") / "data", HUB))
        assert sent(sound, batch.sendings, {})[400] == 0
        at_rest(sound)
        mended = held.enter_context(mending_hub(tmp_path_factory.mktemp("mended") / "data", HUB))
        assert sent(mended, batch.sendings, batch.broken)[400] == BROKEN
        yield sound, mended


def test_a_thousand_broken_messages_are_grouped_mended_and_redriven_and_nothing_is_amiss(
    batch: Batch, hubs: tuple[MendingHub, MendingHub]
) -> None:
    sound, hub = hubs
    assert (batch.ways.total(), len(batch.ways)) == (1000, 7)
    assert {(g["reason"], g["path"]): g["seen"] for g in hub.groups()} == {
        PLACES[way]: count for way, count in batch.ways.items()
    }

    assert hub.publish(*first_mapping()) == 1
    hub.redrive(source=SOURCE)
    hub.work()
    left = {(g["reason"], g["path"]): g["waiting"] for g in hub.groups(status="open")}
    assert left == {PLACES[way]: batch.ways[way] for way in (symbol, comma, without_studio)}

    wish = {"source": SOURCE, "rules": second_mapping(batch.studio)}
    assert hub.ask("POST", "/api/quarantine/preview", wish).json["still_fail"] == 0
    assert hub.publish(*second_mapping(batch.studio)) == 2
    for group in hub.groups(status="open"):
        hub.redrive(group=group["group"])
    hub.work()
    at_rest(hub)

    assert hub.groups(status="open") == []
    assert hub.balance() | {"duplicates": 0} == sound.balance() | {"duplicates": 0}
    assert len(hub.logged()) == BROKEN
    ledger = Ledger(TRAFFIC, batch.sendings)
    for player in ledger.players():
        expected, found = document(sound, player), document(hub, player)
        assert found["totals"] == expected["totals"]
        clock = found["handling"].get("clock")
        assert differences(ledger.document(player, parse(clock) if clock else None), found) == [], player


def test_a_mapping_that_is_published_changes_nothing_for_what_was_sound(
    batch: Batch, tmp_path: Path, hubs: tuple[MendingHub, MendingHub]
) -> None:
    sound, _ = hubs
    with mending_hub(tmp_path / "data", HUB) as hub:
        hub.publish(*first_mapping(), *second_mapping(batch.studio))
        assert sent(hub, batch.sendings, batch.broken)[400] == 0
        at_rest(hub)

        for player in Ledger(TRAFFIC, batch.sendings).players():
            assert document(hub, player)["totals"] == document(sound, player)["totals"]
