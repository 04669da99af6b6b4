"""The delivery process's store, which may end the process before or after a record goes down, and when it opens."""

from functools import partial
from pathlib import Path

from countroom.core.deliveries import Change
from countroom.stores.embedded.delivery_db import DeliveryDatabase
from tests.faults.seamed.seams import OPENED, OPENING, Seams


class SeamedBook(DeliveryDatabase):
    """The product's store, with seams around each record."""

    def __init__(self, path: Path, *, seams: Seams) -> None:
        seams.pass_by(OPENING)
        super().__init__(path)
        self._seams = seams
        seams.pass_by(OPENED)

    def record(self, change: Change) -> None:
        kind = "outcome" if change.outcomes else "link" if change.links else "rows"
        self._seams.pass_by(f"delivery.before_{kind}")
        super().record(change)
        self._seams.pass_by(f"delivery.after_{kind}")


def stores(seams: Seams) -> dict[str, object]:
    """What the role is handed."""
    return {"open_book": partial(SeamedBook, seams=seams)}
