#!/usr/bin/env python3
"""Compile the hot path of the fold with mypyc, or put the plain Python back.

    scripts/compiled.py build [FOLDER]
    scripts/compiled.py clean [FOLDER]

FOLDER is where the package `countroom` lies; without it, src/ here.

The same sources, as extension modules that Python prefers wherever it finds them: they lie beside the sources
and are never committed. Needs a C compiler and Python's headers (Debian: gcc, python3-dev). After a change of a
source build again, or clean; `countroom run` says so when you forget.

What is compiled holds no msgspec records: those stay ordinary classes.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = HOUSE / "src"

MODULES: Final = (
    "core/money",
    "flow/visits",
    "flow/working",
    "fold/calendar",
    "fold/casino",
    "fold/identity",
    "fold/keys",
    "fold/moments",
    "fold/plain",
    "fold/round_parts",
    "fold/rounds",
    "fold/session_sums",
    "fold/sessions",
    "fold/step",
    "fold/totals",
    "fold/turn",
)
"""What nearly every event goes through."""

_BUILD: Final = """
import sys
from mypyc.build import mypycify
from setuptools import setup
paths, target = sys.argv[2:], sys.argv[1]
asked = ["--quiet", "build_ext", "--inplace", "--build-temp", target, "--build-lib", target + "/lib"]
setup(name="countroom", script_args=asked,
      ext_modules=mypycify(paths, opt_level="3", debug_level="0", target_dir=target))
"""


def clean(sources: Path) -> int:
    """Remove every compiled module. How many there were."""
    found = list(sources.rglob("*.so"))
    for path in found:
        path.unlink()
    return len(found)


def build(sources: Path) -> None:
    """Compile, or leave everything as it was and say what is missing."""
    if shutil.which(os.environ.get("CC", "cc")) is None:
        sys.exit("countroom: expected a C compiler, found none; install one: apt-get install gcc")
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        sys.exit("countroom: expected Python's headers, found none; install them: apt-get install python3-dev")
    if find_spec("setuptools") is None or find_spec("mypyc") is None:
        sys.exit("countroom: expected mypyc and setuptools; install them: .venv/bin/pip install mypy setuptools")
    clean(sources)
    paths = [f"countroom/{name}.py" for name in MODULES]
    with tempfile.TemporaryDirectory(prefix="countroom-compiled-") as target:
        done = subprocess.run(
            [sys.executable, "-c", _BUILD, target, *paths], cwd=sources, check=False, capture_output=True, text=True
        )
    if done.returncode:
        clean(sources)
        sys.exit(f"countroom: it could not be compiled, plain Python stays\n{done.stdout}{done.stderr}")


def main() -> None:
    """Do what is asked, and say what was done."""
    match sys.argv[1:]:
        case ["build", *folder] if len(folder) <= 1:
            build(Path(*folder).resolve() if folder else SOURCES)
            print(f"compiled {len(MODULES)} modules of the hot path; `make plain` puts the plain Python back")
        case ["clean", *folder] if len(folder) <= 1:
            print(f"removed {clean(Path(*folder).resolve() if folder else SOURCES)} compiled files")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
