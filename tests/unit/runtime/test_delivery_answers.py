"""What the delivery process says of itself over its socket, and what it can be told to do."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from countroom.core.errors import Contradicted, Missing
from countroom.core.signals import Outgoing, Reply
from countroom.engines.local.delivery_reads import DeliveryReads
from countroom.engines.local.reads import ReadServer
from countroom.engines.local.shard import wall_clock
from countroom.flow.deliver import Deliver, DeliverParts
from countroom.flow.desk import DeskParts, Terms
from countroom.runtime.delivery_answers import DeliveryAnswers
from countroom.stores.embedded.delivery_db import DeliveryDatabase
from countroom.stores.embedded.delivery_reader import DeliveryReader
from tests.contracts.ports.delivery_book import delivery, link, waiting
from tests.unit.flow.delivering import MemoryOutbox, Words


class Silent:
    """Nobody ever gets as far as sending: the first second after a start is quiet."""

    async def send(self, message: Outgoing) -> Reply:
        raise AssertionError(message)


class Process:
    """A delivery process in a thread, with two deliveries that wait."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> DeliveryReads:
        self._thread.start()
        assert self._ready.wait(10)
        return DeliveryReads(self._folder / "delivery.sock", whom="delivery")

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        path = self._folder / "delivery.db"
        book = DeliveryDatabase(path)
        book.record(waiting(1, 1, 2))
        look, reader = DeliveryReader(path), DeliveryReader(path)
        desk = DeskParts(
            dialect=Words(), line=Silent(), terms=Terms(), clock=wall_clock, now_s=lambda: 0.0, chance=lambda: 0.0
        )
        parts = DeliverParts(
            book=book, look=look, outboxes={0: MemoryOutbox()}, desks={"crm": desk}, clock=wall_clock,
            offload=_beside,
        )  # fmt: skip
        deliver = Deliver(parts)
        answers = DeliveryAnswers(deliver, reader, look=look, loop=self._loop, clock=wall_clock)
        server = ReadServer(self._folder / "delivery.sock", answers)
        await deliver.run(self._stop, on_ready=self._ready.set)
        server.close()
        for each in (look, reader, book):
            each.close()


async def _beside(work: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.to_thread(work, *arguments)


@pytest.fixture
def reads(tmp_path: Path) -> Iterator[DeliveryReads]:
    with Process(tmp_path) as found:
        yield found
        found.close()


def test_a_partner_says_how_he_stands(reads: DeliveryReads) -> None:
    [partner] = reads.partners()

    assert (partner["partner"], partner["waiting"], partner["pace"]) == ("crm", 2, 40)
    assert partner["state"] == "catching_up"
    assert partner["oldest_waiting_s"] > 60
    assert partner["held_by_gates"] == 0


def test_deliveries_come_page_by_page_and_explain_themselves(reads: DeliveryReads) -> None:
    page = reads.deliveries(limit=1, partner="crm", state="waiting")
    assert [each["delivery"] for each in page["deliveries"]] == [2]
    page = reads.deliveries(limit=1, before=page["next"], partner="crm")
    assert [each["delivery"] for each in page["deliveries"]] == [1]
    assert reads.deliveries(event_id="e2")["deliveries"][0]["delivery"] == 2
    said = reads.explain(2)
    assert said["next"] == {"why": "waiting behind delivery 1 of the same player"}
    assert (said["body"], said["link"]["account"]) == (delivery(2, 1).message.body.decode(), link(1).account)


def test_what_an_operator_does_is_there_when_it_is_answered(reads: DeliveryReads) -> None:
    reads.act("pause", by="jo", reason="why", partner="crm")
    assert reads.partners()[0]["paused"]["by"] == "jo"
    assert reads.explain(1)["next"]["why"] == "paused by jo: why"
    reads.act("drop", by="jo", reason="made up", delivery=1)
    assert reads.explain(1)["state"] == "dropped"
    reads.act("requeue", by="jo", reason="after all", delivery=1)
    assert [act["act"] for act in reads.explain(1)["acts"]] == ["drop", "requeue"]
    reads.act("pace", by="jo", reason="asked", partner="crm", rate=3)
    assert reads.partners()[0]["pace"] == 3
    reads.act("resume", by="jo", reason="done", partner="crm")
    assert reads.partners()[0]["state"] == "catching_up"


def test_what_is_not_there_and_what_cannot_be_is_said(reads: DeliveryReads) -> None:
    with pytest.raises(Missing, match="delivery 9"):
        reads.explain(9)
    with pytest.raises(Missing, match="known here: crm"):
        reads.act("pause", by="jo", reason="why", partner="nobody")
    reads.act("drop", by="jo", reason="no", delivery=1)
    with pytest.raises(Contradicted, match="it is dropped already"):
        reads.act("drop", by="jo", reason="no", delivery=1)


def test_counters_are_there_for_the_metrics(reads: DeliveryReads) -> None:
    [counters] = reads.counters()

    assert counters["partner"] == "crm"
    assert sum(counters["buckets"]) == 0
