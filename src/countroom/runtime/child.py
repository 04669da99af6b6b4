"""The way into each process of the hub: `python -m countroom.runtime.child ROLE DATA_DIR PARENT_PID [DESCRIPTOR]`.

Imports only what the role needs: that is most of what a start takes.
"""

import ctypes
import os
import signal
import sys
import threading
import time
import zoneinfo
from importlib import import_module
from pathlib import Path
from typing import Final

from countroom.core.errors import CountroomError, SettingsError
from countroom.runtime.children import EXIT_AGAIN, EXIT_SETTINGS
from countroom.runtime.place import Place

_PR_SET_PDEATHSIG: Final = 1
_LOOK_S: Final = 0.5


def main(arguments: list[str], **stores: object) -> int:
    """Run the role; the exit status. `stores` are handed on to it: how it opens its files, if not as usual."""
    role, data_dir, parent = arguments[0], Path(arguments[1]), int(arguments[2])
    descriptor = int(arguments[3]) if len(arguments) > 3 else -1  # noqa: PLR2004 - one more argument
    die_with(parent)
    # Time zones come from the locked package alone, never from the machine.
    zoneinfo.reset_tzpath(to=[])
    name, _, number = role.partition("-")
    module = import_module(f"countroom.runtime.roles.{name}")
    try:
        module.run(Place(data_dir), number=int(number or 0), descriptor=descriptor, **stores)
    except CountroomError as error:
        sys.stderr.write(f"countroom: {role}: {error}\n")
        return EXIT_SETTINGS if isinstance(error, SettingsError) else EXIT_AGAIN
    return 0


def die_with(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """End when the process `parent` ends, however it does: two hubs must never write one store.

    By SIGKILL, for whatever is written is safe from it, and a slow farewell would overlap with the next hub.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, by, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent, by), name="parent", daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)  # It ended before the kernel was told.


def _watch(parent: int, by: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os.kill(os.getpid(), by)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
