"""Rounds: which events belong together, and how each round stands (semantics.md 1.5 and 2)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from countroom.simulator.fact import DAY
from countroom.simulator.ledger.entries import BET, LOSS, WIN, History, Order, Play, Whole
from countroom.simulator.ledger.money import ROUNDED, Pockets, add, instant, total

REUSE_GAP: Final = 30 * DAY
"""A longer silence under one key means that the studio uses the id again."""
TIMEOUT: Final = DAY

Sums = dict[str, Pockets]
"""Pockets by currency."""


@dataclass(frozen=True)
class Round:
    """One round of one player, as everything that was seen of it makes it."""

    studio: str
    round_id: str
    generation: int
    free_money: bool
    plays: tuple[Play, ...]
    """Bets, wins and losses, void ones too, in canonical order."""
    wholes: tuple[Whole, ...]
    void_ids: frozenset[str]
    clock: int | None

    @cached_property
    def effective(self) -> list[Play]:
        """What counts: all that was not rolled back; of a whole its two sides, where nothing else was seen."""
        if not self.plays:
            return [side for whole in self.wholes for side in (whole.bet, whole.win)]
        return [play for play in self.plays if play.activity_id not in self.void_ids]

    @cached_property
    def bets(self) -> list[Play]:
        """The bets that count."""
        return [play for play in self.effective if play.what == BET]

    @cached_property
    def wins(self) -> list[Play]:
        """The wins that count, those of 0 among them."""
        return [play for play in self.effective if play.what == WIN]

    @cached_property
    def seen_bets(self) -> list[Play]:
        """All bets in canonical order, void ones too."""
        return [play for play in self.plays if play.what == BET] or [whole.bet for whole in self.wholes]

    @cached_property
    def staked(self) -> Sums:
        """Effective stakes."""
        return by_currency(self.bets)

    @cached_property
    def won(self) -> Sums:
        """Effective payouts."""
        return by_currency(self.wins)

    @property
    def is_free(self) -> bool:
        """True when it was played, and with free spins alone."""
        return bool(self.bets) and not any(bet.amount for bet in self.bets)

    @cached_property
    def opened_at(self) -> int:
        """The earliest event seen."""
        return min(self._points(self.plays))

    @cached_property
    def last_at(self) -> int | None:
        """The latest event that counts; None when none does."""
        return max(self._points(play for play in self.plays if play.activity_id not in self.void_ids), default=None)

    @cached_property
    def closing(self) -> tuple[int, str] | None:
        """When and by what it was closed; None while it is open or void."""
        latest = max(self._closings(), default=None)
        if latest is not None:
            return latest[0][0], latest[1]
        if self.last_at is not None and self.clock is not None and self.clock >= self.last_at + TIMEOUT:
            return self.last_at, "timeout"
        return None

    @property
    def state(self) -> str:
        """`open`, `closed` or `void`."""
        if self.last_at is None:
            return "void"
        return "closed" if self.closing else "open"

    @property
    def game(self) -> str:
        """That of the earliest bet that counts, else of the earliest event seen."""
        if self.bets:
            return self.bets[0].game
        return min((*self.plays, *(whole.bet for whole in self.wholes)), key=lambda play: play.order).game

    def flags(self) -> list[str]:
        """What is odd about it, in alphabetical order."""
        found = {
            "win_without_bet": not self.bets and any(win.amount for win in self.wins),
            "currency_mixed": len(self.staked.keys() | self.won.keys()) > 1,
            "amount_mismatch": any(play.mismatch for play in self.effective),
            "round_mismatch": bool(self.plays) and any(self._contradicts(whole) for whole in self.wholes),
        }
        return sorted(flag for flag, holds in found.items() if holds)

    def document(self) -> dict[str, Any]:
        """The ROUND of the player document."""
        closed_at, closed_by = self.closing or (None, None)
        return {
            "studio": self.studio,
            "round_id": self.round_id,
            "generation": self.generation,
            "state": self.state,
            "opened_at": instant(self.opened_at),
            "last_at": None if self.last_at is None else instant(self.last_at),
            "closed_at": None if closed_at is None else instant(closed_at),
            "closed_by": closed_by,
            "free": self.is_free or None,
            "free_money": self.free_money or None,
            "game": self.game,
            "staked": self.staked,
            "won": self.won,
            "bets": sum(1 for bet in self.bets if bet.amount),
            "wins": sum(1 for win in self.wins if win.amount),
            "flags": self.flags(),
        }

    def _points(self, plays: Iterable[Play]) -> Iterator[int]:
        yield from (play.at for play in plays)
        yield from (whole.at for whole in self.wholes)

    def _closings(self) -> Iterator[tuple[Order, str]]:
        for play in self.plays:
            if play.activity_id in self.void_ids:
                continue
            if play.what == LOSS:
                yield play.order, "loss"
            elif play.what == WIN and not play.amount:
                yield play.order, "zero_win"
            elif play.ends:
                yield play.order, "round_end"
        for whole in self.wholes:
            yield whole.win.order, "whole"

    def _contradicts(self, whole: Whole) -> bool:
        currency = whole.bet.currency
        return total(self.staked.get(currency, {})) != whole.bet.amount or (
            total(self.won.get(currency, {})) != whole.win.amount
        )


def by_currency(plays: Iterable[Play]) -> Sums:
    """Sums per currency, of currencies in which anything was moved."""
    sums: Sums = defaultdict(dict)
    for play in plays:
        add(sums[play.currency], play.pockets)
    return {currency: pockets for currency, pockets in sums.items() if any(pockets.values())}


def rounds(history: History, clock: int | None) -> list[Round]:
    """All rounds of a player, sorted by studio, round id and generation."""
    void_ids = frozenset(back.activity_id for back in history.takebacks)
    by_key: dict[tuple[str, str, bool], list[Play | Whole]] = defaultdict(list)
    for play in history.plays:
        by_key[play.studio, play.round_id, play.free_money].append(play)
    for whole in history.wholes:
        by_key[whole.studio, whole.round_id, False].append(whole)
    return [
        Round(
            studio=studio,
            round_id=round_id,
            generation=generation,
            free_money=free_money,
            plays=tuple(sorted((it for it in events if isinstance(it, Play)), key=lambda play: play.order)),
            wholes=tuple(it for it in events if isinstance(it, Whole)),
            void_ids=void_ids,
            clock=clock,
        )
        for (studio, round_id, free_money), every in sorted(by_key.items())
        for generation, events in enumerate(_generations(every), start=1)
    ]


def _generations(events: list[Play | Whole]) -> Iterator[list[Play | Whole]]:
    in_time = sorted(events, key=lambda event: event.at)
    generation = in_time[:1]
    for before, event in pairwise(in_time):
        if event.at - before.at > REUSE_GAP:
            yield generation
            generation = []
        generation.append(event)
    yield generation


def multiple(played: Round) -> Decimal | None:
    """Won ÷ staked of a closed round with stakes, where all was in one currency; None otherwise."""
    currencies = played.staked.keys() | played.won.keys()
    if played.state != "closed" or len(currencies) != 1:
        return None
    [currency] = currencies
    staked = total(played.staked.get(currency, {}))
    won = total(played.won.get(currency, {}))
    return None if staked <= 0 else Decimal(0) if not won else ROUNDED.divide(won, staked)
