"""`countroom settings show`."""

from typing import Annotated

from cyclopts import Parameter

from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, table
from countroom.cli.reading import hub


def show(
    *,
    configured: Annotated[bool, Parameter(negative="")] = False,
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Every setting that the hub runs with, and whether it is configured or usual. Secrets are not shown.

    Parameters
    ----------
    configured:
        Only what is not as usual.
    """
    with hub(options) as client:
        found = client.get("/api/settings")["items"]
    wanted = [s for s in found if not configured or s["origin"] == "configured"]
    if options.json:
        document({"settings": wanted})
        return
    table(options, heads=("key", "value", "origin"), rows=[(s["key"], s["value"], s["origin"]) for s in wanted])
