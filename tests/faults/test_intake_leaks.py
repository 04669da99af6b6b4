"""No personal value is found in any file that the intake and the vault leave behind."""

import asyncio
import base64
from pathlib import Path

import aiohttp
import pytest

from tests.faults.intake_child import CASINO, USER, Child, bet, logged, post, registration
from tests.faults.leaks import search

NEEDLES = {
    "email": "ann.bjørklund+seed@example.com",
    "username": "annbjorklund77",
    "first_name": "Ännelie",
    "last_name": "Bjørklund",
    "mobile": "79123456",
    "mobile_prefix": "+35699",
    "address": "12/4 Triq il-Kbira",
    "city": "Birżebbuġa",
    "postal_code": "BBG-7734",
    "birth_date": "1984-03-17",
    "ip_address": "198.51.100.77",
    "user_agent": "Seeded/7.0 (X11; needle)",
    "note": "called about his bonus on Tuesday",
    "registration_code": "FRIEND-OF-ANN",
}
META, UNKNOWN, BROKEN = "meta-needle-4471", "unknown-needle-8812", "broken-needle-3390"


async def everything_is_sent(port: int) -> list[int]:
    bodies: list[tuple[str, dict[str, object] | bytes]] = [
        (USER, registration("1", **NEEDLES)),
        (USER, registration("1", **NEEDLES)),
        (CASINO, bet("meta", "1", meta={"deep": [META]})),
        (CASINO, bet("unknown", "1", surprise=UNKNOWN)),
        (CASINO, bet("unknown, new player", "2", surprise={UNKNOWN: 1})),
        (CASINO, bet("broken", "1", amount="NaN", meta={"deep": [BROKEN]})),
        (USER, registration("", **NEEDLES)),
        (USER, b'{"email": "' + NEEDLES["email"].encode() + b'", "user_id'),
        (USER, {**registration("3"), "email": [NEEDLES["email"]], "timestamp": "soon"}),
        (CASINO, {"user_id": NEEDLES["username"] + "\n"}),
    ]
    async with aiohttp.ClientSession() as session:
        return [await post(session, port, path=path, body=body) for path, body in bodies]


def test_no_personal_value_lies_in_any_file(tmp_path: Path) -> None:
    with Child("vault", tmp_path) as vault, Child("intake", tmp_path) as intake:
        statuses = asyncio.run(asyncio.wait_for(everything_is_sent(intake.port), 30))
        found_running = search(tmp_path, [*NEEDLES.values(), META, UNKNOWN, BROKEN])
        intake.terminate()
        vault.terminate()

    assert statuses == [200] * 5 + [400] * 5
    assert found_running == []
    assert search(tmp_path, [*NEEDLES.values(), META, UNKNOWN, BROKEN]) == []
    assert len(logged(tmp_path)) == 5
    assert {path.name for path in tmp_path.rglob("*.db")} >= {"vault.db", "games.db"}


@pytest.mark.parametrize(
    "written",
    [
        b"..ann@example.com..",
        b"ANN@Example.com",
        "ann@example.com".encode("utf-16-le"),
        "ann@example.com".encode("utf-16-be"),
        b"ann@example.com".hex().encode(),
        b"ann@example.com".hex().upper().encode(),
        *(base64.b64encode(b"x" * n + b"ann@example.com" + b"y" * m) for n in range(4) for m in range(4)),
        base64.urlsafe_b64encode(b"ann@example.com"),
        b"ann@example.com"[::-1],
    ],
)
def test_the_search_finds_a_value_in_every_form(written: bytes, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"before" + written + b"after")

    assert search(tmp_path, ["ann@example.com"])


def test_the_search_finds_escaped_letters_and_names_of_files(tmp_path: Path) -> None:
    (tmp_path / "escaped").write_bytes(b'{"city": "Bir\\u017cebbu\\u0121a", "path": "a\\/b"}')
    (tmp_path / "needle-4711.txt").touch()

    assert {hit.needle for hit in search(tmp_path, ["Birżebbuġa", "a/b", "needle-4711"])} == {
        "Birżebbuġa",
        "a/b",
        "needle-4711",
    }


def test_the_search_finds_nothing_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(range(256)) * 100)

    assert search(tmp_path, ["ann@example.com"]) == []
