"""The vendor's side of the send-event call: who is let in, what is taken, and all the ways it can go wrong."""

from collections import deque
from collections.abc import Callable
from email.utils import formatdate
from random import Random
from typing import Final

import msgspec

from countroom.sandbox.faceit.bodies import Fault, read
from countroom.sandbox.faceit.memory import Entry, Memory
from countroom.sandbox.faceit.settings import Outage, SandboxSettings
from countroom.sandbox.http import Answer, Request

PATHS: Final = ("/cdp/v1/users/events/send", "/v1/users/events/send")
"""The manual's, and what is left of it behind a base that ends in /cdp."""

OUTAGE: Final = "Outage"
OK: Final = Answer()
_WINDOW_S: Final = 1.0
_TOO_MANY: Final = 429
_AWAY: Final = 503

Clock = Callable[[], float]


class Desk:
    """Answers requests. One thread; it asks the clocks it was given."""

    def __init__(self, settings: SandboxSettings, *, monotonic: Clock, wall: Clock) -> None:
        self.settings = settings
        self.memory = Memory(settings.remember)
        self.unknown = set(settings.unknown_users)
        self.refused = set(settings.refused_users)
        self.linked = None if settings.users is None else set(settings.users)
        self.outages: list[Outage] = list(settings.outages)
        self.is_down = False
        """An outage without an end, until told otherwise."""
        self._monotonic = monotonic
        self._wall = wall
        self._began = monotonic()
        self._let_in: deque[float] = deque()
        self._rng = Random(settings.seed)  # noqa: S311 - no secret
        self._lost = 0

    def since_start_s(self) -> float:
        """How long it runs."""
        return self._monotonic() - self._began

    def outage_left_s(self) -> float:
        """How long the outage at hand still lasts; 0 when there is none."""
        if self.is_down:
            return 1.0
        now = self.since_start_s()
        return max((o.starts_s + o.lasts_s - now for o in self.outages if o.starts_s <= now), default=0.0)

    def answer(self, request: Request) -> Answer:
        """Answer one call of the send-event endpoint, and remember it."""
        now, wall = self._monotonic(), self._wall()
        self.memory.arrives(now, wall)
        left = self.outage_left_s()
        if left > 0:
            return self._away(left, wall)
        fault = self._barred(request, now)
        if fault is not None:
            pause = (self._pause(1.0, wall),) if fault.status == _TOO_MANY else ()
            return self._refuse(fault, wall, headers=pause)
        chance = self._rng.random()
        settings = self.settings
        if chance < settings.fails:
            return self._refuse(Fault("InternalError", "something went wrong on our side", 500), wall)
        chance -= settings.fails
        is_lost = 0 <= chance < settings.times_out
        if is_lost:
            self._lost += 1
            if self._lost % 2:
                return self._hang(wall)
        chance -= settings.times_out
        answer = self._take(request, wall, answered=not is_lost)
        if is_lost:
            return Answer(after_s=settings.hangs_s, hangs=True)
        if 0 <= chance < settings.slow:
            return msgspec.structs.replace(answer, after_s=settings.slow_s)
        return answer

    def _barred(self, request: Request, now: float) -> Fault | None:
        """What keeps a request from being looked at."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if self.settings.keys and (scheme.lower() != "bearer" or key.strip() not in self.settings.keys):
            return Fault("Unauthorized", "the API key is missing or unknown", 401)
        let_in, rate = self._let_in, self.settings.rate
        while let_in and let_in[0] <= now - _WINDOW_S:
            let_in.popleft()
        if rate and len(let_in) >= rate:
            return Fault("TooManyRequests", f"at most {rate} requests per second", _TOO_MANY)
        let_in.append(now)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return Fault("InvalidRequest", "Content-Type: application/json is required", 415)
        return None

    def _take(self, request: Request, wall: float, *, answered: bool) -> Answer:
        body = read(request.body, wall)
        if isinstance(body, Fault):
            return self._refuse(body, wall, body=request.body)
        user, own_id = body.platform_user_id, body.event.id
        fault = self._stranger(user, body.platform)
        if fault is not None:
            return self._refuse(fault, wall, user=user, event_id=own_id, body=request.body)
        outcome = self.memory.judge(own_id, request.body)
        self.memory.keep(Entry(wall, OK.status, outcome, user, own_id, request.body, answered))
        return OK

    def _stranger(self, user: str, platform: str) -> Fault | None:
        if self.settings.platform and platform != self.settings.platform:
            return Fault("PlatformNotFound", "platform is not found")
        if user in self.refused:
            return Fault("UserRefused", "this user is never taken")
        if user in self.unknown or (self.linked is not None and user not in self.linked):
            return Fault("UserNotFound", "user is not found", 404)
        return None

    def _refuse(
        self,
        fault: Fault,
        wall: float,
        *,
        user: str = "",
        event_id: str = "",
        body: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Answer:
        self.memory.keep(Entry(wall, fault.status, fault.code, user, event_id, body))
        error = msgspec.json.encode({"error": {"code": fault.code, "message": fault.message}})
        return Answer(fault.status, error, headers)

    def _hang(self, wall: float) -> Answer:
        self.memory.keep(Entry(wall, 0, "TimedOut", "", "", b"", answered=False))
        return Answer(after_s=self.settings.hangs_s, hangs=True)

    def _away(self, left_s: float, wall: float) -> Answer:
        if self.settings.drops:
            self.memory.keep(Entry(wall, 0, OUTAGE, "", "", b"", answered=False))
            return Answer(hangs=True)
        return self._refuse(Fault(OUTAGE, "down for maintenance", _AWAY), wall, headers=(self._pause(left_s, wall),))

    def _pause(self, seconds: float, wall: float) -> tuple[str, str]:
        whole = max(1, round(seconds))
        if self.settings.retry_after_as_date:
            return "retry-after", formatdate(int(wall) + whole, usegmt=True)
        return "retry-after", str(whole)
