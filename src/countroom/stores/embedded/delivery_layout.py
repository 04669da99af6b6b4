"""What `delivery.db` looks like inside, and its rows as records.

A million deliveries that wait take about half a gigabyte. Only the first waiting delivery of a link
has a `due`, so what is asked most, whose turn it is, looks at players and not at their queues.
"""

from typing import Final, cast

import msgspec

from countroom.core.deliveries import Act, Attempt, Delivery, LinkView, Shown, State
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId
from countroom.core.instants import Instant
from countroom.core.signals import Outgoing
from countroom.stores.embedded.sqlite import Layout, Row, Value

LAYOUT: Final = Layout(
    name="delivery database",
    application_id=0x43524456,
    version=1,
    schema="""
        CREATE TABLE partners (
            partner INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            state BLOB NOT NULL
        ) STRICT;
        CREATE TABLE cursors (shard INTEGER PRIMARY KEY, upto INTEGER NOT NULL) STRICT;
        CREATE TABLE links (
            link INTEGER PRIMARY KEY,
            partner INTEGER NOT NULL,
            brand TEXT NOT NULL,
            player TEXT NOT NULL,
            link_id TEXT NOT NULL,
            account TEXT NOT NULL,
            linked_at INTEGER NOT NULL,
            not_before INTEGER NOT NULL,
            is_linked INTEGER NOT NULL,
            facts BLOB NOT NULL,
            shut TEXT NOT NULL,
            open INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX links_by_id ON links (link_id, partner);
        CREATE INDEX links_by_player ON links (player, brand);
        CREATE INDEX links_shut ON links (partner) WHERE shut <> '';
        CREATE TABLE deliveries (
            delivery INTEGER PRIMARY KEY,
            link INTEGER NOT NULL,
            partner INTEGER NOT NULL,
            state INTEGER NOT NULL,
            due INTEGER,
            event_id TEXT NOT NULL,
            rule TEXT NOT NULL,
            name TEXT NOT NULL,
            happened_at INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            body BLOB NOT NULL,
            attempts INTEGER NOT NULL,
            ended_at INTEGER,
            tried_at INTEGER,
            status INTEGER,
            latency_us INTEGER,
            said TEXT,
            why TEXT
        ) STRICT;
        CREATE INDEX deliveries_by_event ON deliveries (event_id);
        CREATE INDEX deliveries_by_link ON deliveries (link, delivery);
        CREATE INDEX deliveries_due ON deliveries (partner, due, delivery) WHERE due IS NOT NULL;
        CREATE INDEX deliveries_waiting ON deliveries (link, delivery) WHERE state = 0;
        CREATE INDEX deliveries_open ON deliveries (partner, state, delivery) WHERE state <> 1;
        CREATE TABLE attempts (
            delivery INTEGER NOT NULL,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            status INTEGER NOT NULL,
            latency_us INTEGER NOT NULL,
            said TEXT NOT NULL,
            PRIMARY KEY (delivery, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE acts (
            act INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            partner TEXT NOT NULL,
            delivery INTEGER NOT NULL,
            record BLOB NOT NULL
        ) STRICT;
        CREATE INDEX acts_by_delivery ON acts (delivery)
    """,
)

LINK_COLUMNS: Final = (
    "l.link, p.name, l.brand, l.player, l.link_id, l.account, l.linked_at, l.not_before, l.is_linked, l.facts, "
    "l.shut, l.open"
)
MESSAGE_COLUMNS: Final = (
    "d.delivery, d.link, p.name, d.event_id, d.rule, d.name, d.happened_at, d.body, d.created_at, d.attempts"
)
MESSAGE_COUNT: Final = 10
SHOWN_COLUMNS: Final = (
    f"{MESSAGE_COLUMNS}, d.state, d.due, d.why, d.ended_at, d.tried_at, d.status, d.latency_us, d.said"
)
SHOWN_COUNT: Final = 18

_decode_facts = msgspec.msgpack.Decoder(dict[str, str]).decode
_decode_act = msgspec.msgpack.Decoder(Act).decode
encode: Final = msgspec.msgpack.Encoder().encode


def link_row(link: LinkView, partner: int) -> tuple[Value, ...]:
    """A link in the order of its table's columns."""
    return (
        link.link, partner, link.brand, link.player, link.link_id, link.account, link.linked_at, link.not_before,
        link.is_linked, encode(link.facts), link.shut, link.open,
    )  # fmt: skip


def link_of(row: Row) -> LinkView:
    """A link from LINK_COLUMNS."""
    link, partner, brand, player, link_id, account, linked_at, not_before, is_linked, facts, shut, opened = row
    return LinkView(
        link=cast(int, link), partner=PartnerId(str(partner)), brand=BrandId(str(brand)),
        player=PlayerId(str(player)), link_id=LinkId(str(link_id)), account=str(account),
        linked_at=cast(Instant, linked_at), not_before=cast(Instant, not_before), is_linked=bool(is_linked),
        facts=_decode_facts(cast(bytes, facts)), shut=str(shut), open=cast(int, opened),
    )  # fmt: skip


def delivery_of(row: Row) -> Delivery:
    """A delivery from MESSAGE_COLUMNS."""
    number, link, partner, event_id, rule, name, at, body, created_at, attempts = row
    message = Outgoing(str(event_id), str(rule), str(name), cast(Instant, at), cast(bytes, body))
    return Delivery(
        number=cast(int, number), link=cast(int, link), partner=PartnerId(str(partner)), message=message,
        created_at=cast(Instant, created_at), attempts=cast(int, attempts),
    )  # fmt: skip


def shown_of(row: Row) -> Shown:
    """A delivery with its link, from SHOWN_COLUMNS and LINK_COLUMNS."""
    state, due, why, ended_at, tried_at, status, latency, said = row[MESSAGE_COUNT:SHOWN_COUNT]
    last = None
    if tried_at is not None:
        last = Attempt(cast(Instant, tried_at), cast(int, status), cast(int, latency), str(said or ""))
    return Shown(
        delivery=delivery_of(row[:MESSAGE_COUNT]), link=link_of(row[SHOWN_COUNT:]), state=State(cast(int, state)),
        due=cast(Instant, due) if due is not None else None, why=str(why or ""),
        ended_at=cast(Instant, ended_at) if ended_at is not None else None, last=last,
    )  # fmt: skip


def attempt_of(row: Row) -> Attempt:
    """An attempt from `at, status, latency_us, said`."""
    at, status, latency, said = row
    return Attempt(cast(Instant, at), cast(int, status), cast(int, latency), str(said))


def act_of(row: Row) -> Act:
    """An act from `record`."""
    return _decode_act(cast(bytes, row[0]))
