"""The shelf of refused messages: one row per body, a cap, durable counts."""

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from countroom.core.errors import Unavailable
from countroom.ports import Refusal, RefusalShelf, Shelved
from countroom.stores.embedded.refusals import LAYOUT, Cap, ShelfCounts, SqliteShelf, SqliteShelfReader
from countroom.stores.embedded.sqlite import Opening, open_writer
from tests.contracts.ports import forgetful
from tests.contracts.ports.forgetful import ForgetfulDisk
from tests.contracts.ports.items import NOON, at, refusal

EMPTY = ShelfCounts(bodies=0, bytes=0, seen=0, not_kept=0)


def shelved(body: str) -> Shelved:
    return Shelved(body_hash=body.encode().ljust(32, b"\0"), refusal=refusal(body))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "refusals" / "games.db"


def test_a_shelf_does_what_the_port_says(path: Path) -> None:
    shelf: RefusalShelf = SqliteShelf(path)

    shelf.set_aside([shelved("a")], NOON)

    [kept] = SqliteShelfReader(path).page(limit=10)
    assert Refusal(kept.kind, kept.rejections, kept.receipt, kept.received_at) == refusal("a")


def test_one_body_fills_one_row_however_often_it_comes(path: Path) -> None:
    shelf, reader = SqliteShelf(path), SqliteShelfReader(path)
    shelf.set_aside([shelved("a"), shelved("b"), shelved("a")], at(0))
    shelf.set_aside([shelved("a")], at(7))

    first, second = reader.page(limit=10)

    assert (first.receipt, first.times, first.first_at, first.last_at) == (b"a", 3, at(0), at(7))
    assert (second.receipt, second.times, second.first_at, second.last_at) == (b"b", 1, at(0), at(0))
    assert (reader.counts().bodies, reader.counts().seen, reader.counts().not_kept) == (2, 4, 0)


def test_beyond_the_cap_of_bodies_only_the_count_grows(path: Path) -> None:
    shelf, reader = SqliteShelf(path, cap=Cap(bodies=2)), SqliteShelfReader(path)
    for body in "abcd":
        shelf.set_aside([shelved(body), shelved(body)], NOON)
    shelf.set_aside([shelved("a")], NOON)

    assert [(kept.receipt, kept.times) for kept in reader.page(limit=10)] == [(b"a", 3), (b"b", 2)]
    assert (reader.counts().bodies, reader.counts().seen, reader.counts().not_kept) == (2, 9, 4)


def test_a_body_that_does_not_fit_is_only_counted_and_a_smaller_one_is_kept(path: Path) -> None:
    shelf, reader = SqliteShelf(path, cap=Cap(bytes=200)), SqliteShelfReader(path)

    shelf.set_aside([shelved("a"), shelved("b" * 150), shelved("c")], NOON)

    assert [kept.receipt for kept in reader.page(limit=10)] == [b"a", b"c"]
    assert reader.counts().not_kept == 1
    assert reader.counts().bytes <= 200


def test_the_shelf_is_paged_by_id_and_asked_for_one(path: Path) -> None:
    SqliteShelf(path).set_aside([shelved(body) for body in "abcde"], NOON)
    reader = SqliteShelfReader(path)

    pages = [reader.page(limit=2)]
    while page := reader.page(pages[-1][-1].id, limit=2):
        pages.append(page)

    assert [[kept.receipt for kept in page] for page in pages] == [[b"a", b"b"], [b"c", b"d"], [b"e"]]
    third = reader.get(pages[1][0].id)
    assert third is not None
    assert third.receipt == b"c"
    assert reader.get(99) is None


def test_who_collects_is_told_what_came_and_what_came_again_since(path: Path) -> None:
    shelf, reader = SqliteShelf(path), SqliteShelfReader(path)
    assert reader.changed(0, limit=10) == []
    shelf.set_aside([shelved("a"), shelved("b")], at(9))
    first = reader.changed(0, limit=1)
    second = reader.changed(first[-1][0], limit=10)
    shelf.set_aside([shelved("a"), shelved("c"), shelved("a")], at(1))
    third = reader.changed(second[-1][0], limit=10)

    told = [[(body.receipt, body.times) for _, body in page] for page in (first, second, third)]
    assert told == [[(b"a", 1)], [(b"b", 1)], [(b"a", 3), (b"c", 1)]]
    assert reader.changed(third[-1][0], limit=10) == []


def test_a_shelf_of_the_first_version_is_brought_up_to_date_by_its_writer(path: Path) -> None:
    first = msgspec.structs.replace(LAYOUT, version=1, schema=LAYOUT.schema.split(";\n    ALTER")[0], upgrades=())
    old = open_writer(path, first)
    old.rows("INSERT INTO bodies VALUES (1, x'01', 2, 3, 3, 'CASINO', x'90', x'aa', 3)")
    old.rows("UPDATE totals SET bodies = 1, bytes = 2, seen = 2")
    old.finish()
    reader = SqliteShelfReader(path)
    assert (reader.changed(0, limit=10), reader.counts().seen) == ([], 2)

    SqliteShelf(path).set_aside([shelved("b")], NOON)

    assert [(body.receipt, body.times) for _, body in reader.changed(0, limit=10)] == [(b"\xaa", 2), (b"b", 1)]


def test_a_reader_that_comes_before_the_shelf_finds_it_empty(path: Path) -> None:
    reader = SqliteShelfReader(path)

    assert (reader.page(limit=10), reader.get(1), reader.counts()) == ([], None, EMPTY)


def test_nothing_set_aside_changes_nothing(path: Path) -> None:
    shelf, reader = SqliteShelf(path), SqliteShelfReader(path)

    shelf.set_aside([], NOON)

    assert reader.counts() == EMPTY


@pytest.mark.parametrize("kept", [forgetful.nothing, forgetful.prefix(1), forgetful.some(1), forgetful.some(2)])
def test_power_lost_at_any_change_leaves_what_was_answered(tmp_path: Path, kept: forgetful.Kept) -> None:
    for changes in range(0, 40, 2):
        disk = ForgetfulDisk()
        opening = Opening(vfs=disk.name)
        path = tmp_path / f"{disk.name}.db"
        disk.fail_after(changes)
        answered = _set_aside_until_the_power_goes(path, opening)
        disk.power_loss(kept)

        SqliteShelf(path, opening=opening).set_aside([shelved("after")], NOON)

        reader = SqliteShelfReader(path, opening=opening)
        bodies = [found.receipt for found in reader.page(limit=1000)]
        assert len(bodies) - 1 in {answered, answered + 1}
        assert bodies == [*(b"a%d" % number for number in range(len(bodies) - 1)), b"after"]
        assert reader.counts().seen == reader.counts().bodies == len(bodies)


def _set_aside_until_the_power_goes(path: Path, opening: Opening) -> int:
    answered = 0
    with suppress(Unavailable):
        shelf = SqliteShelf(path, opening=opening)
        try:
            while True:
                shelf.set_aside([shelved(f"a{answered}")], NOON)
                answered += 1
        finally:
            shelf.close()
    return answered
