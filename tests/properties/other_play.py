"""Sports, lottery, poker and carts, of few ids and amounts."""

from decimal import Decimal

from hypothesis import strategies as st

from countroom.core import identity
from countroom.core.events import (
    CartCheckedOut,
    CartPayment,
    Event,
    LotteryReported,
    PokerMoved,
    RolledBack,
    SelectionReported,
    SportsBetPlaced,
    SportsBetSettled,
)
from countroom.core.identity import Identity
from countroom.core.ids import ActivityId, UserBonusId
from countroom.core.instants import HOUR, Instant
from countroom.core.money import EMPTY
from tests.properties.play_events import MONEY_OF, PLAYERS, SOURCES, STAKES, about

SPORT_BETS = ("s1", "s1", "s2", "s3", "s4", "s5", "s6")
SETTLEMENTS = ("t1", "t2", "t3", "t4", "s1")
"""`s1` is the id of a bet with one sender and of a settlement with another."""
_REAL_OR_FREE = st.sampled_from([False, False, False, False, False, True])


def sport_approved(activity_id: str) -> Identity:
    """The source's identity of a sports bet or a settlement."""
    return identity.identity("sport", activity_id, "fasttrack.approved")


def _source_id(draw: st.DrawFn, usual: Identity) -> Identity | None:
    form = draw(st.sampled_from(["usual", "usual", "usual", "none", "free"]))
    if form == "free":
        return identity.identity("eid", draw(st.sampled_from(["e1", "e2"])), "event")
    return usual if form == "usual" else None


@st.composite
def sports_bets(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A sports bet; now and then a free one, or one of free money."""
    bet_id = draw(st.sampled_from(SPORT_BETS))
    currency, rate = draw(MONEY_OF)
    free_money = draw(_REAL_OR_FREE)
    stake = draw(STAKES)
    own = sport_approved(bet_id)
    return SportsBetPlaced(
        about=about(
            draw(PLAYERS),
            draw(SOURCES),
            draw(at),
            source_id=_source_id(draw, own),
            business_id=identity.sport("bet", bet_id),
        ),
        bet_id=ActivityId(bet_id),
        currency="GC" if free_money else currency,
        rate=None if free_money else rate,
        pockets=stake,
        odds=draw(st.sampled_from([Decimal("3.1"), Decimal("1.25"), None])),
        kind=draw(st.sampled_from(["single", "multi"])),
        legs=draw(st.sampled_from([1, 1, 1, 2])),
        live=draw(st.booleans()),
        user_bonus_id=draw(st.sampled_from([None, None, UserBonusId("ub1")])),
        free_stake=None if stake else draw(st.sampled_from([None, Decimal(5)])),
        free_money=free_money,
        amount_mismatch=len(stake) == 4,
    )


@st.composite
def settlements(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A settlement: won, lost, in part, given back, in place of another."""
    settlement_id, bet_id = draw(st.sampled_from(SETTLEMENTS)), draw(st.sampled_from(SPORT_BETS))
    currency, rate = draw(MONEY_OF)
    free_money = draw(_REAL_OR_FREE)
    own = sport_approved(settlement_id)
    return SportsBetSettled(
        about=about(
            draw(PLAYERS),
            draw(SOURCES),
            draw(at),
            source_id=_source_id(draw, own),
            business_id=identity.sport("settled", settlement_id),
        ),
        settlement_id=ActivityId(settlement_id),
        bet_id=ActivityId(bet_id),
        currency="GC" if free_money else currency,
        rate=None if free_money else rate,
        pockets=draw(STAKES | st.just(EMPTY)),
        kind=draw(st.sampled_from(["", "", "won", "void", "push"])),
        reference_amount=draw(st.sampled_from([None, Decimal(1), Decimal(2), Decimal(2), Decimal(9)])),
        cash_out=draw(st.booleans()),
        replaces=draw(st.sampled_from([False, False, False, True])),
        free_money=free_money,
    )


@st.composite
def legs(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A leg, open or settled."""
    bet_id, selection_id = draw(st.sampled_from(SPORT_BETS)), draw(st.sampled_from(["l1", "l2"]))
    settled, when = draw(st.booleans()), draw(at)
    return SelectionReported(
        about=about(
            draw(PLAYERS), draw(SOURCES), when, business_id=identity.leg(bet_id, selection_id, settled=settled)
        ),
        bet_id=ActivityId(bet_id),
        selection_id=selection_id,
        settled=settled,
        result=draw(st.sampled_from(["", "won"])) if settled else "",
        odds=draw(st.sampled_from([None, Decimal("1.5"), Decimal(2)])),
        sport=draw(st.sampled_from(["", "football"])),
        outcome=draw(st.sampled_from(["", "home", "away"])),
        starts_at=draw(st.sampled_from([None, Instant(when + HOUR)])),
        live=draw(st.booleans()),
        free=draw(st.booleans()),
    )


@st.composite
def sport_rollbacks(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A rollback by status, or with an id of its own: of a bet, a settlement, a leg, a rollback, of nothing."""
    who, source, when = draw(PLAYERS), draw(SOURCES), draw(at)
    amount = draw(st.sampled_from([None, Decimal(2)]))
    of_any = st.sampled_from([*SPORT_BETS, *SETTLEMENTS])
    if draw(st.booleans()):
        own_id = draw(of_any)
        ids = about(
            who, source, when, source_id=identity.identity("sport", own_id, "fasttrack.rollback"),
            business_id=identity.sport("rollback", own_id),
        )  # fmt: skip
        return RolledBack(about=ids, target=sport_approved(own_id), amount=amount)
    target = draw(
        st.one_of(
            of_any.map(lambda one: f"sport:{one}"),
            st.sampled_from(SPORT_BETS).map(lambda one: str(identity.sport("bet", one))),
            st.sampled_from(SETTLEMENTS).map(lambda one: str(identity.sport("settled", one))),
            st.sampled_from(SPORT_BETS).map(lambda one: str(identity.leg(one, "l1", settled=False))),
            of_any.map(lambda one: str(identity.sport("rollback", one))),
            st.sampled_from(["x1", "x2"]).map(lambda one: str(identity.rollback(one))),
        )
    )
    own_id = identity.rollback(draw(st.sampled_from(["x1", "x2", "x3", "x4"])))
    return RolledBack(about=about(who, source, when, business_id=own_id), target=target, amount=amount)


@st.composite
def lottery(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A ticket bought or settled."""
    ticket, settles = draw(st.sampled_from(["1", "2"])), draw(st.booleans())
    currency, rate = draw(MONEY_OF)
    own_id = identity.lottery(f"7/3/{ticket}", "settlement" if settles else "bet")
    return LotteryReported(
        about=about(draw(PLAYERS), draw(SOURCES), draw(at), business_id=own_id),
        settles=settles,
        lottery_id="7",
        draw_id="3",
        ticket_id=ticket,
        currency=currency,
        rate=rate,
        amount=draw(st.sampled_from([Decimal(0), Decimal(3), Decimal("0.5")])),
        discount=draw(st.sampled_from([None, Decimal("0.5")])),
        counts=draw(st.sampled_from([True, True, True, False])),
        name=draw(st.sampled_from(["", "Monday"])),
    )


@st.composite
def poker(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A buy-in, a cash-out, or the rollback of such a one."""
    container, when = draw(st.sampled_from(["1", "2"])), draw(at)
    buys_in, rolls_back = draw(st.booleans()), draw(st.sampled_from([False, False, True]))
    currency, rate = draw(st.sampled_from([("EUR", None), ("EUR", None), ("SEK", None), ("SEK", Decimal("0.087"))]))
    amount = draw(st.sampled_from([Decimal(10), Decimal(10), Decimal("2.5")]))
    kind = "tournament_buy_in" if buys_in else "tournament_cash_out"
    move = f"{kind}.{'rollback' if rolls_back else 'approved'}.{when}.{amount}"
    return PokerMoved(
        about=about(draw(PLAYERS), draw(SOURCES), when, business_id=identity.poker(container, move)),
        game="tournament",
        container_id=container,
        buys_in=buys_in,
        rolls_back=rolls_back,
        currency=currency,
        rate=rate,
        pockets=(amount,),
        fee=draw(st.sampled_from([None, Decimal(1)])),
        is_rebuy=draw(st.sampled_from([False, False, True])),
        name=draw(st.sampled_from(["", "Sunday"])),
    )


@st.composite
def carts(draw: st.DrawFn, at: st.SearchStrategy[int]) -> Event:
    """A cart, paid or not."""
    cart_id, status = draw(st.sampled_from(["1", "2"])), draw(st.sampled_from(["successful", "successful", "failed"]))
    currency, rate = draw(MONEY_OF)
    paid_with = draw(
        st.sampled_from([(), (CartPayment("wallet", Decimal(2)), CartPayment("virtualcurrency", Decimal(4)))])
    )
    return CartCheckedOut(
        about=about(draw(PLAYERS), draw(SOURCES), draw(at), business_id=identity.cart(cart_id, status)),
        cart_id=cart_id,
        currency=currency,
        rate=rate,
        amount=draw(st.sampled_from([Decimal(6), Decimal(0), Decimal("9.99")])),
        discount=draw(st.sampled_from([Decimal(0), Decimal(1)])),
        payments=paid_with,
        items=draw(st.sampled_from([0, 2])),
        status=status,
    )
