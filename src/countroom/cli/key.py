"""`countroom key create`, `key list`, `key revoke`."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.hub_client import path_of, running_hub
from countroom.cli.options import USUAL, Options
from countroom.cli.out import document, remark, say, table

if TYPE_CHECKING:
    from countroom.runtime.key_book import KeyBook

Json = dict[str, Any]


def create(
    *,
    source: str = "fasttrack",
    brand: Annotated[list[str] | None, Parameter(negative="")] = None,
    label: str = "",
    options: Annotated[Options, Parameter()] = USUAL,
) -> None:
    """Make a key. It is shown once, alone on stdout.

    Parameters
    ----------
    source:
        Which source the sender is.
    brand:
        A brand that it may send for; may be given several times. Without any: all.
    label:
        For people, in lists.
    """
    brands = tuple(brand or ())
    hub = running_hub(options)
    if hub is not None:
        made = hub.post("/api/keys", {"source": source, "brands": brands, "label": label})
    else:
        with _book(options) as book:
            new = book.create(_now(), source=source, brands=brands, label=label)
            made = {"key": new.secret, "key_id": new.row.key_id, "source": source, "brands": list(new.row.brands)}
    if options.json:
        document(made)
        return
    say(made["key"])
    served = ", ".join(made["brands"])
    remark(options, f"{made['key_id']} for source {made['source']}, brands {served}; it is not shown again")


def show_all(*, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """All keys, without their secrets."""
    hub = running_hub(options)
    if hub is not None:
        keys = hub.get("/api/keys")["keys"]
    else:
        with _book(options) as book:
            keys = _shown(book)
    if options.json:
        document({"keys": keys})
        return
    heads = ("id", "source", "brands", "label", "created", "revoked")
    rows = [
        (k["key_id"], k["source"], ", ".join(k["brands"]), k["label"], k["created_at"], k["revoked_at"]) for k in keys
    ]
    table(options, heads=heads, rows=rows)


def revoke(key_id: str, *, options: Annotated[Options, Parameter()] = USUAL) -> None:
    """Take a key back. The hub refuses it a second later at most."""
    hub = running_hub(options)
    if hub is not None:
        hub.delete(path_of("api", "keys", key_id))
    else:
        with _book(options) as book:
            if book.revoke(key_id, _now()) is None:
                raise Stop(Status.NOT_FOUND, f"key {key_id}: there is none", remedy="'countroom key list' shows all")
    if options.json:
        document({"key_id": key_id, "revoked": True})
    else:
        remark(options, f"{key_id} is revoked")


@contextmanager
def _book(options: Options) -> Iterator["KeyBook"]:
    """The keys of a hub that is stopped."""
    from countroom.runtime.key_book import KeyBook
    from countroom.runtime.place import Place
    from countroom.stores.embedded.lock import DataLock

    place = Place(options.place())
    settings = place.kept_settings()
    with DataLock(place.root):
        book = KeyBook(place, brands=tuple(settings.brands), sources=tuple(settings.sources), chance=os.urandom)
        try:
            yield book
        finally:
            book.close()


def _shown(book: "KeyBook") -> list[Json]:
    from countroom.runtime.readable import key_shown

    return [key_shown(row) for row in book.all()]


def _now() -> Any:
    return time.time_ns() // 1000
