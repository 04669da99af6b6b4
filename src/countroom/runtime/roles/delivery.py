"""The process that tells partners. It alone writes `delivery.db`."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from pathlib import Path
from typing import Final

import uvloop

from countroom.config.partners import dialect_of, http_settings, terms
from countroom.config.settings import Settings
from countroom.delivery.http import HttpLine
from countroom.engines.local.outbox import LocalOutbox
from countroom.engines.local.reads import ReadServer
from countroom.engines.local.shard import DELIVERY, wall_clock
from countroom.flow.deliver import Deliver, DeliverParts
from countroom.flow.delivery_book import DeliveryBook
from countroom.flow.desk import DeskParts
from countroom.runtime.delivery_answers import DeliveryAnswers
from countroom.runtime.place import Place
from countroom.stores.embedded.delivery_db import DeliveryDatabase
from countroom.stores.embedded.delivery_reader import DeliveryReader
from countroom.stores.embedded.doorbell import Doorbell

SWITCH_S: Final = 0.0005


def run(
    place: Place,
    *,
    number: int,
    descriptor: int,
    open_book: Callable[[Path], DeliveryBook] = DeliveryDatabase,
) -> None:
    """Deliver until SIGTERM.

    `open_book` opens `delivery.db`; tests bring one that dies at a given commit.

    Raises:
        Damaged: the store, or an outbox, is not what it was.
        SettingsError: a partner's key or certificates cannot be read.
        Unavailable: the store cannot be opened now.
    """
    del number, descriptor
    settings = place.kept_settings()
    # The thread that keeps the books must not make a message wait for its turn: 5 ms would be usual.
    sys.setswitchinterval(SWITCH_S)
    with ExitStack() as held:
        book = open_book(place.delivery_db)
        held.callback(book.close)
        uvloop.run(_delivering(place, settings, book=book))


async def _delivering(place: Place, settings: Settings, *, book: DeliveryBook) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as held:
        writer = ThreadPoolExecutor(1, "books")
        held.callback(writer.shutdown)
        desks = {}
        for name, section in settings.partners.items():
            line = await held.enter_async_context(HttpLine(http_settings(name, section)))
            desks[name] = DeskParts(
                dialect=dialect_of(name, section),
                line=line,
                terms=terms(section),
                clock=wall_clock,
                now_s=time.monotonic,
                chance=random.Random(os.urandom(8)).random,  # noqa: S311 - spreads retries, guards nothing
            )
        outboxes = {shard: LocalOutbox(place.shard_socket(shard)) for shard in range(settings.hub.shards)}
        look = DeliveryReader(place.delivery_db)
        held.callback(look.close)
        parts = DeliverParts(
            book=book,
            look=look,
            outboxes=outboxes,
            desks=desks,
            clock=wall_clock,
            offload=partial(loop.run_in_executor, writer),
        )
        deliver = Deliver(parts)
        bell = Doorbell(place.run, DELIVERY)
        held.callback(bell.close)
        loop.add_reader(bell.fileno(), _heard, bell, deliver)
        held.callback(loop.remove_reader, bell.fileno())
        reader = DeliveryReader(place.delivery_db)
        held.callback(reader.close)
        answers = DeliveryAnswers(deliver, reader, look=look, loop=loop, clock=wall_clock)
        server = ReadServer(place.delivery_socket, answers)
        held.callback(server.close)
        try:
            await deliver.run(stop, on_ready=place.ready("delivery").touch)
        finally:
            for outbox in outboxes.values():
                await outbox.close()


def _heard(bell: Doorbell, deliver: Deliver) -> None:
    if bell.hear():
        deliver.rung()
