"""The reference's own laws: it can be trusted as far as these go."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from countroom.core.events import Event, RolledBack, Ticked
from tests.properties.histories import BONUS, CASINO, MONEY, OTHERS, SPORTS, arrivals, histories, settings
from tests.properties.stamps import settled_in
from tests.reference import ReferenceSettings, accept, documents
from tests.reference.facts import Fact, facts

POCKETS = ("real", "bonus", "locked", "unsplit")
MEASURES = ("turnover", "payout")


@given(histories(), settings(), st.data())
def test_a_document_does_not_depend_on_the_order_of_the_events(
    history: list[Event], brand: ReferenceSettings, data: st.DataObject
) -> None:
    taken = accept(history, brand).events
    shuffled = data.draw(arrivals(taken))

    assert documents(shuffled, brand) == documents(taken, brand)


@given(histories())
def test_every_arrival_is_accepted_or_a_duplicate_or_refused(history: list[Event]) -> None:
    taken = accept(history, ReferenceSettings())

    assert len(taken.events) + taken.duplicates + len(taken.refused) == len(history)


@given(histories(), st.data())
def test_what_was_accepted_is_a_duplicate_when_it_comes_again(history: list[Event], data: st.DataObject) -> None:
    brand = ReferenceSettings()
    once = accept(history, brand)
    known = [event for event in once.events if event.about.source_id or event.about.business_id]
    again = data.draw(st.lists(st.sampled_from(known), max_size=4)) if known else []

    twice = accept([*history, *again], brand)

    assert twice.events == once.events
    assert twice.duplicates == once.duplicates + len(again)


@given(histories((*CASINO, *BONUS), at=settled_in()), settings())
def test_what_was_rolled_back_is_missing_from_the_totals_as_if_it_had_never_been(
    history: list[Event], brand: ReferenceSettings
) -> None:
    taken = accept(history, brand).events
    standing = [fact for fact in _facts_of(taken) if fact.is_effective and not isinstance(fact.event, RolledBack)]
    # Two things a void play does all the same, which is why the basis is fixed here and stamps lie close together:
    # it says that its round is told by plays and not by a whole, and it can bridge the gap between two generations.
    as_plays = _replaced(brand, casino_basis="transactions")

    with_rollbacks = documents(taken, as_plays)
    without = documents([fact.event for fact in standing], as_plays)

    for key, document in with_rollbacks.items():
        rest = without.get(key, {"totals": {}})
        assert _without_memos(document["totals"]) == _without_memos(rest["totals"])
        assert _without_memos(document.get("free_totals", {})) == _without_memos(rest.get("free_totals", {}))


@given(histories((*CASINO, *BONUS, *MONEY, *SPORTS, *OTHERS)), settings())
def test_the_days_and_the_hours_add_up_to_life(history: list[Event], brand: ReferenceSettings) -> None:
    for document in documents(accept(history, brand).events, brand).values():
        for ledger in (document["totals"], document.get("free_totals", {})):
            life = _flat(_without_what_is_only_for_life(ledger.get("life", {})))

            assert _added(ledger.get("days", {}).values()) == life
            assert _added(ledger.get("hours", {}).values()) == life


@given(histories((*CASINO, *BONUS)), settings())
def test_sessions_and_what_lies_outside_add_up_to_the_totals(history: list[Event], brand: ReferenceSettings) -> None:
    for document in documents(accept(history, brand).events, brand).values():
        casino = document["totals"].get("life", {}).get("casino", {})
        real = [session for session in document.get("sessions", []) if "free_money" not in session]
        payouts = [session.get("payout", {}) for session in real] + [document.get("outside", {})]

        assert _purses(session.get("stake", {}) for session in real) == _measure(casino, "turnover")
        assert _purses(payouts) == _measure(casino, "payout")
        for count in ("rounds", "bets", "free_rounds"):
            assert sum(s.get(count, 0) for s in real) == sum(cell.get(count, 0) for cell in casino.values())


@given(histories((*CASINO, *BONUS)), settings())
def test_rounds_add_up_to_the_totals(history: list[Event], brand: ReferenceSettings) -> None:
    for document in documents(accept(history, brand).events, brand).values():
        casino = document["totals"].get("life", {}).get("casino", {})
        real = [one for one in document.get("rounds", []) if "free_money" not in one]

        assert _purses(one.get("staked", {}) for one in real) == _measure(casino, "turnover")
        assert _purses(one.get("won", {}) for one in real) == _measure(casino, "payout")
        for count in ("bets", "wins"):
            assert sum(one.get(count, 0) for one in real) == sum(cell.get(count, 0) for cell in casino.values())


@given(histories(SPORTS), settings())
def test_what_was_placed_on_sports_is_settled_open_or_given_back(
    history: list[Event], brand: ReferenceSettings
) -> None:
    for document in documents(accept(history, brand).events, brand).values():
        for bet in document.get("sports_bets", []):
            if "placed_at" in bet and bet["state"] != "rolled_back":
                parts = [sum(map(Decimal, bet.get(name, {}).values())) for name in ("settled_stake", "void_stake")]
                placed = sum(map(Decimal, bet.get("stake", {}).values()))

                assert placed == sum(parts) + Decimal(bet.get("open_stake", "0"))
                assert all(part >= 0 for part in parts)


@given(histories((*CASINO, *BONUS)))
def test_the_pockets_of_ggr_add_up_to_ggr(history: list[Event]) -> None:
    brand = ReferenceSettings()
    for document in documents(accept(history, brand).events, brand).values():
        for figures in document["totals"].get("life", {}).get("figures", {}).values():
            parts = [Decimal(figures.get(f"ggr_{pocket}", "0")) for pocket in POCKETS]

            assert sum(parts) == Decimal(figures.get("ggr", "0"))


@given(histories(CASINO), histories(CASINO))
def test_late_events_never_split_a_session(early: list[Event], late: list[Event]) -> None:
    brand = ReferenceSettings()
    before = documents(accept(early, brand).events, brand)
    after = documents(accept([*early, *late], brand).events, brand)
    for key, document in before.items():
        for session in document.get("sessions", []):
            holders = [one for one in after[key]["sessions"] if _holds(one, session)]

            assert len(holders) == 1


@given(histories(), settings())
def test_a_tick_before_the_latest_one_changes_nothing(history: list[Event], brand: ReferenceSettings) -> None:
    taken = accept(history, brand).events
    ticks = [event for event in taken if isinstance(event, Ticked)]
    superseded = [
        tick
        for tick in ticks
        if any(o.about.key == tick.about.key and o.about.occurred_at > tick.about.occurred_at for o in ticks)
    ]
    fewer = [event for event in taken if not any(event is tick for tick in superseded)]

    assert documents(fewer, brand) == documents(taken, brand)


# ---------------------------------------------------------------- how documents are added up


def _facts_of(events: list[Event]) -> list[Fact]:
    keys = {event.about.key for event in events}
    return [fact for key in keys for fact in facts(e for e in events if e.about.key == key)]


def _replaced(brand: ReferenceSettings, **changes: Any) -> ReferenceSettings:
    return ReferenceSettings(**(vars(brand) | changes))


def _without_memos(tree: Any) -> Any:
    """A ledger without the memo of what was reversed, and without what is empty then."""
    if not isinstance(tree, dict):
        return tree
    kept = {name: _without_memos(part) for name, part in tree.items() if name not in _MEMOS}
    return {name: part for name, part in kept.items() if part != {}}


_MEMOS = ("reversed_stake", "reversed_payout", "reversed_deposits", "reversed_withdrawals")
_ONLY_FOR_LIFE = (
    "deposits_failed",
    "withdrawals_failed",
    "withdrawals_pending",
    "deposits_pending",
    "open_stake",
    "open_return",
)


def _without_what_is_only_for_life(scope: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_what_is_only_for_life(part) if isinstance(part, dict) else part
        for name, part in scope.items()
        if name not in _ONLY_FOR_LIFE
    }


def _flat(scope: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Decimal]:
    """Every number of a scope by its path, figures left out: those are no sums."""
    found: dict[tuple[str, ...], Decimal] = {}
    for name, part in scope.items():
        if name == "figures":
            continue
        if isinstance(part, dict):
            found |= _flat(part, (*path, name))
        else:
            found[(*path, name)] = Decimal(part)
    return found


def _added(scopes: Any) -> dict[tuple[str, ...], Decimal]:
    found: dict[tuple[str, ...], Decimal] = {}
    for scope in scopes:
        for path, number in _flat(scope).items():
            found[path] = found.get(path, Decimal(0)) + number
    return {path: number for path, number in found.items() if number}


def _purses(purses: Any) -> dict[tuple[str, ...], Decimal]:
    return _added(purses)


def _measure(casino: dict[str, Any], name: str) -> dict[tuple[str, ...], Decimal]:
    return _flat({currency: cell.get(name, {}) for currency, cell in casino.items()})


def _holds(outer: dict[str, Any], inner: dict[str, Any]) -> bool:
    same_ledger = outer.get("free_money") == inner.get("free_money")
    within = outer["started_at"] <= inner["started_at"] and inner["ended_at"] <= outer["ended_at"]
    return same_ledger and bool(within)
