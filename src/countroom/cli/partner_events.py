"""`countroom partner events`."""

from typing import Annotated

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say, table

Flag = Annotated[bool, Parameter(negative="")]


def show(partner: str, *, csv: Flag = False, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """The events and attributes that a partner is sent, as they are to be negotiated. Read from the configuration.

    Parameters
    ----------
    partner:
        As in `[partners.<name>]`.
    csv:
        As a table for other programs.
    """
    from countroom.dialects import faceit
    from countroom.dialects.faceit.negotiated import HEADS, as_csv, as_rows

    settings, _ = options.settings()
    section = settings.partners.get(partner)
    if section is None:
        known = ", ".join(sorted(settings.partners)) or "none is configured"
        raise Stop(Status.NOT_FOUND, f"partner {partner}: not in the configuration", remedy=f"partners: {known}")
    rules = faceit.rules_from({"platform": section.platform, "events": section.events})
    if options.json:
        document({"partner": partner, "platform": rules.platform, "events": faceit.negotiated(rules)})
    elif csv:
        say(as_csv(rules).rstrip("\n"))
    else:
        table(options, heads=HEADS, rows=as_rows(rules))
