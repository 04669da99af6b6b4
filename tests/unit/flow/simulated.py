"""An event loop whose time is made: it jumps to the next thing that is due, so that a day passes in a moment."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from countroom.core.instants import SECOND, Instant

T = TypeVar("T")
BEGIN = Instant(1_772_618_400 * SECOND)


class _Jumping(selectors.DefaultSelector):
    """Never waits: moves the loop's time instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 1_000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "nothing will ever happen again"
            self.now_s += max(0.0, timeout)
        return ready


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Its `time` is made; threads have no place in it."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_s

    def now(self) -> Instant:
        """The same moment by the wall clock."""
        return Instant(BEGIN + round((self._jumping.now_s - 1_000.0) * SECOND))


def simulated(story: Coroutine[Any, Any, T]) -> T:
    """What `story` gives, told in made time."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(story)


def now() -> Instant:
    """The moment in the running loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedLoop)
    return loop.now()
