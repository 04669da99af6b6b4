"""What was refused, wherever it waits: answered with a 400, in a log, or by the fold; in groups and one by one.

A refusal's number says where it lies: `rest.<source>.<id>`, `log.<source>.<position>`, `shard.<number>.<position>`.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from countroom.core.instants import Instant
from countroom.core.item import Item
from countroom.core.rejection import Rejection
from countroom.runtime.view import HubView, Json
from countroom.stores.embedded.log import SqliteLogReader
from countroom.stores.embedded.refusals import SqliteShelfReader

_PAGE: Final = 500
_decode_item = msgspec.msgpack.Decoder(Item).decode


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One refused thing."""

    number: str
    source: str
    dialect: str
    kind: str
    rejections: tuple[Rejection, ...]
    times: int
    first_at: Instant
    last_at: Instant
    receipt: bytes = b""
    """Sealed; empty when the shard keeps a copy of the event instead."""
    payload: bytes = b""
    """What the fold refused, as it lies in the log: personal values are sealed in it."""


def everything(view: HubView) -> Iterator[Waiting]:
    """Every refusal that is kept.

    Raises:
        Unavailable: a part of the hub does not answer now.
    """
    for source, section in view.settings.sources.items():
        yield from _answered(view, source, dialect=section.dialect)
        yield from _logged(view, source, dialect=section.dialect)
    yield from _folded(view)


def groups(view: HubView) -> list[Json]:
    """Refusals by source, type, reason and path, the most frequent first."""
    found: dict[tuple[str, ...], Json] = {}
    bodies: dict[tuple[str, ...], set[bytes]] = {}
    for waiting in everything(view):
        first = waiting.rejections[0]
        key = (waiting.source, waiting.dialect, waiting.kind, first.reason, first.path)
        group = found.get(key)
        if group is None:
            names = ("source", "dialect", "type", "reason", "path")
            group = found[key] = {
                **dict(zip(names, key, strict=True)), "bodies": 0, "seen": 0,
                "detail": first.detail, "example": waiting.number,
                "first_at": waiting.first_at, "last_at": waiting.last_at,
            }  # fmt: skip
        # One body on a shelf is one row already; in a log or a shard each of its repeats is one.
        body = waiting.payload or waiting.number.encode()
        if body not in bodies.setdefault(key, set()):
            bodies[key].add(body)
            group["bodies"] += 1
        group["seen"] += waiting.times
        group["first_at"] = min(group["first_at"], waiting.first_at)
        group["last_at"] = max(group["last_at"], waiting.last_at)
    return sorted(found.values(), key=lambda group: (-group["seen"], group["reason"], group["type"]))


def one(view: HubView, number: str) -> Waiting | None:
    """The refusal with this number; None when there is none."""
    place, _, rest = number.partition(".")
    where, _, position = rest.rpartition(".")
    if not position.isdecimal():
        return None
    if place == "shard" and where.isdecimal() and int(where) < len(view.shards):
        rows = view.shards[int(where)].refusals(int(position) - 1, 1)
        return _of_shard(int(where), rows[0]) if rows and rows[0]["number"] == int(position) else None
    section = view.settings.sources.get(where)
    if section is None:
        return None
    if place == "rest":
        shelf = SqliteShelfReader(view.place.shelf(where))
        try:
            body = shelf.get(int(position))
        finally:
            shelf.close()
        return _of_shelf(where, body, dialect=section.dialect) if body else None
    return next((w for w in _logged(view, where, dialect=section.dialect) if w.number == number), None)


def _answered(view: HubView, source: str, *, dialect: str) -> Iterator[Waiting]:
    shelf = SqliteShelfReader(view.place.shelf(source))
    try:
        after = 0
        while page := shelf.page(after, limit=_PAGE):
            for body in page:
                yield _of_shelf(source, body, dialect=dialect)
            after = page[-1].id
    finally:
        shelf.close()


def _logged(view: HubView, source: str, *, dialect: str) -> Iterator[Waiting]:
    log = SqliteLogReader(view.place.log(source), 0)
    try:
        after = 0
        while page := log.refusals(after, _PAGE):
            for position, refusal in page:
                yield Waiting(
                    number=f"log.{source}.{position}",
                    source=source,
                    dialect=dialect,
                    kind=refusal.kind,
                    rejections=refusal.rejections,
                    times=1,
                    first_at=refusal.received_at,
                    last_at=refusal.received_at,
                    receipt=refusal.receipt,
                )
            after = page[-1][0]
    finally:
        log.close()


def _folded(view: HubView) -> Iterator[Waiting]:
    for number, shard in enumerate(view.shards):
        after = 0
        while page := shard.refusals(after, _PAGE):
            for row in page:
                waiting = _of_shard(number, row)
                section = view.settings.sources.get(waiting.source)
                yield msgspec.structs.replace(waiting, dialect=section.dialect if section else "")
            after = page[-1]["number"]


def _of_shelf(source: str, body: Any, *, dialect: str) -> Waiting:
    return Waiting(
        number=f"rest.{source}.{body.id}",
        source=source,
        dialect=dialect,
        kind=body.kind,
        rejections=body.rejections,
        times=body.times,
        first_at=body.first_at,
        last_at=body.last_at,
        receipt=body.receipt,
    )


def _of_shard(shard: int, row: Json) -> Waiting:
    return Waiting(
        number=f"shard.{shard}.{row['number']}",
        source=row["log"],
        dialect="",
        kind=row["kind"],
        rejections=(Rejection(row["reason"], row["detail"], row["path"]),),
        times=1,
        first_at=row["received_at"],
        last_at=row["received_at"],
        payload=_decode_item(row["copy"]).original,
    )
