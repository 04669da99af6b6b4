"""One process of the hub as the supervisor holds it: how it is started, and when it is started again."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from countroom.runtime.endpoints import ProcessState

FIRST_WAIT_S: Final = 0.25
LONGEST_WAIT_S: Final = 10.0
STEADY_S: Final = 5.0
"""A process that was ready and lived this long has recovered: the next end counts as the first again."""

EXIT_AGAIN: Final = 75
"""A process ends so when something it needs is away or damaged: it is started again, and says so again."""
EXIT_SETTINGS: Final = 78
"""A process ends so when its settings cannot be used: to start it again would change nothing."""


PROGRAM: Final = ("-m", "countroom.runtime.child")
"""What our interpreter is told to run; the role's arguments follow."""


class ChildSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What the supervisor needs to know of one process."""

    name: str
    stage: int
    """Processes are stopped stage by stage, the lowest first."""
    ready: Path
    """Appears when the process is ready to work; removed before each start."""
    arguments: Sequence[str]
    program: Sequence[str] = PROGRAM
    inherited: Sequence[int] = ()
    """Descriptors that it gets."""
    environment: Mapping[str, str] | None = None


def wait_before_restart(ends_in_a_row: int) -> float:
    """Seconds to wait before a process is started again that ended so often in a row, counted from 1.

    The first time at once, then 0.25 s, doubling up to 10 s.

    >>> [wait_before_restart(n) for n in (1, 2, 3, 7, 8, 100)]
    [0.0, 0.25, 0.5, 8.0, 10.0, 10.0]
    """
    if ends_in_a_row <= 1:
        return 0.0
    return float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(ends_in_a_row - 2, 10)))


class Child:
    """One process, over all its lives."""

    def __init__(self, spec: ChildSpec) -> None:
        self.spec = spec
        self.process: subprocess.Popen[bytes] | None = None
        self.is_ready = False
        self.restarts = 0
        self.start_at = 0.0
        """When it is due to be started, by the supervisor's clock; counts while it has no process."""
        self._started_at = 0.0
        self._ends = 0

    @property
    def state(self) -> ProcessState:
        """As others are told."""
        if self.process is None:
            return ProcessState(self.spec.name, "waiting", None, self.restarts)
        return ProcessState(self.spec.name, "up" if self.is_ready else "starting", self.process.pid, self.restarts)

    def start(self, now_s: float) -> None:
        """Start the process.

        Raises:
            OSError: the system does not give one now.
        """
        spec = self.spec
        spec.ready.unlink(missing_ok=True)
        self.is_ready = False
        self._started_at = now_s
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, *spec.program, *spec.arguments],
            stdin=subprocess.DEVNULL,
            pass_fds=spec.inherited,
            env=None if spec.environment is None else dict(spec.environment),
            start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which stops its children in order.
        )

    def became_ready(self) -> bool:
        """True once per life: when what it leaves when ready has appeared."""
        if self.process is None or self.is_ready or not self.spec.ready.exists():
            return False
        self.is_ready = True
        return True

    def ended(self, now_s: float) -> int | None:
        """The status with which it ended since the last call; the next start is then set. None while it runs."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        was_steady = self.is_ready and now_s - self._started_at >= STEADY_S
        self._ends = 1 if was_steady else self._ends + 1
        self.process = None
        self.is_ready = False
        self.restarts += 1
        self.start_at = now_s + wait_before_restart(self._ends)
        return status

    def put_off(self, now_s: float) -> None:
        """It could not be started: try again later."""
        self._ends += 1
        self.process = None
        self.start_at = now_s + wait_before_restart(max(2, self._ends))
