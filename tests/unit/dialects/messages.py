"""Valid messages to start from, one per page, and the settings that they are valid for."""

import json
from typing import Any

from countroom.core.envelope import Envelope
from countroom.core.events import Event
from countroom.core.ids import BrandId, SourceName
from countroom.core.instants import parse
from countroom.core.item import Reading
from countroom.core.rejection import Rejection
from countroom.dialects import fasttrack
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.dialects.fasttrack.page import OF_THE_PLAYER, WITH_THE_EVENT

SETTINGS = DialectSettings(brands=(BrandNames(brand=BrandId("a"), base_currency="EUR", origins=("brand-a.example",)),))
ARRIVAL = parse("2026-03-05T00:00:00Z")

SECRETS = {name: f"secret-{name}" for name in sorted(OF_THE_PLAYER | WITH_THE_EVENT)}
WHOSE = {"user_id": "17", "timestamp": "2026-03-04T05:06:07Z", "origin": "brand-a.example"}
MONEY = {"amount": 10, "currency": "SEK", "exchange_rate": 0.087}

VALID: dict[str, dict[str, Any]] = {
    "CASINO": {
        **WHOSE,
        **MONEY,
        "activity_id": "a-1",
        "round_id": "r-1",
        "game_id": "g-1",
        "game_name": "Lucky Lynx",
        "game_type": "Slots",
        "vendor_id": "41",
        "type": "Bet",
        "status": "Approved",
        "is_round_end": False,
        "user_bonus_id": "0",
        "meta": {},
    },
    "GAME_ROUND": {
        **WHOSE,
        "round_id": "r-1",
        "game_id": "g-1",
        "vendor_id": "41",
        "user_currency": "EUR",
        "real_bet_user": 2,
    },
    "PAYMENT": {**WHOSE, **MONEY, "payment_id": "p-1", "type": "Credit", "status": "Approved", "vendor_id": "12"},
    "BONUS": {
        **WHOSE,
        **MONEY,
        "user_bonus_id": "ub-1",
        "bonus_id": "b-1",
        "product": "Casino",
        "status": "Created",
        "type": "X",
    },
    "USER_CREATE": {**WHOSE, **SECRETS, "currency": "SEK", "country": "SE", "roles": ["vip"], "is_blocked": False},
    "USER_UPDATE_V2": dict(WHOSE),
    "LOGIN_V2": {**WHOSE, "ip_address": SECRETS["ip_address"], "is_impersonated": False},
    "LOGOUT": dict(WHOSE),
    "USER_CONSENTS": {**WHOSE, "consents": [{"type": "Email", "opted_in": True}]},
    "USER_BLOCK": {**WHOSE, "blocks": [{"type": "Excluded", "active": True, "note": SECRETS["note"]}]},
    "SPORTSBOOK": {
        **WHOSE,
        **MONEY,
        "activity_id": "s-1",
        "activity_id_reference": "",
        "odds": 3.1,
        "bet_type": "Single",
        "type": "Bet",
        "status": "Approved",
        "user_bonus_id": "0",
        "bets": [
            {
                "event_name": "North vs South",
                "match_start": "2026-03-04T20:00:00Z",
                "odds": 3.1,
                "market": "1X2",
                "outcomes": [{"criterion_name": "1X2", "outcome_label": "2"}],
            }
        ],
    },
    "LOTTERY_V2": {
        **WHOSE,
        **MONEY,
        "type": "Bet",
        "ticket_id": "7001",
        "lottery_id": "3",
        "draw_id": "55",
        "lines": [{"line_id": 1, "numbers": [3, 9, 14]}],
    },
    "LOTTERY": {
        **WHOSE,
        **MONEY,
        "transaction_id": "t-1",
        "status": "Approved",
        "bonus_code": "",
        "account_amount": 10,
        "tickets": [{"ticket_id": "7", "lines_count": 2, "draws": [{"timestamp": "2026-03-06T20:00:00Z"}]}],
    },
    "POKER_TOURNAMENT_BUY_IN_V2": {
        **WHOSE,
        "currency": "SEK",
        "exchange_rate": 0.087,
        "status": "Approved",
        "tournament_id": 5,
        "tournament_fee": 1,
        "buy_in_amount": 11,
    },
    "POKER_TOURNAMENT_CASH_OUT_V2": {
        **WHOSE,
        "currency": "SEK",
        "exchange_rate": 0.087,
        "status": "Approved",
        "tournament_id": 5,
        "cash_out_amount": 60,
    },
    "POKER_CASH_GAME_BUY_IN_V2": {
        **WHOSE,
        "currency": "SEK",
        "exchange_rate": 0.087,
        "status": "Approved",
        "table_id": 6,
        "buy_in_amount": 20,
    },
    "POKER_CASH_GAME_CASH_OUT_V2": {
        **WHOSE,
        "currency": "SEK",
        "exchange_rate": 0.087,
        "status": "Approved",
        "table_id": 6,
        "cash_out_amount": 40,
    },
    "CART": {
        **WHOSE,
        **MONEY,
        "cart_id": 31,
        "discount_amount": 2,
        "status": "Successful",
        "type": "Checkout",
        "device_type": "mobile",
        "payments": [{"type": "Wallet", "amount": 10}],
        "items": [{"id": 1, "type": "Ticket", "name": "Draw 5", "description": "", "amount": 10}],
    },
    "USER_BALANCES_UPDATE": {
        **WHOSE,
        "balances": [{"key": "real_money", "amount": 37.5, "currency": "EUR", "exchange_rate": 1}],
    },
    "WALLET_UPDATE": {**WHOSE, "currency": "EUR", "exchange_rate": 1, "balance": 5},
    "GAME": {"game_id": "g-1", "is_live": True, "origin": "brand-a.example", "supported_devices": ["mobile"]},
    "CUSTOM": {**WHOSE, "notification_type": "docs_uploaded", "data": {"document": SECRETS["note"]}},
    "GLOBAL_EVENT": {
        "origin": "brand-a.example",
        "timestamp": "2026-03-04T05:06:07Z",
        "notification_type": "big_win",
        "metadata": {"who": SECRETS["username"]},
    },
    "SHOP_PURCHASE": {**WHOSE, **MONEY, "transaction_id": "t-1", "delivery_address": SECRETS["address"]},
    "USER_TAGS": {**WHOSE, "tags": "vip, high roller"},
    "USER_MIGRATION": {**WHOSE, "migration_reference": "m-1"},
    "USER_MIGRATION_APPROVE": dict(WHOSE),
    "IT_PING": {**WHOSE, "ping_id": "ping-1"},
}


def envelope(kind: str, body: dict[str, Any] | bytes) -> Envelope:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Envelope(source=SourceName("ft"), kind=kind, payload=payload, received_at=ARRIVAL)


def decoded(kind: str, settings: DialectSettings = SETTINGS, **changes: Any) -> Reading | list[Rejection]:
    """The valid message of that kind, with changes."""
    return fasttrack.decode(envelope(kind, {**VALID[kind], **changes}), settings)


def events(kind: str, settings: DialectSettings = SETTINGS, **changes: Any) -> tuple[Event, ...]:
    result = decoded(kind, settings, **changes)
    assert isinstance(result, Reading), result
    return result.events


def refused(kind: str, settings: DialectSettings = SETTINGS, **changes: Any) -> list[Rejection]:
    result = decoded(kind, settings, **changes)
    assert isinstance(result, list), result
    return result
