"""Progress on stderr: a bar with the time left; without a terminal a line every ten seconds; with --json objects."""

import json
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from countroom.cli.options import Options

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_LINE_EVERY_S: Final = 10.0


class Progress:
    """Progress of one long command, in items. Nothing is shown with --quiet."""

    def __init__(self, options: Options, what: str, *, total: int | None = None) -> None:
        self._options = options
        self._what = what
        self._total = total
        self._began_s = time.monotonic()
        self._told_s = self._began_s
        self._bar: tuple[Bar, TaskID] | None = None

    def __enter__(self) -> Self:
        options = self._options
        if not (options.quiet or options.json) and sys.stderr.isatty():
            self._bar = self._drawn()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar[0].stop()

    def at(self, done: int, total: int | None = None) -> None:
        """`done` items so far, of `total` if that is known."""
        self._total = total if total is not None else self._total
        if self._bar is not None:
            bar, task = self._bar
            bar.update(task, completed=done, total=self._total)
            return
        now_s = time.monotonic()
        if self._options.quiet or now_s - self._told_s < _LINE_EVERY_S:
            return
        self._told_s = now_s
        rate = done / max(now_s - self._began_s, 1e-9)
        left_s = (self._total - done) / rate if self._total and rate else None
        self._tell(done, rate, left_s=left_s)

    def _tell(self, done: int, rate: float, *, left_s: float | None) -> None:
        if self._options.json:
            left = None if left_s is None else round(left_s, 1)
            told = {"progress": self._what, "done": done, "of": self._total, "per_second": round(rate), "left_s": left}
            sys.stderr.write(json.dumps(told) + "\n")
        else:
            of = f" of {self._total:,}" if self._total else ""
            to_go = f", {left_s:,.0f} s left" if left_s is not None else ""
            sys.stderr.write(f"{self._what}: {done:,}{of} ({rate:,.0f}/s{to_go})\n")
        sys.stderr.flush()

    def _drawn(self) -> "tuple[Bar, TaskID]":
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = Bar(*columns, console=Console(stderr=True, no_color=not self._options.has_color), transient=True)
        bar.start()
        return bar, bar.add_task(self._what, total=self._total)
