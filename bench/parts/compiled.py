"""The product with its hot path compiled, as `make compiled` does it, in a folder of its own."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).resolve().parents[2]


def compiled(folder: Path) -> Path | None:
    """Where the compiled copy of the package lies, to be put on the path; None where it cannot be compiled."""
    sources = folder / "compiled"
    leave = shutil.ignore_patterns("__pycache__", "*.so")
    shutil.copytree(HOUSE / "src" / "countroom", sources / "countroom", ignore=leave)
    made = subprocess.run([sys.executable, str(HOUSE / "scripts" / "compiled.py"), "build", str(sources)], check=False)
    return sources if made.returncode == 0 else None
