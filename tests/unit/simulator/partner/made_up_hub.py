"""A hub that tells a partner what it must, in a few lines: it folds everything at a moment within its window."""

from collections.abc import Callable
from random import Random

from countroom.simulator.partner.accounts import SECOND, Got, Link
from countroom.simulator.partner.happened import (
    BET,
    CONFIRMED,
    DEPOSIT,
    FIRST_DEPOSIT,
    REGISTERED,
    WITHDRAWAL,
    Attributes,
    Story,
    Thing,
    Window,
)

Telling = tuple[float, Got]


class MadeUpHub:
    """Folds one player's story once; then it can be linked at any moment."""

    def __init__(self, story: Story, rng: Random) -> None:
        self._story = story
        self._folded: dict[int, float] = {}
        for things in story.things.values():
            for thing in things:
                for window in (thing.window, *thing.undone, *(window for window, _ in thing.lessened)):
                    self._folded[id(window)] = rng.uniform(window.sent, window.answered)

    def at(self, window: Window) -> float:
        """When it was folded."""
        return self._folded[id(window)]

    def told(self, account: str, linked_at: float, ended_at: float = float("inf")) -> list[Got]:
        """What an account is told that is linked from `linked_at` to `ended_at`."""
        initial: list[tuple[int, Got]] = []
        live: list[Telling] = []
        for name in (BET, DEPOSIT, WITHDRAWAL):
            live += self._live(name, account, linked_at)
            latest = max(self._standing(name, linked_at), key=lambda thing: thing.rank, default=None)
            if latest is not None:
                initial.append((latest.at, self._got(latest, name, account, self._as_of(latest, linked_at))))
        first = min(self._standing(DEPOSIT, linked_at), key=lambda thing: thing.rank, default=None)
        if first is not None:
            initial.append((first.at, self._got(first, FIRST_DEPOSIT, account, self._as_of(first, linked_at))))
        elif deposits := sorted((at, got) for at, got in live if got.name == DEPOSIT):
            live.append((deposits[0][0] + 1e-9, deposits[0][1]._replace(name=FIRST_DEPOSIT)))
        for name in set(self._story.things) - {BET, DEPOSIT, WITHDRAWAL}:
            self._facts(name, account, linked_at, initial, live)
        told = [got for _, got in sorted(initial, key=lambda one: one[0])]
        return told + [got for at, got in sorted(live, key=lambda one: one[0]) if at < ended_at]

    def _standing(self, name: str, at: float) -> list[Thing]:
        things = (thing for thing in self._story.of(name) if self.at(thing.window) < at)
        return [thing for thing in things if not any(self.at(window) < at for window in thing.undone)]

    def _live(self, name: str, account: str, linked_at: float) -> list[Telling]:
        found = []
        for thing in self._story.of(name):
            at = self.at(thing.window)
            is_void = any(self.at(window) < at for window in thing.undone)
            if at > linked_at and (name == BET or not is_void):
                found.append((at, self._got(thing, name, account, self._as_of(thing, at))))
        return found

    def _as_of(self, thing: Thing, at: float) -> Attributes:
        return next((less for window, less in thing.lessened if self.at(window) < at), thing.attributes)

    def _facts(
        self, name: str, account: str, linked_at: float, initial: list[tuple[int, Got]], live: list[Telling]
    ) -> None:
        """Of the profile: what holds at linking, and every change afterwards."""
        held: Thing | None = None
        for thing in sorted(self._story.of(name), key=lambda thing: self.at(thing.window)):
            at = self.at(thing.window)
            if at < linked_at:
                held = thing if held is None or _beats(name, thing, held) else held
            elif held is None or (name == CONFIRMED and thing.at > held.at):
                live.append((at, self._got(thing, name, account, thing.attributes)))
                held = thing
        before = [thing for thing in self._story.of(name) if self.at(thing.window) < linked_at]
        if before and held is not None:
            held = next(iter(sorted(before, key=_preference(name))))
            initial.append((held.at, self._got(held, name, account, held.attributes)))

    def _got(self, thing: Thing, name: str, account: str, attributes: Attributes) -> Got:
        return Got(account, name, thing.at // SECOND, attributes)


def _beats(name: str, thing: Thing, held: Thing) -> bool:
    return _preference(name)(thing) < _preference(name)(held)


def _preference(name: str) -> Callable[[Thing], tuple[bool, int]]:
    """The best first: the earliest stated registration, the latest confirmation."""
    if name == REGISTERED:
        return lambda thing: (not thing.stated, thing.at)
    return lambda thing: (False, -thing.at)


def link(player: str, linked_at: float, *, ended_at: float | None = None, slack: float = 0.3) -> Link:
    """A link that was folded at `linked_at`, as an observer knows it: give or take `slack`."""
    return Link(
        player=player,
        account=f"acc-{player}",
        sure=linked_at - slack,
        seen=linked_at + slack,
        ended_asked=None if ended_at is None else ended_at - slack,
        ended_seen=None if ended_at is None else ended_at + slack,
    )
