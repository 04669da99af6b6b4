"""What the delivery process answers to the control process: partners, deliveries, and operators' acts on them."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import TimeoutError as TooLate
from typing import Any, Final

import msgspec

from countroom.core.deliveries import Shown, State
from countroom.core.errors import CountroomError, Missing
from countroom.core.instants import Instant
from countroom.flow import explain
from countroom.flow.deliver import Deliver
from countroom.flow.operate import Operator
from countroom.stores.embedded.delivery_reader import DeliveryReader, Wanted

Json = dict[str, Any]
ANSWER_S: Final = 10.0
MOST: Final = 1_000


class DeliveryAnswers:
    """Called from the threads of a read server. What looks at desks or acts on them does so in the event loop."""

    def __init__(
        self,
        deliver: Deliver,
        reader: DeliveryReader,
        *,
        look: DeliveryReader,
        loop: asyncio.AbstractEventLoop,
        clock: Callable[[], Instant],
    ) -> None:
        """`reader` is used in the threads, `look` in the event loop: between it and an act nothing is recorded."""
        self._deliver = deliver
        self._reader = reader
        self._look = look
        self._loop = loop
        self._clock = clock
        self._operator = Operator(deliver, clock)
        self._reading = threading.Lock()
        self._acting = threading.Lock()

    def __call__(self, request: Json) -> object:
        """`{"ok": ...}`, or `{"error": kind, "text": ...}`; None for what is not known."""
        try:
            match request:
                case {"op": "partners"}:
                    return {"ok": self._partners()}
                case {"op": "counters"}:
                    return {"ok": self._in_loop(self._counters())}
                case {"op": "deliveries"}:
                    return {"ok": self._deliveries(request)}
                case {"op": "explain", "delivery": int(number)}:
                    return {"ok": self._explain(number)}
                case {"op": "act", "act": str(), "by": str(), "reason": str()}:
                    return {"ok": self._act(request)}
                case _:
                    return None
        except CountroomError as error:
            return {"error": type(error).__name__.lower(), "text": str(error)}
        except TooLate:
            return {"error": "unavailable", "text": f"delivery did not get to it within {ANSWER_S:g} s; ask again"}

    def _in_loop(self, work: Coroutine[Any, Any, Any]) -> Any:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(ANSWER_S)
        except TooLate:
            future.cancel()
            raise

    def _partners(self) -> list[Json]:
        with self._reading:
            kept = {
                name: (self._reader.oldest_waiting(name), self._reader.held_by_gates(name))
                for name in self._deliver.desks
            }

        async def shown() -> list[Json]:
            now = self._clock()
            return [
                explain.partner(desk, oldest=kept[name][0], held=kept[name][1], now=now)
                for name, desk in self._deliver.desks.items()
            ]

        found: list[Json] = self._in_loop(shown())
        return found

    async def _counters(self) -> list[Json]:
        return [
            {
                "partner": name,
                "tries": [[outcome, code, count] for (outcome, code), count in desk.counted.tries.items()],
                "buckets": list(desk.counted.buckets),
                "took_s": desk.counted.took_s,
            }
            for name, desk in self._deliver.desks.items()
        ]

    def _deliveries(self, request: Json) -> Json:
        limit = max(1, min(MOST, int(request.get("limit", 100))))
        state = request.get("state")
        wanted = Wanted(
            partner=str(request.get("partner") or ""),
            state=State[str(state).upper()] if state else None,
            brand=str(request.get("brand") or ""),
            player=str(request.get("player") or ""),
            event_id=str(request.get("event_id") or ""),
            before=request.get("before"),
        )
        with self._reading:
            found = self._reader.deliveries(wanted, limit)
        following = found[-1].delivery.number if len(found) == limit else None
        return {"deliveries": [explain.listed(each) for each in found], "next": following}

    def _explain(self, number: int) -> Json:
        with self._reading:
            shown = _known(self._reader.delivery(number), number)

        async def said() -> Json:
            link = self._deliver.links.adopted(shown.link)
            whole = msgspec.structs.replace(shown, link=link)
            return explain.explained(whole, self._deliver.desks.get(link.partner), self._clock())

        found: Json = self._in_loop(said())
        return found

    def _act(self, request: Json) -> Json:
        by, reason = str(request["by"]), str(request["reason"])
        partner, operator = str(request.get("partner") or ""), self._operator
        # One after the other, each recorded before the next looks.
        with self._acting:
            match request["act"]:
                case "pause":
                    self._in_loop(operator.pause(partner, by=by, reason=reason))
                case "resume":
                    self._in_loop(operator.resume(partner, by=by, reason=reason))
                case "pace":
                    self._in_loop(operator.set_rate(partner, request.get("rate"), by=by, reason=reason))
                case "drop":
                    self._in_loop(self._drop(int(request["delivery"]), by, reason))
                case "requeue":
                    self._in_loop(self._requeue(int(request["delivery"]), by, reason))
                case other:
                    raise Missing(f"{other}: expected pause, resume, pace, drop or requeue")
        return {"done": request["act"]}

    async def _drop(self, number: int, by: str, reason: str) -> None:
        await self._operator.drop(_known(self._look.delivery(number), number), by=by, reason=reason)

    async def _requeue(self, number: int, by: str, reason: str) -> None:
        await self._operator.requeue(_known(self._look.delivery(number), number), by=by, reason=reason)


def _known(shown: Shown | None, number: int) -> Shown:
    if shown is None:
        raise Missing(f"delivery {number}: none of this number; it may have been forgotten after its retention")
    return shown
