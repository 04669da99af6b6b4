"""`countroom event why`: the way of an event as a tree."""

from collections.abc import Iterator
from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, remark, say
from countroom.cli.progress import Progress
from countroom.cli.reading import asked, hub

Json = dict[str, Any]
_MOST_CHANGES = 12
_COUNTED = ("totals", "free_totals")


def why(
    event_id: str,
    /,
    *,
    player: str = "",
    at: str = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """What became of an event, and when: received, decoded, folded, told to partners.

    Parameters
    ----------
    event_id:
        Activity, payment, bonus or round id as the sender wrote it, or a whole identity.
    player:
        BRAND/PLAYER: only his events of this id.
    at:
        About when it was received (ISO 8601): the logs are read from ten minutes before, else from their beginning.
    """
    stories: list[Json] = []
    looked: Json = {}
    path = path_of("api", "events", event_id, "why")
    with hub(options) as client, Progress(options, "reading the logs") as progress:
        for line in client.lines(asked(path, player=player, at=at)):
            match line:
                case {"story": story}:
                    stories.append(story)
                case {"progress": {"read": read, "of": total}}:
                    progress.at(read, total)
                case {"done": done}:
                    looked = done["looked"]
                case _:
                    pass
    where = ", ".join(f"{name} {span['after'] + 1} to {span['to']}" for name, span in looked.items())
    if options.json:
        document({"stories": stories, "looked": looked})
    for story in () if options.json else stories:
        for branch in told(story):
            say(branch)
    if not stories:
        raise Stop(
            Status.NOT_FOUND,
            f"event {event_id}: not in the logs (looked at chunks {where or 'of no log'})",
            remedy="without --at everything is read; what was answered 400: 'countroom quarantine list'",
        )
    remark(options, f"looked at chunks {where}; all times UTC")


def told(story: Json) -> Iterator[str]:
    """The tree of one event, line by line."""
    event, received, folded = story["event"], story["received"], story["folded"]
    ids = " ".join(f"{name}={value}" for name, value in event.items() if name.endswith("_id"))
    yield f"{event['type']}  player {event['brand']}/{event['player']}  at {_time(event['occurred_at'])}  {ids}"
    came = f"received   by {received['log']}, in its log at {received['seq']}.{received['item']}"
    branches = [
        f"{_time(received['at'])} {came} {_after(received['at'], received['logged_at'])}{_seen(story)}",
        f"{'':>23} decoded    {_decoded(story['decoded'])}",
        f"{'':>23} {_folded(folded)}".rstrip(),
        *(f"{'':>23}   {line}" for line in (*_part_of(folded), *_changed(folded))),
        *(_again(again) for again in story["again"]),
        *(f"{'':>23} {line}" for line in _deliveries(story)),
    ]
    for number, branch in enumerate(branches):
        yield f"{'└─' if number == len(branches) - 1 else '├─'} {branch}"


def _seen(story: Json) -> str:
    again = story["again"]
    if not again:
        return ""
    received = story["received"]
    differ = sum(1 for one in again if one["payload"] == "differs")
    payload = f"payload differs {differ}x" if differ else "payload equal"
    return f"  (seen {received['times']}x, {received['duplicates']} duplicates, {payload})"


def _changed(folded: Json) -> Iterator[str]:
    """What the event changed in the player's document, the totals first."""
    changed = folded.get("changed")
    if changed is None:
        if "not_recomputed" in folded:
            yield f"what it changed was not computed again: {folded['not_recomputed']}"
        return
    # What is counted first, what is computed from that last.
    shown = sorted(changed, key=lambda one: (".figures." in one["path"], not one["path"].startswith(_COUNTED)))
    for one in shown[:_MOST_CHANGES]:
        yield f"{one['path']}: {_value(one['before'])} -> {_value(one['after'])}"
    if len(shown) > _MOST_CHANGES:
        yield f"... and {len(shown) - _MOST_CHANGES} more, with --json"


def _value(value: Any) -> str:
    return "nothing" if value is None else str(value)


def _again(again: Json) -> str:
    place = f"{again['log']} at {again['seq']}.{again['item']}"
    return f"{_time(again['logged_at'])} again      in {place}: {again['outcome']}{_because(again)}"


def _decoded(decoded: Json) -> str:
    marks = [name for name in ("historical", "quiet") if decoded[name]]
    marks.insert(0, f"mapping {decoded['mapping']}" if decoded["mapping"] else "as it came")
    sealed = f"sealed: {', '.join(decoded['sealed_fields'])}" if decoded["sealed_fields"] else ""
    return "  ".join(part for part in (f"{decoded['dialect']} {decoded['kind']}", *marks, sealed) if part)


def _folded(folded: Json) -> str:
    void = any(fact.get("void") for fact in folded.get("facts", ()))
    return f"{folded['outcome']:<10}{' void since: it was rolled back' if void else ''}{_because(folded)}"


def _because(fate: Json) -> str:
    return f" {fate['reason']} at {fate['path']}: {fate['detail']} ({fate['number']})" if "reason" in fate else ""


def _part_of(folded: Json) -> Iterator[str]:
    part_of = folded.get("part_of", {})
    for r in part_of.get("rounds", ()):
        yield f"round {r['round_id']}: {r['state']}, staked {_money(r.get('staked'))}, won {_money(r.get('won'))}"
    for p in part_of.get("payments", ()):
        amount = f"{p.get('amount', '')} {p.get('currency', '')}"
        yield f"payment {p['payment_id']}: {p['direction']} {p['status']}, {amount}"
    for s in part_of.get("sports_bets", ()):
        yield f"sports bet {s['bet_id']}: {s['state']}, paid {_money(s.get('payout'))}"
    for b in part_of.get("bonuses", ()):
        yield f"bonus {b['user_bonus_id']}: {b['state']}"


def _deliveries(story: Json) -> Iterator[str]:
    for delivery in story.get("delivered", ()):
        if "delivery" not in delivery:
            partner = f"{delivery['partner']} by {delivery['link_id']} " if "partner" in delivery else ""
            yield f"delivered  {partner}{delivery['state']}: {delivery['detail']}"
            continue
        line = f"delivered  {delivery['partner']} {delivery['name']} {delivery['state']}"
        yield f"{line} (delivery {delivery['delivery']}, of {delivery['signal']})"
        for number, tried in enumerate(delivery.get("tries", ()), 1):
            said = f" {tried['said']}" if tried.get("said") else ""
            status = tried.get("status", "no answer")
            yield f"  try {number} at {_time(tried['at'])}: {status}{said} ({tried['latency_ms']} ms)"
        following = delivery.get("next")
        if following:
            at = f"{_time(following['at'])}, " if "at" in following else ""
            yield f"  next: {at}{following['why']}"


def _money(by_currency: Json | None) -> str:
    from countroom.cli.player import money

    return money(by_currency) or "nothing"


def _time(instant: str) -> str:
    return instant[:23].replace("T", " ")


def _after(begin: str, end: str) -> str:
    from countroom.core.instants import parse

    return f"({(parse(end) - parse(begin)) / 1000:+.0f} ms)"
