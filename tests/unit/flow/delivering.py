"""The third leg on stores in a directory, with outboxes, partners and time that a test makes."""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from countroom.core.deliveries import Change, Shown
from countroom.core.errors import Unavailable
from countroom.core.instants import SECOND, Instant
from countroom.core.signals import LINK_FACTS, Judgement, Outgoing, Recipient, Reply, Signal
from countroom.flow.deliver import Deliver, DeliverParts
from countroom.flow.desk import Desk, DeskParts, Terms
from countroom.flow.explain import explained
from countroom.flow.operate import Operator
from countroom.ports import OutboxRow
from countroom.stores.embedded.delivery_db import DeliveryDatabase
from countroom.stores.embedded.delivery_reader import DeliveryReader, Wanted
from tests.unit.flow.simulated import now

BRAND = "lucky"
OK = Reply(status=200, headers={}, body=b"")


def refused(code: str = "UserNotFound", status: int = 404, **headers: str) -> Reply:
    return Reply(status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}, body=code.encode())


class Words:
    """A dialect that says what the signal says: event ids are player, kind and subject."""

    def messages(self, signal: Signal, recipient: Recipient) -> Sequence[Outgoing]:
        if signal.kind == LINK_FACTS:
            facts: dict[str, Any] = (signal.content or {}).get("facts", {})  # type: ignore[assignment]
            return [_said(recipient, fact["kind"], fact["subject"], fact["at"]) for fact in facts.get("told", ())]
        return [_said(recipient, signal.kind, signal.subject, signal.at)] if signal.kind != "linked" else []

    def judge(self, reply: Reply) -> Judgement:
        pause = reply.headers.get("retry-after")
        is_outage = reply.status >= 500 or reply.status == 429
        return Judgement(
            accepted=reply.status == 200,
            said="" if reply.status == 200 else f"{reply.status} {reply.body.decode()}",
            retry_after_s=float(pause) if pause else None,
            is_outage=is_outage,
        )


def _said(recipient: Recipient, kind: str, subject: str, at: int) -> Outgoing:
    event_id = f"{recipient.account}/{kind}/{subject}"
    return Outgoing(event_id, kind, kind, Instant(at), f"{recipient.player} {event_id}".encode())


class Got(msgspec.Struct, frozen=True):
    """What a partner was sent."""

    at: Instant
    player: str
    event_id: str
    status: int


class Partner:
    """A partner's end of the wire, which remembers what came and answers as it is told."""

    def __init__(self, answer: Callable[[Got], Reply] | None = None, *, takes_s: float = 0.01) -> None:
        self.answer = answer or (lambda _: OK)
        self.takes_s = takes_s
        self.is_up = True
        self.got: list[Got] = []

    async def send(self, message: Outgoing) -> Reply:
        player, event_id = message.body.decode().split(" ", 1)
        at = now()
        await asyncio.sleep(self.takes_s)
        if not self.is_up:
            self.got.append(Got(at, player, event_id, 0))
            raise Unavailable("refused: nobody there")
        reply = self.answer(Got(at, player, event_id, 0))
        self.got.append(Got(at, player, event_id, reply.status))
        return reply

    @property
    def accepted(self) -> list[str]:
        return [got.event_id for got in self.got if got.status == 200]

    def of(self, player: str) -> list[str]:
        return [got.event_id for got in self.got if got.status == 200 and got.player == player]


class MemoryOutbox:
    """A shard's outbox."""

    def __init__(self) -> None:
        self.rows: list[OutboxRow] = []
        self.released = 0

    async def read(self, after: int, limit: int) -> list[OutboxRow]:
        return self.rows[after : after + limit]

    async def release(self, upto: int) -> None:
        self.released = upto

    def tell(self, *signals: Signal) -> None:
        for signal in signals:
            self.rows.append(OutboxRow(len(self.rows) + 1, signal))


class Rig:
    """A data directory's third leg over several lives."""

    def __init__(self, folder: Path, partners: Mapping[str, Partner], **terms: Any) -> None:
        self.folder = folder
        self.partners = partners
        self.terms = {"settle": 0, "rate": 0, **terms}
        self.outboxes = {0: MemoryOutbox(), 1: MemoryOutbox()}
        self.life: Life | None = None
        self.poll_s = 0.5

    def outbox(self, player: str) -> MemoryOutbox:
        return self.outboxes[sum(player.encode()) % 2]

    def link(
        self, player: str, partner: str, *, link_id: str = "", account: str = "", facts: Iterable[Any] = (), **more: Any
    ) -> None:
        link_id = link_id or f"l-{player}-{partner}"
        content = {
            "link": {"link_id": link_id, "partner": partner, "account": account or player},
            "facts": {"told": list(facts), **more},
        }
        self.tell(player, LINK_FACTS, link_id, content, partner)
        self.tell(player, "linked", link_id, {"link_id": link_id, "account": account or player}, partner)

    def unlink(self, player: str, partner: str, *, link_id: str = "") -> None:
        link_id = link_id or f"l-{player}-{partner}"
        self.tell(player, "unlinked", link_id, {"link_id": link_id}, partner)

    def tell(
        self,
        player: str,
        kind: str,
        subject: str,
        content: Any = None,
        partner: str | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        self.outbox(player).tell(Signal(kind, subject, now(), quiet, BRAND, player, content or {}, partner))
        if self.life is not None:
            self.life.deliver.rung()

    def start(self, *, book: type[DeliveryDatabase] = DeliveryDatabase) -> "Life":
        self.life = Life(self, book(self.folder / "delivery.db"))
        return self.life

    def terms_of(self, name: str) -> Terms:
        """What is said of all partners, and over it what is said of this one by his name."""
        every = {key: value for key, value in self.terms.items() if key not in self.partners}
        return Terms(**every | self.terms.get(name, {}))


class Life:
    """One life of the delivery process."""

    def __init__(self, rig: Rig, book: DeliveryDatabase) -> None:
        self.book = book
        self.reader = DeliveryReader(rig.folder / "delivery.db")
        chance = random.Random(7).random
        clock_s = asyncio.get_running_loop().time
        desks = {
            name: DeskParts(
                dialect=Words(), line=partner, terms=rig.terms_of(name), clock=now, now_s=clock_s, chance=chance
            )
            for name, partner in rig.partners.items()
        }
        self.deliver = Deliver(
            DeliverParts(
                book=book,
                look=self.reader,
                outboxes=rig.outboxes,
                desks=desks,
                clock=now,
                offload=_beside,
                poll_s=rig.poll_s,
            )
        )
        self.operator = Operator(self.deliver, now)
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(self.deliver.run(self._stop))

    def desk(self, name: str) -> Desk:
        return self.deliver.desks[name]

    def shown(self, event_id: str) -> Shown:
        """A delivery as it is recorded."""
        *_, found = self.reader.deliveries(Wanted(event_id=event_id), 2)
        whole = self.reader.delivery(found.delivery.number)
        assert whole is not None
        return msgspec.structs.replace(whole, link=self.deliver.links.adopted(whole.link))

    def explained(self, event_id: str) -> dict[str, Any]:
        """What a delivery says of itself."""
        shown = self.shown(event_id)
        return explained(shown, self.deliver.desks.get(shown.link.partner), now())

    def why(self, event_id: str) -> str:
        """Why it is not sent now."""
        return str(self.explained(event_id)["next"]["why"])

    async def until(self, is_so: Callable[[], bool], within_s: float = 3_600, *, step_s: float = 0.05) -> None:
        loop = asyncio.get_running_loop()
        last = loop.time() + within_s
        while not is_so():
            if self._running.done():
                self._running.result()
            assert loop.time() < last, "not within the time"
            await asyncio.sleep(step_s)

    async def quiet(self, within_s: float = 3_600) -> None:
        """Until nothing waits and all is recorded."""
        await asyncio.sleep(0.2)
        await self.until(lambda: all(not d.waiting and not d.sending for d in self.deliver.desks.values()), within_s)
        await self.deliver.recorded()

    async def stop(self) -> None:
        self._stop.set()
        await self._running
        self.reader.close()
        self.book.close()

    async def kill(self) -> None:
        """As SIGKILL: what is not recorded is lost."""
        self.book.record = _never  # type: ignore[method-assign]
        tasks = [self._running, *(t for d in self.deliver.desks.values() for t in d.sending)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.reader.close()
        self.book.close()


def _never(change: Change) -> None:
    raise Unavailable("the process is dead")


async def _beside(work: Callable[..., Any], *arguments: Any) -> Any:
    """As a thread does it: things happen before and after."""
    await asyncio.sleep(0.004)
    done = work(*arguments)
    await asyncio.sleep(0.004)
    return done


def fact(kind: str, subject: str, at: int = 1_700_000_000 * SECOND) -> dict[str, object]:
    return {"kind": kind, "subject": subject, "at": at}
