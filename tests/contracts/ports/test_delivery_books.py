"""The peers of the third leg's store, each against the whole suite, and what only SQLite's has to show."""

from contextlib import suppress
from pathlib import Path

import pytest

from countroom.core.deliveries import Change, State
from countroom.core.errors import Unavailable
from countroom.stores.embedded.delivery_db import KEPT_TRIES, DeliveryDatabase
from countroom.stores.embedded.delivery_reader import DeliveryReader, Wanted
from countroom.stores.embedded.sqlite import Opening
from tests.contracts.ports import forgetful
from tests.contracts.ports.delivery_book import NOON, DeliveryBookContract, delivery, later, link, tried, waiting
from tests.contracts.ports.forgetful import ForgetfulDisk


class SqliteContract(DeliveryBookContract):
    opening = Opening()

    @pytest.fixture(autouse=True)
    def _file(self, tmp_path: Path) -> None:
        self.path = tmp_path / "delivery.db"
        self.opened: list[DeliveryDatabase] = []

    def open_book(self) -> DeliveryDatabase:
        self.opened.append(DeliveryDatabase(self.path, opening=self.opening))
        return self.opened[-1]

    def open_look(self) -> DeliveryReader:
        return DeliveryReader(self.path, opening=self.opening)

    def crash(self) -> None:
        for book in self.opened:
            book.close()
        self.opened = []


class TestDeliveryDatabase(SqliteContract):
    def test_of_one_that_is_refused_for_ever_the_latest_tries_are_kept(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1))
        for n in range(1, KEPT_TRIES + 20):
            failed = tried(delivery(1, 1), accepted=False, count=n)
            book.record(Change(at=NOON, links=[link(1, opened=1)], outcomes=[failed]))

        shown = self.open_look().delivery(1)
        assert shown is not None
        assert len(shown.tries) == KEPT_TRIES
        assert shown.delivery.attempts == KEPT_TRIES + 19

    def test_deliveries_are_listed_by_what_is_wanted_the_youngest_first(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1, 2))
        book.record(waiting(2, 3, 4))
        book.record(Change(at=NOON, links=[link(1, opened=1)], outcomes=[tried(delivery(1, 1), accepted=True)]))
        reader = self.open_look()

        def numbers(wanted: Wanted, limit: int = 10) -> list[int]:
            return [each.delivery.number for each in reader.deliveries(wanted, limit)]

        assert numbers(Wanted()) == [4, 3, 2, 1]
        assert numbers(Wanted(), 2) == [4, 3]
        assert numbers(Wanted(before=3)) == [2, 1]
        assert numbers(Wanted(partner="crm", state=State.WAITING)) == [4, 3, 2]
        assert numbers(Wanted(state=State.ACCEPTED)) == [1]
        assert numbers(Wanted(player="p2")) == [4, 3]
        assert numbers(Wanted(brand="lucky", player="p2", before=4)) == [3]
        assert numbers(Wanted(brand="other", player="p2")) == []
        assert numbers(Wanted(event_id="e3")) == [3]
        assert numbers(Wanted(partner="ads")) == []

    def test_a_delivery_says_which_one_goes_before_it(self) -> None:
        self.open_book().record(waiting(1, 1, 2))
        reader = self.open_look()
        first, second = reader.delivery(1), reader.delivery(2)

        assert first is not None
        assert second is not None
        assert (first.behind, second.behind) == (None, 1)
        assert reader.delivery(3) is None

    def test_the_oldest_that_waits_is_known_without_looking_at_the_rest(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1))
        change = waiting(2, 2)
        change.fresh[0].created_at = later(60)
        book.record(change)
        reader = self.open_look()
        assert reader.oldest_waiting("crm") == NOON

        book.record(Change(at=NOON, links=[link(1)], outcomes=[tried(delivery(1, 1), accepted=True)]))
        assert reader.oldest_waiting("crm") == later(60)
        assert reader.oldest_waiting("ads") == 0

    def test_what_a_gate_holds_is_counted_apart_and_is_no_delay(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1, 2))
        change = waiting(2, 3)
        change.fresh[0].created_at = later(60)
        book.record(change)
        reader = self.open_look()
        assert (reader.oldest_waiting("crm"), reader.held_by_gates("crm")) == (NOON, 0)

        book.record(Change(at=NOON, links=[link(1, opened=2, shut="blocked")]))
        assert (reader.oldest_waiting("crm"), reader.held_by_gates("crm")) == (later(60), 2)
        book.record(Change(at=NOON, links=[link(1, opened=2)]))
        assert (reader.oldest_waiting("crm"), reader.held_by_gates("crm")) == (NOON, 0)
        assert reader.held_by_gates("ads") == 0


class TestDeliveryDatabaseAfterPowerLoss(SqliteContract):
    @pytest.fixture(autouse=True)
    def _disk(self) -> None:
        self.disk = ForgetfulDisk()
        self.opening = Opening(vfs=self.disk.name)
        self.forgotten: list[DeliveryDatabase] = []

    def crash(self) -> None:
        self.disk.power_loss()
        # Kept, for an object that goes away closes its file in good order.
        self.forgotten += self.opened
        self.opened = []


@pytest.mark.parametrize("seed", range(30))
def test_a_power_loss_during_a_record_leaves_all_of_it_or_nothing(tmp_path: Path, seed: int) -> None:
    path, disk = tmp_path / "delivery.db", ForgetfulDisk()
    book = DeliveryDatabase(path, opening=Opening(vfs=disk.name))
    book.record(waiting(1, 1))
    change = waiting(2, 2, 3)
    change.cursors = {0: 9}
    change.links.append(link(1))
    change.outcomes = [tried(delivery(1, 1), accepted=True)]
    disk.fail_after(seed % 12)
    with suppress(Unavailable):
        book.record(change)
    disk.power_loss(forgetful.some(seed))

    again = DeliveryDatabase(path, opening=Opening(vfs=disk.name))
    whole = {2: [2, 3], "cursors": {0: 9}, "open": {"crm": 2}}
    before = {2: None, "cursors": {}, "open": {"crm": 1}}
    links = again.last_numbers()[1]
    found = {
        2: [each.number for each in again.waiting([2], 10)[0][1]] if links == 2 else None,
        "cursors": again.cursors(),
        "open": again.open_deliveries(),
    }
    assert found in (whole, before)
