"""What a session's record sums up: stakes and payouts of its rounds, added and taken away.

As in the totals, what came in the base currency itself is not kept twice: base sums hold other
currencies alone.
"""

from decimal import Decimal
from typing import NamedTuple

from countroom.core.money import Pockets, minus, plus, total
from countroom.fold.pages import Cluster, EarlyWin, SessionCell

KEPT_TOPS = 4
"""Largest single payouts kept per currency."""


class Stake(NamedTuple):
    """One effective stake, as a session books it."""

    game: str
    currency: str
    pockets: Pockets
    amount: Decimal
    """Sum of the pockets."""
    base: Decimal | None
    """In base currency: None without a rate, 0 for a stake in the base currency itself."""


def cell_of(cluster: Cluster, currency: str) -> SessionCell:
    """The sums in one currency, made when there are none."""
    cell = cluster.cells.get(currency)
    if cell is None:
        cell = cluster.cells[currency] = SessionCell()
    return cell


def stake(cluster: Cluster, s: Stake, sign: int) -> None:
    """Add a stake to a session, or take it away."""
    game_name, currency, pockets, amount, base = s
    cell = cell_of(cluster, currency)
    if pockets:
        cell.stake = plus(cell.stake, pockets) if sign > 0 else minus(cell.stake, pockets)
        if base is None:
            cluster.missing += sign
        elif base:
            cluster.base_stake += sign * base
    if amount > 0:
        cluster.bets += sign
    game = cluster.games.get(game_name)
    if game is None:
        game = cluster.games[game_name] = {}
    if sign > 0:
        had = game.get(currency)
        if had is not None and had[1] != -1:
            game[currency] = (had[0] + amount, had[1] + 1)
        else:
            _in_game(game, currency, amount, 1)
    else:
        _in_game(game, currency, -amount, -1)
    if base:
        _in_game(game, "", sign * base, sign)
    if not game:
        del cluster.games[game_name]


def _in_game(game: dict[str, tuple[Decimal, int]], currency: str, amount: Decimal, sign: int) -> None:
    had = game.get(currency)
    if had is None:
        game[currency] = (amount, sign)
    elif had[1] + sign:
        game[currency] = (had[0] + amount, had[1] + sign)
    else:
        del game[currency]


def pay(cluster: Cluster, win: EarlyWin, sign: int) -> None:
    """Add a payout to a session, or take it away."""
    cell = cell_of(cluster, win.currency)
    amount = total(win.pockets)
    if sign > 0:
        cell.payout = plus(cell.payout, win.pockets)
        if amount > 0:
            tops = cell.tops
            if len(tops) == cell.wins or (tops and amount > tops[-1]):
                cell.tops = sorted([*tops, amount], reverse=True)[:KEPT_TOPS]
            cell.wins += 1
    else:
        cell.payout = minus(cell.payout, win.pockets)
        if amount > 0:
            cell.wins -= 1
            if amount in cell.tops:
                cell.tops.remove(amount)
    if win.base is None:
        cluster.missing += sign
    elif win.base:
        cluster.base_payout += sign * win.base
