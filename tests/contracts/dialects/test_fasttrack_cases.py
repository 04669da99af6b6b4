"""Every case file of Fast Track's pages: the payload in, and exactly what the file says out."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from countroom.core.envelope import Envelope
from countroom.core.ids import BrandId, SourceName
from countroom.core.instants import parse
from countroom.core.item import Reading
from countroom.dialects import fasttrack
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.dialects.fasttrack import catalogue
from countroom.dialects.fasttrack.page import ENTRY_KEYS
from tests.contracts.dialects.rendering import rendered

HERE = Path(__file__).parent / "fasttrack"
FILES = sorted(HERE.glob("*/*.json"))
BRANDS = (
    BrandNames(brand=BrandId("a"), base_currency="EUR", origins=("brand-a.example",)),
    BrandNames(brand=BrandId("b"), base_currency="SEK", origins=("brand-b.example", "b.example")),
)
ARRIVAL = "2026-03-05T00:00:00Z"
PAGES = {
    "casino": "CASINO",
    "game_round": "GAME_ROUND",
    "payment": "PAYMENT",
    "bonus": "BONUS",
    "registration": "USER_CREATE",
    "user_update": "USER_UPDATE",
    "login": "LOGIN_V2",
    "logout": "LOGOUT",
    "consents": "USER_CONSENTS",
    "blocks": "USER_BLOCK",
    "sports": "SPORTSBOOK",
    "lottery": "LOTTERY_V2",
    "lottery_v1": "LOTTERY",
    "poker_tournament_buy_in": "POKER_TOURNAMENT_BUY_IN_V2",
    "poker_tournament_cash_out": "POKER_TOURNAMENT_CASH_OUT_V2",
    "poker_cash_game_buy_in": "POKER_CASH_GAME_BUY_IN_V2",
    "poker_cash_game_cash_out": "POKER_CASH_GAME_CASH_OUT_V2",
    "cart": "CART",
    "balances": "USER_BALANCES_UPDATE",
    "wallet_update": "WALLET_UPDATE",
    "game": "GAME",
    "custom": "CUSTOM",
    "global": "GLOBAL_EVENT",
    "registry": "SHOP_PURCHASE",
    "tags": "USER_TAGS",
    "migration": "USER_MIGRATION",
    "migration_approve": "USER_MIGRATION_APPROVE",
    "ping": "IT_PING",
}


def case(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def payload_of(content: dict[str, Any]) -> bytes:
    """The payload's own digits: as text where JSON read and written again would lose something."""
    payload = content["envelope"]["payload"]
    return payload.encode() if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False).encode()


def settings_of(content: dict[str, Any]) -> DialectSettings:
    return msgspec.convert({"brands": msgspec.to_builtins(BRANDS), **content.get("settings", {})}, DialectSettings)


def envelope_of(content: dict[str, Any]) -> Envelope:
    return Envelope(
        source=SourceName("ft"),
        kind=content["envelope"]["kind"],
        payload=payload_of(content),
        received_at=parse(content["envelope"].get("received_at", ARRIVAL)),
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_case_reads_as_its_file_says(path: Path) -> None:
    content = case(path)

    result = fasttrack.decode(envelope_of(content), settings_of(content))

    expected = {name: content[name] for name in ("events", "personal", "original", "rejections") if name in content}
    assert rendered(result) == expected
    if isinstance(result, Reading) and not result.personal:
        assert result.original == payload_of(content)


def inner_keys(value: object) -> set[str]:
    """All keys at any depth."""
    if isinstance(value, dict):
        return set(value).union(*(inner_keys(each) for each in value.values()))
    return set().union(*(inner_keys(each) for each in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize(
    "folder", [name for name, kind in PAGES.items() if catalogue.BY_KIND[kind].entry_keys is not ENTRY_KEYS]
)
def test_every_documented_field_of_an_entry_stands_in_a_case(folder: str) -> None:
    page = catalogue.BY_KIND[PAGES[folder]]
    shown: set[str] = set()
    for path in (HERE / folder).glob("*.json"):
        payload = case(path)["envelope"]["payload"]
        if isinstance(payload, dict):
            shown |= inner_keys([payload.get(name) for name in page.entries])

    assert sorted(page.entry_keys - shown) == []


@pytest.mark.parametrize("folder", PAGES)
def test_every_documented_field_of_the_page_stands_in_a_case(folder: str) -> None:
    page = catalogue.BY_KIND[PAGES[folder]]
    shown: set[str] = set()
    for path in (HERE / folder).glob("*.json"):
        payload = case(path)["envelope"]["payload"]
        if isinstance(payload, dict):
            shown |= set(payload)

    assert sorted((page.fields | page.personal | page.entries) - shown) == []


def test_every_folder_of_cases_is_a_page() -> None:
    assert {path.parent.name for path in FILES} == set(PAGES)
