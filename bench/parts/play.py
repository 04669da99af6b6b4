"""A prepared log: casino play as the intake leaves it, written ahead and never held in memory.

Every message is one of Fast Track's, read by the product's own decoder; so what lies in the log
is what a POST would have left there. A result comes `LAG` rounds after its bet; 4 of 10 are wins.
"""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import time_ns
from typing import Final

import msgspec

from countroom.core.envelope import Envelope
from countroom.core.events import About, Linked
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId, SourceName
from countroom.core.instants import SECOND, Instant
from countroom.core.item import Item, Reading
from countroom.core.sharding import shard_of, virtual_shard
from countroom.dialects import fasttrack
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.engines.local.shard import log_folder
from countroom.flow.project import ADMIN
from countroom.fold.settings import BrandSettings, FoldSettings
from countroom.stores.embedded.log import SqliteLog

BRAND: Final = BrandId("lucky")
SOURCE: Final = SourceName("fasttrack")
FOLD: Final = FoldSettings(brands={BRAND: BrandSettings(time_zone="Europe/Malta")})
DIALECT: Final = DialectSettings(brands=(BrandNames(BRAND, "EUR", ("lucky.example",)),))

LAG: Final = 64
"""Rounds between a bet and its result: some four seconds of business time."""
ROUND: Final = 60_000
"""Microseconds between the bets of two rounds, whoever plays."""
REPEATED: Final = 0.005
MEMORY: Final = 2_000
"""How far back a repeat may lie, in messages."""
LINKED_EVERY: Final = 10
WINS: Final = 0.4
_GROUP_OF_LINKS: Final = 1_000

_BODY: Final = (
    '{"activity_id":"%s-%d","amount":%s,"balance_before":120.5,"balance_after":100.25,"bonus_wager_amount":0,'
    '"currency":"EUR","exchange_rate":1,"game_id":"g-%d","game_name":"Lucky Lynx","game_type":"Slots",'
    '"is_round_end":%s,"locked_wager_amount":0,"origin":"lucky.example","round_id":"r-%d","status":"Approved",'
    '"timestamp":%d,"type":"%s","user_bonus_id":"0","user_id":"%d","vendor_id":"41","vendor_name":"Studio X",'
    '"wager_amount":%s}'
)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the log."""

    folder: Path
    events: int
    players: int
    shards: int = 2
    group: int = 64
    """Items of one commit group: what 64 connections with a message each make."""
    seed: int = 1


def prepare(plan: Plan) -> list[int]:
    """Write the log of `plan`, the links first. Received items per shard."""
    starts_at = time_ns() // 1000 - (plan.events // 2 + LAG) * ROUND - 60 * SECOND
    _link(plan, Instant(starts_at))
    log = SqliteLog(log_folder(plan.folder, SOURCE))
    counts = [0] * plan.shards
    groups: list[list[Item]] = [[] for _ in counts]
    waiting = 0
    at = starts_at
    for shard, item in _items(plan, starts_at):
        groups[shard].append(item)
        waiting += 1
        if waiting == plan.group:
            at = item.events[0].about.received_at
            _append(log, groups, at=at, counts=counts)
            groups, waiting = [[] for _ in counts], 0
    _append(log, groups, at=at, counts=counts)
    log.close()
    return counts


def _append(log: SqliteLog, groups: list[list[Item]], *, at: int, counts: list[int]) -> None:
    log.append(dict(enumerate(groups)), (), Instant(at))
    for shard, items in enumerate(groups):
        counts[shard] += len(items)


def _items(plan: Plan, starts_at: int) -> Iterator[tuple[int, Item]]:
    """The items and their shards; one of 200 is an earlier one again."""
    chance = Random(plan.seed)  # noqa: S311 - the same play every time
    earlier: deque[tuple[int, Item]] = deque(maxlen=MEMORY)
    shards: dict[str, int] = {}
    for n, body, at in _bodies(plan, starts_at, chance=chance):
        reading = fasttrack.decode(Envelope(SOURCE, "CASINO", body, Instant(at)), DIALECT)
        if not isinstance(reading, Reading):
            raise SystemExit(f"expected a message that is read, got {reading}")
        player = reading.events[0].about.player
        shard = shards.get(player)
        if shard is None:
            shard = shards[player] = shard_of(virtual_shard(reading.player), plan.shards)
        made = (shard, Item("CASINO", reading.events, reading.original))
        earlier.append(made)
        yield made
        if n and chance.random() < REPEATED:
            yield earlier[int(len(earlier) * chance.random())]


def _bodies(plan: Plan, starts_at: int, *, chance: Random) -> Iterator[tuple[int, bytes, int]]:
    """Number, body and time of every message that is no repeat, about `plan.events` with the repeats."""
    rounds = round(plan.events / (1 + REPEATED)) // 2
    open_rounds: deque[tuple[int, int, int]] = deque()
    for k in range(rounds + LAG):
        at = (starts_at + k * ROUND) // 1000 * 1000
        if k < rounds:
            player, cents = int(plan.players * chance.random() ** 3), chance.randint(10, 1000)
            open_rounds.append((k, player, cents))
            yield 2 * k, _body("b", k, at=at, kind="Bet", player=player, cents=cents), at
        if k >= LAG and open_rounds:
            number, player, cents = open_rounds.popleft()
            won = chance.random() < WINS
            kind = "Win" if won else "Loss"
            yield 2 * k + 1, _body("w", number, at=at, kind=kind, player=player, cents=2 * cents * won), at


def _body(letter: str, number: int, *, at: int, kind: str, player: int, cents: int) -> bytes:
    amount = f"{cents / 100:.2f}"
    ends = "false" if kind == "Bet" else "true"
    return (_BODY % (letter, number, amount, number % 50, ends, number, at // 1000, kind, player, amount)).encode()


def _link(plan: Plan, starts_at: Instant) -> None:
    """Every tenth player is linked at a partner, through the admin log, before anything else."""
    log = SqliteLog(log_folder(plan.folder, SourceName(ADMIN)))
    at = Instant(starts_at - SECOND)
    groups: list[list[Item]] = [[] for _ in range(plan.shards)]
    for number in range(0, plan.players, LINKED_EVERY):
        about = About(BRAND, PlayerId(str(number)), SourceName(ADMIN), at, at)
        event = Linked(about=about, link_id=LinkId(f"l-{number}"), partner=PartnerId("crm"), account=f"a-{number}")
        groups[shard_of(virtual_shard(about.key), plan.shards)].append(Item("LINKED", (event,), b"{}"))
        if sum(map(len, groups)) == _GROUP_OF_LINKS:
            log.append(dict(enumerate(groups)), (), at)
            groups = [[] for _ in range(plan.shards)]
    log.append(dict(enumerate(groups)), (), at)
    log.close()
