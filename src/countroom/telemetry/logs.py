"""Log lines on stderr: one JSON object each, or plain text for people.

Written by hand, not with structlog: importing that takes 0.10 s, and each of the hub's
processes would pay it at every start (2 cores, CPython 3.11).
"""

import sys
import time
from typing import Final, Literal, TextIO

import msgspec

Level = Literal["debug", "info", "warning", "error"]
_RANKS: Final[dict[Level, int]] = {"debug": 0, "info": 1, "warning": 2, "error": 3}


class Logs:
    """Writes facts of one process. Values are numbers, names and states; never of a player."""

    def __init__(
        self, process: str, *, level: Level = "info", form: Literal["json", "text"] = "json", to: TextIO | None = None
    ) -> None:
        self._process = process
        self._least = _RANKS[level]
        self._is_json = form == "json"
        self._to = to if to is not None else sys.stderr

    def debug(self, event: str, **facts: object) -> None:
        """For who looks for a fault."""
        self._write("debug", event, facts=facts)

    def info(self, event: str, **facts: object) -> None:
        """As it should be."""
        self._write("info", event, facts=facts)

    def warning(self, event: str, **facts: object) -> None:
        """Not as it should be; the hub goes on."""
        self._write("warning", event, facts=facts)

    def error(self, event: str, **facts: object) -> None:
        """Somebody has to look."""
        self._write("error", event, facts=facts)

    def _write(self, level: Level, event: str, *, facts: dict[str, object]) -> None:
        if _RANKS[level] < self._least:
            return
        now = time.time_ns() // 1000
        at = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now // 1_000_000))}.{now % 1_000_000:06d}Z"
        if self._is_json:
            line = {"at": at, "level": level, "process": self._process, "event": event, **facts}
            text = msgspec.json.encode(line, enc_hook=str).decode()
        else:
            told = "".join(f" {name}={value}" for name, value in facts.items())
            text = f"{at} {level:7} {self._process}: {event}{told}"
        # One write per line: several processes share the stream.
        self._to.write(text + "\n")
        self._to.flush()
