"""What commands say: results on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from countroom.cli.options import Options

_UNFOLDED = 1000


def say(text: str = "") -> None:
    """A line of the result."""
    sys.stdout.write(f"{text}\n")


def remark(options: Options, text: str) -> None:
    """A line beside the result."""
    if not options.quiet:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def warn(text: str) -> None:
    """A line beside the result that must be seen, also by who wants no remarks."""
    sys.stderr.write(f"warning: {text}\n")
    sys.stderr.flush()


def facts(found: dict[str, Any], *, but: Sequence[str]) -> None:
    """What is known of one thing, a line each; what is nothing, and what stands in its heading, is left out."""
    for name, value in found.items():
        if name not in but and value not in (None, "", []):
            say(f"  {name.replace('_', ' ')}: {_told(value)}")


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_told(inner)}" for name, inner in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def document(value: Any) -> None:
    """The result as one JSON document."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def asked_for(what: str) -> str:
    """One value out of stdin; at a terminal it is asked for, and not shown while it is typed."""
    if sys.stdin.isatty():
        import getpass

        return getpass.getpass(f"{what}: ").strip()
    return sys.stdin.readline().strip()


def table(options: Options, *, title: str = "", heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout; a column whose head ends in `>` stands to the right."""
    from rich.console import Console
    from rich.table import Table

    # Into a pipe or a file nothing is folded: whoever reads it there has no edge.
    width = None if sys.stdout.isatty() else _UNFOLDED
    console = Console(no_color=not options.has_color, highlight=False, width=width)
    made = Table(title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for head in heads:
        made.add_column(head.removesuffix(">"), justify="right" if head.endswith(">") else "left", overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(made)
