"""The sender against a small hub in this process that says what it is told to say."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from countroom.simulator.platform import Platform
from countroom.simulator.progress import Latencies, Progress
from countroom.simulator.sabotage import Sabotage
from countroom.simulator.sender import Pace, Sender, Target, Timing
from countroom.simulator.sending import CONFLICT, Sending
from tests.unit.simulator.story import settings

Answer = Callable[[int, bytes], Awaitable[web.Response] | web.Response | None]


class Hub:
    """Remembers every request; `answer` decides what comes back, and None hangs up."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.bodies: list[bytes] = []
        self.requests: list[tuple[str, str, str | None]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.bodies.append(body)
        self.requests.append((request.method, request.path, request.headers.get("X-Api-Key")))
        answer = self.answer(len(self.bodies), body)
        if isinstance(answer, Awaitable):
            answer = await answer
        if answer is None:
            if request.transport is not None:
                request.transport.close()
            return web.Response()
        return answer


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[tuple[Hub, Target]]:
    hub = Hub(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hub.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield hub, Target(url=f"http://127.0.0.1:{port}", api_key="key", connections=4)
    finally:
        await runner.cleanup()


class Clock:
    """Time that moves only when somebody sleeps; after so many `sleeps`, a mark is set."""

    def __init__(self, sleeps: int = 0) -> None:
        self.now_s = 0.0
        self.slept: list[float] = []
        self.used_up = asyncio.Event()
        self._sleeps = sleeps

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds
        if len(self.slept) == self._sleeps:
            self.used_up.set()
        await asyncio.sleep(0)

    @property
    def timing(self) -> Timing:
        return Timing(now_s=lambda: self.now_s, sleep=self.sleep)


def sending(number: int, *, expect: str = "accepted", after: int | None = None, at_s: int = 0) -> Sending:
    return Sending(
        number=number,
        at=at_s * 1_000_000,
        method="POST",
        path="/v1/integration/casino",
        body=b"%d" % number,
        player="p",
        expect=expect,
        after=after,
    )


def send(answer: Answer, *sendings: Sending, pace: Pace | None = None) -> tuple[Hub, Progress, Clock]:
    clock = Clock()

    async def run() -> tuple[Hub, Progress]:
        async with serving(answer) as (hub, target):
            sender = Sender(target, pace or Pace(), timing=clock.timing)
            return hub, await sender.run(sendings)

    hub, progress = asyncio.run(run())
    return hub, progress, clock


def ok(_count: int, _body: bytes) -> web.Response:
    return web.Response(text="{}")


def refusing(text: str) -> Answer:
    return lambda _count, _body: web.Response(status=400, text=text)


def test_every_sending_is_made_once_with_its_method_path_and_key() -> None:
    hub, progress, _ = send(ok, *(sending(number) for number in range(1, 51)))

    assert sorted(hub.bodies, key=int) == [b"%d" % number for number in range(1, 51)]
    assert set(hub.requests) == {("POST", "/v1/integration/casino", "key")}
    assert (progress.total, progress.sent, progress.answered, progress.accepted) == (50, 50, 50, 50)
    assert progress.is_done
    assert progress.in_flight == 0
    assert not progress.failures


@pytest.mark.parametrize("status", [500, 503, 429])
def test_trouble_of_the_hub_is_tried_again_until_it_is_over(status: int) -> None:
    hub, progress, clock = send(
        lambda count, body: web.Response(status=status) if count < 9 else ok(count, body), sending(1)
    )

    assert len(hub.bodies) == 9
    assert (progress.accepted, progress.retried, progress.retried_for[str(status)]) == (1, 8, 8)
    assert clock.slept == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def test_a_pause_that_the_hub_asks_for_is_kept() -> None:
    busy = web.Response
    _, _, clock = send(
        lambda count, body: busy(status=503, headers={"Retry-After": "7"}) if count == 1 else ok(count, body),
        sending(1),
    )

    assert clock.slept == [7.0]


def test_a_connection_that_breaks_is_tried_again() -> None:
    hub, progress, _ = send(lambda count, body: None if count < 4 else ok(count, body), sending(1))

    assert len(hub.bodies) == 4
    assert (progress.accepted, progress.failed) == (1, 0)


def test_a_hub_that_is_not_there_is_waited_for() -> None:
    async def run() -> Progress:
        async with serving(ok) as (_, target):
            gone = target
        patience = Clock(sleeps=5)
        sender = Sender(gone, Pace(), timing=patience.timing)
        work = asyncio.create_task(sender.run([sending(1)]))
        await patience.used_up.wait()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        return sender.progress

    progress = asyncio.run(run())

    assert progress.retried >= 5
    assert (progress.answered, progress.failed, progress.in_flight) == (0, 0, 0)


def test_a_broken_message_is_refused_and_counted_by_its_reason() -> None:
    answer = refusing('{"errors":[{"Path":"$.amount","Error":"bad_amount: expected a plain number"}]}')

    _, progress, _ = send(answer, sending(1, expect="bad_amount"), sending(2, expect="bad_amount"))

    assert progress.refused == {"bad_amount": 2}
    assert (progress.failed, progress.accepted) == (0, 0)


def test_a_refusal_for_another_reason_is_a_failure() -> None:
    _, progress, _ = send(refusing('{"errors":[{"Error":"bad_time: x"}]}'), sending(1, expect="bad_amount"))

    assert progress.failed == 1


def test_a_broken_message_that_is_taken_is_a_failure() -> None:
    _, progress, _ = send(ok, sending(1, expect="bad_amount"))

    assert (progress.failed, progress.accepted) == (1, 0)


def test_a_message_that_should_have_been_taken_is_a_failure_at_once_and_not_tried_again() -> None:
    hub, progress, _ = send(refusing("malformed"), sending(1))

    assert len(hub.bodies) == 1
    [failure] = progress.failures
    assert str(failure) == "sending 1 to /v1/integration/casino: expected accepted, got 400 malformed"
    assert progress.is_done


def test_a_contradiction_is_answered_with_200() -> None:
    _, progress, _ = send(ok, sending(1), sending(2, expect=CONFLICT, after=1))

    assert (progress.accepted, progress.failed) == (2, 0)


def test_what_waits_for_another_sending_is_sent_after_its_answer() -> None:
    answered: list[bytes] = []
    third = asyncio.Event()

    async def slow_at_first(_count: int, body: bytes) -> web.Response:
        if body == b"1" and not answered:
            await third.wait()
        answered.append(body)
        if body == b"3":
            third.set()
        return web.Response(status=503 if body == b"1" and answered.count(b"1") < 3 else 200)

    send(slow_at_first, sending(1), sending(2, after=1), sending(3))

    assert answered == [b"3", b"1", b"1", b"1", b"2"]


@pytest.mark.parametrize(
    ("pace", "slept"),
    [
        (Pace(), []),
        (Pace(factor=3600), [1.0, 1.0]),
        (Pace(per_second=2), [0.5, 0.5]),
    ],
)
def test_the_pace_is_kept(pace: Pace, slept: list[float]) -> None:
    _, _, clock = send(ok, *(sending(number, at_s=3600 * number) for number in (1, 2, 3)), pace=pace)

    assert clock.slept == slept


def test_quantiles_are_within_five_percent() -> None:
    latencies = Latencies()
    for number in range(1, 1001):
        latencies.add(number / 1000)

    assert latencies.quantile(0.5) == pytest.approx(0.5, rel=0.06)
    assert latencies.quantile(0.99) == pytest.approx(0.99, rel=0.06)
    assert Latencies().quantile(0.5) is None


@pytest.mark.parametrize(("how", "requests"), [("drop", -1), ("double", 1), ("alter", 0)])
def test_sabotage_does_not_show_in_the_counts(how: Sabotage, requests: int) -> None:
    world = list(Platform(settings(events=300, players=5, malformed=0)).sendings())

    async def run() -> tuple[Hub, Progress]:
        async with serving(ok) as (hub, target):
            return hub, await Sender(target, Pace(), sabotage=how).run(world)

    hub, progress = asyncio.run(run())

    assert len(hub.bodies) == len(world) + requests
    assert progress.accepted == progress.answered == progress.sent == len(world)
