"""`countroom replay --check`."""

from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say, table
from countroom.cli.progress import Progress


def replay(
    *,
    check: Annotated[bool, Parameter(negative="")] = False,
    shard: int | None = None,
    options: Annotated[Options, Parameter()] = USUAL,
) -> int:
    """Fold everything again from the logs into a directory that is thrown away, and compare row by row.

    The hub must be stopped. Exit status 3 when a row differs.

    Parameters
    ----------
    check:
        Compare and change nothing: the only way there is so far.
    shard:
        Only this one.
    """
    if not check:
        raise Stop(
            Status.USAGE, "expected --check: only the comparison is built yet", remedy="'countroom replay --check'"
        )
    from countroom.runtime.replaying import replay_all

    place = options.place()
    with Progress(options, "folding again") as progress:
        results = replay_all(place, shard, progress=progress.at)
    if options.json:
        document({"shards": [_json(result) for result in results]})
    else:
        heads = ("shard>", "entries>", "items>", "rows compared>", "result")
        rows = [
            (r.shard, f"{r.entries:,}", f"{r.items:,}", f"{r.rows:,}", "equal" if r.is_equal else "DIFFERS")
            for r in results
        ]
        table(options, heads=heads, rows=rows)
        for result in results:
            for difference in result.differences:
                say(f"shard {result.shard}: {difference}")
    return int(Status.FINE if all(result.is_equal for result in results) else Status.PROBLEMS)


def _json(result: Any) -> dict[str, Any]:
    return {
        "shard": result.shard,
        "entries": result.entries,
        "items": result.items,
        "rows": result.rows,
        "is_equal": result.is_equal,
        "differences": list(result.differences),
    }
