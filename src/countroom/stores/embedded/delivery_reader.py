"""`delivery.db` for reading, beside its writer: by the delivery process itself, and for people."""

from pathlib import Path
from typing import Final, cast

import msgspec

from countroom.core.deliveries import LinkView, Shown, State
from countroom.stores.embedded.delivery_layout import (
    LAYOUT,
    LINK_COLUMNS,
    SHOWN_COLUMNS,
    act_of,
    attempt_of,
    link_of,
    shown_of,
)
from countroom.stores.embedded.sqlite import USUAL, Database, Opening, Value, open_reader

_LINKS: Final = f"SELECT {LINK_COLUMNS} FROM links l JOIN partners p USING (partner)"  # noqa: S608 - ours
_SHOWN: Final = (
    f"SELECT {SHOWN_COLUMNS}, {LINK_COLUMNS} FROM deliveries d "  # noqa: S608 - ours
    "JOIN links l USING (link) JOIN partners p ON p.partner = d.partner"
)

MOST_LINKS: Final = 200
"""Links of one player that are looked at."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries are asked for; what is empty does not matter."""

    partner: str = ""
    state: State | None = None
    brand: str = ""
    """Of the player; empty: of whatever brand."""
    player: str = ""
    event_id: str = ""
    before: int | None = None
    """Only numbers below this one: where the page before ended."""


class DeliveryReader:
    """The reading side of `delivery.db`. One thread at a time."""

    def __init__(self, path: Path, *, opening: Opening = USUAL) -> None:
        """Open it; its writer must have made it.

        Raises:
            Damaged: the file is something else, or is broken.
            Unavailable: it cannot be opened now.
        """
        database = open_reader(path, LAYOUT, opening=opening)
        if database is None:
            raise FileNotFoundError(path)
        self._database: Database = database

    def links_of(self, brand: str, player: str) -> list[LinkView]:
        """Links of the player that stand, the oldest first."""
        rows = self._database.rows(
            f"{_LINKS} WHERE l.brand = ? AND l.player = ? AND l.is_linked = 1 ORDER BY l.link", (brand, player)
        )
        return [link_of(row) for row in rows]

    def link(self, partner: str, link_id: str) -> LinkView | None:
        """The link of this id at a partner, whether it stands or not."""
        row = self._database.row(f"{_LINKS} WHERE p.name = ? AND l.link_id = ?", (partner, link_id))
        return link_of(row) if row else None

    def knows(self, link: int, event_id: str) -> bool:
        """True when there is a delivery of this event by this link, in whatever state."""
        found = self._database.rows(
            "SELECT 1 FROM deliveries INDEXED BY deliveries_by_event WHERE event_id = ? AND link = ? LIMIT 1",
            (event_id, link),
        )
        return bool(found)

    def deliveries(self, wanted: Wanted, limit: int) -> list[Shown]:
        """Deliveries, the youngest first, without their earlier tries."""
        conditions: list[str] = []
        bindings: list[Value] = []
        if wanted.player:
            links = self._links(wanted)
            if not links:
                return []
            conditions.append(f"d.link IN ({', '.join(map(str, links))})")
        for condition, value in (("p.name = ?", wanted.partner), ("d.event_id = ?", wanted.event_id)):
            if value:
                conditions.append(condition)
                bindings.append(value)
        if wanted.state is not None:
            # Literals: an index over a part of the rows is only taken when its own condition stands there.
            part = "" if wanted.state is State.ACCEPTED else " AND d.state <> 1"
            conditions.append(f"d.state = {int(wanted.state)}{part}")
        if wanted.before is not None:
            conditions.append("d.delivery < ?")
            bindings.append(wanted.before)
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._database.rows(f"{_SHOWN} {where} ORDER BY d.delivery DESC LIMIT ?", (*bindings, limit))
        return [shown_of(row) for row in rows]

    def _links(self, wanted: Wanted) -> list[int]:
        """Numbers of the player's links, whether they stand or not."""
        rows = self._database.rows(
            "SELECT link FROM links WHERE (? = '' OR brand = ?) AND player = ? ORDER BY link DESC LIMIT ?",
            (wanted.brand, wanted.brand, wanted.player, MOST_LINKS),
        )
        return [cast(int, row[0]) for row in rows]

    def delivery(self, number: int) -> Shown | None:
        """One delivery with all that is known of it."""
        with self._database.snapshot():
            row = self._database.row(f"{_SHOWN} WHERE d.delivery = ?", (number,))
            if row is None:
                return None
            shown = shown_of(row)
            tries = self._database.rows(
                "SELECT at, status, latency_us, said FROM attempts WHERE delivery = ? ORDER BY number", (number,)
            )
            acts = self._database.rows("SELECT record FROM acts WHERE delivery = ? ORDER BY act", (number,))
            before = self._database.number(
                "SELECT delivery FROM deliveries WHERE link = ? AND state = 0 AND delivery < ? "
                "ORDER BY delivery LIMIT 1",
                (shown.delivery.link, number),
            )
        return msgspec.structs.replace(
            shown,
            tries=[attempt_of(row) for row in tries],
            acts=[act_of(row) for row in acts],
            behind=before if before and shown.state is State.WAITING else None,
        )

    def oldest_waiting(self, partner: str) -> int:
        """When the oldest came that waits for the partner, in microseconds; 0 when none does.

        What a gate holds is left out: that is nobody's delay, and may last for ever.
        """
        return self._database.number(
            "SELECT created_at FROM deliveries WHERE delivery = (SELECT min(delivery) FROM deliveries "
            "INDEXED BY deliveries_due WHERE due IS NOT NULL "
            "AND partner = (SELECT partner FROM partners WHERE name = ?))",
            (partner,),
        )

    def held_by_gates(self, partner: str) -> int:
        """How many of the partner's deliveries wait for a gate to open."""
        return self._database.number(
            "SELECT sum(open) FROM links INDEXED BY links_shut "
            "WHERE partner = (SELECT partner FROM partners WHERE name = ?) AND shut <> ''",
            (partner,),
        )

    def acts(self, partner: str, limit: int) -> list[bytes]:
        """What operators did to a partner or to his deliveries, the latest first, packed."""
        rows = self._database.rows(
            "SELECT record FROM acts WHERE partner = ? ORDER BY act DESC LIMIT ?", (partner, limit)
        )
        return [cast(bytes, row[0]) for row in rows]

    def close(self) -> None:
        """Release the file."""
        self._database.close()
