"""`countroom key create`, `key list`, `key revoke`."""

from typing import Annotated, Any, Literal

from cyclopts import Parameter

from countroom.cli.hub_client import path_of
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, remark, say, table
from countroom.cli.reading import asked, hub

Json = dict[str, Any]
USUAL_SOURCE = "fasttrack"


def create(
    *,
    scope: Literal["ingest", "read", "operate", "admin"] = "ingest",
    source: str = "",
    brand: Annotated[list[str] | None, Parameter(negative="")] = None,
    label: Annotated[str, Parameter(alias="--name")] = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Make a key. It is shown once, alone on stdout.

    Parameters
    ----------
    scope:
        ingest sends messages; read, operate and admin use the admin API, each with all that the ones before it may.
    source:
        Which source a sender is; fasttrack when left away.
    brand:
        A brand that a sender may send for; may be given several times. Without any: all.
    label:
        For people, in lists and in the audit log.
    """
    source = source or (USUAL_SOURCE if scope == "ingest" else "")
    wish = {"scope": scope, "source": source, "brands": brand or [], "label": label}
    with hub(options) as client:
        made = client.post("/api/keys", wish)
    if options.json:
        document(made)
        return
    say(made["key"])
    what = (
        f"for source {made['source']}, brands {', '.join(made['brands'])}" if scope == "ingest" else f"of scope {scope}"
    )
    remark(options, f"{made['key_id']} {what}; it is not shown again")


def show_all(*, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """All keys, without their secrets."""
    with hub(options) as client:
        keys = client.get("/api/keys")["items"]
    if options.json:
        document({"keys": keys})
        return
    heads = ("id", "scope", "source", "brands", "label", "created", "used", "revoked")
    rows = [
        (
            k["key_id"],
            k["scope"],
            k["source"],
            ", ".join(k["brands"]),
            k["label"],
            k["created_at"][:19],
            (k["last_used_at"] or "")[:19],
            (k["revoked_at"] or "")[:19],
        )
        for k in keys
    ]
    table(options, heads=heads, rows=rows)


def revoke(key_id: str, *, reason: str = "", options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Take a key back. The hub refuses it a second later at most.

    Parameters
    ----------
    key_id:
        As `key list` shows it.
    reason:
        Why; kept in the audit log.
    """
    with hub(options) as client:
        client.delete(asked(path_of("api", "keys", key_id), reason=reason))
    if options.json:
        document({"key_id": key_id, "revoked": True})
    else:
        remark(options, f"{key_id} is revoked")
