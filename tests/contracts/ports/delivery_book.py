"""What the store of the third leg promises, whatever it lies in."""

from abc import ABC, abstractmethod

import msgspec

from countroom.core.deliveries import Act, Attempt, Change, Delivery, LinkView, Outcome, PartnerState
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId
from countroom.core.instants import SECOND, Instant, parse
from countroom.core.signals import Outgoing
from countroom.flow.delivery_book import DeliveryBook, DeliveryLook

NOON = parse("2026-11-21T12:00:00Z")
CRM = PartnerId("crm")
START = (0, 0)


def later(seconds: float) -> Instant:
    return Instant(NOON + int(seconds * SECOND))


def link(number: int, *, partner: PartnerId = CRM, opened: int = 0, shut: str = "", is_linked: bool = True) -> LinkView:
    return LinkView(
        link=number, partner=partner, brand=BrandId("lucky"), player=PlayerId(f"p{number}"),
        link_id=LinkId(f"l{number}"), account=f"a{number}", linked_at=NOON, not_before=NOON, open=opened, shut=shut,
        is_linked=is_linked, facts={"consent.email": "in"},
    )  # fmt: skip


def delivery(number: int, of: int, *, partner: PartnerId = CRM) -> Delivery:
    message = Outgoing(f"e{number}", "bet", "Bet", NOON, b"body")
    return Delivery(number=number, link=of, partner=partner, message=message, created_at=NOON)


def tried(one: Delivery, *, accepted: bool, count: int = 1, due: Instant = NOON) -> Outcome:
    attempt = Attempt(NOON, 200 if accepted else 503, 1_500, "" if accepted else "busy")
    return Outcome(delivery=one, attempt=attempt, count=count, accepted=accepted, due=due, why="" if accepted else "b")


def waiting(of: int, *numbers: int) -> Change:
    """A new link with deliveries that wait."""
    return Change(at=NOON, links=[link(of, opened=len(numbers))], fresh=[delivery(n, of) for n in numbers])


class DeliveryBookContract(ABC):
    """A peer says how to open it, how to look into it, and how to lose it."""

    @abstractmethod
    def open_book(self) -> DeliveryBook:
        """The store, as the one before left it."""

    @abstractmethod
    def open_look(self) -> DeliveryLook:
        """Its reading side."""

    @abstractmethod
    def crash(self) -> None:
        """End all that is open as a power cut or a kill would."""

    def heads(self, book: DeliveryBook, now: Instant = NOON) -> list[tuple[int, int]]:
        """Deliveries and links that are due."""
        return [(number, of) for _, number, of in book.due(CRM, now, after=START, limit=100)]

    def test_what_was_recorded_is_there_after_a_crash(self) -> None:
        book = self.open_book()
        change = waiting(1, 1, 2)
        change.cursors = {0: 17, 1: 4}
        change.partners = {"crm": PartnerState(paused_by="jo", rate=5)}
        change.acts = [Act(NOON, "jo", "pause", "why", CRM)]
        book.record(change)
        self.crash()

        again = self.open_book()
        assert again.cursors() == {0: 17, 1: 4}
        assert again.last_numbers() == (2, 1)
        assert again.partners() == {"crm": PartnerState(paused_by="jo", rate=5)}
        assert again.open_deliveries() == {"crm": 2}
        [(view, found)] = again.waiting([1], 10)
        assert view == link(1, opened=2)
        assert [msgspec.structs.astuple(each) for each in found] == [
            msgspec.structs.astuple(delivery(n, 1)) for n in (1, 2)
        ]

    def test_of_each_link_only_the_first_waiting_delivery_is_due(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1, 2))
        book.record(waiting(2, 3))

        assert self.heads(book) == [(1, 1), (3, 2)]
        assert book.due(CRM, NOON, after=(NOON, 1), limit=100) == [(NOON, 3, 2)]
        assert len(book.due(CRM, NOON, after=START, limit=1)) == 1
        assert book.due("ads", NOON, after=START, limit=100) == []

    def test_nothing_is_due_before_its_link_has_settled(self) -> None:
        book = self.open_book()
        change = waiting(1, 1)
        change.links[0].not_before = later(10)
        book.record(change)

        assert self.heads(book, later(9)) == []
        assert self.heads(book, later(10)) == [(1, 1)]

    def test_the_next_is_due_once_the_first_is_accepted(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1, 2))
        book.record(Change(at=NOON, links=[link(1, opened=1)], outcomes=[tried(delivery(1, 1), accepted=True)]))

        assert self.heads(book) == [(2, 1)]
        assert [each.number for each in book.waiting([1], 10)[0][1]] == [2]

    def test_what_was_accepted_before_it_was_recorded_never_waits(self) -> None:
        book = self.open_book()
        first, second = delivery(1, 1), delivery(2, 1)
        book.record(
            Change(
                at=NOON, links=[link(1, opened=1)], fresh=[first, second],
                outcomes=[tried(first, accepted=False), tried(first, accepted=True, count=2)],
            )
        )  # fmt: skip

        assert self.heads(book) == [(2, 1)]

    def test_a_failed_delivery_is_due_when_it_was_said_and_keeps_its_place(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1, 2))
        failed = tried(delivery(1, 1), accepted=False, due=later(60))
        book.record(Change(at=NOON, links=[link(1, opened=2)], outcomes=[failed]))

        assert self.heads(book, later(59)) == []
        assert self.heads(book, later(60)) == [(1, 1)]
        [(_, found)] = book.waiting([1], 10)
        assert [(each.number, each.attempts) for each in found] == [(1, 1), (2, 0)]

    def test_a_closed_gate_makes_nothing_due_and_an_open_one_the_first(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1, 2))
        book.record(Change(at=NOON, links=[link(1, opened=2, shut="blocked")]))
        assert self.heads(book, later(9_999)) == []
        assert [view.link for view in book.shut_links(CRM)] == [1]

        book.record(Change(at=later(5), links=[link(1, opened=2)]))
        assert self.heads(book, later(5)) == [(1, 1)]
        assert book.shut_links(CRM) == []

    def test_withdrawing_ends_what_waits_up_to_a_number_and_nothing_else(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1, 2, 3))
        book.record(waiting(2, 4))
        ended = link(1, opened=1)
        accepted = tried(delivery(1, 1), accepted=True)
        book.record(Change(at=NOON, links=[ended], outcomes=[accepted], withdrawn=[(1, 2)]))

        assert self.heads(book) == [(4, 2), (3, 1)] or self.heads(book) == [(3, 1), (4, 2)]
        assert [each.number for each in book.waiting([1], 10)[0][1]] == [3]

    def test_an_answer_that_comes_after_the_end_counts_and_a_failure_changes_nothing(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1, 2))
        book.record(Change(at=NOON, links=[link(1)], withdrawn=[(1, 2)]))
        late = [tried(delivery(1, 1), accepted=False), tried(delivery(2, 1), accepted=True)]
        book.record(Change(at=NOON, links=[link(1)], outcomes=late))

        assert self.heads(book, later(9_999)) == []

    def test_a_reopened_delivery_goes_ahead_of_the_later_ones(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1, 2))
        book.record(Change(at=NOON, links=[link(1, opened=1)], dropped=[1]))
        assert self.heads(book) == [(2, 1)]

        book.record(Change(at=NOON, links=[link(1, opened=2)], reopened=[(1, 1)]))
        assert [each.number for each in book.waiting([1], 10)[0][1]] == [1, 2]
        assert (1, 1) in self.heads(book)

    def test_reopening_one_that_backs_off_makes_it_due_now(self) -> None:
        book = self.open_book()
        first = delivery(1, 1)
        failed = tried(first, accepted=False, due=later(900))
        book.record(Change(at=NOON, links=[link(1, opened=1)], fresh=[first], outcomes=[failed]))
        book.record(Change(at=NOON, links=[link(1, opened=1)], reopened=[(1, 1)]))

        assert self.heads(book) == [(1, 1)]

    def test_the_reading_side_sees_links_that_stand_and_events_that_are_known(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1))
        look = self.open_look()

        assert look.links_of("lucky", "p1") == [link(1, opened=1)]
        assert look.links_of("lucky", "p2") == []
        assert (look.knows(1, "e1"), look.knows(1, "e2"), look.knows(2, "e1")) == (True, False, False)
        book.record(Change(at=NOON, links=[link(1, is_linked=False)], withdrawn=[(1, 1)]))
        assert look.links_of("lucky", "p1") == []
        assert look.link("crm", "l1") == link(1, is_linked=False)
        assert look.knows(1, "e1")

    def test_only_what_ended_long_ago_is_forgotten(self) -> None:
        book = self.open_book()
        book.record(waiting(1, 1, 2, 3))
        accepted = [tried(delivery(n, 1), accepted=True) for n in (1, 3)]
        book.record(Change(at=NOON, links=[link(1, opened=1)], outcomes=accepted))

        assert book.prune({"crm": NOON}, after=0, limit=2) == (0, 0)
        assert book.prune({"crm": later(1)}, after=0, limit=2) == (1, 2)
        assert book.prune({"crm": later(1)}, after=2, limit=2) == (1, 0)
        assert [each.number for each in book.waiting([1], 10)[0][1]] == [2]
        assert self.heads(book) == [(2, 1)]
