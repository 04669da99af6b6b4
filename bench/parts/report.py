"""The heading that every table has, and its place in bench/RESULTS.md."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Final

RESULTS: Final = Path(__file__).parents[1] / "RESULTS.md"
INTRODUCTION: Final = """# Results

Every section is written by the script it is named after, and replaced whole when that is run again.
Ratios are taken within one run; figures of different sections were taken at different times.
"""
_SYNCS: Final = 200


def heading(folder: Path, libraries: Sequence[str], *, cores: str) -> str:
    """Date, machine, load, versions, and what a sync costs in `folder`, as two lines of text."""
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {cpu_model()}, {os.cpu_count()} cores, {cores}; "
        f"load average before {os.getloadavg()[0]:.1f}; Linux {platform.release()}; "
        f"CPython {platform.python_version()}; {versions}; "
        f"4 KB and fdatasync {sync_ms(folder):.2f} ms (median of {_SYNCS})."
    )


def cpu_model() -> str:
    """What the kernel calls the processor."""
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    return found[1].strip() if found else platform.machine()


def sync_ms(folder: Path) -> float:
    """The median time of writing 4 KB and syncing them, in milliseconds."""
    path = folder / "sync"
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    os.pwrite(file, os.urandom(1 << 20), 0)
    os.fsync(file)
    times = []
    for n in range(_SYNCS):
        begun_s = perf_counter()
        os.pwrite(file, os.urandom(4096), n % 256 * 4096)
        os.fdatasync(file)
        times.append(perf_counter() - begun_s)
    os.close(file)
    path.unlink()
    return percentile(times, 50) * 1000


def percentile(values: Sequence[float], share: int) -> float:
    """The value that `share` percent of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def record(section: str, text: str) -> None:
    """Print `text`, and put it into bench/RESULTS.md as the section of that name."""
    print(f"\n{text}\n", flush=True)
    before = RESULTS.read_text("utf-8") if RESULTS.exists() else INTRODUCTION
    head, *sections = re.split(r"^## ", before, flags=re.MULTILINE)
    kept = {each.partition("\n")[0]: each.partition("\n")[2].strip() for each in sections}
    kept[section] = text.strip()
    body = "".join(f"\n## {name}\n\n{kept[name]}\n" for name in sorted(kept))
    fresh = RESULTS.with_suffix(".new")
    fresh.write_text(head.strip() + "\n" + body, "utf-8")
    fresh.replace(RESULTS)
