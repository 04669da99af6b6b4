"""What senders of Fast Track messages write for one thing, as data (tolerance 4).

Letter case, blanks, hyphens and underscores do not matter. Configuration adds to a table by its name, e.g.
`aliases."fasttrack.casino_type".Einsatz = "bet"`.
"""

from typing import Final

from countroom.core.events import BonusState
from countroom.dialects.words import Words

CASINO_TYPE: Final = Words[str](
    "fasttrack.casino_type",
    {"Bet": "bet", "Win": "win", "Loss": "loss", "Lose": "loss", "Lost": "loss", "Refund": "refund"},
)

CASINO_STATUS: Final = Words[str](
    "fasttrack.casino_status",
    {
        "Approved": "approved",
        "Approve": "approved",
        "Rollback": "rollback",
        "Rolledback": "rollback",
        "Refund": "rollback",
        "Refunded": "rollback",
    },
)

PAYMENT_TYPE: Final = Words[str](
    "fasttrack.payment_type",
    {
        "Credit": "credit",
        "Deposit": "credit",
        "Einzahlung": "credit",
        "Depósito": "credit",
        "Deposito": "credit",
        "Dépôt": "credit",
        "Insättning": "credit",
        "Talletus": "credit",
        "Debit": "debit",
        "Withdrawal": "debit",
        "Withdraw": "debit",
        "Auszahlung": "debit",
        "Retiro": "debit",
        "Saque": "debit",
        "Retrait": "debit",
        "Uttag": "debit",
        "Authorization": "authorization",
        "Authorisation": "authorization",
        "Capture": "capture",
        "Void": "void",
    },
)

PAYMENT_STATUS: Final = Words[str](
    "fasttrack.payment_status",
    {
        "Requested": "requested",
        "Request": "requested",
        "Pending": "requested",
        "Approved": "approved",
        "Approve": "approved",
        "Rejected": "rejected",
        "Reject": "rejected",
        "Declined": "rejected",
        "Cancelled": "cancelled",
        "Canceled": "cancelled",
        "Cancel": "cancelled",
        "Rollback": "rollback",
        "Rolledback": "rollback",
        "Refund": "rollback",
        "Refunded": "rollback",
    },
)

BONUS_STATUS: Final = Words[BonusState](
    "fasttrack.bonus_status",
    {
        "Pending": BonusState.OFFERED,
        "Claimed": BonusState.CLAIMED,
        "Created": BonusState.CREDITED,
        "Ongoing": BonusState.WAGERING,
        "Completed": BonusState.COMPLETED,
        "AutoCompleted": BonusState.AUTO_COMPLETED,
        "Autocompleted": BonusState.AUTO_COMPLETED,
        "Forfeited": BonusState.FORFEITED,
        "Expired": BonusState.EXPIRED,
        "Lost": BonusState.LOST,
        "NotApplicable": BonusState.NOT_APPLICABLE,
        "Reversed": BonusState.REVERSED,
    },
)

BONUS_PRODUCT: Final = Words[str](
    "fasttrack.bonus_product",
    {
        "Casino": "casino",
        "Sportsbook": "sports",
        "Sportbook": "sports",
        "Sports": "sports",
        "Sport": "sports",
        "Lotto": "lottery",
        "Lottery": "lottery",
        "Poker": "poker",
    },
)

GAME_TYPE: Final = Words[str](
    "fasttrack.game_type",
    {
        "Slots": "Slots",
        "Slot": "Slots",
        "Table": "Table",
        "Tables": "Table",
        "Live Casino": "Live Casino",
        "Live": "Live Casino",
    },
)
"""Any other text is taken as it is: operators have types of their own."""

DEVICE: Final = Words[str](
    "fasttrack.device",
    {
        "mobile": "mobile",
        "desktop": "desktop",
        "app": "app",
        "tablet": "tablet",
        "unknown": "unknown",
        "unkown": "unknown",
    },
)

CHANNEL: Final = Words[str](
    "fasttrack.consent_type",
    {
        "email": "email",
        "mail": "email",
        "sms": "sms",
        "telephone": "telephone",
        "phone": "telephone",
        "call": "telephone",
        "postMail": "postMail",
        "post": "postMail",
        "siteNotification": "siteNotification",
        "notification": "siteNotification",
        "pushNotification": "pushNotification",
        "push": "pushNotification",
    },
)

BLOCK: Final = Words[str](
    "fasttrack.block_type",
    {
        "Excluded": "excluded",
        "Exclude": "excluded",
        "SelfExcluded": "excluded",
        "Blocked": "blocked",
        "Block": "blocked",
    },
)

TRANSACTION_STATUS: Final = Words[str](
    "fasttrack.transaction_status",
    {
        "Approved": "approved",
        "Approve": "approved",
        "Rollback": "rollback",
        "Rolledback": "rollback",
        "Refund": "rollback",
        "Refunded": "rollback",
    },
)
"""Of sports and poker."""

SPORTS_TYPE: Final = Words[str](
    "fasttrack.sports_type",
    {
        "Bet": "bet",
        "Settlement": "settlement",
        "Settle": "settlement",
        "Settled": "settlement",
        "Refund": "refund",
    },
)

BET_TYPE: Final = Words[str](
    "fasttrack.bet_type",
    {
        "Single": "single",
        "Singles": "single",
        "Multi": "multi",
        "Multiple": "multi",
        "Combo": "multi",
        "System": "system",
        "Teaser": "teaser",
    },
)
"""Any other text is taken as it is, in lower case. Combo is what older senders call Multi."""

LOTTERY_TYPE: Final = Words[str](
    "fasttrack.lottery_type",
    {"Bet": "bet", "Purchase": "bet", "Settlement": "settlement", "Settle": "settlement", "Settled": "settlement"},
)

LOTTERY_STATUS: Final = Words[str](
    "fasttrack.lottery_status",
    {
        "Approved": "approved",
        "Approve": "approved",
        "Rejected": "rejected",
        "Reject": "rejected",
        "Declined": "rejected",
    },
)

CART_STATUS: Final = Words[str](
    "fasttrack.cart_status", {"Successful": "successful", "Success": "successful", "Succeeded": "successful"}
)

CART_TYPE: Final = Words[str]("fasttrack.cart_type", {"Checkout": "checkout"})

CART_PAYMENT: Final = Words[str](
    "fasttrack.cart_payment", {"Wallet": "wallet", "VirtualCurrency": "virtualcurrency", "Deposit": "deposit"}
)
"""Any other text is taken as it is, in lower case."""

BALANCE_KEY: Final = Words[str](
    "fasttrack.balance_key",
    {"real_money": "real_money", "bonus_money": "bonus_money", "locked_money": "locked_money"},
)
"""Any other text is taken as it is: operators have wallets of their own."""

EVERY: Final = (
    CASINO_TYPE,
    CASINO_STATUS,
    PAYMENT_TYPE,
    PAYMENT_STATUS,
    BONUS_STATUS,
    BONUS_PRODUCT,
    GAME_TYPE,
    DEVICE,
    CHANNEL,
    BLOCK,
    TRANSACTION_STATUS,
    SPORTS_TYPE,
    BET_TYPE,
    LOTTERY_TYPE,
    LOTTERY_STATUS,
    CART_STATUS,
    CART_TYPE,
    CART_PAYMENT,
    BALANCE_KEY,
)
