"""Players are linked while it runs: some before anything happens, some unlinked again, some linked anew."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import quote

from countroom.core.errors import CountroomError, Unavailable
from countroom.runtime.demo.partner import DemoPartner
from countroom.runtime.demo.plan import BRAND, PARTNER, Plan
from countroom.simulator.chance import happens, stream
from countroom.simulator.partner.accounts import Link
from countroom.simulator.player import players
from countroom.simulator.settings import SimulatorSettings

Json = dict[str, Any]

_BEFORE: Final = 0.25
"""Share of the linked who are linked before anything is sent."""
_ENDED: Final = 0.25
_AGAIN: Final = 0.5
"""Of those whose link ended."""
_LOOK_S: Final = 0.1
_GIVE_UP_S: Final = 60.0
_QUIET_S: Final = 0.5
"""How long a moment is waited for in which everything is folded."""
_HEARS_S: Final = 1.8
"""The longest that the partner takes to hear of a new account; messages wait for a second after linking."""


class Asks(Protocol):
    """The hub's admin API."""

    def get(self, path: str) -> Json:
        """What it answers."""
        ...

    def post(self, path: str, body: Json) -> Json:
        """What it answers."""
        ...

    def delete(self, path: str) -> Json:
        """What it answers."""
        ...


class Wish(NamedTuple):
    """One link to make, and to end. Times are shares of the demo's length."""

    account: str
    """Empty: the player's own id."""
    at: float
    ends: float | None


class Linking:
    """Makes and ends links through the admin API, and notes when the hub knew of each."""

    def __init__(self, plan: Plan, traffic: SimulatorSettings, *, hub: Asks, partner: DemoPartner) -> None:
        self._seconds = plan.seconds
        self._hub = hub
        self._partner = partner
        self._wishes = {player.player_id: _wishes(traffic.seed, player.player_id)
                        for player in players(traffic)
                        if happens(stream(traffic.seed, "linked", player.number), plan.linked)}  # fmt: skip
        self.links: list[Link] = []
        """Made so far."""
        self.sure_s = 0.0
        """All that was answered before this moment is folded."""
        self._began_s = 0.0
        self._begun = asyncio.Event()
        self._looking = asyncio.Lock()

    @property
    def ended(self) -> int:
        """Links that were ended so far."""
        return sum(link.is_ended for link in self.links)

    async def run(self, before: asyncio.Event) -> None:
        """Carry out every wish; `before` is set when those are linked who are to be so before anything is sent.

        Raises:
            Unavailable: the hub does not do it within a minute.
        """
        first = {player: asyncio.Event() for player, wishes in self._wishes.items() if not wishes[0].at}
        async with asyncio.TaskGroup() as tasks:
            for player, wishes in self._wishes.items():
                tasks.create_task(self._live(player, wishes, is_linked=first.get(player)))
            for linked in first.values():
                await linked.wait()
            self._began_s = time.monotonic()
            self._begun.set()
            before.set()

    async def _live(self, player: str, wishes: list[Wish], *, is_linked: asyncio.Event | None) -> None:
        for wish in wishes:
            await self._until(wish.at)
            link_id, link = await self._link(player, wish.account)
            if is_linked is not None:
                is_linked.set()
            if wish.ends is not None:
                await self._until(wish.ends)
                await self._unlink(link_id, link)

    async def _until(self, share: float) -> None:
        if share:
            await self._begun.wait()
            await asyncio.sleep(max(0.0, self._began_s + share * self._seconds - time.monotonic()))

    async def _link(self, player: str, account: str) -> tuple[str, Link]:
        await self._look_for_quiet()
        sure = self.sure_s
        wish = {"brand": BRAND, "player": player, "partner": PARTNER, "account": account, "reason": "demo"}
        made = await self._asked(lambda: self._hub.post("/api/links", wish))
        link_id: str = made["link_id"]
        seen = await self._seen(player, link_id, "linked")
        account = account or player
        link = Link(player=player, account=account, sure=sure, seen=seen)
        self.links.append(link)
        chance = stream(1, "hears", account).random()
        asyncio.get_running_loop().call_later(chance * _HEARS_S, self._partner.meet, account)
        return link_id, link

    async def _unlink(self, link_id: str, link: Link) -> None:
        link.ended_asked = time.monotonic()
        await self._asked(lambda: self._hub.delete(f"/api/links/{link_id}?reason=demo"))
        link.ended_seen = await self._seen(link.player, link_id, "unlinked")

    async def _seen(self, player: str, link_id: str, state: str) -> float:
        """The moment at which the player's document says so: what is sent afterwards is folded afterwards."""

        def look() -> float:
            document = self._hub.get(f"/api/players/{BRAND}/{quote(player, safe='')}")
            if any((one["link"], one["state"]) == (link_id, state) for one in document.get("links", ())):
                return time.monotonic()
            raise Unavailable(f"link {link_id} is not {state} yet")

        seen: float = await self._asked(look)
        return seen

    async def _look_for_quiet(self) -> None:
        """Move `sure_s` on, if there is a moment in which nothing is on its way; else it stays where it is."""
        until_s = time.monotonic() + _QUIET_S
        while time.monotonic() < until_s:
            async with self._looking:
                asked_s = time.monotonic()
                self.note(await self._asked(lambda: self._hub.get("/api/status")), asked_s)
            if self.sure_s >= until_s - _QUIET_S:
                return
            await asyncio.sleep(_LOOK_S / 5)

    def note(self, status: Json, asked_s: float) -> None:
        """The hub's status, as it was asked for at `asked_s`."""
        if not status["balance"]["in_flight"]:
            self.sure_s = max(self.sure_s, asked_s)

    async def _asked(self, ask: Callable[[], Any]) -> Any:
        """What the hub answers, sooner or later."""
        until_s = time.monotonic() + _GIVE_UP_S
        while True:
            try:
                return await asyncio.to_thread(ask)
            except CountroomError:
                if time.monotonic() > until_s:
                    raise
            await asyncio.sleep(_LOOK_S)


def _wishes(seed: int, player: str) -> list[Wish]:
    """What is to become of one player's links, in order."""
    rng = stream(seed, "links", player)
    at = 0.0 if happens(rng, _BEFORE) else rng.uniform(0.03, 0.92)
    account = f"acc-{rng.getrandbits(40):010x}" if happens(rng, 0.5) else ""
    if not happens(rng, _ENDED):
        return [Wish(account, at, None)]
    ends = rng.uniform(at + 0.02, 0.97)
    first = Wish(account, at, ends)
    if not happens(rng, _AGAIN):
        return [first]
    return [first, Wish(f"acc-{rng.getrandbits(40):010x}", rng.uniform(ends, 0.98), None)]
