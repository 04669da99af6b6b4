import pytest

from countroom.sources.rest.routes import routes
from tests.unit.sources.rest.parts import BET_PATH, CATALOGUE, USER_PATH


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_post_and_put_are_both_served_where_one_is_documented(method: str) -> None:
    assert routes(CATALOGUE).kinds[BET_PATH][method] == "BET"


def test_where_both_are_documented_each_keeps_its_meaning() -> None:
    assert routes(CATALOGUE).kinds[USER_PATH] == {"POST": "CREATE", "PUT": "UPDATE"}


def test_a_method_that_is_not_for_sending_is_not_widened() -> None:
    assert routes([("GET", "/x", "X")]).kinds["/x"] == {"GET": "X"}


def test_a_slash_at_the_end_does_not_matter() -> None:
    assert routes(CATALOGUE).kinds[f"{BET_PATH}/"] == routes(CATALOGUE).kinds[BET_PATH]


@pytest.mark.parametrize("base", ["/v1", "/v2"])
def test_a_doubled_prefix_is_served_when_switched_on(base: str) -> None:
    wide = routes(CATALOGUE, doubled_prefix=True).kinds

    assert wide[base + BET_PATH]["POST"] == "BET"
    assert wide[base + USER_PATH]["PUT"] == "UPDATE"
    assert base + BET_PATH not in routes(CATALOGUE).kinds


def test_people_are_shown_what_is_documented() -> None:
    assert routes(CATALOGUE, doubled_prefix=True).served == (f"POST {BET_PATH}", f"POST or PUT {USER_PATH}")
