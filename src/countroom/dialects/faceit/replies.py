"""What FACEIT answers: 200, or an error object. The manual: every error is to be tried again."""

import re
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from countroom.core.signals import Judgement, Reply

SAID_CHARS: Final = 200
LONGEST_PAUSE_S: Final = 86_400.0
"""A pause that the vendor asks for is honoured up to a day."""

_ACCEPTED: Final = 200
_TOO_MANY: Final = 429
_SERVER: Final = 500
_NOT_LET_IN: Final = (401, 403)

_ADDRESS: Final = re.compile(r"[^\s@\"'<>(),;:]+@[^\s@\"'<>(),;]+")
_DIGITS: Final = re.compile(r"\+?[0-9](?:[ ().\-]?[0-9]){3,}")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f]+")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE: Final = re.compile(r"(?:\w+, *)?(\d{1,2})[ -](\w{3})[ -](\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")


def judge(reply: Reply) -> Judgement:
    """What the answer means.

    An outage is what speaks of the partner as a whole: too many requests, a fault of theirs, a key they do not take.
    An unknown user is none: linking takes its time on their side, and others must not wait for him.
    """
    if reply.status == _ACCEPTED:
        return Judgement(accepted=True)
    return Judgement(
        accepted=False,
        said=said(reply),
        retry_after_s=retry_after_s(reply),
        is_outage=reply.status == _TOO_MANY or reply.status >= _SERVER or reply.status in _NOT_LET_IN,
    )


def said(reply: Reply) -> str:
    """The error's code and text, masked and cut; what there is of the body when it is no such object."""
    tree = _tree(reply.body)
    error = tree.get("error", tree) if isinstance(tree, dict) else tree
    if isinstance(error, dict):
        parts = [str(error[name]) for name in ("code", "message") if error.get(name) not in (None, "")]
        text = ": ".join(parts) or f"HTTP {reply.status}"
    elif isinstance(error, str) and error:
        text = error
    else:
        text = reply.body[: 4 * SAID_CHARS].decode("utf-8", "replace") or f"HTTP {reply.status}"
    return masked(text)


def masked(text: str) -> str:
    """`text` in one line of at most 200 characters, without anything that looks like an address or a long number."""
    clean = _UNSEEN.sub(" ", text[: 8 * SAID_CHARS])
    clean = _DIGITS.sub("[digits]", _ADDRESS.sub("[address]", clean)).strip()
    return clean if len(clean) <= SAID_CHARS else f"{clean[: SAID_CHARS - 1]}…"


def retry_after_s(reply: Reply) -> float | None:
    """The pause asked for, in seconds, from 0 to a day; None when none was, or it cannot be read.

    A moment is counted from the answer's own `Date`: the two clocks are one, and none of ours is asked.
    """
    text = reply.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST_PAUSE_S)
    until, now = _moment(text), _moment(reply.headers.get("date", "").strip())
    if until is None or now is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), LONGEST_PAUSE_S)


def _tree(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _moment(text: str) -> datetime | None:
    found = _DATE.fullmatch(text)
    if found is None or found[2].lower() not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(found[n]) for n in (1, 3, 4, 5, 6))
    try:
        return datetime(year, _MONTHS.index(found[2].lower()) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
