"""Text that belongs to one machine or one network, and must not be committed."""

import re
import subprocess
from pathlib import Path
from typing import Final

_REGISTRIES: Final = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("maven", "org"),
    ("maven", "apache", "org"),
    ("crates", "io"),
    ("docker", "io"),
    ("deb", "debian", "org"),
)
# Written in pieces, so that this file is not its own first finding.
_HOST: Final = re.compile("|".join(rf"\b{re.escape('.'.join(host))}\b" for host in _REGISTRIES), re.IGNORECASE)
_HOMES: Final = ("root", "work", r"home/\w+", r"Users/\w+")
_MACHINE_PATH: Final = re.compile(rf"(?<![\w.*-])/(?:{'|'.join(_HOMES)})/[\w.]")

_LEFT_BY_TOOLS: Final = frozenset(
    {
        ".git",
        ".hypothesis",
        ".import_linter_cache",
        ".mypy_cache",
        ".peers",
        ".pytest_cache",
        ".ruff_cache",
        ".venv",
        "__pycache__",
    }
)


def local_text(text: str) -> list[str]:
    """The lines of `text` that name a registry or a path of somebody's machine, each with its number."""
    return [
        f"{number}: {line.strip()}"
        for number, line in enumerate(text.splitlines(), start=1)
        if _HOST.search(line) or _MACHINE_PATH.search(line)
    ]


def committed(house: Path) -> list[Path]:
    """What is committed or about to be: by git's own list where there is one, else everything but what tools leave."""
    if (house / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=house, check=True, capture_output=True).stdout.decode()
        return [path for name in sorted(set(listed.split("\0"))) if name and (path := house / name).is_file()]
    return sorted(
        path for path in house.rglob("*") if path.is_file() and _LEFT_BY_TOOLS.isdisjoint(path.relative_to(house).parts)
    )


def text_of(path: Path) -> str | None:
    """The text of `path`, or nothing when it is not text."""
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
