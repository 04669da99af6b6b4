"""Processes of a bench, on a core of their own."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

_END_S: Final = 10


@contextmanager
def pinned(
    command: Sequence[str], *, core: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block, on one core if it is named."""

    def place() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, preexec_fn=place)  # noqa: PLW1509
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
