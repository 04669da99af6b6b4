"""The short form in which stories are written, and the canonical events it stands for.

    10:00 B a1 r1 2             bet, activity a1, round r1, 2 EUR of real money, studio 41
    10:01 W a2 r1 5 end         win; `end` is the sender's mark that the round is over
    10:01 L a2 r1               loss
    10:02 RB a1                 rollback in the form that has no id of its own
    10:02 RB x1→a1              rollback x1 of everything with the id a1; `x2→x1` undoes a rollback
    10:01 GR r1 2+0.5b 0        a whole round: stake, payout
    10:00 CBW t1 r1 1.00 0.00   bet and result in one message: two events
    09:00 deposit p1 100 approved, or withdrawal, authorization, capture
    10:00 bonus ub1 credited 50 required=200
    03-05 10:01 tick            the clock
    10:00 login, or profile country=MT
    10:00 SB s1 10 odds=3.1     sports bet; LEG s1 l1 is a leg of it, `LEG s1 l1 won` that leg settled
    22:00 SS t1→s1 31           settlement t1 of bet s1; kind=void, ref=4, `cashout`, `replaces`
    22:05 SRB t1                rollback of a sports bet or settlement; `SRB x1→s1` with an id of its own
    10:00 poker 77 in 11 fee=1  buy-in to tournament 77, or `out`; `back` rolls such a one back, `rebuy`
    10:00 lottery 5 3           ticket 5, bought for 3; `lottery 5 100 won`
    10:00 cart 9 20 discount=2  a cart

Moments are of 2026-03-04, UTC, unless a date stands before; `@p2` is another player. Amounts are added from
pockets: `2+0.5b+1l+1u` is real, bonus, locked and unsplit. `name=value` says what is unusual.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from countroom.core import identity
from countroom.core.events import (
    About,
    BetLost,
    BetPlaced,
    BonusReported,
    BonusState,
    Direction,
    Event,
    PaymentReported,
    PaymentStatus,
    PlayerLoggedIn,
    ProfileStated,
    RolledBack,
    RoundPlayed,
    Ticked,
    WinPaid,
)
from countroom.core.identity import SEPARATOR, Identity
from countroom.core.ids import (
    ActivityId,
    BrandId,
    GameId,
    PaymentId,
    PlayerId,
    RoundId,
    SourceName,
    StudioId,
    UserBonusId,
)
from countroom.core.instants import Instant, parse
from countroom.core.money import EMPTY
from tests.scenarios.other_words import OTHER_KINDS
from tests.scenarios.speech import Options, Words, money, with_ids

_MOMENT: Final = re.compile(r"(?:(?P<day>\d\d-\d\d) )?(?P<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (?P<rest>.+)")


def moment(text: str) -> Instant:
    """`10:00`, `10:00:20` or `04-13 10:00` as an instant of 2026."""
    day, _, time = text.rpartition(" ")
    return parse(f"2026-{day or '03-04'}T{time}")


def story(text: str) -> list[Event]:
    """The events of a story, in the order in which they are told; sentences end with `;` or with the line."""
    sentences = [one.strip() for one in re.split(r"[;\n]", text)]
    return [event for one in sentences if one for event in _sentence(one)]


def _sentence(text: str) -> list[Event]:
    told = _MOMENT.fullmatch(text)
    if told is None:
        raise ValueError(f"expected `[mm-dd ]hh:mm[:ss] word ...`, got `{text}`")
    words = told["rest"].split()
    options = dict(word.split("=", 1) for word in words if "=" in word)
    plain = [word for word in words if "=" not in word and not word.startswith("@")]
    player = next((word[1:] for word in words if word.startswith("@")), "p1")
    at = moment(f"{told['day'] or '03-04'} {told['time']}")
    about = About(
        brand=BrandId("lucky"),
        player=PlayerId(player),
        source=SourceName("fasttrack"),
        occurred_at=at,
        received_at=at,
    )
    return _KINDS[plain[0]](about, plain[1:], options)


def _approved(activity_id: str, role: str = "", words: Words | None = None) -> Identity:
    """The source's identity; a story says `typed` of a sender whose ids are unique per type only."""
    mark = f"fasttrack.{role}.approved" if "typed" in (words or []) else "fasttrack.approved"
    return identity.identity("casino", activity_id, mark)


def _play(activity_id: str, round_id: str, options: Options, *, words: Words) -> dict[str, Any]:
    rate = options.get("rate")
    free_stake = options.get("free_stake")
    return {
        "activity_id": ActivityId(activity_id),
        "studio": StudioId(options.get("studio", "41")),
        "round_id": RoundId(round_id),
        "currency": options.get("in", "EUR"),
        "rate": Decimal(rate) if rate else None,
        "game": GameId(options.get("game", "g1")),
        "user_bonus_id": UserBonusId(options["bonus"]) if "bonus" in options else None,
        "ends": "end" in words,
        "free_money": "free_money" in words,
        "free_stake": Decimal(free_stake) if free_stake else None,
        "amount_mismatch": "mismatch" in words,
    }


def _bet(about: About, words: Words, options: Options) -> list[Event]:
    activity_id, round_id, stake, *marks = words
    sent_as = options.get("sent_as", activity_id)
    own = with_ids(about, _approved(sent_as, "bet", marks), identity.casino("bet", activity_id))
    return [BetPlaced(about=own, pockets=money(stake), **_play(activity_id, round_id, options, words=marks))]


def _win(about: About, words: Words, options: Options) -> list[Event]:
    activity_id, round_id, payout, *marks = words
    own = with_ids(about, _approved(activity_id, "result", marks), identity.casino("result", activity_id))
    return [WinPaid(about=own, pockets=money(payout), **_play(activity_id, round_id, options, words=marks))]


def _loss(about: About, words: Words, options: Options) -> list[Event]:
    activity_id, round_id, *marks = words
    own = with_ids(about, _approved(activity_id, "result", marks), identity.casino("result", activity_id))
    return [BetLost(about=own, pockets=EMPTY, **_play(activity_id, round_id, options, words=marks))]


def _combined(about: About, words: Words, options: Options) -> list[Event]:
    own_id, round_id, stake, payout = words
    won = money(payout)
    halves: list[Event] = []
    for role, amount, kind in (("bet", money(stake), BetPlaced), ("result", won, WinPaid if won else BetLost)):
        source_id = identity.identity("casino", own_id, f"smartico.{role}")
        own = with_ids(about, source_id, identity.casino(role, own_id))
        shared = _play(f"{own_id}/{role}", round_id, options, words=[])
        halves.append(kind(about=own, pockets=amount, combined=True, **shared))
    return halves


def _rollback(about: About, words: Words, options: Options) -> list[Event]:
    amount = Decimal(options["amount"]) if "amount" in options else None
    own_id, arrow, target = words[0].partition("→")
    if arrow:
        own = with_ids(about, None, identity.rollback(own_id))
        aim = identity.rollback(target) if target.startswith("x") else f"casino:{target}"
    else:
        own = with_ids(about, identity.identity("casino", own_id, "fasttrack.rollback"), identity.rollback(own_id))
        aim = _approved(own_id)
    return [RolledBack(about=own, target=aim, amount=amount)]


def _whole(about: About, words: Words, options: Options) -> list[Event]:
    round_id, stake, payout = words
    studio = options.get("studio", "41")
    own = with_ids(about, None, identity.identity("round", f"{studio}{SEPARATOR}{round_id}", "whole"))
    return [
        RoundPlayed(
            about=own,
            studio=StudioId(studio),
            round_id=RoundId(round_id),
            currency=options.get("in", "EUR"),
            stake=money(stake),
            payout=money(payout),
            game=GameId(options.get("game", "g1")),
        )
    ]


def _payment(direction: Direction) -> Callable[[About, Words, Options], list[Event]]:
    def told(about: About, words: Words, options: Options) -> list[Event]:
        payment_id, amount, status = words
        own_id = identity.identity("payment", payment_id, f"{direction}.{status}")
        return [
            PaymentReported(
                about=with_ids(about, own_id, own_id),
                direction=direction,
                payment_id=PaymentId(payment_id),
                status=PaymentStatus(status),
                amount=Decimal(amount),
                currency=options.get("in", "EUR"),
                rate=Decimal(options["rate"]) if "rate" in options else None,
            )
        ]

    return told


def _bonus(about: About, words: Words, options: Options) -> list[Event]:
    user_bonus_id, state, amount = words
    when = f".{about.occurred_at}" if state == BonusState.WAGERING else ""
    own_id = identity.identity("bonus", user_bonus_id, f"{state}{when}")
    return [
        BonusReported(
            about=with_ids(about, own_id, own_id),
            user_bonus_id=UserBonusId(user_bonus_id),
            state=BonusState(state),
            amount=Decimal(amount),
            currency="EUR",
            rate=None,
            turned_real=Decimal(options["turned"]) if "turned" in options else None,
            required=Decimal(options["required"]) if "required" in options else None,
        )
    ]


def _tick(about: About, _words: Words, _options: Options) -> list[Event]:
    return [Ticked(about=about)]


def _login(about: About, _words: Words, _options: Options) -> list[Event]:
    return [PlayerLoggedIn(about=with_ids(about, None, identity.identity("login", str(about.occurred_at), "seen")))]


def _profile(about: About, _words: Words, options: Options) -> list[Event]:
    own_id = identity.identity("profile", str(about.occurred_at), f"said.{sorted(options.items())}")
    return [ProfileStated(about=with_ids(about, None, own_id), fields=options)]


_KINDS: Final[dict[str, Callable[[About, Words, Options], list[Event]]]] = {
    "B": _bet,
    "W": _win,
    "L": _loss,
    "CBW": _combined,
    "RB": _rollback,
    "GR": _whole,
    "deposit": _payment(Direction.DEPOSIT),
    "authorization": _payment(Direction.AUTHORIZATION),
    "capture": _payment(Direction.CAPTURE),
    "withdrawal": _payment(Direction.WITHDRAWAL),
    "bonus": _bonus,
    "tick": _tick,
    "login": _login,
    "profile": _profile,
    **OTHER_KINDS,
}
