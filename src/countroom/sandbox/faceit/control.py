"""What can be asked of the sandbox, and what it can be told to do, under `/_sandbox/`. The vendor has none of it."""

from typing import Any, Final
from urllib.parse import parse_qs, unquote

import msgspec

from countroom.sandbox.faceit.desk import Desk
from countroom.sandbox.faceit.memory import Entry
from countroom.sandbox.faceit.settings import Outage
from countroom.sandbox.http import Answer, Request

PREFIX: Final = "/_sandbox/"
_MOST: Final = 10_000
_STATES: Final = ("linked", "unknown", "refused")
_TUNED: Final = ("rate", "fails", "times_out", "slow", "slow_s", "hangs_s", "drops", "retry_after_as_date")
_CHANGES: Final = ("PUT", "POST")

NOT_FOUND: Final = Answer(404, b'{"error":{"code":"NotFound","message":"no such path"}}')


def control(request: Request, desk: Desk) -> Answer:
    """Answer one request below the prefix."""
    what, _, rest = request.path.removeprefix(PREFIX).partition("/")
    is_change = request.method in _CHANGES
    match what:
        case "stats":
            return _json(desk.memory.stats() | {"outage_left_s": desk.outage_left_s()})
        case "events":
            return _events(request, desk)
        case "users" if rest and is_change:
            return _place_user(unquote(rest), request.body, desk=desk)
        case "users" if rest:
            return _json([told(entry) for entry in desk.memory.of_user(unquote(rest))])
        case "users":
            return _json(desk.memory.users())
        case "outage" if is_change:
            return _outage(request.body, desk)
        case "conduct" if is_change:
            return _conduct(request.body, desk)
        case _:
            return NOT_FOUND


def told(entry: Entry) -> dict[str, Any]:
    """One entry as it is shown: a taken event with what it says."""
    shown: dict[str, Any] = {"at": entry.at, "status": entry.status, "outcome": entry.outcome}
    shown |= {"user": entry.user, "event_id": entry.event_id, "answered": entry.answered}
    if entry.event_id:
        event = msgspec.json.decode(entry.body)["event"]
        attributes = {one["name"]: one["value"] for one in event["attributes"]}
        shown |= {"name": event["name"], "created_at": event["created_at"], "attributes": attributes}
    return shown


def _events(request: Request, desk: Desk) -> Answer:
    """Entries from `after` on, `limit` of them; `taken=1` leaves out all but what was taken."""
    asked = parse_qs(request.query)
    after, limit = _number(asked, "after", 0), min(_number(asked, "limit", 1_000), _MOST)
    entries = list(desk.memory.taken()) if asked.get("taken") == ["1"] else desk.memory.entries
    found = entries[after : after + limit]
    following = after + len(found) if after + len(found) < len(entries) else None
    return _json({"events": [told(entry) for entry in found], "total": len(entries), "next": following})


def _number(asked: dict[str, list[str]], name: str, usual: int) -> int:
    text = asked.get(name, [""])[0]
    return int(text) if text.isdecimal() else usual


def _place_user(user: str, body: bytes, *, desk: Desk) -> Answer:
    """Make a user linked, unknown or refused: `{"state": "unknown"}`."""
    state = _tree(body).get("state")
    if state not in _STATES:
        return _wrong(f"state: expected one of {', '.join(_STATES)}")
    desk.unknown.discard(user)
    desk.refused.discard(user)
    if state == "linked" and desk.linked is not None:
        desk.linked.add(user)
    elif state == "unknown":
        desk.unknown.add(user)
    elif state == "refused":
        desk.refused.add(user)
    return _json({"user": user, "state": state})


def _outage(body: bytes, desk: Desk) -> Answer:
    """Begin an outage, of some seconds (`{"seconds": 10}`) or without an end (`{"on": true}`); or end all."""
    tree = _tree(body)
    seconds, on = tree.get("seconds"), tree.get("on")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        desk.outages.append(Outage(desk.since_start_s(), float(seconds)))
    elif on is True:
        desk.is_down = True
    elif on is False:
        desk.is_down, desk.outages = False, [o for o in desk.outages if o.starts_s > desk.since_start_s()]
    else:
        return _wrong("expected seconds, or on")
    return _json({"outage_left_s": desk.outage_left_s()})


def _conduct(body: bytes, desk: Desk) -> Answer:
    """Behave otherwise from now on: some of the settings, by name."""
    tree = _tree(body)
    if not tree or set(tree) - set(_TUNED):
        return _wrong(f"expected some of {', '.join(_TUNED)}")
    held = {name: getattr(desk.settings, name) for name in _TUNED}
    try:
        typed = {name: msgspec.convert(value, type(held[name]), strict=False) for name, value in tree.items()}
    except msgspec.ValidationError as error:
        return _wrong(str(error))
    desk.settings = msgspec.structs.replace(desk.settings, **typed)
    return _json(held | typed)


def _tree(body: bytes) -> dict[str, Any]:
    try:
        tree = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return tree if isinstance(tree, dict) else {}


def _json(value: Any) -> Answer:
    return Answer(200, msgspec.json.encode(value))


def _wrong(text: str) -> Answer:
    return Answer(400, msgspec.json.encode({"error": {"code": "InvalidRequest", "message": text}}))
