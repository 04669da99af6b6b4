"""`countroom tail`: what comes, as it comes, until Ctrl-C."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.hub_client import HubClient, running_hub
from countroom.cli.options import USUAL, Options
from countroom.cli.out import say
from countroom.cli.reading import asked, pages

Json = dict[str, Any]
Flag = Annotated[bool, Parameter(negative="")]
_LOOK_S = 0.5


def events(*, once: Flag = False, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Events, as the logs take them; --jsonl gives an object per line.

    Parameters
    ----------
    once:
        Only what is there: do not wait for more.
    """

    def told(item: Json) -> Iterator[str]:
        for event in item["events"]:
            ids = " ".join(f"{name}={value}" for name, value in event.items() if name.endswith("_id"))
            yield f"{item['logged_at'][:23]}  {event['type']:<18} {event['brand']}/{event['player']}  {ids}"

    _follow(_items(_running(options), once=once), told, options=options)


def receipts(*, once: Flag = False, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """What arrived, as the logs take it; --jsonl gives an object per line.

    Parameters
    ----------
    once:
        Only what is there: do not wait for more.
    """

    def told(item: Json) -> Iterator[str]:
        place = f"{item['source']} {item['seq']}.{item['item']}"
        yield f"{item['logged_at'][:23]}  {place:<20} {item['kind']:<18} {len(item['events'])} events"

    _follow(_items(_running(options), once=once), told, options=options)


def deliveries(*, partner: str = "", once: Flag = False, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """What partners are told, as it is ready to send; --jsonl gives an object per line.

    Parameters
    ----------
    partner:
        This one alone.
    once:
        Only what is there: do not wait for more.
    """

    def told(delivery: Json) -> Iterator[str]:
        what = f"{delivery['name']:<18} {delivery['brand']}/{delivery['player']}  {delivery['state']}"
        yield f"{delivery['created_at'][:23]}  {delivery['partner']:<12} {what}"

    _follow(_deliveries(_running(options), partner, once=once), told, options=options)


def quarantine(*, once: Flag = False, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Groups of refusals that grow; --jsonl gives an object per line.

    Parameters
    ----------
    once:
        Only what is there: do not wait for more.
    """

    def told(group: Json) -> Iterator[str]:
        where = f"{group['type']} {group['reason']} at {group['path']}"
        yield f"{group['last_at'][:23]}  {group['source']:<12} {where}  seen {group['seen']}  ({group['example']})"

    _follow(_groups(_running(options), once=once), told, options=options)


def _running(options: Options) -> HubClient:
    client = running_hub(options)
    if client is None:
        raise Stop(Status.UNREACHABLE, "expected a hub that runs, found none", remedy="'countroom run' starts it")
    return client


def _items(client: HubClient, *, once: bool) -> Iterator[Json]:
    cursor = ""
    while True:
        page = client.get(asked("/api/events/latest", cursor=cursor, limit=200))
        yield from page["items"]
        cursor = page["next"]
        if not page["items"]:
            if once:
                return
            time.sleep(_LOOK_S)


def _deliveries(client: HubClient, partner: str, *, once: bool) -> Iterator[Json]:
    """The latest few, then each that is new, in order."""
    last = -1
    while True:
        fresh: list[Json] = []
        for delivery in pages(client, "/api/deliveries", most=20 if last < 0 else 10_000, partner=partner):
            if delivery["delivery"] <= last:
                break
            fresh.append(delivery)
        yield from reversed(fresh)
        last = max([last, *(delivery["delivery"] for delivery in fresh)])
        if once:
            return
        time.sleep(_LOOK_S)


def _groups(client: HubClient, *, once: bool) -> Iterator[Json]:
    seen: dict[tuple[str, ...], int] = {}
    while True:
        for group in client.get("/api/quarantine")["groups"]:
            name = tuple(str(group[part]) for part in ("source", "type", "reason", "path"))
            if seen.get(name) != group["seen"]:
                seen[name] = group["seen"]
                yield group
        if once:
            return
        time.sleep(_LOOK_S)


def _follow(things: Iterator[Json], told: Callable[[Json], Iterator[str]], *, options: Options) -> None:
    as_objects = options.json or options.jsonl
    for thing in things:
        if as_objects:
            say(json.dumps(thing, ensure_ascii=False))
        else:
            for line in told(thing):
                say(line)
        sys.stdout.flush()
