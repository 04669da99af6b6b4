import asyncio

import pytest

from countroom.core.errors import SettingsError
from countroom.sources.rest.server import listen
from countroom.sources.rest.settings import Limits, RestSettings
from tests.unit.sources.rest.serving import BET, HEAD, Client, on_its_loop, request, served

TINY_S = 0.05


async def nothing_more(client: Client) -> None:
    assert await client.end() == b""


# --- HTTP ---------------------------------------------------------------------------------


def test_requests_follow_each_other_on_one_connection() -> None:
    async def story() -> None:
        async with served() as bench:
            client = await bench.client()
            for n in range(3):
                client.say(request(b'{"id":"%d"}' % n))
                assert await client.status() == 200
            assert len(bench.logged()) == 3

    on_its_loop(story)


def test_requests_sent_without_waiting_are_answered_in_order() -> None:
    async def story() -> None:
        async with served() as bench:
            client = await bench.client()
            client.say(request() + request(b"{}") + request(b'{"id":"b"}'))

            assert [await client.status() for _ in range(3)] == [200, 400, 200]

    on_its_loop(story)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_body_may_come_in_chunks_and_a_request_in_crumbs(size: int) -> None:
    async def story() -> None:
        async with served() as bench:
            client = await bench.client()
            whole = (
                HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\n" + BET[:4] + b"\r\n6\r\n" + BET[4:] + b"\r\n0\r\n\r\n"
            )
            for start in range(0, len(whole), size):
                client.say(whole[start : start + size])
                await client.writer.drain()
                await asyncio.sleep(0)

            assert await client.status() == 200
            assert [item.original for item in bench.logged()] == [BET]

    on_its_loop(story)


def test_a_client_that_asks_whether_to_go_on_is_told_to() -> None:
    async def story() -> None:
        async with served() as bench:
            client = await bench.client()
            client.say(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BET))
            assert await client.status() == 100

            client.say(BET)
            assert await client.status() == 200

    on_its_loop(story)


def test_a_client_that_asks_first_with_too_long_a_body_is_told_not_to_send_it() -> None:
    async def story() -> None:
        async with served(Limits(body_bytes=64)) as bench:
            client = await bench.client()
            client.say(HEAD + b"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n")

            assert await client.status() == 413
            await nothing_more(client)

    on_its_loop(story)


def test_a_body_too_long_is_told_so_while_it_is_sent_and_the_connection_goes_on() -> None:
    async def story() -> None:
        async with served(Limits(body_bytes=1000, drain_s=0.2)) as bench:
            client = await bench.client()
            client.say(request(b"x" * 1_000_000))
            assert await client.status() == 413

            client.say(request())
            assert await client.status() == 200

    on_its_loop(story)


@pytest.mark.parametrize(
    "words",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello\r\n\r\n",
        b"POST /v1/integration/casino HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST /v1/integration/casino HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST /v1/integration/casino HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST /v1/\xff\xfe HTTP/1.1\r\nHost: here\r\n\r\n",
        b"POST http://[::1 HTTP/1.1\r\nHost: here\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_http_is_a_4xx_or_the_end_and_disturbs_nobody(words: bytes) -> None:
    async def story() -> None:
        async with served() as bench:
            stranger, client = await bench.client(), await bench.client()
            stranger.say(words)
            answer = await stranger.end()
            assert not answer or answer.startswith(b"HTTP/1.1 4")

            client.say(request())
            assert await client.status() == 200

    on_its_loop(story)


def test_an_offer_of_another_protocol_is_passed_over() -> None:
    async def story() -> None:
        async with served() as bench:
            client = await bench.client()
            client.say(request(BET, b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAM"))

            assert await client.status() in {200, 400}

    on_its_loop(story)


def test_http_1_0_is_answered_and_ended() -> None:
    async def story() -> None:
        async with served() as bench:
            client = await bench.client()
            client.say(request().replace(b"HTTP/1.1", b"HTTP/1.0"))

            assert await client.status() == 200
            await nothing_more(client)

    on_its_loop(story)


def test_a_head_request_gets_no_body() -> None:
    async def story() -> None:
        async with served() as bench:
            client = await bench.client()
            client.say(b"HEAD /livez HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")

            assert (await client.end()).endswith(b"\r\n\r\n")

    on_its_loop(story)


# --- bounds -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "begun",
    [HEAD, HEAD[:10], HEAD + b"Content-Length: 10\r\n\r\n{", HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{"],
)
def test_a_half_sent_request_is_told_408_and_ended(begun: bytes) -> None:
    async def story() -> None:
        async with served(Limits(head_s=TINY_S, body_s=TINY_S)) as bench:
            client = await bench.client()
            client.say(begun)

            assert (await client.end()).startswith(b"HTTP/1.1 408 ")
            assert bench.logged() == []

    on_its_loop(story)


def test_a_request_that_drips_is_ended_all_the_same() -> None:
    async def story() -> None:
        async with served(Limits(head_s=TINY_S)) as bench:
            client = await bench.client()
            client.say(HEAD)
            ended = asyncio.ensure_future(client.end())
            while not ended.done():
                client.say(b"X-Drip: drop\r\n")
                await asyncio.wait({ended}, timeout=TINY_S / 10)

            assert ended.result().startswith(b"HTTP/1.1 408 ")

    on_its_loop(story)


@pytest.mark.parametrize("limits", [Limits(head_s=TINY_S), Limits(head_s=TINY_S, idle_s=TINY_S)])
def test_a_silent_connection_is_ended(limits: Limits) -> None:
    async def story() -> None:
        async with served(limits) as bench:
            client = await bench.client()
            if limits.idle_s == TINY_S:
                client.say(request())
                assert await client.status() == 200

            await nothing_more(client)

    on_its_loop(story)


def test_a_slow_disk_is_no_fault_of_the_client() -> None:
    async def story() -> None:
        async with served(Limits(head_s=TINY_S, body_s=TINY_S, idle_s=TINY_S)) as bench:
            client, idle = await bench.client(), await bench.client()
            bench.held.is_free.clear()
            client.say(request())
            await nothing_more(idle)  # So all of these times have passed.

            bench.held.is_free.set()
            assert await client.status() == 200

    on_its_loop(story)


@pytest.mark.parametrize("pieces", [1, 50])
def test_a_head_beyond_the_limit_is_431(pieces: int) -> None:
    async def story() -> None:
        async with served(Limits(head_bytes=2000)) as bench:
            client = await bench.client()
            client.say(HEAD)
            for _ in range(pieces):
                client.say(b"X-Long: %s\r\n" % (b"l" * (3000 // pieces)))
                await client.writer.drain()
                await asyncio.sleep(0)
            client.say(b"Content-Length: 10\r\n\r\n" + BET)

            assert (await client.end()).startswith(b"HTTP/1.1 431 ")
            assert bench.logged() == []

    on_its_loop(story)


def test_a_head_beyond_the_limit_in_one_piece_with_its_body_is_431() -> None:
    async def story() -> None:
        async with served(Limits(head_bytes=2000)) as bench:
            client = await bench.client()
            client.say(request(BET, b"X-Long: " + b"l" * 3000))

            assert await client.status() == 431
            assert bench.logged() == []

    on_its_loop(story)


def test_a_head_that_never_ends_is_431() -> None:
    async def story() -> None:
        async with served(Limits(head_bytes=2000)) as bench:
            client = await bench.client()
            client.say(HEAD + b"X-Long: " + b"l" * 100_000)

            assert (await client.end()).startswith(b"HTTP/1.1 431 ")

    on_its_loop(story)


def test_a_long_body_in_one_piece_with_a_short_head_is_fine() -> None:
    async def story() -> None:
        async with served(Limits(head_bytes=2000, drain_s=0.2)) as bench:
            client = await bench.client()
            client.say(request(BET.ljust(50_000)))

            assert await client.status() == 200

    on_its_loop(story)


def test_connections_beyond_the_limit_are_told_503_and_ended_and_the_others_go_on() -> None:
    async def story() -> None:
        async with served(Limits(connections=2, drain_s=0.2)) as bench:
            first, second = await bench.client(), await bench.client()
            first.say(request())
            second.say(request())
            assert (await first.status(), await second.status()) == (200, 200)
            third = await bench.client()

            status, headers, _ = await third.answer()

            assert (status, headers[b"retry-after"]) == (503, b"1")
            await nothing_more(third)
            first.say(request())
            assert await first.status() == 200

    on_its_loop(story)


def test_an_answer_that_comes_after_the_end_of_its_connection_is_no_fault() -> None:
    async def story() -> None:
        async with served(Limits(head_bytes=2000, drain_s=0.2)) as bench:
            refused, gone, other = await bench.client(), await bench.client(), await bench.client()
            bench.held.is_free.clear()
            refused.say(request() + HEAD + b"X-Long: " + b"l" * 3000)
            assert await refused.status() == 431
            gone.say(request() + request())
            other.say(b"GET /livez HTTP/1.1\r\nHost: here\r\n\r\n")
            assert await other.status() == 200
            gone.writer.transport.abort()
            other.say(b"GET /livez HTTP/1.1\r\nHost: here\r\n\r\n")
            assert await other.status() == 200

            bench.held.is_free.set()
            other.say(request())
            assert await other.status() == 200

    on_its_loop(story)


# --- the end ------------------------------------------------------------------------------


def test_at_the_end_what_is_in_flight_is_answered_and_nothing_new_is_taken() -> None:
    async def story() -> None:
        async with served(Limits(drain_s=5)) as bench:
            busy, idle, late = await bench.client(), await bench.client(), None
            bench.held.is_free.clear()
            busy.say(request())
            idle.say(b"GET /livez HTTP/1.1\r\nHost: here\r\n\r\n")
            assert await idle.status() == 200
            stopping = asyncio.ensure_future(bench.stopped())

            await nothing_more(idle)
            with pytest.raises(OSError, match="refused"):
                late = await bench.client()
            assert late is None
            bench.held.is_free.set()
            assert await busy.status() == 200
            await nothing_more(busy)
            await stopping

    on_its_loop(story)


def test_a_half_sent_request_holds_up_the_end_no_longer_than_the_drain() -> None:
    async def story() -> None:
        async with served(Limits(drain_s=TINY_S)) as bench:
            client = await bench.client()
            client.say(HEAD + b"Content-Length: 10\r\n\r\n{")
            asked = await bench.client()
            asked.say(request())
            assert await asked.status() == 200

            await bench.stopped()

            await nothing_more(client)
            assert bench.outcomes() == {"accepted": 1, "abandoned": 1}

    on_its_loop(story)


def test_readiness_goes_off_at_the_end() -> None:
    async def story() -> None:
        async with served() as bench:
            assert not bench.intake.probes.is_draining

            await bench.stopped()

            assert bench.intake.probes.is_draining

    on_its_loop(story)


def test_an_address_that_is_taken_is_a_settings_error_that_names_it() -> None:
    with listen(RestSettings(port=0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"127.0.0.1:{port} cannot be had"):
            listen(RestSettings(port=port))
