"""`delivery.db`: how far the outboxes were taken, who is linked, what waits, what was sent and when.

Written by the delivery process alone; everything of a round in one synced transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import msgspec

from countroom.core.deliveries import Change, Delivery, LinkView, Outcome, PartnerState, State
from countroom.core.instants import Instant
from countroom.stores.embedded.delivery_layout import (
    LAYOUT,
    LINK_COLUMNS,
    MESSAGE_COLUMNS,
    delivery_of,
    encode,
    link_of,
    link_row,
)
from countroom.stores.embedded.sqlite import USUAL, Opening, Value, open_writer

KEPT_TRIES: Final = 50
"""Failed tries that are kept of one delivery, the latest: who is refused for ever must not fill the disk."""
_CACHE_KIB: Final = 48 << 10
_decode_state = msgspec.json.Decoder(PartnerState).decode

_PUT_LINK: Final = (
    f"INSERT INTO links VALUES ({', '.join('?' * 12)}) "  # noqa: S608 - ours
    "ON CONFLICT (link) DO UPDATE SET "
    "account = excluded.account, linked_at = excluded.linked_at, not_before = excluded.not_before, "
    "is_linked = excluded.is_linked, facts = excluded.facts, shut = excluded.shut, open = excluded.open"
)
_PUT_DELIVERY: Final = f"INSERT INTO deliveries VALUES ({', '.join('?' * 18)})"  # noqa: S608 - ours
_ACCEPT: Final = (
    "UPDATE deliveries SET state = 1, due = NULL, attempts = ?, ended_at = ?, tried_at = ?, status = ?, "
    "latency_us = ?, said = '', why = ? WHERE delivery = ?"
)
_FAIL: Final = (
    "UPDATE deliveries SET attempts = ?, tried_at = ?, status = ?, latency_us = ?, said = ?, why = ?, "
    "due = CASE state WHEN 0 THEN ? END WHERE delivery = ?"
)
_HEAD: Final = "(SELECT delivery FROM deliveries WHERE link = ? AND state = 0 ORDER BY delivery LIMIT 1)"
_CALL: Final = f"UPDATE deliveries SET due = ? WHERE delivery = {_HEAD} AND due IS NULL"  # noqa: S608 - ours
_HUSH: Final = f"UPDATE deliveries SET due = NULL WHERE delivery = {_HEAD}"  # noqa: S608 - ours


class DeliveryDatabase:
    """The writing side of `delivery.db`. One process, one thread at a time."""

    def __init__(self, path: Path, *, opening: Opening = USUAL) -> None:
        """Open it, made when it is not there.

        Raises:
            Damaged: the file is something else, or is broken.
            Unavailable: it cannot be opened now.
        """
        self._database = open_writer(path, LAYOUT, opening=opening)
        self._database.rows(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._numbers: dict[str, int] = {
            str(name): cast(int, number) for name, number in self._database.rows("SELECT name, partner FROM partners")
        }

    def cursors(self) -> dict[int, int]:
        """Per shard the number up to which its outbox was taken."""
        rows = self._database.rows("SELECT shard, upto FROM cursors")
        return {cast(int, shard): cast(int, upto) for shard, upto in rows}

    def last_numbers(self) -> tuple[int, int]:
        """The highest number of a delivery, and of a link, so far."""
        return (
            self._database.number("SELECT max(delivery) FROM deliveries"),
            self._database.number("SELECT max(link) FROM links"),
        )

    def partners(self) -> dict[str, PartnerState]:
        """What is kept of each partner that was ever spoken of."""
        rows = self._database.rows("SELECT name, state FROM partners")
        return {str(name): _decode_state(cast(bytes, state)) for name, state in rows}

    def open_deliveries(self) -> dict[str, int]:
        """How many deliveries wait, per partner."""
        rows = self._database.rows("SELECT p.name, sum(l.open) FROM links l JOIN partners p USING (partner) GROUP BY 1")
        return {str(name): cast(int, count) for name, count in rows}

    def shut_links(self, partner: str) -> list[LinkView]:
        """Links of the partner that a gate is closed for."""
        rows = self._database.rows(
            f"SELECT {LINK_COLUMNS} FROM links l JOIN partners p USING (partner) "  # noqa: S608 - ours
            "WHERE l.partner = ? AND l.shut <> ''",
            (self._numbers.get(partner, 0),),
        )
        return [link_of(row) for row in rows]

    def due(self, partner: str, now: Instant, *, after: tuple[int, int], limit: int) -> list[tuple[int, int, int]]:
        """First waiting deliveries whose turn has come: (due, delivery, link), in order, behind `after`."""
        rows = self._database.rows(
            "SELECT due, delivery, link FROM deliveries INDEXED BY deliveries_due "
            "WHERE due IS NOT NULL AND partner = ? AND due <= ? AND (due, delivery) > (?, ?) "
            "ORDER BY due, delivery LIMIT ?",
            (self._numbers.get(partner, 0), now, *after, limit),
        )
        return cast(list[tuple[int, int, int]], rows)

    def waiting(self, links: Iterable[int], most: int) -> list[tuple[LinkView, list[Delivery]]]:
        """Links with the first `most` of their waiting deliveries each, in order."""
        found = []
        for link in links:
            rows = self._database.rows(
                f"SELECT {MESSAGE_COLUMNS} FROM deliveries d JOIN partners p USING (partner) "  # noqa: S608 - ours
                "WHERE d.link = ? AND d.state = 0 ORDER BY d.delivery LIMIT ?",
                (link, most),
            )
            [view] = self._database.rows(
                f"SELECT {LINK_COLUMNS} FROM links l JOIN partners p USING (partner) WHERE l.link = ?",  # noqa: S608
                (link,),
            )
            found.append((link_of(view), [delivery_of(row) for row in rows]))
        return found

    def record(self, change: Change) -> None:
        """Put `change` down, durably: all or none.

        Raises:
            Unavailable: it cannot be written now. Nothing was recorded.
        """
        known = dict(self._numbers)
        try:
            with self._database.transaction():
                self._partners(change)
                self._links(change)
                self._deliveries(change)
                self._operators(change)
                self._heads(change)
                self._database.run_many("INSERT OR REPLACE INTO cursors VALUES (?, ?)", change.cursors.items())
        except BaseException:
            self._numbers = known
            raise

    def prune(self, before: Mapping[str, Instant], *, after: int, limit: int) -> tuple[int, int]:
        """Forget deliveries that ended before their partner's moment, of the next `limit` behind number `after`.

        How many were forgotten, and the number to go on behind; 0 when all that follow are younger.
        """
        moments = {self._numbers[name]: moment for name, moment in before.items() if name in self._numbers}
        rows = self._database.rows(
            "SELECT delivery, partner, ended_at FROM deliveries WHERE delivery > ? ORDER BY delivery LIMIT ?",
            (after, limit),
        )
        ended = [(number, partner, at) for number, partner, at in rows if isinstance(at, int)]
        over = [(number,) for number, partner, at in ended if at < moments.get(cast(int, partner), 0)]
        if over:
            with self._database.transaction():
                self._database.run_many("DELETE FROM attempts WHERE delivery = ?", over)
                self._database.run_many("DELETE FROM deliveries WHERE delivery = ?", over)
        # Numbers grow with time: behind one that ended and is kept, nearly all are younger.
        is_level = len(rows) < limit or len(over) < len(ended)
        return len(over), 0 if is_level else cast(int, rows[-1][0])

    def close(self) -> None:
        """Release the file."""
        self._database.finish()

    def _number(self, partner: str) -> int:
        number = self._numbers.get(partner)
        if number is None:
            number = self._numbers[partner] = len(self._numbers) + 1
            blank = msgspec.json.encode(PartnerState())
            self._database.rows("INSERT INTO partners VALUES (?, ?, ?)", (number, partner, blank))
        return number

    def _partners(self, change: Change) -> None:
        for name, state in change.partners.items():
            self._database.rows(
                "UPDATE partners SET state = ? WHERE partner = ?", (msgspec.json.encode(state), self._number(name))
            )

    def _links(self, change: Change) -> None:
        self._database.run_many(_PUT_LINK, [link_row(link, self._number(link.partner)) for link in change.links])

    def _deliveries(self, change: Change) -> None:
        outcomes: dict[int, list[Outcome]] = {}
        for outcome in change.outcomes:
            outcomes.setdefault(outcome.delivery.number, []).append(outcome)
        new = {delivery.number for delivery in change.fresh}
        self._database.run_many(
            _PUT_DELIVERY, [_fresh_row(d, self._number(d.partner), outcomes.get(d.number)) for d in change.fresh]
        )
        for number, tries in outcomes.items():
            if number not in new:
                self._end(number, tries)
        self._tries(tries for tries in outcomes.values() if not tries[-1].accepted or len(tries) > 1)

    def _end(self, number: int, tries: Sequence[Outcome]) -> None:
        last = tries[-1]
        at, status, latency, said = last.attempt.at, last.attempt.status, last.attempt.latency_us, last.attempt.said
        count = last.count
        if last.accepted:
            self._database.rows(_ACCEPT, (count, at, at, status, latency, last.why or None, number))
        else:
            self._database.rows(_FAIL, (count, at, status, latency, said, last.why, last.due, number))

    def _tries(self, every: Iterable[Sequence[Outcome]]) -> None:
        rows: list[tuple[Value, ...]] = []
        for tries in every:
            for outcome in tries:
                at, status, latency, said = msgspec.structs.astuple(outcome.attempt)
                if not outcome.accepted:
                    rows.append((outcome.delivery.number, outcome.count, at, status, latency, said))
        self._database.run_many("INSERT OR REPLACE INTO attempts VALUES (?, ?, ?, ?, ?, ?)", rows)
        old = [(row[0], cast(int, row[1]) - KEPT_TRIES) for row in rows if cast(int, row[1]) > KEPT_TRIES]
        self._database.run_many("DELETE FROM attempts WHERE delivery = ? AND number <= ?", old)

    def _operators(self, change: Change) -> None:
        end = "UPDATE deliveries SET state = ?, due = NULL, ended_at = ? WHERE state = 0"
        self._database.run_many(
            f"{end} AND link = ? AND delivery <= ?",
            [(State.WITHDRAWN, change.at, link, upto) for link, upto in change.withdrawn],
        )
        self._database.run_many(
            f"{end} AND delivery = ?", [(State.DROPPED, change.at, number) for number in change.dropped]
        )
        self._database.run_many(
            "UPDATE deliveries SET state = 0, due = NULL, ended_at = NULL WHERE delivery = ?",
            [(number,) for number, _ in change.reopened],
        )
        self._database.run_many(_HUSH, [(link,) for _, link in change.reopened])
        self._database.run_many(
            "INSERT INTO acts (at, partner, delivery, record) VALUES (?, ?, ?, ?)",
            [(act.at, act.partner, act.delivery, encode(act)) for act in change.acts],
        )

    def _heads(self, change: Change) -> None:
        """The first waiting delivery of each link that changed is called, unless a gate is closed."""
        waiting = [link for link in change.links if link.open]
        self._database.run_many(
            _CALL, [(max(change.at, link.not_before), link.link) for link in waiting if not link.shut]
        )
        self._database.run_many(_HUSH, [(link.link,) for link in waiting if link.shut])


def _fresh_row(delivery: Delivery, partner: int, tries: Sequence[Outcome] | None) -> tuple[Value, ...]:
    message = delivery.message
    state, due, ended_at = State.WAITING, None, None
    at = status = latency = said = why = None
    count = 0
    if tries:
        last = tries[-1]
        count = last.count
        at, status, latency, said = last.attempt.at, last.attempt.status, last.attempt.latency_us, last.attempt.said
        why = last.why or None
        if last.accepted:
            state, ended_at = State.ACCEPTED, at
        else:
            due = last.due
    return (
        delivery.number, delivery.link, partner, state, due, message.event_id, message.rule, message.name, message.at,
        delivery.created_at, message.body, count, ended_at, at, status, latency, said, why,
    )  # fmt: skip
