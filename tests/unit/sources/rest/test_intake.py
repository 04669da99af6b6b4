import asyncio

import pytest

from countroom.core.ids import SourceName
from countroom.sources.rest.settings import Limits
from tests.unit.flow.parts import on_a_loop
from tests.unit.sources.rest.parts import BET_PATH, KEYED, USER_PATH, Header, IntakeBench, Keys, basic, entry

BET = b'{"id":"a"}'


def test_a_good_message_is_answered_200_when_it_is_in_the_log() -> None:
    async def story() -> None:
        bench = IntakeBench()

        reply = await bench.post(BET)

        assert (reply.status, reply.body) == (200, b'{"status":"ok"}')
        assert [item.original for item in bench.logged()] == [BET]
        assert bench.outcomes() == {"accepted": 1}
        await bench.ingest.close()

    on_a_loop(story)


def test_no_200_leaves_while_the_disk_stands_still() -> None:
    async def story() -> None:
        bench = IntakeBench()
        bench.held.is_free.clear()
        asking = asyncio.ensure_future(bench.post(BET))
        for _ in range(20):
            await asyncio.sleep(0)

        assert not asking.done()
        bench.held.is_free.set()
        assert (await asking).status == 200
        await bench.ingest.close()

    on_a_loop(story)


def test_a_bad_message_is_answered_400_with_all_its_errors_and_their_places() -> None:
    async def story() -> None:
        bench = IntakeBench()

        reply = await bench.post(b"{}")

        assert reply.status == 400
        assert reply.errors == [("$", "malformed: expected an id"), ("$.at", "bad_time: expected a time")]
        assert len(bench.shelf.kept) == 1
        assert bench.outcomes() == {"refused": 1}
        await bench.ingest.close()

    on_a_loop(story)


def test_a_source_that_accepts_bad_messages_answers_200_and_logs_the_refusal() -> None:
    async def story() -> None:
        bench = IntakeBench(on_bad="accept")

        reply = await bench.post(b"{}")

        assert reply.status == 200
        assert len(bench.memory.refusals) == 1
        assert bench.outcomes() == {"quarantined": 1}
        await bench.ingest.close()

    on_a_loop(story)


@pytest.mark.parametrize(
    "header",
    [
        ("X-Api-Key", "cr_open"),
        ("x-api-key", " cr_open "),
        ("X-API-KEY", "cr_open"),
        ("Authorization", "cr_open"),
        ("Authorization", "Bearer cr_open"),
        ("authorization", "bearer  cr_open"),
        ("Authorization", "Basic cr_open"),
        ("Authorization", basic("cr_open")),
        ("Authorization", basic("cr_open:")),
        ("Authorization", basic(":cr_open")),
        ("Authorization", basic("operator:cr_open")),
    ],
)
def test_a_key_is_known_in_every_way_that_senders_send_it(header: Header) -> None:
    async def story() -> None:
        bench = IntakeBench()

        assert (await bench.post(BET, headers=[header])).status == 200
        assert (await bench.post(BET, headers=[header])).status == 200
        await bench.ingest.close()

    on_a_loop(story)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-Api-Key", "")],
        [("X-Api-Key", "cr_ope")],
        [("X-Api-Key", "cr_open2")],
        [("X-Api-Key", "Bearer cr_open")],
        [("Authorization", "Digest cr_open")],
        [("Authorization", "Basic")],
        [("Authorization", "Basic !!!!")],
        [("Authorization", basic(""))],
        [("Cookie", "x-api-key=cr_open")],
        [("X-Api-Key", entry().digest)],
    ],
)
def test_without_a_known_key_it_is_401_and_nothing_is_kept(headers: list[Header]) -> None:
    async def story() -> None:
        bench = IntakeBench()

        reply = await bench.post(BET, headers=headers)

        assert reply.status == 401
        assert reply.errors[0][0] == "header X-Api-Key"
        assert bench.logged() == []
        assert bench.outcomes() == {"unauthorized": 1}
        await bench.ingest.close()

    on_a_loop(story)


def test_a_good_key_beside_a_strange_header_is_enough() -> None:
    async def story() -> None:
        bench = IntakeBench()

        assert (await bench.post(BET, headers=[("Authorization", "Bearer other"), *KEYED])).status == 200
        await bench.ingest.close()

    on_a_loop(story)


@pytest.mark.parametrize(
    ("held", "says"),
    [(entry(is_revoked=True), "was revoked"), (entry(source=SourceName("other")), "is for source other")],
)
def test_a_key_that_may_not_is_403_and_told_why(held: object, says: str) -> None:
    async def story() -> None:
        bench = IntakeBench(keys=Keys(held))  # type: ignore[arg-type]

        reply = await bench.post(BET)

        assert reply.status == 403
        assert says in reply.errors[0][1]
        assert bench.outcomes() == {"forbidden": 1}
        await bench.ingest.close()

    on_a_loop(story)


def test_a_path_that_is_not_served_is_404_and_names_those_that_are() -> None:
    async def story() -> None:
        bench = IntakeBench()

        reply = await bench.post(BET, path="/v1/integration/sports")

        assert reply.status == 404
        assert f"POST {BET_PATH}" in reply.errors[0][1]
        assert f"POST or PUT {USER_PATH}" in reply.errors[0][1]
        await bench.ingest.close()

    on_a_loop(story)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_another_method_is_405_and_named_those_allowed(method: str) -> None:
    async def story() -> None:
        bench = IntakeBench()

        reply = await bench.post(BET, method=method)

        assert (reply.status, reply.headers[b"allow"]) == (405, b"POST, PUT")
        await bench.ingest.close()

    on_a_loop(story)


@pytest.mark.parametrize("pieces", [(b"x" * 65,), (b"x" * 64, b"x"), (b"x" * 30, b"x" * 30, b"x" * 30)])
def test_a_body_over_the_limit_is_413_and_told_the_limit(pieces: tuple[bytes, ...]) -> None:
    async def story() -> None:
        bench = IntakeBench(limits=Limits(body_bytes=64))

        reply = await bench.post(*pieces)

        assert reply.status == 413
        assert "at most 64 bytes" in reply.errors[0][1]
        assert bench.shelf.kept == []
        await bench.ingest.close()

    on_a_loop(story)


def test_a_stated_length_over_the_limit_is_413_before_the_body_is_read() -> None:
    async def story() -> None:
        bench = IntakeBench(limits=Limits(body_bytes=64))

        reply = await bench.post(BET, headers=[*KEYED, ("Content-Length", "65")])

        assert reply.status == 413
        await bench.ingest.close()

    on_a_loop(story)


def test_a_body_over_the_limit_is_not_read_to_its_end() -> None:
    async def story() -> None:
        bench = IntakeBench(limits=Limits(body_bytes=64))

        reply = await bench.ask(b"x" * 40, b"x" * 40, path=BET_PATH, headers=KEYED, method="POST", is_cut=True)

        assert reply is not None
        assert reply.status == 413
        await bench.ingest.close()

    on_a_loop(story)


def test_a_body_of_just_the_limit_is_read_in_however_many_pieces() -> None:
    async def story() -> None:
        bench = IntakeBench(limits=Limits(body_bytes=64))
        body = b'{"id":"a"}'.ljust(64)

        assert (await bench.post(body)).status == 200
        assert (await bench.post(*[body[n : n + 1] for n in range(64)])).status == 200
        await bench.ingest.close()

    on_a_loop(story)


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Content-Type", "application/json", 200),
        ("Content-Type", "application/json; charset=utf-8", 200),
        ("Content-Type", "APPLICATION/JSON;charset=UTF-8", 200),
        ("Content-Type", "application/vnd.operator+json", 200),
        ("Content-Type", "text/plain", 200),
        ("Content-Type", "application/x-www-form-urlencoded", 200),
        ("Content-Type", "", 200),
        ("Content-Encoding", "identity", 200),
        ("Content-Type", "multipart/form-data; boundary=x", 415),
        ("Content-Type", "text/html", 415),
        ("Content-Type", "application/xml", 415),
        ("Content-Encoding", "gzip", 415),
    ],
)
def test_only_a_type_that_is_clearly_another_is_415(header: str, value: str, status: int) -> None:
    async def story() -> None:
        bench = IntakeBench()

        assert (await bench.post(BET, headers=[*KEYED, (header, value)])).status == status
        await bench.ingest.close()

    on_a_loop(story)


def test_one_key_cannot_fill_the_queue_for_the_others() -> None:
    async def story() -> None:
        bench = IntakeBench(limits=Limits(in_flight_per_key=2), keys=Keys(entry(), entry("cr_two", key_id="k2")))
        bench.held.is_free.clear()
        waiting = [asyncio.ensure_future(bench.post(BET)) for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)

        reply = await bench.post(BET)
        other = asyncio.ensure_future(bench.post(BET, headers=[("X-Api-Key", "cr_two")]))

        assert (reply.status, reply.headers[b"retry-after"]) == (429, b"1")
        bench.held.is_free.set()
        assert [r.status for r in await asyncio.gather(*waiting, other)] == [200, 200, 200]
        assert (await bench.post(BET)).status == 200
        await bench.ingest.close()

    on_a_loop(story)


def test_behind_the_bound_of_the_backlog_it_is_503_with_a_time_to_come_again() -> None:
    async def story() -> None:
        bench = IntakeBench(limits=Limits(backlog_items=10, retry_after_s=7))
        bench.backlog = 11

        reply = await bench.post(BET)

        assert (reply.status, reply.headers[b"retry-after"]) == (503, b"7")
        bench.backlog = 10
        assert (await bench.post(BET)).status == 200
        assert bench.outcomes() == {"accepted": 1, "behind": 1}
        await bench.ingest.close()

    on_a_loop(story)


def test_a_full_disk_is_503_and_nothing_is_kept() -> None:
    async def story() -> None:
        bench = IntakeBench()
        bench.held.is_full = True

        reply = await bench.post(BET)

        assert (reply.status, reply.headers[b"retry-after"]) == (503, b"10")
        assert "the disk is full" in reply.errors[0][1]
        assert bench.outcomes() == {"away": 1}
        await bench.ingest.close()

    on_a_loop(story)


def test_without_the_vault_only_personal_messages_are_503() -> None:
    async def story() -> None:
        bench = IntakeBench()
        bench.vault.is_away = True

        personal = await bench.post(b'{"id":"a","personal":{"email":"x"}}')
        plain = await bench.post(BET)

        assert (personal.status, plain.status) == (503, 200)
        await bench.ingest.close()

    on_a_loop(story)


def test_a_client_that_goes_before_its_body_is_complete_leaves_nothing() -> None:
    async def story() -> None:
        bench = IntakeBench()

        reply = await bench.ask(BET, path=BET_PATH, headers=KEYED, method="POST", is_cut=True)

        assert reply is None
        assert bench.logged() == []
        assert bench.outcomes() == {"abandoned": 1}
        await bench.ingest.close()

    on_a_loop(story)


def test_probes_need_no_key_and_tell_of_a_drain() -> None:
    async def story() -> None:
        bench = IntakeBench()

        async def probe(path: str) -> tuple[int, str]:
            reply = await bench.post(path=path, headers=[], method="GET")
            return reply.status, reply.body.decode()

        assert await probe("/livez") == (200, "ok\n")
        assert await probe("/readyz") == (200, "ok\n")
        assert await probe("/readyz?verbose") == (200, "[+] draining: ok\n[+] log: ok\nok\n")
        bench.fault = "away"
        assert await probe("/readyz?verbose") == (503, "[+] draining: ok\n[-] log: away\nnot ready\n")
        bench.fault = None
        bench.intake.probes.is_draining = True
        assert await probe("/readyz") == (503, "not ready\n")
        assert await probe("/livez") == (200, "ok\n")
        await bench.ingest.close()

    on_a_loop(story)
