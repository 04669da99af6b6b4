"""What a session's record sums up: stakes and payouts of its rounds, added and taken away.

As in the totals, what came in the base currency itself is not kept twice: base sums hold other
currencies alone.
"""

from decimal import Decimal
from typing import NamedTuple

from countroom.core.money import ZERO, Pockets, minus, plus, summed, total
from countroom.fold.moments import add_top, drop_top
from countroom.fold.pages import Cluster, EarlyWin, SessionCell


def game_key(game: str, currency: str) -> str:
    """Under which a session keeps its stakes on a game in a currency."""
    return f"{game}\0{currency}"


def of_games(cluster: Cluster) -> dict[str, dict[str, tuple[Decimal, int]]]:
    """Per game and currency: stake, effective bets."""
    found: dict[str, dict[str, tuple[Decimal, int]]] = {}
    for key, (stake, bets) in cluster.games.items():
        game, _, currency = key.rpartition("\0")
        found.setdefault(game, {})[currency] = (Decimal(stake), bets)
    return found


def in_base(cluster: Cluster, base_currency: str) -> tuple[Decimal, Decimal]:
    """Stake and payout in the base currency: what came in it, and what came in others at their rates."""
    own = cluster.cells.get(base_currency) or SessionCell()
    return cluster.base_stake + total(own.stake), cluster.base_payout + total(own.payout)


def top_game(cluster: Cluster, base_currency: str) -> str:
    """The game with the largest stake in base, of equal ones the first by name; empty where none has a stake."""
    stakes: dict[str, Decimal] = {}
    for game, per in of_games(cluster).items():
        stakes[game] = sum((per[c][0] for c in ("", base_currency) if c in per), ZERO)
    return min((game for game in stakes if stakes[game]), key=lambda game: (-stakes[game], game), default="")


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
    game, currency, pockets, amount, base = s
    cell = cell_of(cluster, currency)
    if pockets:
        cell.stake = plus(cell.stake, pockets) if sign > 0 else minus(cell.stake, pockets)
        if base is None:
            cluster.missing += sign
        elif base:
            cluster.base_stake = summed(cluster.base_stake, sign * base)
    if amount > 0:
        cluster.bets += sign
    add_to_game(cluster, game_key(game, currency), sign * amount, sign)
    if base:
        add_to_game(cluster, game_key(game, ""), sign * base, sign)


def add_to_game(cluster: Cluster, key: str, amount: Decimal, bets: int) -> None:
    """Add to the stakes on a game, or take away; gone with the last bet."""
    games = cluster.games
    had = games.get(key)
    if had is None:
        games[key] = (str(amount), bets)
    elif had[1] + bets:
        games[key] = (str(Decimal(had[0]) + amount), had[1] + bets)
    else:
        del games[key]


def pay(cluster: Cluster, win: EarlyWin, sign: int) -> None:
    """Add a payout to a session, or take it away."""
    cell = cell_of(cluster, win.currency)
    amount = total(win.pockets)
    if sign > 0:
        cell.payout = plus(cell.payout, win.pockets)
        if amount > 0:
            add_top(cell.tops, amount, cell.wins)
            cell.wins += 1
    else:
        cell.payout = minus(cell.payout, win.pockets)
        if amount > 0:
            cell.wins -= 1
            drop_top(cell.tops, amount, cell.wins)
    if win.base is None:
        cluster.missing += sign
    elif win.base:
        cluster.base_payout = summed(cluster.base_payout, sign * win.base)
