"""`python hub.py DATA_DIR PORT ARMED_FOLDER`: the hub's own supervisor over processes with seams.

Port 0 takes a free one. It ends with the process that started it.
"""

import os
import sys
from pathlib import Path

import msgspec

from countroom.config.reading import beside, read_settings
from countroom.runtime.child import die_with
from countroom.runtime.hub import run_hub
from countroom.runtime.place import Place
from countroom.telemetry.logs import Logs


def main(root: Path, port: int, armed: Path) -> int:
    die_with(os.getppid())
    settings = beside(read_settings(root / "countroom.toml"), root)
    settings = msgspec.structs.replace(settings, rest=msgspec.structs.replace(settings.rest, port=port))
    program = (str(Path(__file__).with_name("child.py")), str(armed))
    return run_hub(Place(root), settings, logs=Logs("supervisor"), on_ready=lambda _: None, program=program)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
