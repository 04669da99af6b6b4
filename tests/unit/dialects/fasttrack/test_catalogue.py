"""Which messages are read, and by which ways they come in."""

import pytest

from countroom.core.item import Reading
from countroom.core.rejection import Reason
from countroom.dialects import fasttrack
from countroom.dialects.fasttrack import catalogue
from countroom.dialects.fasttrack.custom import REGISTRY
from countroom.dialects.fasttrack.page import FREE, OF_THE_PLAYER, WITH_THE_EVENT
from tests.unit.dialects.messages import SETTINGS, VALID, envelope


def test_no_way_in_is_given_twice() -> None:
    ways = [(route.method, route.path) for route in catalogue.ROUTES]

    assert len(set(ways)) == len(ways)


def test_every_way_in_leads_to_a_page_and_every_page_has_one() -> None:
    assert {route.kind for route in catalogue.ROUTES} <= set(catalogue.BY_KIND)
    for page in catalogue.BY_KIND.values():
        assert catalogue.path_of(page).startswith("/v")


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/v2/integration/user", "USER_CREATE_V2"),
        ("PUT", "/v2/integration/user", "USER_UPDATE_V2"),
        ("POST", "/v2/integration/login", "LOGIN_V2"),
        ("POST", "/v2/integration/logout", "LOGOUT"),
        ("PUT", "/v2/integration/user/consents", "USER_CONSENTS_V2"),
        ("PUT", "/v2/integration/user/blocks", "USER_BLOCK_V2"),
        ("POST", "/v1/integration/payment", "PAYMENT"),
        ("POST", "/v1/integration/casino", "CASINO"),
        ("POST", "/v1/integration/gameround", "GAME_ROUND"),
        ("POST", "/v1/integration/bonus", "BONUS"),
        ("POST", "/v1/integration/sports", "SPORTSBOOK"),
        ("POST", "/v1/integration/game", "GAME"),
        ("POST", "/v1/integration/user/balances", "USER_BALANCES_UPDATE"),
        ("POST", "/v1/integration/custom", "CUSTOM"),
        ("POST", "/v1/integration/cart", "CART"),
        ("POST", "/v1/integration/lottery", "LOTTERY"),
        ("POST", "/v2/integration/lottery", "LOTTERY_V2"),
        ("POST", "/v2/integration/poker/tournament-buy-in", "POKER_TOURNAMENT_BUY_IN_V2"),
        ("POST", "/v2/integration/poker/tournament-cash-out", "POKER_TOURNAMENT_CASH_OUT_V2"),
        ("POST", "/v2/integration/poker/cash-game-buy-in", "POKER_CASH_GAME_BUY_IN_V2"),
        ("POST", "/v2/integration/poker/cash-game-cash-out", "POKER_CASH_GAME_CASH_OUT_V2"),
    ],
)
def test_the_vendors_paths_are_served(method: str, path: str, kind: str) -> None:
    assert catalogue.Route(method, path, kind) in catalogue.ROUTES


@pytest.mark.parametrize("kind", ["BINGO", "SEND_SMS", "CASUMO_BELT", "", "CASINO\n"])
def test_a_kind_that_is_not_read_is_refused(kind: str) -> None:
    result = fasttrack.decode(envelope(kind, VALID["CASINO"]), SETTINGS)

    assert isinstance(result, list)
    assert [each.reason for each in result] == [Reason.UNKNOWN_TYPE]


THIN = {
    "USER_CREATE", "USER_UPDATE_V2", "LOGIN_V2", "LOGOUT", "USER_CONSENTS", "USER_BLOCK", "USER_MIGRATION_APPROVE",
    "WALLET_UPDATE", "SHOP_PURCHASE",
}  # fmt: skip
"""Kinds whose pages ask for little more than a player and a time."""
TELLING = sorted(VALID.keys() - THIN - {"USER_MIGRATION"})


@pytest.mark.parametrize("kind", TELLING)
def test_a_message_that_tells_what_it_is_passes_as_nothing_else(kind: str) -> None:
    others = [other for other in VALID if catalogue.page_of(other) is not catalogue.page_of(kind)]

    passed = [
        other for other in others if isinstance(fasttrack.decode(envelope(other, VALID[kind]), SETTINGS), Reading)
    ]

    assert passed == []


def test_a_message_is_at_home_on_the_page_that_its_fields_name() -> None:
    for kind, body in VALID.items():
        meant = catalogue.meant(body)
        assert meant is None or meant is catalogue.page_of(kind)


def test_every_page_has_a_sample_or_shares_its_way_of_reading_with_one_that_has() -> None:
    shown = {catalogue.page_of(kind) for kind in VALID}
    missing = {page.kind for page in catalogue.BY_KIND.values() if page not in shown}

    assert missing == REGISTRY.keys() - {"SHOP_PURCHASE"}


def test_no_field_is_both_open_and_sealed() -> None:
    for page in catalogue.BY_KIND.values():
        assert not page.fields & (page.personal | page.entries | FREE | WITH_THE_EVENT)
        assert not page.personal & WITH_THE_EVENT
        assert page.personal in (frozenset(), OF_THE_PLAYER)
