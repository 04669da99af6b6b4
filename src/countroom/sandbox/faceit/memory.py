"""Everything that came, in order: what was taken, what was repeated, what was refused, and how much in a second."""

import os
from collections import Counter, deque
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec

TAKEN, REPEATED, CONFLICT = "taken", "repeated", "conflict"
"""A new event; a known one; a known id with other content, which is a mistake of the sender and does nothing."""

_WINDOW_S: Final = 1.0
_SECONDS_KEPT: Final = 7_200


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One request, and what became of it."""

    at: float
    """When it came, in seconds since 1970."""
    status: int
    outcome: str
    """Taken, repeated, conflict; else the code of the error."""
    user: str
    event_id: str
    body: bytes
    answered: bool = True
    """False where the answer was held back."""


class Line(msgspec.Struct, frozen=True):
    """An entry of the file."""

    at: float
    user: str
    event_id: str
    body: msgspec.Raw


class Memory:
    """What came. One thread."""

    def __init__(self, file: Path | None = None) -> None:
        self.entries: list[Entry] = []
        self.outcomes: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.peak = 0
        """Most requests in any second, with its start inside and its end outside."""
        self.seconds: dict[int, int] = {}
        """Requests by second of the wall clock."""
        self._by_user: dict[str, list[int]] = {}
        self._known: dict[str, bytes] = {}
        """Hash of the body by event id: an id is one event, whoever it is of."""
        self._window: deque[float] = deque()
        self._file = -1
        if file is not None:
            self._recall(file)
            self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def arrives(self, monotonic_s: float, wall_s: float) -> None:
        """Count a request, whatever becomes of it."""
        window = self._window
        while window and window[0] <= monotonic_s - _WINDOW_S:
            window.popleft()
        window.append(monotonic_s)
        self.peak = max(self.peak, len(window))
        second = int(wall_s)
        self.seconds[second] = self.seconds.get(second, 0) + 1
        if len(self.seconds) > _SECONDS_KEPT:
            del self.seconds[next(iter(self.seconds))]

    def judge(self, event_id: str, body: bytes) -> str:
        """What an event that could be taken is: new, known, or known with other content. Nothing is kept."""
        known = self._known.get(event_id)
        if known is None:
            return TAKEN
        return REPEATED if known == _mark(body) else CONFLICT

    def keep(self, entry: Entry) -> None:
        """Remember a request. One that was taken is in the file when this returns."""
        if entry.outcome == TAKEN:
            if self._file >= 0:
                line = Line(entry.at, entry.user, entry.event_id, msgspec.Raw(entry.body))
                os.write(self._file, msgspec.json.encode(line) + b"\n")
            self._known[entry.event_id] = _mark(entry.body)
        self._put(entry)

    def of_user(self, user: str) -> list[Entry]:
        """Everything that named a user, in order."""
        return [self.entries[n] for n in self._by_user.get(user, ())]

    def taken(self) -> Iterator[Entry]:
        """Every event that was taken, in order."""
        return (entry for entry in self.entries if entry.outcome == TAKEN)

    def users(self) -> list[str]:
        """Everybody who was named."""
        return sorted(self._by_user)

    def stats(self) -> dict[str, Any]:
        """Counts of everything."""
        return {
            "requests": sum(self.statuses.values()),
            "taken": self.outcomes[TAKEN],
            "repeated": self.outcomes[REPEATED],
            "conflicts": self.outcomes[CONFLICT],
            "outcomes": dict(sorted(self.outcomes.items())),
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "users": len(self._by_user),
            "peak_in_a_second": self.peak,
            "seconds": list(self.seconds.items()),
        }

    def _put(self, entry: Entry) -> None:
        if entry.user:
            self._by_user.setdefault(entry.user, []).append(len(self.entries))
        self.entries.append(entry)
        self.outcomes[entry.outcome] += 1
        self.statuses[entry.status] += 1

    def _recall(self, file: Path) -> None:
        """Read the file of an earlier run. A last line that was cut short is taken away: it was never answered."""
        if not file.exists():
            return
        data = file.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.truncate(file, whole)
        for row in data[:whole].splitlines():
            line = msgspec.json.decode(row, type=Line)
            body = bytes(line.body)
            self._known[line.event_id] = _mark(body)
            self._put(Entry(line.at, 200, TAKEN, line.user, line.event_id, body))


def _mark(body: bytes) -> bytes:
    return blake2b(body, digest_size=8).digest()
