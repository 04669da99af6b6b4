import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from countroom.simulator.fact import KINDS
from countroom.simulator.ledger import Ledger
from countroom.simulator.person import personal_values
from countroom.simulator.platform import Platform
from countroom.simulator.sending import ACCEPTED, CONFLICT, Sending
from countroom.simulator.settings import CURRENCIES
from tests.unit.simulator.story import settings

LOUD: dict[str, Any] = {"events": 3000, "players": 30}
QUIET = dict.fromkeys(("duplicates", "retries", "late", "shuffled", "rollbacks", "malformed", "quirks"), 0.0)


def sendings(**changes: Any) -> list[Sending]:
    return list(Platform(settings(**{**LOUD, **changes})).sendings())


def body_of(sending: Sending) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sending.body, parse_float=Decimal)
    return found


def kinds(every: Sequence[Sending]) -> Counter[str]:
    return Counter(KINDS[it.method, it.path] for it in every if it.expect == ACCEPTED)


def by_fact(every: Sequence[Sending]) -> dict[int, list[Sending]]:
    found: dict[int, list[Sending]] = {}
    for it in every:
        if it.fact is not None:
            found.setdefault(it.fact, []).append(it)
    return found


def test_equal_settings_give_equal_bytes() -> None:
    assert sendings(events=1000) == sendings(events=1000)


def test_another_seed_gives_another_world() -> None:
    assert sendings(events=1000)[:50] != sendings(events=1000, seed=2)[:50]


def test_sendings_are_numbered_in_the_order_of_their_time_and_end_with_the_period() -> None:
    period = settings(**LOUD)
    every = list(Platform(period).sendings())

    assert [it.number for it in every] == list(range(1, len(every) + 1))
    assert all(before.at <= after.at for before, after in pairwise(every))
    assert period.ends_at - 60_000_000 <= every[-1].at <= period.ends_at


def test_what_waits_for_another_sending_comes_after_it_and_is_of_the_same_player() -> None:
    every = sendings(malformed=0.1, retries=0.1)
    waiting = [it for it in every if it.after is not None]

    assert {it.expect for it in waiting} == {ACCEPTED, CONFLICT}
    for it in waiting:
        original = every[(it.after or 0) - 1]
        assert original.number < it.number
        assert (original.player, original.path, original.expect) == (it.player, it.path, ACCEPTED)


def test_there_are_about_as_many_messages_as_asked_for() -> None:
    accepted = sum(it.expect == ACCEPTED for it in sendings(events=10_000, players=100))

    assert 9_000 < accepted < 11_000


def test_every_kind_of_message_is_sent() -> None:
    found = kinds(sendings(events=10_000, whole_rounds=0.2))

    assert set(found) == set(KINDS.values())


def test_whole_rounds_are_off_by_default_and_never_told_beside_their_bets() -> None:
    assert "game_round" not in kinds(sendings())

    told: dict[tuple[str, ...], set[str]] = {}
    for it in sendings(whole_rounds=0.5, malformed=0):
        body = body_of(it)
        if "round_id" in body:
            key = (it.player, str(body["vendor_id"]), str(body["round_id"]))
            told.setdefault(key, set()).add(it.path.rpartition("/")[2])
    assert {frozenset(ways) for ways in told.values()} == {frozenset({"casino"}), frozenset({"gameround"})}


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.02, 0.01, 0.03), (0.3, 0.25, 0.35)])
def test_the_share_of_duplicates_is_met_byte_for_byte(share: float, least: float, most: float) -> None:
    groups = by_fact(sendings(**QUIET | {"duplicates": share}))
    repeated = [group for group in groups.values() if len(group) > 1]

    assert least <= len(repeated) / len(groups) <= most
    assert all(len({it.body for it in group}) == 1 for group in repeated)


def test_the_share_of_retries_is_met_with_the_same_ids_and_amounts_and_another_time() -> None:
    groups = by_fact(sendings(**QUIET | {"retries": 0.1}))
    repeated = [group for group in groups.values() if len(group) > 1]

    assert 0.07 <= len(repeated) / len(groups) <= 0.13
    for first, again in repeated:
        one, other = body_of(first), body_of(again)
        changed = {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
        assert "timestamp" in changed
        assert changed <= {"timestamp", "balance_before", "balance_after", "exchange_rate"}
        assert again.after == first.number


def delays_s(every: Sequence[Sending]) -> list[float]:
    return [it.at / 1e6 - datetime.fromisoformat(body_of(it)["timestamp"]).timestamp() for it in every]


def test_the_share_of_late_messages_is_met() -> None:
    late = [delay for delay in delays_s(sendings(**QUIET | {"late": 0.2})) if delay > 100]

    assert 0.15 <= len(late) / 3000 <= 0.25
    assert max(late) > 3600


def test_the_share_of_shuffled_messages_is_met() -> None:
    every = sendings(**QUIET | {"shuffled": 0.3})
    moments = [it.at / 1e6 - delay for it, delay in zip(every, delays_s(every), strict=True)]
    out_of_place = sum(after < before for before, after in pairwise(moments))

    assert 0.15 <= out_of_place / len(every) <= 0.4
    assert min(delays_s(every)) >= 0


def casino_by_status(every: Sequence[Sending]) -> dict[str, dict[tuple[str, str], Sending]]:
    found: dict[str, dict[tuple[str, str], Sending]] = {"Approved": {}, "Rollback": {}}
    for it in every:
        if it.path.endswith("/casino") and it.expect == ACCEPTED:
            body = body_of(it)
            found[body["status"]][it.player, str(body["activity_id"])] = it
    return found


def test_the_share_of_rollbacks_is_met_before_and_after_their_target() -> None:
    found = casino_by_status(sendings(**QUIET | {"rollbacks": 0.1}))
    bets_and_wins = [it for it in found["Approved"].values() if body_of(it)["type"] != "Loss"]
    rollbacks = found["Rollback"]
    targets = found["Approved"]
    ahead = [key for key, it in rollbacks.items() if key in targets and it.at <= targets[key].at - 900_000]
    astray = [key for key in rollbacks if key not in found["Approved"]]

    assert 0.07 <= len(rollbacks) / len(bets_and_wins) <= 0.13
    assert 0.15 <= len(ahead) / len(rollbacks) <= 0.4
    assert 0 < len(astray) / len(rollbacks) <= 0.06


def test_the_share_of_malformed_messages_is_met_and_some_come_twice() -> None:
    every = sendings(**QUIET | {"malformed": 0.1})
    broken = [it.body for it in every if it.expect != ACCEPTED]

    assert 0.08 <= len(broken) / len(every) <= 0.12
    assert 0.6 <= len(set(broken)) / len(broken) <= 0.88
    assert not set(broken) & {it.body for it in every if it.expect == ACCEPTED}


def test_without_noise_every_fact_is_sent_once_and_in_time() -> None:
    every = sendings(**QUIET)

    assert all(len(group) == 1 for group in by_fact(every).values())
    assert {it.expect for it in every} == {ACCEPTED}


def test_the_ledger_does_not_see_the_noise() -> None:
    noise = {"duplicates": 0.3, "retries": 0.2, "late": 0.3, "shuffled": 0.5, "malformed": 0.1}
    loud, quiet = settings(**LOUD | QUIET | noise), settings(**LOUD | QUIET | dict.fromkeys(noise, 0.0))
    # The number of facts depends on the shares of repeats; with equal facts the books are equal.
    quiet = msgspec.structs.replace(quiet, events=int(quiet.events / 1.5))
    ledgers = [Ledger(it, Platform(it).sendings()) for it in (loud, quiet)]

    assert ledgers[0].players() == ledgers[1].players()
    for player in ledgers[0].players():
        assert ledgers[0].document(player, None) == ledgers[1].document(player, None)


def test_careless_clients_say_the_same_things_in_other_words() -> None:
    tidy, careless = (settings(**LOUD | QUIET | {"rollbacks": 0.1, "quirks": share}) for share in (0.0, 1.0))
    one, other = (list(Platform(it).sendings()) for it in (tidy, careless))

    assert [it.body for it in one] != [it.body for it in other]
    assert any(isinstance(body_of(it)["user_id"], int) for it in other)
    ours, theirs = Ledger(tidy, one), Ledger(careless, other)
    # A refund's amount is not compared with its target's; that count alone depends on the words.
    for player in ours.players():
        assert {**ours.document(player, None), "rollbacks": 0} == {**theirs.document(player, None), "rollbacks": 0}


def test_without_personal_data_nothing_needs_sealing() -> None:
    bodies = [body_of(it) for it in sendings(personal=False, malformed=0)]

    assert not any(personal_values(body) for body in bodies)
    assert not any(body.get("meta") or body.get("fasttrack_references") for body in bodies)
    assert sum(len(personal_values(body_of(it))) for it in sendings(malformed=0)) > 100


def test_amounts_have_the_digits_of_their_currency_and_at_times_more() -> None:
    digits: dict[str, Counter[int]] = {}
    for it in sendings(events=8000, players=200, malformed=0, quirks=0):
        body = body_of(it)
        amount = body.get("amount")
        if isinstance(amount, Decimal):
            digits.setdefault(body["currency"], Counter())[-int(amount.as_tuple().exponent)] += 1

    assert digits["EUR"].most_common(1)[0][0] == 2
    assert digits["EUR"].keys() >= {2, 4}
    assert max(digits["BTC"]) >= 8
    assert digits.keys() <= {currency.code for currency in CURRENCIES} | {"GC"}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"late": 1.5}, "simulator: late: expected a share from 0 to 1, got 1.5"),
        ({"players": 0}, "simulator: players: expected at least 1, got 0"),
        ({"ends_at": 0}, "simulator: ends_at: expected an instant after starts_at"),
    ],
)
def test_settings_that_make_no_world_are_refused(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        settings(**changes)
