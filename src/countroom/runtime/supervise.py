"""The supervisor: starts the processes of the hub, watches them, starts them again, stops them in order.

It does nothing else, so that nothing can happen to it: it reads no message and opens no store.
It holds the listening sockets, so that a client who knocks while the intake is being started
again waits a moment and is not turned away.
"""

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

from countroom.runtime.children import EXIT_SETTINGS, Child, ChildSpec
from countroom.runtime.endpoints import ProcessState
from countroom.telemetry.logs import Logs

_LOOK_S: Final = 0.02
"""While a process is starting: how often it is asked whether it is ready."""
_REST_S: Final = 0.5
"""Otherwise; an end of a child, or a signal, wakes the supervisor at once."""
STAGE_S: Final = (6.0, 0.9, 0.6)
"""What each stage is given to end by itself, 7.5 s in all; then it is killed."""

OnChange = Callable[[bool, tuple[ProcessState, ...]], None]


class Supervisor:
    """Keeps a set of processes running. One thread: the main one, for it takes the signals."""

    def __init__(self, specs: Sequence[ChildSpec], *, logs: Logs, on_change: OnChange) -> None:
        """`on_change` is told whether all are ready, and the state of each, whenever one changes."""
        self._children = [Child(spec) for spec in specs]
        self._logs = logs
        self._on_change = on_change
        self._stop_by: str | None = None
        self._failure = 0

    @property
    def is_ready(self) -> bool:
        """True while every process is ready to work."""
        return all(child.is_ready for child in self._children)

    def run(self, *, on_stopping: Callable[[], None] = lambda: None) -> int:
        """Run until SIGTERM or SIGINT; 0, or 1 when a process cannot be used as it is set.

        `on_stopping` is called before the first process is asked to stop.
        """
        with self._woken_by_signals() as wake:
            while self._stop_by is None:
                self._guarded(self._look_after_all)
                if self._stop_by is None:
                    _wait(wake, _REST_S if self.is_ready else self._next_look_s())
            self._logs.info("hub.stopping", by=self._stop_by)
            on_stopping()
            self._stop_all(wake)
            self._logs.info("hub.stopped")
        return self._failure

    def stop(self, by: str) -> None:
        """Leave `run` at the next look."""
        self._stop_by = self._stop_by or by

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            # Whatever it is (no descriptors, no memory, a bug of ours): the children live, and that is what counts.
            self._logs.error("supervisor.stumbled", error=f"{type(error).__name__}: {error}")

    def _look_after_all(self) -> None:
        now_s = time.monotonic()
        changed = False
        for child in self._children:
            changed |= self._look_after(child, now_s)
        if changed:
            self._tell()

    def _look_after(self, child: Child, now_s: float) -> bool:
        name = child.spec.name
        status = child.ended(now_s)
        if status is not None:
            if status == EXIT_SETTINGS:
                self._failure = 1
                self.stop(f"{name} cannot use its settings")
                return True
            self._logs.warning("process.ended", name=name, status=status, restarts=child.restarts)
        if child.process is None and now_s >= child.start_at:
            try:
                child.start(now_s)
            except OSError as error:
                child.put_off(now_s)
                self._logs.error("process.not_started", name=name, error=error.strerror)
            return True
        if child.became_ready():
            self._logs.info("process.ready", name=name, pid=child.state.pid)
            return True
        return status is not None

    def _next_look_s(self) -> float:
        if any(child.process is not None and not child.is_ready for child in self._children):
            return _LOOK_S
        now_s = time.monotonic()
        due = min((child.start_at for child in self._children if child.process is None), default=now_s + _REST_S)
        return min(max(due - now_s, _LOOK_S), _REST_S)

    def _tell(self) -> None:
        is_ready = self.is_ready and self._stop_by is None
        self._on_change(is_ready, tuple(child.state for child in self._children))

    def _stop_all(self, wake: int) -> None:
        self._guarded(self._tell)
        for stage, allowed_s in enumerate(STAGE_S):
            children = [child for child in self._children if child.spec.stage == stage]
            for child in children:
                _signal(child, signal.SIGTERM)
            until_s = time.monotonic() + allowed_s
            while any(_runs(child) for child in children) and time.monotonic() < until_s:
                _wait(wake, 0.05)
            for child in children:
                if _runs(child):
                    self._logs.warning("process.killed", name=child.spec.name, after_s=allowed_s)
                    _signal(child, signal.SIGKILL)
                if child.process is not None:
                    child.process.wait()

    @contextmanager
    def _woken_by_signals(self) -> Iterator[int]:
        """A descriptor that becomes readable at each signal; SIGTERM and SIGINT ask to stop."""
        reader, writer = socket.socketpair()
        reader.setblocking(False)  # noqa: FBT003 - the library's signature
        writer.setblocking(False)  # noqa: FBT003
        before_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        before = {
            number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
        }
        try:
            yield reader.fileno()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before_fd)
            reader.close()
            writer.close()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self.stop(signal.Signals(number).name)


def _wait(wake: int, timeout_s: float) -> None:
    ready, _, _ = select.select([wake], [], [], timeout_s)
    if ready:
        with suppress(BlockingIOError):
            os.read(wake, 4096)


def _runs(child: Child) -> bool:
    return child.process is not None and child.process.poll() is None


def _signal(child: Child, number: signal.Signals) -> None:
    if _runs(child) and child.process is not None:
        child.process.send_signal(number)
