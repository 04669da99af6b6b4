"""The doorbell: a ring is heard, a lost one costs nothing but a moment."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from countroom.stores.embedded.doorbell import Doorbell, Ringer

LONG = 30.0
"""Seconds to wait for what will surely come."""

HangUp = Callable[[str], Doorbell]
Take = Callable[..., Ringer]


@pytest.fixture
def open_things() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def hang_up(tmp_path: Path, open_things: ExitStack) -> HangUp:
    return lambda name: open_things.enter_context(closing(Doorbell(tmp_path, name)))


@pytest.fixture
def ringer_of(tmp_path: Path, open_things: ExitStack) -> Take:
    return lambda *names: open_things.enter_context(closing(Ringer(tmp_path, names)))


def test_a_ring_ends_the_wait(hang_up: HangUp, ringer_of: Take) -> None:
    bell = hang_up("shard-0")
    ringer = threading.Thread(target=ringer_of("shard-0").ring)

    ringer.start()
    rang = bell.wait(LONG)

    ringer.join()
    assert rang


def test_a_ring_before_the_wait_is_not_lost(hang_up: HangUp, ringer_of: Take) -> None:
    bell = hang_up("shard-0")

    ringer_of("shard-0").ring()

    assert bell.wait(LONG)


def test_many_rings_are_one(hang_up: HangUp, ringer_of: Take) -> None:
    bell, ringer = hang_up("shard-0"), ringer_of("shard-0")
    for _ in range(1000):
        ringer.ring()

    assert bell.wait(LONG)
    assert not bell.wait(0)
    assert not bell.hear()


def test_a_bell_nobody_rings_is_silent_and_the_wait_ends(hang_up: HangUp) -> None:
    assert not hang_up("shard-0").wait(0.001)


def test_every_named_bell_rings_and_no_other(hang_up: HangUp, ringer_of: Take) -> None:
    bells = {name: hang_up(name) for name in ("a", "b", "c")}

    ringer_of("a", "c").ring()

    assert {name: bell.wait(0) for name, bell in bells.items()} == {"a": True, "b": False, "c": True}


def test_ringing_where_nobody_listens_is_no_error(ringer_of: Take) -> None:
    ringer_of("a").ring()


def test_a_bell_that_was_hung_up_again_after_a_kill_is_heard(hang_up: HangUp, ringer_of: Take) -> None:
    ringer = ringer_of("a")
    hang_up("a")
    ringer.ring()

    bell = hang_up("a")
    ringer.ring()

    assert bell.wait(LONG)


def test_a_closed_bell_leaves_nothing_behind(tmp_path: Path, ringer_of: Take) -> None:
    bell = Doorbell(tmp_path, "a")

    bell.close()
    ringer_of("a").ring()

    assert list(tmp_path.iterdir()) == []


def test_a_data_directory_may_have_a_long_path(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["a rather long name of a folder"] * 8)
    with closing(Doorbell(folder, "shard-0")) as bell, closing(Ringer(folder, ["shard-0"])) as ringer:
        ringer.ring()

        assert bell.wait(LONG)
        assert (folder / "shard-0.bell").exists()
    assert not (folder / "shard-0.bell").exists()


def test_an_event_loop_can_wait_for_a_bell(hang_up: HangUp, ringer_of: Take) -> None:
    async def rings() -> bool:
        bell = hang_up("a")
        loop = asyncio.get_running_loop()
        rang: asyncio.Future[bool] = loop.create_future()
        loop.add_reader(bell.fileno(), lambda: rang.set_result(bell.hear()))
        ringer_of("a").ring()
        heard = await rang
        loop.remove_reader(bell.fileno())
        return heard

    assert asyncio.run(rings())
