"""Named places at which a process of the hub ends itself with SIGKILL, armed from outside while it runs.

A seam is armed by a file with its name and the number of the passage at which the process falls. The process looks
for that file at each passage, takes it away and falls: so each arming kills once, and the next life goes on.
"""

import os
import signal
from pathlib import Path
from typing import Final, NoReturn

OPENING: Final = "opening"
"""At the start, before the first store is opened."""
OPENED: Final = "opened"
"""At the start, once the store is open and before anything else is."""

FIRST_START: Final = {"vault": "vault.before_key_mark", "shard-1": OPENED, "intake": OPENED}
"""Where processes fall at the very first start, when half of what is to be there is not there yet."""

SHARD: Final = ("shard.before_commit", "shard.after_commit", "tick.before_commit", "tick.after_commit")
VAULT: Final = ("vault.before_commit", "vault.after_commit")
DELIVERY: Final = (
    OPENING,
    OPENED,
    "delivery.before_outcome",
    "delivery.after_outcome",
    "delivery.before_link",
    "delivery.after_link",
)
INTAKE: Final = (
    "log.before_commit",
    "log.before_sync",
    "log.after_commit",
    "log.before_next_segment",
    "log.in_next_segment",
    "refusals.before_commit",
    "refusals.after_commit",
)


def die() -> NoReturn:
    """End this process as a kill from outside does: nothing is flushed, closed or said."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a process outlived SIGKILL")


class Seams:
    """The armed seam of one process, as the process sees it."""

    def __init__(self, armed: Path) -> None:
        self._armed = armed
        self._passed: dict[str, int] = {}

    def pass_by(self, seam: str) -> None:
        """Fall here, if this seam is armed and this is the passage."""
        try:
            armed = self._armed.read_text()
        except FileNotFoundError:
            return
        name, passage = armed.split()
        if name != seam:
            return
        self._passed[armed] = passed = self._passed.get(armed, 0) + 1
        if passed >= int(passage):
            self._armed.unlink()
            die()


class Arming:
    """The other side: arms a seam of one process, and knows whether it fell there."""

    def __init__(self, folder: Path, process: str) -> None:
        self._armed = folder / process

    def arm(self, seam: str, passage: int = 1) -> None:
        """Let the process fall at that passage of the seam, counted from now."""
        fresh = self._armed.with_suffix(".new")
        fresh.write_text(f"{seam} {passage}")
        fresh.replace(self._armed)

    @property
    def fell(self) -> bool:
        """True once the process took the order."""
        return not self._armed.exists()

    def disarm(self) -> bool:
        """Take the order back; False when the process has taken it already."""
        try:
            self._armed.unlink()
        except FileNotFoundError:
            return False
        return True
