"""The links of `control.db`, their history, and the intents to tell the log of them."""

from collections.abc import Sequence
from typing import Final, cast

from countroom.core.audit import AuditEntry, Mandate
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId, PlayerKey
from countroom.core.instants import Instant
from countroom.core.links import LinkFilter, LinkRow, LinkState, LinkStep
from countroom.stores.embedded.audit_db import AuditRows
from countroom.stores.embedded.sqlite import Database, Row, Value

SCHEMA: Final = """
    CREATE TABLE links (
        number INTEGER PRIMARY KEY,
        link_id TEXT NOT NULL UNIQUE,
        partner TEXT NOT NULL,
        brand TEXT NOT NULL,
        player TEXT NOT NULL,
        account TEXT NOT NULL,
        state TEXT NOT NULL,
        since INTEGER NOT NULL,
        begun_at INTEGER NOT NULL,
        cause TEXT NOT NULL,
        changed_by TEXT NOT NULL,
        steps INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX links_holding ON links (partner, account) WHERE state = 'linked';
    CREATE UNIQUE INDEX links_alive ON links (brand, player, partner) WHERE state <> 'unlinked';
    CREATE INDEX links_by_player ON links (brand, player);
    CREATE INDEX links_by_partner ON links (partner, state);
    CREATE TABLE link_steps (
        seq INTEGER PRIMARY KEY,
        link_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        state TEXT NOT NULL,
        at INTEGER NOT NULL,
        changed_by TEXT NOT NULL,
        cause TEXT NOT NULL,
        account TEXT NOT NULL,
        is_told INTEGER NOT NULL,
        UNIQUE (link_id, number)
    ) STRICT;
    CREATE INDEX link_steps_untold ON link_steps (seq) WHERE is_told = 0
"""

_LINK: Final = "link_id, partner, brand, player, account, state, since, begun_at, cause, changed_by, steps"
_STEP: Final = "link_id, number, state, at, changed_by, cause, account, is_told"
_SELECT: Final = f"SELECT number, {_LINK} FROM links WHERE "  # noqa: S608 - ours
_UPSERT: Final = f"""
    INSERT INTO links ({_LINK}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (link_id) DO UPDATE SET account = excluded.account, state = excluded.state, since = excluded.since,
        cause = excluded.cause, changed_by = excluded.changed_by, steps = excluded.steps
"""  # noqa: S608 - ours
_INSERT_STEP: Final = f"INSERT INTO link_steps ({_STEP}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours


class SqliteLinks:
    """Links over one connection. The one who opens it closes it."""

    def __init__(self, database: Database, audit: AuditRows) -> None:
        self._database = database
        self._audit = audit

    def get(self, link_id: str) -> LinkRow | None:
        """One link, whatever its state."""
        return self._one("link_id = ?", link_id)

    def holding(self, partner: str, account: str) -> LinkRow | None:
        """The link that holds an account at a partner now: one that is linked."""
        return self._one("partner = ? AND account = ? AND state = 'linked'", partner, account)

    def alive(self, player: PlayerKey, partner: str) -> LinkRow | None:
        """The player's link at a partner that is pending or linked."""
        where = "brand = ? AND player = ? AND partner = ? AND state <> 'unlinked'"
        return self._one(where, player.brand, player.player, partner)

    def page(self, wanted: LinkFilter, *, before: int | None, limit: int) -> list[tuple[int, LinkRow]]:
        """Links with their numbers, the latest made first, those with a number below `before`."""
        where, values = _where(wanted)
        if before is not None:
            where, values = f"{where} AND number < ?", [*values, before]
        rows = self._database.rows(f"{_SELECT}{where} ORDER BY number DESC LIMIT ?", [*values, limit])
        return [(cast(int, row[0]), _link(row)) for row in rows]

    def count(self, wanted: LinkFilter) -> int:
        """How many there are."""
        where, values = _where(wanted)
        return self._database.number(f"SELECT count(*) FROM links WHERE {where}", values)  # noqa: S608 - ours

    def history(self, link_id: str) -> list[LinkStep]:
        """Every step of a link, in order."""
        rows = self._database.rows(
            f"SELECT {_STEP} FROM link_steps WHERE link_id = ? ORDER BY number",  # noqa: S608 - ours
            (link_id,),
        )
        return [_step(row) for row in rows]

    def untold(self, limit: int) -> list[tuple[LinkRow, LinkStep]]:
        """Steps whose event may not be in the log yet, in the order they were recorded."""
        rows = self._database.rows(
            f"SELECT {_STEP} FROM link_steps WHERE is_told = 0 ORDER BY seq LIMIT ?",  # noqa: S608 - ours
            (limit,),
        )
        steps = [_step(row) for row in rows]
        return [(link, step) for step in steps if (link := self.get(step.link_id)) is not None]

    def record(self, changes: Sequence[tuple[LinkRow, LinkStep, AuditEntry]], mandate: Mandate) -> None:
        """Put links, their steps as intents, and audit rows down, durably: all or none.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            for link, step, entry in changes:
                self._database.rows(_UPSERT, _link_values(link))
                self._database.rows(_INSERT_STEP, _step_values(step))
                self._audit.add(entry)
            if mandate.once and changes:
                target = changes[0][0].link_id
                self._audit.note_once(
                    mandate.who, mandate.once, fingerprint=mandate.fingerprint, target=target, at=mandate.at
                )

    def note(self, entry: AuditEntry) -> None:
        """Put an audit row down alone, durably: of something that was asked and refused.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        with self._database.transaction():
            self._audit.add(entry)

    def told(self, steps: Sequence[LinkStep]) -> None:
        """The events of these steps lie in the log.

        Raises:
            Unavailable: it cannot be written now. They will be told again, which is harmless.
        """
        with self._database.transaction():
            self._database.run_many(
                "UPDATE link_steps SET is_told = 1 WHERE link_id = ? AND number = ?",
                [(step.link_id, step.number) for step in steps],
            )

    def _one(self, where: str, *values: Value) -> LinkRow | None:
        row = self._database.row(_SELECT + where, values)
        return _link(row) if row else None


def _where(wanted: LinkFilter) -> tuple[str, list[Value]]:
    clauses = ["true"]
    values: list[Value] = []
    for name in ("partner", "state", "brand", "player", "account", "cause"):
        value = getattr(wanted, name)
        if value:
            clauses.append(f"{name} = ?")
            values.append(value)
    if wanted.since is not None:
        clauses.append("since >= ?")
        values.append(wanted.since)
    return " AND ".join(clauses), values


def _link_values(link: LinkRow) -> tuple[Value, ...]:
    return (
        link.link_id,
        link.partner,
        link.brand,
        link.player,
        link.account,
        link.state,
        link.since,
        link.begun_at,
        link.cause,
        link.by,
        link.steps,
    )


def _step_values(step: LinkStep) -> tuple[Value, ...]:
    return step.link_id, step.number, step.state, step.at, step.by, step.cause, step.account, int(step.is_told)


def _link(row: Row) -> LinkRow:
    _, link_id, partner, brand, player, account, state, since, begun_at, cause, by, steps = cast(
        tuple[int, LinkId, PartnerId, BrandId, PlayerId, str, LinkState, Instant, Instant, str, str, int],
        row,
    )
    return LinkRow(
        link_id=link_id,
        partner=partner,
        brand=brand,
        player=player,
        account=account,
        state=state,
        since=since,
        begun_at=begun_at,
        cause=cause,
        by=by,
        steps=steps,
    )


def _step(row: Row) -> LinkStep:
    link_id, number, state, at, by, cause, account, is_told = cast(
        tuple[LinkId, int, LinkState, Instant, str, str, str, int], row
    )
    return LinkStep(
        link_id=link_id,
        number=number,
        state=state,
        at=at,
        by=by,
        cause=cause,
        account=account,
        is_told=bool(is_told),
    )
