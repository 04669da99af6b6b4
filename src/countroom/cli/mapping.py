"""`countroom mapping list`, `show`, `diff`."""

import json
from typing import Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status
from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, say, table
from countroom.cli.reading import Client, asked, hub

Json = dict[str, Any]


def show_all(*, source: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """The mappings in every version, the newest first.

    Parameters
    ----------
    source:
        Of this source alone.
    """
    with hub(options) as client:
        found = client.get(asked("/api/mappings", source=source))["items"]
    if options.json:
        document({"mappings": found})
        return
    rows = [
        (m["source"], m["version"], "counts" if m["is_newest"] else "", len(m["rules"]), m["made_at"][:19], m["by"],
         m["reason"])
        for m in found
    ]  # fmt: skip
    table(options, heads=("source", "version>", "", "rules>", "made", "by", "why"), rows=rows)


def show(source: str, version: int | None = None, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """One version of a source's mapping; the newest when none is named.

    Parameters
    ----------
    source:
        As in `[sources.<name>]`.
    version:
        Its number.
    """
    with hub(options) as client:
        found = _one(client, source, version)
    if options.json:
        document(found)
        return
    say(f"mapping {found['version']} of source {source}, by {found['by']} at {found['made_at']}: {found['reason']}")
    for rule in found["rules"]:
        say(_told(rule))


def diff(
    source: str, older: int, newer: int | None = None, *, options: Annotated[Options, Parameter()] = USUAL
) -> Status:
    """What one version has that another has not. Ends with 3 when they differ.

    Parameters
    ----------
    source:
        As in `[sources.<name>]`.
    older:
        The number of one version.
    newer:
        That of the other; the newest when left away.
    """
    with hub(options) as client:
        was, now = _one(client, source, older)["rules"], _one(client, source, newer)["rules"]
    gone, new = [rule for rule in was if rule not in now], [rule for rule in now if rule not in was]
    if options.json:
        document({"gone": gone, "new": new})
    else:
        for sign, rules in (("-", gone), ("+", new)):
            for rule in rules:
                say(f"{sign} {_told(rule)}")
    return Status.PROBLEMS if gone or new else Status.FINE


def _one(client: Client, source: str, version: int | None) -> Json:
    if version is None:
        found = client.get(asked("/api/mappings", source=source))["items"]
        version = found[0]["version"] if found else 0
    return client.get(path_of("api", "mappings", source, str(version)))


def _told(rule: Json) -> str:
    rest = {name: value for name, value in rule.items() if name not in ("do", "field") and value not in ([], "")}
    more = " ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in rest.items())
    return f"{rule['do']} {rule['field']} {more}".rstrip()
