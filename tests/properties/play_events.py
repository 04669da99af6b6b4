"""Casino events: bets, results, wholes and rollbacks of few ids, rounds and amounts."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from countroom.core import identity
from countroom.core.events import (
    About,
    BetLost,
    BetPlaced,
    Event,
    RolledBack,
    RoundPlayed,
    SelectionReported,
    SportsBetPlaced,
    SportsBetSettled,
    WinPaid,
)
from countroom.core.identity import SEPARATOR, Identity
from countroom.core.ids import BrandId, GameId, PlayerId, RoundId, SourceName, StudioId
from countroom.core.instants import SECOND, Instant
from countroom.core.money import EMPTY, Pockets, pockets

PLAYERS = st.sampled_from([*(PlayerId("p1") for _ in range(6)), PlayerId("p2")])
SOURCES = st.sampled_from([SourceName("fasttrack"), SourceName("fasttrack"), SourceName("kafka")])

BETS = ("b1", "b2", "b3", "b4", "b5", "z1")
RESULTS = ("w1", "w2", "w3", "w4", "z1")
"""`z1` is the id of a bet with one sender and of a result with another."""
STUDIOS = st.sampled_from([StudioId("41"), StudioId("41"), StudioId("77")])
ROUND_IDS = st.sampled_from([RoundId("r1"), RoundId("r2"), RoundId("r3")])
GAMES = st.sampled_from([GameId("g1"), GameId("g2")])

MONEY_OF = st.sampled_from(
    [
        ("EUR", None),
        ("EUR", None),
        ("EUR", Decimal(1)),
        ("SEK", Decimal("0.087")),
        ("SEK", Decimal("0.0913")),
        ("SEK", None),
        ("SEK", Decimal(1)),  # another currency that is worth as much: kept apart all the same
        ("BTC", Decimal("61234.56789")),
    ]
)
STAKES: st.SearchStrategy[Pockets] = st.sampled_from(
    [
        pockets(Decimal(2)),
        pockets(Decimal("0.1")),
        pockets(Decimal("2.5"), Decimal(1)),
        pockets(Decimal(0), Decimal(3)),
        pockets(Decimal(1), Decimal(1), Decimal(4)),
        pockets(Decimal(3), Decimal(1), Decimal(0), Decimal(1)),
        pockets(Decimal(4), Decimal(0), Decimal(0), Decimal(-1)),
        EMPTY,
    ]
)


def about(player: PlayerId, source: SourceName, occurred_at: int, **rest: Any) -> About:
    """What every event has; it arrived a second later."""
    return About(
        brand=BrandId("lucky"),
        player=player,
        source=source,
        occurred_at=Instant(occurred_at),
        received_at=Instant(occurred_at + SECOND),
        **rest,
    )


def approved(activity_id: str) -> Identity:
    """The source's identity of a bet or a result."""
    return identity.identity("casino", activity_id, "fasttrack.approved")


def _source_id(draw: st.DrawFn, usual: Identity) -> Identity | None:
    """The usual one; now and then none, or one drawn so freely that it may belong to something else already."""
    form = draw(st.sampled_from(["usual", "usual", "usual", "usual", "none", "free"]))
    if form == "free":
        return identity.identity("eid", draw(st.sampled_from(["e1", "e2"])), "event")
    return usual if form == "usual" else None


def _play(draw: st.DrawFn, at: st.SearchStrategy[int], *, role: str, activity_id: str) -> dict[str, Any]:
    """The fields that bets and results share."""
    currency, rate = draw(MONEY_OF)
    is_free_money = draw(st.sampled_from([False, False, False, False, True]))
    bonus = None if is_free_money else draw(st.sampled_from([None, None, None, "ub1", "ub2"]))
    return {
        "about": about(
            draw(PLAYERS),
            draw(SOURCES),
            draw(at),
            source_id=_source_id(draw, approved(activity_id)),
            business_id=identity.casino(role, activity_id),
        ),
        "activity_id": activity_id,
        "studio": draw(STUDIOS),
        "round_id": draw(ROUND_IDS),
        "currency": "GC" if is_free_money else currency,
        "rate": None if is_free_money else rate,
        "game": draw(GAMES),
        "game_type": draw(st.sampled_from(["Slots", "Table"])),
        "user_bonus_id": bonus,
        "free_money": is_free_money,
        "ends": draw(st.sampled_from([False, False, False, True])),
        "combined": draw(st.sampled_from([False, False, False, False, True])),
    }


@st.composite
def plain_bets(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A bet, seldom one of nothing."""
    shared = _play(draw, at, role="bet", activity_id=draw(st.sampled_from(BETS)))
    stake = draw(STAKES)
    return BetPlaced(**shared, pockets=stake, amount_mismatch=len(stake) == 4)


@st.composite
def free_bets(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A free spin: it stakes nothing, and most senders say its nominal amount."""
    shared = _play(draw, at, role="bet", activity_id=draw(st.sampled_from(BETS)))
    nominal = draw(st.sampled_from([Decimal("0.5"), Decimal("0.2"), None]))
    return BetPlaced(**shared, pockets=EMPTY, free_stake=nominal, amount_mismatch=nominal is not None)


@st.composite
def results(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A win, seldom of nothing."""
    shared = _play(draw, at, role="result", activity_id=draw(st.sampled_from(RESULTS)))
    payout = draw(STAKES)
    return WinPaid(**shared, pockets=payout, amount_mismatch=len(payout) == 4)


@st.composite
def losses(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A loss."""
    shared = _play(draw, at, role="result", activity_id=draw(st.sampled_from(RESULTS)))
    return BetLost(**shared, pockets=EMPTY)


@st.composite
def free_wins(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """What a free spin won, in real or in bonus money, by the name of its grant."""
    shared = _play(draw, at, role="result", activity_id=draw(st.sampled_from(RESULTS)))
    named = {"user_bonus_id": "ub1", "free_money": False, "currency": "EUR", "rate": None}
    payout = draw(st.sampled_from([pockets(Decimal(2)), pockets(Decimal(20)), pockets(Decimal(0), Decimal(3))]))
    return WinPaid(**(shared | named), pockets=payout)


@st.composite
def wholes(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A whole round; some state what it was in base currency."""
    currency, rate = draw(MONEY_OF)
    is_free_money = draw(st.sampled_from([False, False, False, False, True]))
    studio, round_id = draw(STUDIOS), draw(ROUND_IDS)
    stake, payout = draw(STAKES), draw(STAKES)
    base_stake = draw(st.sampled_from([None, None, pockets(Decimal("7.5"))]))
    base_payout = draw(st.sampled_from([None, pockets(Decimal("0.25"))]))
    business_id = identity.identity("round", f"{studio}{SEPARATOR}{round_id}", "whole")
    return RoundPlayed(
        about=about(draw(PLAYERS), draw(SOURCES), draw(at), business_id=business_id),
        studio=studio,
        round_id=round_id,
        currency="GC" if is_free_money else currency,
        rate=None if is_free_money else rate,
        stake=stake,
        payout=payout,
        base_stake=base_stake if stake and not is_free_money else None,
        base_payout=base_payout if payout and not is_free_money else None,
        game=draw(GAMES),
        free_money=is_free_money,
    )


@st.composite
def rollbacks(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A rollback in each of its forms: by status, or with an id of its own, of a play, of a rollback, of nothing."""
    amount = draw(st.sampled_from([None, None, Decimal(2), Decimal(5)]))
    who, source, when = draw(PLAYERS), draw(SOURCES), draw(at)
    if draw(st.booleans()):
        activity_id = draw(st.sampled_from([*BETS, *RESULTS]))
        source_id = identity.identity("casino", activity_id, "fasttrack.rollback")
        of = about(who, source, when, source_id=source_id, business_id=identity.rollback(activity_id))
        return RolledBack(about=of, target=approved(activity_id), amount=amount)
    own_id = draw(st.sampled_from(["x1", "x2", "x3", "x4"]))
    target = draw(
        st.one_of(
            st.sampled_from(BETS).map(lambda one: str(identity.casino("bet", one))),
            st.sampled_from(RESULTS).map(lambda one: str(identity.casino("result", one))),
            st.sampled_from([*BETS, *RESULTS, "never"]).map(lambda one: f"casino:{one}"),
            st.sampled_from(["x1", "x2", "x3", "b1", "w1"]).map(lambda one: str(identity.rollback(one))),
        )
    )
    return RolledBack(
        about=about(who, source, when, business_id=identity.rollback(own_id)), target=target, amount=amount
    )


@st.composite
def rollbacks_of(draw: st.DrawFn, event: Event, at: st.SearchStrategy[int]) -> Event:
    """A rollback with an id of its own, aimed at `event` by one of its identities or, for a play, by its anchor."""
    known = [one for one in (event.about.source_id, event.about.business_id) if one is not None]
    targets: list[str] = list(known) if isinstance(event, _CAN_BE_UNDONE) and known else ["casino:never"]
    if not isinstance(event, RolledBack):
        targets += [identity.anchor(target) for target in targets]
    own_id = identity.rollback(draw(st.sampled_from(["x1", "x2", "x3", "x4", "x5", "x6"])))
    of = about(event.about.player, draw(SOURCES), draw(at), business_id=own_id)
    return RolledBack(about=of, target=draw(st.sampled_from(targets)), amount=draw(st.sampled_from([None, Decimal(2)])))


_CAN_BE_UNDONE = BetPlaced | WinPaid | BetLost | RolledBack | SportsBetPlaced | SportsBetSettled | SelectionReported
