"""All desks of one hub, as the admin API takes them."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from hmac import compare_digest
from typing import Final

import msgspec

from countroom.api.parts import ApiParts, Caller
from countroom.api.resources.links import REMOVE_MANY
from countroom.api.resources.mending import DISCARD_MANY, REDRIVE_MANY
from countroom.config.settings import Settings
from countroom.engines.local.delivery_reads import DeliveryReads
from countroom.runtime.books import Books
from countroom.runtime.desk.audit import AuditDesk
from countroom.runtime.desk.deliveries import DeliveriesDesk
from countroom.runtime.desk.events import EventsDesk
from countroom.runtime.desk.hub import HubDesk
from countroom.runtime.desk.jobs import JobsDesk
from countroom.runtime.desk.keys import KeysDesk
from countroom.runtime.desk.links import LinksDesk, RemoveMany
from countroom.runtime.desk.mappings import MappingsDesk
from countroom.runtime.desk.players import PlayersDesk
from countroom.runtime.desk.quarantine import QuarantineDesk
from countroom.runtime.desk.told import Told
from countroom.runtime.endpoints import read_endpoints
from countroom.runtime.jobs import Jobs
from countroom.runtime.key_known import wait_until_known
from countroom.runtime.open_view import running_view, stopped_view
from countroom.runtime.place import Place
from countroom.runtime.plans import Plans
from countroom.runtime.quarantine import DiscardMany
from countroom.runtime.receipts import Receipts
from countroom.runtime.redriving import RedriveMany
from countroom.runtime.view import HubView
from countroom.vault.client import VaultClient
from countroom.vault.line import Line

LOCAL: Final = "admin"
"""What who holds the local token is called."""


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """What the desks work with; a hub that is stopped has neither vault nor delivery."""

    books: Books
    counting: HubView
    """For the questions that keep counts."""
    reading: HubView
    vault: VaultClient | None = None
    delivery: DeliveryReads | None = None


@contextmanager
def running_desks(place: Place, settings: Settings, token: bytes) -> Iterator[tuple[ApiParts, Books]]:
    """The desks of a hub that runs, within its control process.

    Raises:
        Damaged: a file is something else, or is broken.
        Unavailable: a file cannot be opened or written now.
    """
    with ExitStack() as held:
        means = Means(
            books=Books(place, settings, chance=os.urandom),
            counting=running_view(place, settings),
            reading=running_view(place, settings),
            vault=VaultClient(Line(place.vault_socket), chance=os.urandom),
            delivery=DeliveryReads(place.delivery_socket, whom="delivery"),
        )
        for part in (means.vault, means.delivery, means.reading, means.counting, means.books):
            if part is not None:
                held.callback(part.close)

        def is_known(secret: str) -> bool:
            endpoints = read_endpoints(place.root)
            return endpoints is not None and wait_until_known(endpoints.rest, secret)

        def caller(given: bytes) -> Caller | None:
            if compare_digest(given, token):
                return Caller(LOCAL, "admin")
            key = means.books.keys.of_api(sha256(given).hexdigest(), means.books.clock())
            return Caller(key.label or key.key_id, key.scope) if key is not None else None

        yield desks(means, is_known=is_known, caller=caller), means.books


@contextmanager
def stopped_desks(place: Place) -> Iterator[ApiParts]:
    """The desks of a hub that is stopped, out of its files; it cannot be started while the block runs.

    Raises:
        Locked: it runs after all.
        SettingsError: there is none here.
    """
    settings = place.kept_settings()
    with stopped_view(place) as view, closing(Books(place, settings, chance=os.urandom)) as books:
        yield desks(Means(books=books, counting=view, reading=view), is_known=lambda _: False, caller=lambda _: None)


def desks(means: Means, *, is_known: Callable[[str], bool], caller: Callable[[bytes], Caller | None]) -> ApiParts:
    """All of them."""
    books = means.books
    deliveries = DeliveriesDesk(means.delivery, books)
    receipts = Receipts(means.vault, tuple(means.counting.settings.brands)) if means.vault is not None else None
    quarantine = QuarantineDesk(means.reading, books, receipts)
    return ApiParts(
        hub=HubDesk(means.counting, means.counting.settings, books, deliveries),
        players=PlayersDesk(means.reading, means.vault),
        keys=KeysDesk(books, wait_until_known=is_known),
        links=LinksDesk(books, means.reading),
        audit=AuditDesk(books),
        plans=Plans(
            books,
            {
                REMOVE_MANY: RemoveMany(books),
                REDRIVE_MANY: RedriveMany(books, collect=quarantine.collect),
                DISCARD_MANY: DiscardMany(books, collect=quarantine.collect),
            },
        ),
        events=EventsDesk(means.reading, Told(deliveries, books, means.reading.settings)),
        deliveries=deliveries,
        quarantine=quarantine,
        mappings=MappingsDesk(books),
        jobs=JobsDesk(Jobs(books)),
        caller=caller,
        clock=books.clock,
        chance=books.chance,
    )
