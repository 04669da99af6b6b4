"""The short form of sports, lottery, poker and carts, and the canonical events it stands for; see words.py."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from countroom.core import identity
from countroom.core.events import (
    About,
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
from countroom.core.ids import ActivityId, UserBonusId
from tests.scenarios.speech import Options, Words, money, with_ids


def _sports_bet(about: About, words: Words, options: Options) -> list[Event]:
    bet_id, stake, *marks = words
    own = with_ids(about, identity.identity("sport", bet_id, "fasttrack.approved"), identity.sport("bet", bet_id))
    return [
        SportsBetPlaced(
            about=own,
            bet_id=ActivityId(bet_id),
            currency=options.get("in", "EUR"),
            rate=Decimal(options["rate"]) if "rate" in options else None,
            pockets=money(stake),
            odds=Decimal(options["odds"]) if "odds" in options else None,
            user_bonus_id=UserBonusId(options["bonus"]) if "bonus" in options else None,
            free_stake=Decimal(options["free_stake"]) if "free_stake" in options else None,
            free_money="free_money" in marks,
        )
    ]


def _settlement(about: About, words: Words, options: Options) -> list[Event]:
    ids, payout, *marks = words
    own_id, _, bet_id = ids.partition("→")
    own = with_ids(about, identity.identity("sport", own_id, "fasttrack.approved"), identity.sport("settled", own_id))
    return [
        SportsBetSettled(
            about=own,
            settlement_id=ActivityId(own_id),
            bet_id=ActivityId(bet_id),
            currency=options.get("in", "EUR"),
            rate=Decimal(options["rate"]) if "rate" in options else None,
            pockets=money(payout),
            kind=options.get("kind", ""),
            reference_amount=Decimal(options["ref"]) if "ref" in options else None,
            cash_out="cashout" in marks,
            replaces="replaces" in marks,
        )
    ]


def _leg(about: About, words: Words, _options: Options) -> list[Event]:
    bet_id, selection_id, *result = words
    own = with_ids(about, None, identity.leg(bet_id, selection_id, settled=bool(result)))
    return [
        SelectionReported(
            about=own,
            bet_id=ActivityId(bet_id),
            selection_id=selection_id,
            settled=bool(result),
            result=result[0] if result else "",
        )
    ]


def _sport_rollback(about: About, words: Words, options: Options) -> list[Event]:
    amount = Decimal(options["amount"]) if "amount" in options else None
    own_id, arrow, target = words[0].partition("→")
    if arrow:
        aim = identity.rollback(target) if target.startswith("x") else f"sport:{target}"
        return [RolledBack(about=with_ids(about, None, identity.rollback(own_id)), target=aim, amount=amount)]
    own = with_ids(about, identity.identity("sport", own_id, "fasttrack.rollback"), identity.sport("rollback", own_id))
    return [RolledBack(about=own, target=identity.identity("sport", own_id, "fasttrack.approved"), amount=amount)]


def _poker(about: About, words: Words, options: Options) -> list[Event]:
    container_id, way, amount, *marks = words
    move = f"tournament.{way}.{'rollback' if 'back' in marks else 'approved'}.{about.occurred_at}.{amount}"
    return [
        PokerMoved(
            about=with_ids(about, None, identity.poker(container_id, move)),
            game="tournament",
            container_id=container_id,
            buys_in=way == "in",
            rolls_back="back" in marks,
            currency="EUR",
            rate=None,
            pockets=money(amount),
            fee=Decimal(options["fee"]) if "fee" in options else None,
            is_rebuy="rebuy" in marks,
        )
    ]


def _lottery(about: About, words: Words, options: Options) -> list[Event]:
    ticket_id, amount, *marks = words
    state = "settlement" if "won" in marks else "bet"
    return [
        LotteryReported(
            about=with_ids(about, None, identity.lottery(f"7/3/{ticket_id}", state)),
            settles="won" in marks,
            lottery_id="7",
            draw_id="3",
            ticket_id=ticket_id,
            currency="EUR",
            rate=None,
            amount=Decimal(amount),
            discount=Decimal(options["discount"]) if "discount" in options else None,
            counts="rejected" not in marks,
        )
    ]


def _cart(about: About, words: Words, options: Options) -> list[Event]:
    cart_id, amount = words
    paid = {"wallet": options.get("wallet"), "virtualcurrency": options.get("virtual")}
    return [
        CartCheckedOut(
            about=with_ids(about, None, identity.cart(cart_id, "successful")),
            cart_id=cart_id,
            currency="EUR",
            rate=None,
            amount=Decimal(amount),
            discount=Decimal(options.get("discount", "0")),
            payments=tuple(CartPayment(kind, Decimal(part)) for kind, part in paid.items() if part),
            status="successful",
        )
    ]


OTHER_KINDS: Final[dict[str, Callable[[About, Words, Options], list[Event]]]] = {
    "SB": _sports_bet,
    "SS": _settlement,
    "LEG": _leg,
    "SRB": _sport_rollback,
    "poker": _poker,
    "lottery": _lottery,
    "cart": _cart,
}
