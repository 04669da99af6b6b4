"""The projector over stores in memory: batches, counts, order, ticks, refusals, settings."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
import pytest

from countroom.core import identity
from countroom.core.errors import SettingsError, Unavailable
from countroom.core.events import About, BetLost, BetPlaced, Event, Linked
from countroom.core.ids import ActivityId, BrandId, LinkId, PartnerId, PlayerId, RoundId, SourceName, StudioId
from countroom.core.instants import DAY, MINUTE, Instant, parse
from countroom.core.item import Item
from countroom.core.rejection import Reason
from countroom.core.signals import Signal
from countroom.flow import ledger as book
from countroom.flow.project import ADMIN, ADMIN_SETTLES, Projector, ShardRefusal
from countroom.fold import keys
from countroom.fold.codec import decode
from countroom.fold.pages import RoundPage
from countroom.fold.settings import BrandSettings, FoldSettings
from countroom.ports import ShardWrite
from countroom.stores.memory import LogMemory, MemoryLog, MemoryLogReader, MemoryShardStore

NOON = parse("2026-03-04T12:00:00Z")
SETTINGS = FoldSettings(brands={"lucky": BrandSettings()})


def about(at: int, *, player: str = "p1", activity: str = "", role: str = "bet") -> About:
    """What an event has, as Fast Track would state it."""
    return About(
        BrandId("lucky"), PlayerId(player), SourceName("rest"), Instant(at), Instant(at),
        identity.identity("casino", activity, "fasttrack.approved") if activity else None,
        identity.casino(role, activity) if activity else identity.identity("linked", str(at), player),
    )  # fmt: skip


def bet(at: int, activity: str, *, player: str = "p1", amount: int = 2) -> BetPlaced:
    """A stake of real money in a round named after its activity."""
    return BetPlaced(
        about=about(at, player=player, activity=activity),
        activity_id=ActivityId(activity), studio=StudioId("41"), round_id=RoundId(f"r-{activity}"),
        currency="EUR", rate=Decimal(1), pockets=(Decimal(amount),),
    )  # fmt: skip


def loss(at: int, of: str, *, player: str = "p1") -> BetLost:
    """The end of the round that `bet(…, of)` opened."""
    return BetLost(
        about=about(at, player=player, activity=f"{of}-end", role="result"),
        activity_id=ActivityId(f"{of}-end"), studio=StudioId("41"), round_id=RoundId(f"r-{of}"),
        currency="EUR", rate=Decimal(1), pockets=(),
    )  # fmt: skip


class House:
    """One shard over stores in memory, whose clock stands until it is moved."""

    def __init__(self, rows: dict[bytes, bytes] | None = None, settings: FoldSettings = SETTINGS) -> None:
        self.rows: dict[bytes, bytes] = {} if rows is None else rows
        self.now = NOON
        self.memory = {"rest": LogMemory(), ADMIN: LogMemory()}
        self.settings = settings
        self.store = MemoryShardStore(self.rows)

    def log(self, *events: Event, source: str = "rest", at: int = NOON) -> None:
        """One commit group: every event an item of its own."""
        items = [Item("CASINO", (event,), b"{}") for event in events]
        MemoryLog(self.memory[source]).append({0: items}, [], Instant(at))

    def closings(self) -> list[str]:
        """What closed the rounds there are."""
        prefix = keys.of_player("lucky", "p1") + keys.ROUND
        pages = [decode(key, row) for key, row in self.rows.items() if key.startswith(prefix)]
        return [g.closed_by for page in pages if isinstance(page, RoundPage) for g in page.generations]

    def projector(self, store: MemoryShardStore | None = None) -> Projector:
        """A projector as a process has it at its start."""
        logs = {name: MemoryLogReader(memory, 0) for name, memory in self.memory.items()}
        return Projector(store or self.store, logs, settings=self.settings, clock=lambda: Instant(self.now))


def drained(projector: Projector, most: int = 20_000) -> Projector:
    """The projector, when nothing is left to take."""
    while projector.advance(most):
        pass
    return projector


def stream(count: int) -> Sequence[Event]:
    """Bets and losses of five players, minutes apart, every tenth one sent twice."""
    events: list[Event] = []
    for n in range(count):
        at, player = NOON - DAY + n * MINUTE, f"p{n % 5}"
        events += [bet(at, f"a{n}", player=player), loss(at + 1, f"a{n}", player=player)]
        if n % 10 == 0:
            events.append(bet(at, f"a{n}", player=player))
    return events


@pytest.mark.parametrize("most", [1, 7, 20_000])
def test_rows_do_not_depend_on_how_the_log_was_cut_into_batches(most: int) -> None:
    whole, parts = House(), House()
    for event in stream(60):
        whole.log(event)
        parts.log(event)

    # Ticks come when nothing is left to take, so the clock stands before the first event.
    whole.now = parts.now = Instant(0)
    drained(whole.projector())
    drained(parts.projector(), most)

    assert parts.rows == whole.rows


def test_every_item_is_counted_as_folded_as_a_duplicate_or_as_refused() -> None:
    house = House()
    house.log(bet(NOON, "a1"), bet(NOON, "a1"), bet(NOON, "a1", amount=3), bet(NOON, "a2"))

    ledger = drained(house.projector()).ledger

    assert (ledger.received, ledger.folded, ledger.duplicates, ledger.refused) == ({"rest": 4}, 2, 1, 1)


def test_a_refused_event_is_kept_with_its_place_and_a_copy() -> None:
    house = House()
    house.log(bet(NOON, "a1"), bet(NOON, "a1", amount=3))

    drained(house.projector())

    assert [key for key in house.rows if key.startswith(book.REFUSAL)] == [book.REFUSAL + (1).to_bytes(8, "big")]


def test_a_new_process_goes_on_where_the_last_one_stopped() -> None:
    house = House()
    house.log(bet(NOON, "a1"))
    drained(house.projector())
    house.log(loss(NOON + 1, "a1"))

    ledger = drained(house.projector()).ledger

    assert (ledger.received, ledger.positions) == ({"rest": 2}, {"rest": 2})


class Away(MemoryShardStore):
    """A store that cannot be written."""

    def commit(self, write: ShardWrite) -> None:
        """Refuse."""
        raise Unavailable("the disk is full")


def test_a_batch_that_did_not_go_down_is_taken_again_as_if_never_tried() -> None:
    house, other = House(), House()
    drained(house.projector())
    for one in (house, other):
        one.log(*stream(5))
    failing = house.projector(Away(house.rows))

    with pytest.raises(Unavailable):
        failing.advance()
    drained(house.projector())
    drained(other.projector())

    assert failing.ledger.received == {}
    assert house.rows == other.rows


def test_a_round_left_open_times_out_by_the_clock_when_the_log_is_level() -> None:
    house = House()
    link = Linked(about=about(NOON), link_id=LinkId("l1"), partner=PartnerId("crm"), account="x")
    house.log(link, source=ADMIN, at=NOON)
    house.now = Instant(NOON + ADMIN_SETTLES)
    projector = drained(house.projector())
    at_linking = projector.ledger.signals
    house.log(bet(NOON, "a1"))
    drained(projector)

    house.now = Instant(NOON + DAY)
    drained(projector)

    assert projector.ledger.signals == at_linking + 3  # the bet, the round closed, the session ended
    assert house.closings() == ["timeout"]


def test_no_timer_goes_off_while_something_waits_in_the_log() -> None:
    house = House()
    house.log(bet(NOON - 2 * DAY, "a1"), at=NOON - 2 * DAY)
    house.log(loss(NOON - 2 * DAY + MINUTE, "a1"), at=NOON - DAY)

    projector = house.projector()
    projector.advance(1)
    projector.advance(1)

    assert house.closings() == ["loss"]


def test_an_admin_row_waits_for_what_was_logged_before_it() -> None:
    house = House()
    house.log(
        Linked(about=about(NOON), link_id=LinkId("l1"), partner=PartnerId("crm"), account="x"),
        source=ADMIN,
        at=NOON + 5,
    )
    house.log(bet(NOON, "a1"), at=NOON)
    house.now = Instant(NOON + 5 + ADMIN_SETTLES)

    drained(house.projector())

    entries = [book.decode_entry(row) for key, row in sorted(house.rows.items()) if key.startswith(book.ORDER)]
    assert [entry.log for entry in entries if isinstance(entry, book.Taken)] == ["rest", ADMIN]


def test_an_admin_row_waits_until_nothing_logged_before_it_can_appear() -> None:
    house = House()
    house.log(
        Linked(about=about(NOON), link_id=LinkId("l1"), partner=PartnerId("crm"), account="x"), source=ADMIN, at=NOON
    )

    projector = house.projector()
    assert projector.advance() == 0
    house.now = Instant(NOON + ADMIN_SETTLES)
    assert projector.advance() == 1


def test_loud_signals_of_linked_players_go_to_the_outbox_and_those_of_others_do_not() -> None:
    house = House()
    house.now = Instant(NOON + ADMIN_SETTLES)
    house.log(
        Linked(about=about(NOON - 1), link_id=LinkId("l1"), partner=PartnerId("crm"), account="x"),
        source=ADMIN,
        at=NOON - 1,
    )
    house.log(bet(NOON, "a1"), bet(NOON, "a2", player="p2"))

    ledger = drained(house.projector()).ledger

    assert ledger.outbox == 3  # the link facts, that he is linked, and the one bet


def test_other_settings_than_those_the_state_was_begun_with_are_refused_by_name() -> None:
    house = House()
    house.projector()
    other = FoldSettings(brands={"lucky": BrandSettings(time_zone="Europe/Malta")})

    with pytest.raises(SettingsError, match=r"brands\.lucky\.time_zone: was UTC, is Europe/Malta"):
        House(house.rows, other).projector()


def test_a_brand_may_be_added_and_not_taken_away() -> None:
    house = House()
    house.projector()
    more = FoldSettings(brands={"lucky": BrandSettings(), "other": BrandSettings()})

    House(house.rows, more).projector()

    with pytest.raises(SettingsError, match=r"brands\.other: is gone"):
        House(house.rows).projector()


def too_precise(at: int, activity: str, amount: str) -> BetPlaced:
    """A stake that no decoder would let through: with a sum of others it has more digits than can be exact."""
    return msgspec.structs.replace(bet(at, activity), pockets=(Decimal(amount),))


def test_an_event_on_which_the_fold_fails_is_refused_and_all_others_go_on() -> None:
    house = House()
    house.log(bet(NOON, "a1"), too_precise(NOON + MINUTE, "a2", "1E+80"), bet(NOON + MINUTE, "b1", player="p2"))
    house.log(too_precise(NOON + 2 * MINUTE, "a3", "1E-80"), loss(NOON + 3 * MINUTE, "a1"))

    projector = house.projector()
    taken = projector.advance()

    ledger = projector.ledger
    assert (taken, ledger.folded, ledger.refused, ledger.refusals) == (5, 4, 1, 1)
    [row] = [row for key, row in house.rows.items() if key.startswith(book.REFUSAL)]
    refusal = msgspec.msgpack.decode(row, type=ShardRefusal)
    assert (refusal.seq, refusal.item, refusal.rejection.reason) == (2, 0, Reason.UNFOLDABLE)
    assert "Inexact" in refusal.rejection.detail


def test_where_a_batch_is_cut_does_not_matter_to_what_it_leaves() -> None:
    houses = [House() for _ in range(2)]
    for house in houses:
        for n in range(12):
            players = ["p1", "p2", "p3"]
            at, order = NOON + n * 40 * MINUTE, players[n % 3 :] + players[: n % 3]
            house.log(*(bet(at, f"{player}-{n}", player=player) for player in order))
            house.log(*(loss(at + MINUTE, f"{player}-{n}", player=player) for player in reversed(order)))
    whole, one_by_one = (house.projector() for house in houses)

    whole.advance()
    while one_by_one.advance(1):
        pass

    assert houses[0].rows == houses[1].rows


def test_a_link_from_an_initial_load_reaches_the_outbox_and_what_else_is_quiet_does_not() -> None:
    house = House()
    old = Linked(
        about=msgspec.structs.replace(about(NOON), historical=True),
        link_id=LinkId("l-1"), partner=PartnerId("crm"), account="a-1",
    )  # fmt: skip
    house.log(old, source=ADMIN)
    house.now = Instant(NOON + ADMIN_SETTLES + 1)
    projector = house.projector()
    projector.advance()
    quiet_bet = bet(NOON + MINUTE, "a1")
    house.log(msgspec.structs.replace(quiet_bet, about=msgspec.structs.replace(quiet_bet.about, quiet=True)))
    house.log(bet(NOON + 2 * MINUTE, "a2"))
    projector.advance()

    told = [
        msgspec.msgpack.decode(row, type=Signal) for key, row in sorted(house.rows.items()) if key[:1] == book.OUTBOX
    ]

    assert [(signal.kind, signal.quiet) for signal in told] == [
        ("link_facts", True),
        ("linked", True),
        ("bet_placed", False),
    ]
