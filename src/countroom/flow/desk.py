"""The desk of one partner: what goes to him next, at his pace, and what his answers mean."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import msgspec

from countroom.core.deliveries import Attempt, Delivery, LinkView, Outcome, PartnerState, State
from countroom.core.errors import Unavailable
from countroom.core.instants import SECOND, Instant
from countroom.core.signals import Judgement, Reply
from countroom.flow.backoff import LONGEST, delay
from countroom.flow.breaker import LONGEST as LONGEST_OUTAGE
from countroom.flow.breaker import Breaker
from countroom.flow.counted import Counted
from countroom.flow.lanes import Chain, Lanes
from countroom.flow.pace import Moment, Pace
from countroom.flow.unrecorded import Unrecorded
from countroom.ports import PartnerDialect, PartnerLine

CHAIN: Final = 32
"""Messages of one player that are kept at hand; the rest stays in the store."""
LOADED: Final = 256
UNPACED: Final = 2_048
"""Chains of the backlog that are kept at hand, at least; and where there is no pace."""
RESTING: Final = 5_000
"""Players kept at hand though they must wait a while: newly linked ones, and those whose first message was not
accepted. From the store they would come back behind everything that waits there."""
FRESH: Final = 32
"""Fresh chains are kept at hand for about a second of the pace, and so many at least; also while the partner is away
for a moment. More would make each of them wait longer."""
STALE: Final = 2 * SECOND
"""What waits longer than these microseconds is no longer fresh."""
_MICROSECOND: Final = timedelta(microseconds=1)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """How a partner is served, from the configuration."""

    brands: frozenset[str] = frozenset()
    """Whose players are told of; empty: all brands'."""
    rate: int = 40
    """Messages within any second; 0: as fast as he takes them."""
    settle: int = 10 * SECOND
    """Microseconds after linking in which nothing is sent."""
    gates: tuple[str, ...] = ()
    window: int = 100
    """Messages on the way at once."""
    retention: int = 30 * 86_400 * SECOND
    """Microseconds for which what was accepted is kept."""


class DeskParts(msgspec.Struct, frozen=True):
    """What a desk stands on."""

    dialect: PartnerDialect
    line: PartnerLine
    terms: Terms
    clock: Callable[[], Instant]
    now_s: Callable[[], float]
    """Seconds that never go backwards, finer than the event loop's own."""
    chance: Callable[[], float]
    """Draws a number in [0, 1)."""


class Desk:
    """Sends for one partner. Everything happens in the event loop."""

    def __init__(self, name: str, parts: DeskParts, *, state: PartnerState, unrecorded: Unrecorded) -> None:
        self.name = name
        self.terms = parts.terms
        self.dialect = parts.dialect
        self.state = state
        self._line = parts.line
        self._clock = parts.clock
        self._now_s = parts.now_s
        self._chance = parts.chance
        self._unrecorded = unrecorded
        self._loop = asyncio.get_running_loop()
        self.rate = parts.terms.rate if state.rate is None else state.rate
        self.pace = Pace(self.rate, now_s=parts.now_s())
        self.breaker = Breaker(chance=parts.chance)
        self.counted = Counted()
        self.chains: dict[int, Chain] = {}
        self.lanes = Lanes()
        self.waiting = 0
        """Deliveries that wait, recorded or not."""
        self.sending: set[asyncio.Task[None]] = set()
        self.on_its_way: dict[int, Delivery] = {}
        """What is being sent, by number."""
        self.broken: asyncio.Future[None] = self._loop.create_future()
        """Raises what went wrong in sending, if it is a fault of ours."""
        self.last_failed: Attempt | None = None
        """The last try that was not accepted, since the process began."""
        self.after = (0, 0)
        """How far the store was asked for what is due."""
        self.may_send = False
        """Set once all outboxes were taken to their ends: what they withdraw must not be sent."""
        self._timer: asyncio.TimerHandle | None = None
        self._resting = 0
        self._is_idle = True

    def offer(self, link: LinkView, delivery: Delivery) -> None:
        """A new message: keep it at hand if it can go soon; it lies in the store in any case."""
        chain = self.chains.get(link.link)
        is_first = link.open == 0
        if chain is not None and chain.is_whole and len(chain.deliveries) < CHAIN and not chain.is_over:
            chain.deliveries.append(delivery)
        elif chain is None and is_first and self._has_room(link) and link.is_linked and not link.shut:
            chain = self.chains[link.link] = Chain(link, deque([delivery]), is_fresh=True)
            self._enter(chain)
        link.open += 1
        self.waiting += 1

    def _enter(self, chain: Chain) -> None:
        """Let a fresh chain wait for its turn, or for the far side to have heard of the link."""
        settles = chain.link.not_before - self._clock()
        if settles > 0:
            self._rest(chain, settles)
        else:
            self.lanes.add(chain)

    def _rest(self, chain: Chain, pause: int) -> None:
        """Let a fresh chain wait so many microseconds, at hand."""

        def over() -> None:
            self._resting -= 1
            if chain.is_over:
                return
            if self.lanes.fresh >= self._most_fresh:
                self.forget(chain.link)  # Too many at once: it takes its turn with what lies in the store.
            else:
                self.lanes.add(chain)
            self.pump()

        self._resting += 1
        self._loop.call_later(pause / SECOND, over)

    def _has_room(self, link: LinkView) -> bool:
        """For one fresh chain more: beyond what goes within a second or so they would only wait."""
        if self.state.paused_by:
            return False
        if link.not_before > self._clock():
            return self._resting < RESTING
        # What has waited for long is no longer fresh: after an outage it must not fill the lane.
        while self.lanes.fresh >= self._most_fresh and (oldest := self.lanes.oldest) is not None:
            if not self._is_stale(oldest):
                return False
            self.forget(oldest.link)
        return True

    def _is_stale(self, chain: Chain) -> bool:
        return self._clock() - chain.deliveries[0].created_at > STALE

    @property
    def _most_fresh(self) -> int:
        return max(FRESH, self.rate) if self.rate else UNPACED

    def wants(self) -> int:
        """How many chains should be looked for in the store."""
        if self.state.paused_by or not self.may_send or not self.breaker.lets(self._clock()):
            return 0
        most = max(LOADED, 2 * self.rate) if self.rate else UNPACED
        at_hand = self.lanes.backlog
        return 0 if at_hand > most // 2 or self.waiting <= len(self.chains) else most - at_hand

    def load(self, link: LinkView, deliveries: list[Delivery]) -> None:
        """What the store had for a link whose turn has come, in order."""
        if link.link in self.chains or not deliveries or not self._is_open(link, self._clock()):
            return
        self.chains[link.link] = chain = Chain(link, deque(deliveries), is_fresh=False)
        self.lanes.add(chain)

    def _is_open(self, link: LinkView, now: Instant) -> bool:
        return link.is_linked and not link.shut and link.not_before <= now

    def pump(self) -> None:
        """Send what may go now, and come back when the next may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self.may_send and len(self.sending) < self.terms.window and not self.state.paused_by:
            now, now_s = self._clock(), self._now_s()
            if not self.lanes.fresh and not self.lanes.backlog:
                self._is_idle = True
                return
            if self._is_idle:
                self._is_idle = False
                self.pace.rest(now_s)
            if not self.breaker.lets(now):
                if self.breaker.state is Breaker.State.OPEN:
                    self._come_back((self.breaker.until - now) / SECOND)
                return
            at = self.pace.next_at(now_s)
            if at > now_s:
                self._come_back(at - now_s)
                return
            chain = self.lanes.take()
            if chain is not None and chain.deliveries:
                self._start(chain, now, now_s)

    def _start(self, chain: Chain, now: Instant, now_s: float) -> None:
        if not self._is_open(chain.link, now):
            self.forget(chain.link)
            return
        moment = self.pace.note(now_s)
        self.breaker.sending()
        chain.is_sending = True
        delivery = self.on_its_way[chain.deliveries[0].number] = chain.deliveries[0]
        task = self._loop.create_task(self._send(chain, delivery, moment))
        self.sending.add(task)
        task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self.sending.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            if not self.broken.done():
                self.broken.set_exception(fault)
            return
        self.pump()

    def _come_back(self, after_s: float) -> None:
        self._timer = self._loop.call_later(after_s, self.pump)

    async def _send(self, chain: Chain, delivery: Delivery, moment: Moment) -> None:
        moment.at_s = began_s = self._now_s()
        status = 0
        try:
            reply: Reply = await self._line.send(delivery.message)
        except Unavailable as away:
            judged = Judgement(accepted=False, said=str(away), is_outage=True)
        except asyncio.CancelledError:
            self.breaker.let_go()
            raise
        else:
            self.pace.answered(moment, self._now_s())
            status = reply.status
            judged = self.dialect.judge(reply)
        chain.is_sending = False
        del self.on_its_way[delivery.number]
        latency = int((self._now_s() - began_s) * SECOND)
        now = self._clock()
        self._settle(chain, delivery, Attempt(now, status, latency, judged.said), judged)

    def _settle(self, chain: Chain, delivery: Delivery, attempt: Attempt, judged: Judgement) -> None:
        link = chain.link
        delivery.attempts += 1
        outcome = Outcome(delivery=delivery, attempt=attempt, count=delivery.attempts, accepted=judged.accepted)
        if judged.is_outage:
            self.breaker.failed(attempt.at, judged.said, asked_for=int((judged.retry_after_s or 0) * SECOND))
        else:
            self.breaker.answered()
        self.counted.attempt(judged, attempt)
        if judged.accepted:
            self.counted.accepted(attempt.at - delivery.created_at)
            self.state.accepted += 1
            if delivery.given_up is None:
                chain.deliveries.popleft()
                link.open -= 1
                self.waiting -= 1
            else:
                outcome = self._after_all(outcome)
        else:
            self.state.failed += 1
            self.last_failed = attempt
            outcome = self._again(outcome, judged)
        self._unrecorded.ended(outcome)
        self._unrecorded.count(self.name, self.state)
        if judged.accepted or delivery.given_up is not None or chain.is_over:
            self._go_on(chain)
        elif chain.is_fresh and self._resting < RESTING:
            self._rest(chain, outcome.due - attempt.at)
        else:
            chain.is_over = True
            self._go_on(chain)

    def _after_all(self, outcome: Outcome) -> Outcome:
        """Accepted though it was given up: it counts once, as what it came to."""
        if outcome.delivery.given_up is State.WITHDRAWN:
            self.state.withdrawn -= 1
            why = "its link ended while it was on its way; the partner accepted it all the same"
        else:
            self.state.dropped -= 1
            why = "it was dropped while it was on its way; the partner accepted it all the same"
        return msgspec.structs.replace(outcome, why=why)

    def _again(self, outcome: Outcome, judged: Judgement) -> Outcome:
        """When a message is tried again that was not accepted, and why then."""
        longest = LONGEST_OUTAGE if judged.is_outage else LONGEST
        pause = delay(outcome.count, jitter=self._chance(), longest=longest) // _MICROSECOND
        why = f"backoff after try {outcome.count}"
        if judged.retry_after_s is not None and judged.retry_after_s * SECOND > pause:
            pause = int(judged.retry_after_s * SECOND)
            why = f"the partner asked for {judged.retry_after_s:g} s (Retry-After)"
        return msgspec.structs.replace(outcome, due=Instant(outcome.attempt.at + pause), why=why)

    def _go_on(self, chain: Chain) -> None:
        if chain.deliveries and not chain.is_over:
            chain.is_fresh = chain.is_fresh and not self._is_stale(chain)
            self.lanes.add(chain)
            return
        chain.is_over = True
        if self.chains.get(chain.link.link) is chain:
            del self.chains[chain.link.link]
        if chain.link.open:
            self._unrecorded.touch(chain.link)

    def forget(self, link: LinkView) -> None:
        """Let go of what is at hand for a link; the store has it. What is being sent is sent."""
        chain = self.chains.get(link.link)
        if chain is None:
            return
        chain.is_over = True
        if not chain.is_sending:
            del self.chains[link.link]

    def give_up(self, link: LinkView, number: int | None = None) -> None:
        """A delivery is dropped, or all of the link's withdrawn. What is being sent is not tried again."""
        chain = self.chains.get(link.link)
        gone = [d for d in chain.deliveries if number is None or d.number == number] if chain else []
        for delivery in gone:
            delivery.given_up = State.DROPPED if number is not None else State.WITHDRAWN
        was_head = chain is not None and bool(gone) and chain.deliveries[0] is gone[0]
        if chain is not None:
            chain.deliveries = deque(d for d in chain.deliveries if d.given_up is None)
            if was_head and not chain.is_sending:
                self.forget(link)  # It may be resting: what is left of it goes now.
        count = link.open if number is None else 1
        link.open -= count
        self.waiting -= count

    def set_rate(self, rate: int | None) -> None:
        """Send so many messages a second from now on; None: as configured."""
        self.state.rate = rate
        self.rate = self.terms.rate if rate is None else rate
        self.pace.change(self.rate)
        self.pump()

    def figures(self) -> Mapping[str, object]:
        """What is at hand, for people."""
        return {"sending": len(self.sending), "at_hand": len(self.chains), "rate": self.rate}
