"""Balances as the platform reports them: `POST /v1/integration/user/balances`, message type USER_BALANCES_UPDATE.

WALLET_UPDATE is the first version's, of one wallet, whose path is not published: ours is `/v1/integration/user/wallet`.
Kept as last reported, in no total. A balance has a sign: no type gives it one.
"""

from decimal import Decimal
from typing import Final

from countroom.core.events import Balance, BalancesStated, CustomHappened, Event
from countroom.core.instants import Instant
from countroom.core.money import ZERO
from countroom.core.rejection import Reason
from countroom.dialects import amounts
from countroom.dialects.fasttrack.aliases import BALANCE_KEY
from countroom.dialects.fasttrack.content import said
from countroom.dialects.fasttrack.message import Message
from countroom.dialects.fasttrack.page import Page
from countroom.dialects.fields import Fields, shown

ENTRIES: Final = frozenset({"balances"})
KEYS: Final = frozenset({"amount", "currency", "key", "exchange_rate"})
FIELDS: Final = frozenset({"user_id", "origin", "timestamp", "skip_publishing"})
WALLET_FIELDS: Final = FIELDS | {"currency", "exchange_rate", "balance"}

WALLET: Final = "wallet"
"""What the one balance of a WALLET_UPDATE is called, which names none."""


def decode(message: Message) -> tuple[Event, ...]:
    """The wallets, all of them."""
    player, at = message.own_id("user_id"), message.occurred_at()
    if not message.has("balances"):
        message.reject("balances", Reason.MALFORMED, detail="expected the required field `balances`, found none")
    balances = []
    for entry in message.objects("balances"):
        key, currency = entry.text("key"), entry.currency("currency")
        if not entry.has("key"):
            entry.reject("key", Reason.MALFORMED, detail="expected the required field `key`, found none")
        rate = message.rate_in(entry, currency)
        balances.append(
            Balance(BALANCE_KEY.meaning(key, message.aliases) or key, _amount(entry, "amount"), currency, rate)
        )
    return _stated(message, at, player=player, balances=balances)


def decode_wallet(message: Message) -> tuple[Event, ...]:
    """The one wallet; where its balance is not stated, that something about it changed."""
    player, at = message.own_id("user_id"), message.occurred_at()
    currency = message.currency("currency")
    rate = message.rate_of(currency)
    if not message.has("balance"):
        kind = "wallet_update"
        about = message.about(at, player, source_id=None, business_id=said("custom", at, content=[kind, currency]))
        return (CustomHappened(about=about, kind=kind, fields={}),)
    return _stated(message, at, player=player, balances=[Balance(WALLET, _amount(message, "balance"), currency, rate)])


def _stated(message: Message, at: Instant, *, player: str, balances: list[Balance]) -> tuple[Event, ...]:
    content = sorted((each.key, each.currency, str(each.amount)) for each in balances)
    about = message.about(at, player, source_id=None, business_id=said("balances", at, content=content))
    return (BalancesStated(about=about, balances=tuple(balances)),)


def _amount(entry: Fields, name: str) -> Decimal:
    value = entry.values.get(name)
    found = amounts.signed(value) if value.__class__ in {str, int} else None
    if found is None:
        detail = f"expected a plain decimal number of at most 18 digits before and after the point, got {shown(value)}"
        if value is None or value == "":
            detail = f"expected the required field `{name}`, found none"
        entry.reject(name, Reason.BAD_AMOUNT, detail=detail)
    return ZERO if found is None else found


PAGE: Final = Page(
    kind="USER_BALANCES_UPDATE", says="balances", fields=FIELDS, decode=decode, entries=ENTRIES, entry_keys=KEYS
)
WALLET_PAGE: Final = Page(kind="WALLET_UPDATE", says="wallet update", fields=WALLET_FIELDS, decode=decode_wallet)
