"""Three partners in made time: the engine on its store, the vendor's desk at the far end, and what each must hold."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from countroom.core.deliveries import Change, PartnerState
from countroom.core.errors import Unavailable
from countroom.core.instants import SECOND
from countroom.core.signals import LINK_FACTS, Outgoing, Reply, Signal
from countroom.dialects.faceit import FaceitDialect, rules_from
from countroom.flow.deliver import Deliver, DeliverParts
from countroom.flow.desk import DeskParts, Terms
from countroom.ports import OutboxRow
from countroom.sandbox.faceit import Sandbox, SandboxSettings
from countroom.sandbox.http import Request
from countroom.stores.embedded.delivery_db import DeliveryDatabase
from countroom.stores.embedded.delivery_reader import DeliveryReader
from tests.unit.flow.simulated import now

BRAND = "lucky"
PATH = "/cdp/v1/users/events/send"
RATE = 200
TRAVELS_S = 0.02
"""From us to the partner."""
TIME_ENOUGH_S = 120.0
"""In which a partner who is there is told what is due, whatever is killed."""
HEADERS = {"authorization": "Bearer sandbox-key", "content-type": "application/json"}
Content = dict[str, object]
Said = tuple[str, int, str]
"""Name, seconds and amount of an event, as the partner has it."""


class Line:
    """The way to a partner: what is sent arrives, is answered at the far end, and the answer takes its time."""

    def __init__(self, sandbox: Sandbox, *, answers_s: float) -> None:
        self._sandbox = sandbox
        self._answers_s = answers_s

    async def send(self, message: Outgoing) -> Reply:
        """What the partner answers.

        Raises:
            Unavailable: nobody is there.
        """
        await asyncio.sleep(TRAVELS_S)
        answer = self._sandbox.answer(Request("POST", PATH, "", HEADERS, message.body))
        if answer.hangs:
            raise Unavailable("refused: nobody there")
        await asyncio.sleep(self._answers_s)
        return Reply(status=answer.status, headers=dict(answer.headers), body=answer.body)


class Outbox:
    """A shard's outbox."""

    def __init__(self) -> None:
        self.rows: list[OutboxRow] = []

    async def read(self, after: int, limit: int) -> list[OutboxRow]:
        """Rows after a number."""
        return self.rows[after : after + limit]

    async def release(self, upto: int) -> None:
        """They may be forgotten; here they are not."""
        del upto

    def tell(self, signal: Signal) -> None:
        """Write a row."""
        self.rows.append(OutboxRow(len(self.rows) + 1, signal))


class Account:
    """What one account must be told."""

    def __init__(self, name: str, partner: str) -> None:
        self.name = name
        self.partner = partner
        self.expected: list[Said] = []
        self.is_linked = True
        self.quiet_since_s = 0.0
        """When there was last something to tell; then, when the link ended."""
        self.had_time = True
        """False when the link ended before all could have been told."""

    def expect(self, said: Said) -> None:
        """Something more is to be told, now."""
        self.expected.append(said)
        self.quiet_since_s = asyncio.get_running_loop().time()

    def end(self) -> None:
        """The link is no more."""
        self.is_linked = False
        self.had_time = asyncio.get_running_loop().time() - self.quiet_since_s > TIME_ENOUGH_S


class World:
    """The engine over several lives, its partners, and beside them what is right."""

    def __init__(self, folder: Path, partners: dict[str, tuple[SandboxSettings, float]]) -> None:
        self._folder = folder
        loop = asyncio.get_running_loop()
        self.sandboxes = {
            name: Sandbox(settings, monotonic=loop.time, wall=lambda: now() / SECOND)
            for name, (settings, _) in partners.items()
        }
        self._lines = {
            name: Line(self.sandboxes[name], answers_s=answers_s) for name, (_, answers_s) in partners.items()
        }
        self._outboxes = {0: Outbox(), 1: Outbox()}
        self.accounts: dict[tuple[str, str], list[Account]] = {}
        self._last_bet: dict[str, tuple[str, int, Content]] = {}
        self._told = 0
        self.acts = 0
        """Links made and ended."""
        self.life = Life(self)

    def account(self, player: str, partner: str) -> Account | None:
        """The account that stands."""
        every = self.accounts.get((player, partner), [])
        return every[-1] if every and every[-1].is_linked else None

    def bet(self, player: str) -> None:
        """The player bets; whoever he is linked to is told."""
        self._told += 1
        content: Content = {"amount": str(self._told), "currency": "EUR", "free_money": False}
        self._last_bet[player] = str(self._told), int(now()), content
        self.say_again(player)

    def say_again(self, player: str) -> None:
        """The player's last bet is told, be it for the second time: nobody hears of it twice."""
        if player not in self._last_bet:
            return
        amount, at, content = self._last_bet[player]
        self._tell(player, ("bet_placed", f"bet:{amount}"), at, content=content)
        for partner in self.sandboxes:
            account = self.account(player, partner)
            if account is not None and (said := ("bet", at // SECOND, amount)) not in account.expected:
                account.expect(said)

    def link(self, player: str, partner: str) -> None:
        """The player is linked to a new account."""
        self.acts += 1
        every = self.accounts.setdefault((player, partner), [])
        account = Account(f"{player}.{partner}.{len(every)}", partner)
        every.append(account)
        registered = 1_700_000_000 * SECOND
        facts = {"registered": _fact("profile_ready", "profile", registered, {})}
        account.expect(("registration", registered // SECOND, ""))
        if (last := self._last_bet.get(player)) is not None:
            amount, at, bet = last
            facts["last_bet"] = _fact("bet_placed", f"bet:{amount}", at, bet)
            account.expect(("bet", at // SECOND, amount))
        said: Content = {"link_id": f"l-{account.name}", "partner": partner, "account": account.name}
        content: Content = {"link": said, "facts": facts}
        self._tell(player, (LINK_FACTS, f"l-{account.name}"), int(now()), content=content, partner=partner)
        self._tell(player, ("linked", f"l-{account.name}"), int(now()), content=said, partner=partner)

    def unlink(self, player: str, partner: str) -> None:
        """The player's account there is his no more."""
        account = self.account(player, partner)
        if account is not None:
            self.acts += 1
            account.end()
            content: Content = {"link_id": f"l-{account.name}"}
            self._tell(player, ("unlinked", f"l-{account.name}"), int(now()), content=content, partner=partner)

    def _tell(
        self, player: str, what: tuple[str, str], at: int, *, content: Content, partner: str | None = None
    ) -> None:
        kind, subject = what
        outbox = self._outboxes[sum(player.encode()) % 2]
        outbox.tell(
            Signal(kind, subject, at, quiet=False, brand=BRAND, player=player, content=content, partner=partner)
        )
        self.life.deliver.rung()

    def got(self, partner: str) -> dict[str, list[Said]]:
        """What the partner took in, by account."""
        found: dict[str, list[Said]] = {}
        for entry in self.sandboxes[partner].memory.taken():
            found.setdefault(entry.user, []).append(_said(entry.body))
        return found

    async def restart(self, *, steps: int) -> None:
        """Kill the engine after so many steps of the loop, and start it from what it has recorded."""
        for _ in range(steps):
            await asyncio.sleep(0)
        await self.life.kill()
        self.life = Life(self)

    def parts(self, book: DeliveryDatabase, look: DeliveryReader) -> DeliverParts:
        """What a life stands on."""
        chance = Random(7).random
        desks = {
            name: DeskParts(
                dialect=FaceitDialect(rules_from({"partner": name, "platform": "p"})),
                line=self._lines[name],
                terms=Terms(rate=RATE, settle=10 * SECOND),
                clock=now,
                now_s=asyncio.get_running_loop().time,
                chance=chance,
            )
            for name in self.sandboxes
        }
        return DeliverParts(
            book=book, look=look, outboxes=self._outboxes, desks=desks, clock=now, offload=_inline, poll_s=20.0
        )

    @property
    def delivery_db(self) -> Path:
        """The engine's store."""
        return self._folder / "delivery.db"


class Life:
    """One life of the engine."""

    def __init__(self, world: World) -> None:
        self._book = DeliveryDatabase(world.delivery_db)
        self._reader = DeliveryReader(world.delivery_db)
        self.deliver = Deliver(world.parts(self._book, self._reader))
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(self.deliver.run(self._stop))

    def state(self, partner: str) -> PartnerState:
        """What was counted for a partner."""
        return self.deliver.desks[partner].state

    def waiting(self, partner: str) -> int:
        """How many deliveries wait for a partner."""
        return self.deliver.desks[partner].waiting

    async def stop(self) -> None:
        """End as on SIGTERM."""
        self._stop.set()
        await self._running
        self._close()

    async def kill(self) -> None:
        """End as on SIGKILL: what is not recorded by now is lost, wherever it stands."""
        if self._running.done():
            self._running.result()
        self._book.record = _never  # type: ignore[method-assign]
        tasks = [self._running, *(task for desk in self.deliver.desks.values() for task in desk.sending)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._close()

    def _close(self) -> None:
        self._reader.close()
        self._book.close()


def _fact(kind: str, subject: str, at: int, content: Content) -> Content:
    return {"kind": kind, "subject": subject, "at": at, "content": content}


def _said(body: bytes) -> Said:
    event: dict[str, Any] = json.loads(body)["event"]
    attributes = {one["name"]: one["value"] for one in event["attributes"]}
    return event["name"], event["created_at"], attributes.get("amount", "")


def _never(change: Change) -> None:
    raise Unavailable("the process is dead")


async def _inline(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)
