"""The rules of each kind of message: which must be there, initially and live, if the link was folded at some moment."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from countroom.simulator.partner.accounts import MISSING, Link, Told
from countroom.simulator.partner.happened import (
    BET,
    CONFIRMED,
    DEPOSIT,
    FIRST_DEPOSIT,
    KYC,
    REGISTERED,
    WITHDRAWAL,
    Story,
    Thing,
    Window,
)

Wrong = tuple[str, Thing | None]
NO_INITIAL: Final = "there should be one"
NOT_LATEST: Final = "there was a later one"
NOT_FIRST: Final = "there was an earlier one"
VOID: Final = "it was void by then"
TOO_LATE: Final = "it came after the link"
AMOUNT: Final = "not what it was by then"


class Cut:
    """A reading of what an account got: the first messages are initial, the others live."""

    def __init__(
        self, link: Link, initial: Sequence[Told], live: Sequence[Told], *, alike: Mapping[int, Window]
    ) -> None:
        """`alike` are the windows of things that look like others, by `id`: those of all of them together."""
        self.link = link
        self._alike = alike
        self._initial = {one.got.name: one for one in reversed(initial)}
        self._live = [(one.got.name, one) for one in live]
        self.last_sent = max((one.window.sent for one in live), default=0.0)
        """What was answered before it stands before some live message."""
        self._first_answered = min((one.window.answered for one in live), default=float("inf"))

    def window(self, thing: Thing) -> Window:
        """When the hub can have learnt of it, or of one that looks like it."""
        return self._alike.get(id(thing), thing.window)

    def initial(self, name: str) -> Told | None:
        """The initial message of that name."""
        return self._initial.get(name)

    def live(self, name: str) -> list[Told]:
        """The live messages of that name."""
        return [one for own, one in self._live if own == name]

    @cached_property
    def is_whole(self) -> bool:
        """True when no initial message can have been withdrawn with the end of the link."""
        return not self.link.is_ended or bool(self._live)

    def was_surely_folded(self, window: Window) -> bool:
        """True when it was folded before the link, whatever happened."""
        return window.answered < self.link.sure

    def may_be_before(self, window: Window) -> bool:
        """True when it can have been folded before the link."""
        return window.sent <= self.link.seen

    def must_be_live(self, window: Window) -> bool:
        """True when it was folded after the link for sure, and was not withdrawn with its end."""
        is_after = window.sent > self.link.seen or window.sent > self._first_answered
        return is_after and (not self.link.is_ended or window.answered < self.last_sent)

    def was_before(self, window: Window) -> bool:
        """True when something that is not told live must have been folded before the link."""
        if self.was_surely_folded(window) or not self.link.is_ended:
            return True
        return window.answered < self.last_sent

    def may_be_void(self, thing: Thing) -> bool:
        """True when it can have been void at the moment of the link."""
        return any(self.may_be_before(window) for window in thing.undone)

    def is_void(self, thing: Thing) -> bool:
        """True when it was void at the moment of the link."""
        return any(self.was_surely_folded(window) for window in thing.undone)


def _counts_at_once(thing: Thing) -> bool:
    """True when nothing that voids it can have come before it."""
    return not any(window.sent <= thing.window.answered for window in thing.undone)


def _bets(cut: Cut, story: Story, name: str) -> Iterator[Wrong]:
    """Every bet is told, also one that is void; initially the latest that was not."""
    yield from _latest(cut, story.of(name), name, is_told=lambda _: True)


def _payments(cut: Cut, story: Story, name: str) -> Iterator[Wrong]:
    """A payment is told when it comes to count; initially the latest that does."""
    for one in cut.live(name):
        thing = one.thing
        if any(window.is_before(thing.window) for window in thing.undone):
            yield VOID, thing
        yield from _amount_live(one)
    if (initial := cut.initial(name)) is not None:
        yield from _amount(initial, cut.may_be_before, cut.was_surely_folded)
    yield from _latest(cut, story.of(name), name, is_told=_counts_at_once)


def _amount_live(one: Told) -> Iterator[Wrong]:
    """What is wrong with an amount that was told when the payment came."""
    own = one.thing.window
    yield from _amount(one, lambda window: window.sent <= own.answered, lambda window: window.is_before(own))


def _amount(
    one: Told, may_have_come: Callable[[Window], bool], must_have_come: Callable[[Window], bool]
) -> Iterator[Wrong]:
    for window, less in one.thing.lessened:
        is_less = one.got.attributes == less
        if (is_less and not may_have_come(window)) or (not is_less and must_have_come(window)):
            yield AMOUNT, one.thing


def _latest(cut: Cut, things: Sequence[Thing], name: str, *, is_told: Callable[[Thing], bool]) -> Iterator[Wrong]:
    initial = cut.initial(name)
    told = {id(one.thing) for one in cut.live(name)} | ({id(initial.thing)} if initial else set())
    untold = [thing for thing in things if id(thing) not in told]
    missing = {id(thing) for thing in untold if is_told(thing) and cut.must_be_live(cut.window(thing))}
    yield from ((MISSING, thing) for thing in untold if id(thing) in missing)
    untold = [thing for thing in untold if id(thing) not in missing]
    standing = [thing for thing in _before(cut, untold, is_told) if not cut.may_be_void(thing)]
    if initial is None:
        if standing and cut.is_whole:
            yield NO_INITIAL, standing[-1]
        return
    if not cut.may_be_before(initial.thing.window):
        yield TOO_LATE, initial.thing
    if cut.is_void(initial.thing):
        yield VOID, initial.thing
    yield from ((NOT_LATEST, thing) for thing in standing if thing.at > initial.thing.at)


def _before(cut: Cut, untold: Sequence[Thing], is_told: Callable[[Thing], bool]) -> list[Thing]:
    """Of what is not told live: what was there before the link for sure."""
    return [
        thing
        for thing in untold
        if cut.was_surely_folded(cut.window(thing)) or (is_told(thing) and cut.was_before(cut.window(thing)))
    ]


def _first_deposit(cut: Cut, story: Story, name: str) -> Iterator[Wrong]:
    """The first deposit that counts, once for an account: initially, or as soon as there is one."""
    live, last = cut.live(DEPOSIT), cut.initial(DEPOSIT)
    told = {id(one.thing) for one in live}
    before = _before(cut, [thing for thing in story.of(DEPOSIT) if id(thing) not in told], _counts_at_once)
    standing = [thing for thing in before if not cut.may_be_void(thing)]
    initial, mine = cut.initial(name), cut.live(name)
    yield from ((NOT_FIRST, one.thing) for one in mine[1 if initial is None else 0 :])
    if initial is not None:
        yield from _amount(initial, cut.may_be_before, cut.was_surely_folded)
        if not cut.may_be_before(initial.thing.window):
            yield TOO_LATE, initial.thing
        if cut.is_void(initial.thing):
            yield VOID, initial.thing
        yield from ((NOT_FIRST, thing) for thing in standing if thing.rank < initial.thing.rank)
        return
    if (standing or last is not None) and cut.is_whole:
        yield NO_INITIAL, standing[0] if standing else None
    if mine:
        yield from _amount_live(mine[0])
        first = mine[0].thing
        earlier = (one.thing for one in live if one.thing.window.is_before(first.window))
        yield from ((NOT_FIRST, thing) for thing in earlier if _counts_at_once(thing))
    elif live and not cut.link.is_ended:
        yield MISSING, live[0].thing


def _registration(cut: Cut, story: Story, name: str) -> Iterator[Wrong]:
    """Told once, when the profile is first known; its time is the earliest that was stated, else the message's."""
    sources, initial, live = story.of(name), cut.initial(name), cut.live(name)
    if initial is not None and not cut.may_be_before(initial.thing.window):
        yield TOO_LATE, initial.thing
    for one in [initial] if initial else []:
        stated = [it for it in sources if it.stated and cut.was_surely_folded(it.window)]
        yield from ((AMOUNT, it) for it in stated if not one.thing.stated or it.at < one.thing.at)
    yield from ((NOT_FIRST, one.thing) for one in live[0 if initial else 1 :])
    for one in live[:1]:
        yield from ((NOT_FIRST, it) for it in sources if it.window.is_before(one.thing.window))
    if initial is None and not live:
        yield from _once_missing(cut, sources)
    elif initial is None:
        yield from ((NO_INITIAL, it) for it in sources if cut.was_surely_folded(it.window))


def _once_missing(cut: Cut, sources: Sequence[Thing]) -> Iterator[Wrong]:
    """Of what must be told once whenever the link was made."""
    for thing in sources:
        if not cut.link.is_ended or thing.window.answered < cut.last_sent:
            yield MISSING, thing
            return


def _confirmed(cut: Cut, story: Story, name: str) -> Iterator[Wrong]:
    """Told whenever the value changes, so not when a later one is known already; initially the one that holds."""
    things, initial, live = story.of(name), cut.initial(name), cut.live(name)
    told = {id(one.thing) for one in live}
    for thing in things:
        later = [it for it in things if it.at > thing.at]
        if id(thing) in told:
            yield from ((NOT_LATEST, it) for it in later if it.window.is_before(thing.window))
        elif cut.must_be_live(thing.window) and not any(it.window.sent <= thing.window.answered for it in later):
            yield MISSING, thing
    known = [thing for thing in things if cut.was_surely_folded(thing.window)]
    if initial is None:
        if known and cut.is_whole:
            yield NO_INITIAL, known[-1]
        return
    if not cut.may_be_before(initial.thing.window):
        yield TOO_LATE, initial.thing
    yield from ((NOT_LATEST, it) for it in known if it.at > initial.thing.at)


def _kyc(cut: Cut, story: Story, name: str) -> Iterator[Wrong]:
    """Stated once, at the registration."""
    initial, live = cut.initial(name), cut.live(name)
    if initial is None and not live:
        yield from _once_missing(cut, story.of(name))
    if initial is not None and not cut.may_be_before(initial.thing.window):
        yield TOO_LATE, initial.thing


FAMILIES: Final[dict[str, Callable[[Cut, Story, str], Iterator[Wrong]]]] = {
    BET: _bets,
    DEPOSIT: _payments,
    WITHDRAWAL: _payments,
    FIRST_DEPOSIT: _first_deposit,
    REGISTERED: _registration,
    CONFIRMED: _confirmed,
    KYC: _kyc,
}
MOST_INITIAL: Final = len(FAMILIES)
