"""`countroom event find` and `event get`."""

from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, remark, say
from countroom.cli.progress import Progress
from countroom.cli.reading import asked, hub

Json = dict[str, Any]


def find(event_id: str, /, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Find an event by its id: activity, payment, bonus or round id, as the sender wrote it.

    Every log is read from its beginning, as there is no index yet.

    Parameters
    ----------
    event_id:
        The id.
    """
    found: list[Json] = []
    read = 0
    with hub(options) as client, Progress(options, "reading the logs") as progress:
        for line in client.lines(asked("/api/events", id=event_id)):
            match line:
                case {"found": hit}:
                    found.append(hit)
                case {"progress": {"read": read, "of": total}}:
                    progress.at(read, total)
                case {"done": {"read": read}}:
                    pass
                case _:
                    raise Stop(Status.UNREACHABLE, "the hub ended the search before its end", remedy="try again")
    if options.json:
        document({"events": found, "read": read})
    for hit in () if options.json else found:
        _show(hit)
    if not found:
        raise Stop(
            Status.NOT_FOUND,
            f"event {event_id}: not among the {read:,} items of the logs",
            remedy="what was answered 400 is not in the logs: 'countroom quarantine list'",
        )
    remark(options, f"{len(found)} found in {read:,} items")


def get(event_id: str, /, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """The first event of this id, as it came.

    Parameters
    ----------
    event_id:
        The id.
    """
    with hub(options) as client, Progress(options, "reading the logs") as progress:
        for line in client.lines(asked("/api/events", id=event_id)):
            match line:
                case {"found": hit}:
                    document(hit)
                    return
                case {"progress": {"read": read, "of": total}}:
                    progress.at(read, total)
                case _:
                    pass
    raise Stop(
        Status.NOT_FOUND,
        f"event {event_id}: not in the logs",
        remedy="what was answered 400: 'countroom quarantine list'",
    )


def _show(hit: Json) -> None:
    place = f"{hit['source']} {hit['seq']}.{hit['item']}"
    say(f"{hit['kind']} in the log at {place}, logged {hit['logged_at']}, for shard {hit['shard']}")
    for event in hit["events"]:
        ids = " ".join(f"{name}={value}" for name, value in event.items() if name.endswith("_id"))
        say(f"  {event['type']}  player {event['brand']}/{event['player']}  at {event['occurred_at']}  {ids}")
    say(f"  as it came: {_compact(hit['payload'])}")


def _compact(payload: Any) -> str:
    import json

    return json.dumps(payload, ensure_ascii=False)
