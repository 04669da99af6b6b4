"""What operators do to partners and deliveries: by name and reason, recorded before it is answered."""

from collections.abc import Callable
from typing import Final

from countroom.core.deliveries import Act, LinkView, Shown, State
from countroom.core.errors import Contradicted, Missing
from countroom.core.ids import PartnerId
from countroom.core.instants import Instant
from countroom.flow.deliver import Deliver
from countroom.flow.desk import Desk

MOST_RATE: Final = 100_000


class Operator:
    """Acts on a running third leg, in its event loop."""

    def __init__(self, deliver: Deliver, clock: Callable[[], Instant]) -> None:
        self._deliver = deliver
        self._clock = clock

    async def pause(self, partner: str, *, by: str, reason: str) -> None:
        """Send the partner nothing until he is resumed; what comes meanwhile waits.

        Raises:
            Missing: there is no such partner.
        """
        desk = self._desk(partner)
        now = self._clock()
        desk.state.paused_by, desk.state.paused_for, desk.state.paused_at = by, reason, now
        await self._done(desk, Act(now, by, "pause", reason, PartnerId(partner)))

    async def resume(self, partner: str, *, by: str, reason: str) -> None:
        """Go on after a pause; a partner that is away is asked at once.

        Raises:
            Missing: there is no such partner.
        """
        desk = self._desk(partner)
        desk.state.paused_by = desk.state.paused_for = ""
        desk.breaker.until = self._clock()
        await self._done(desk, Act(self._clock(), by, "resume", reason, PartnerId(partner)))
        desk.pump()

    async def set_rate(self, partner: str, rate: int | None, *, by: str, reason: str) -> None:
        """Send so many messages a second; None: as configured. It holds over restarts.

        Raises:
            Contradicted: the rate is out of bounds.
            Missing: there is no such partner.
        """
        desk = self._desk(partner)
        if rate is not None and not 0 <= rate <= MOST_RATE:
            raise Contradicted(f"pace: expected 0 (no limit) to {MOST_RATE} messages a second, got {rate}")
        was = desk.rate
        desk.set_rate(rate)
        detail = f"{was} to {desk.rate}"
        await self._done(desk, Act(self._clock(), by, "pace", reason, PartnerId(partner), 0, detail))

    async def drop(self, shown: Shown, *, by: str, reason: str) -> None:
        """Give a waiting delivery up. `shown` was read in the event loop just now, here and in `requeue`.

        Raises:
            Contradicted: it does not wait.
            Missing: its partner is not configured.
        """
        number = shown.delivery.number
        desk, link = self._desk(shown.link.partner), self._link(shown)
        state = self._state(shown, link)
        if state is not State.WAITING:
            raise Contradicted(f"delivery {number}: expected one that waits, it is {state.name.lower()} already")
        desk.give_up(link, number)
        desk.state.dropped += 1
        self._deliver.unrecorded.drop(link, number)
        await self._done(desk, Act(self._clock(), by, "drop", reason, link.partner, number))

    async def requeue(self, shown: Shown, *, by: str, reason: str) -> None:
        """Try a delivery now; one that is over waits again, ahead of the player's later ones.

        Raises:
            Contradicted: its link has ended, or it was given up and its answer is not there yet.
            Missing: its partner is not configured.
        """
        number = shown.delivery.number
        desk, link = self._desk(shown.link.partner), self._link(shown)
        if not link.is_linked:
            raise Contradicted(
                f"delivery {number}: expected a link that stands, {link.link_id} has ended; link the player again"
            )
        sent = desk.on_its_way.get(number)
        if sent is not None and sent.given_up is not None:
            raise Contradicted(f"delivery {number}: it is being sent right now; ask again when its answer is there")
        if self._state(shown, link) is not State.WAITING:
            link.open += 1
            desk.waiting += 1
        desk.forget(link)
        self._deliver.unrecorded.reopen(link, number)
        await self._done(desk, Act(self._clock(), by, "requeue", reason, link.partner, number))

    def _desk(self, partner: str) -> Desk:
        desk = self._deliver.desks.get(partner)
        if desk is None:
            known = ", ".join(sorted(self._deliver.desks)) or "none"
            raise Missing(f"partner {partner}: not configured; known here: {known}")
        return desk

    def _link(self, shown: Shown) -> LinkView:
        return self._deliver.links.adopted(shown.link)

    def _state(self, shown: Shown, link: LinkView) -> State:
        """Where a delivery stands, also when that is not recorded yet."""
        if shown.state is State.WAITING and self._deliver.unrecorded.is_accepted(shown.delivery.number):
            return State.ACCEPTED
        if shown.state is State.WAITING and not link.is_linked:
            return State.WITHDRAWN
        return shown.state

    async def _done(self, desk: Desk, act: Act) -> None:
        self._deliver.unrecorded.act(act)
        self._deliver.unrecorded.count(desk.name, desk.state)
        await self._deliver.recorded()
