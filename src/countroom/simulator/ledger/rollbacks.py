"""Rollbacks that came twice, never met their target, or contradict it (semantics.md 1.5)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from countroom.simulator.fact import DAY
from countroom.simulator.ledger.entries import History, TakeBack
from countroom.simulator.ledger.money import total


def rollbacks(history: History, clock: int | None) -> dict[str, int]:
    """How many are redundant, aim at nothing that was seen, or state another amount than their target's."""
    plays = {play.activity_id: {play.amount, play.amount + play.free_stake} for play in history.plays}
    stakes = {bet.bet_id: {total(bet.pockets), total(bet.pockets) + bet.free_stake} for bet in history.sports_bets}
    payouts = {one.settlement_id: {total(one.pockets)} for one in history.settlings}
    found = [
        _counted(history.takebacks, plays, clock=clock),
        _counted(history.sports_takebacks, stakes | payouts, clock=clock),
    ]
    return {name: sum(counts[name] for counts in found) for name in found[0]}


def _counted(backs: Sequence[TakeBack], amounts: Mapping[str, set[Decimal]], *, clock: int | None) -> dict[str, int]:
    """Of one family; `amounts` are those of what can be aimed at: of what was free, with its nominal and without."""
    orphans = [back for back in backs if back.activity_id not in amounts]
    met = [back for back in backs if back.activity_id in amounts]
    return {
        "redundant": len(backs) - len({back.activity_id for back in backs}),
        "orphaned": sum(1 for back in orphans if clock is not None and clock >= back.at + 7 * DAY),
        "amount_mismatch": sum(1 for back in met if back.amount not in {None, *amounts[back.activity_id]}),
    }
