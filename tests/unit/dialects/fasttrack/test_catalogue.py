"""Which messages are read, and by which ways they come in."""

import pytest

from countroom.core.rejection import Reason
from countroom.dialects import fasttrack
from countroom.dialects.fasttrack import catalogue
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
    ],
)
def test_the_vendors_paths_are_served(method: str, path: str, kind: str) -> None:
    assert catalogue.Route(method, path, kind) in catalogue.ROUTES


@pytest.mark.parametrize("kind", ["SPORTSBOOK", "LOTTERY", "CART", "", "CASINO\n"])
def test_a_kind_that_is_not_read_is_refused(kind: str) -> None:
    result = fasttrack.decode(envelope(kind, VALID["CASINO"]), SETTINGS)

    assert isinstance(result, list)
    assert [each.reason for each in result] == [Reason.UNKNOWN_TYPE]


def test_no_field_is_both_open_and_sealed() -> None:
    for page in catalogue.BY_KIND.values():
        assert not page.fields & (page.personal | page.entries | FREE | WITH_THE_EVENT)
        assert not page.personal & WITH_THE_EVENT
        assert page.personal in (frozenset(), OF_THE_PLAYER)
