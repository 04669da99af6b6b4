"""Custom events that are known by a key of their kind: `[sources.<name>.custom.<kind>] key`."""

from typing import Any

import pytest

from countroom.core.events import Sealed
from countroom.core.item import Reading
from countroom.core.rejection import Reason
from countroom.dialects.brands import DialectSettings
from countroom.flow.sealing import sealed_item
from tests.unit.dialects.messages import SETTINGS, decoded, refused

LATER = "2026-03-04T09:00:00Z"


def keyed(*names: str, kind: str = "docs_uploaded") -> DialectSettings:
    plain = frozenset({"document", "page", "id", "transaction_id"})
    return DialectSettings(brands=SETTINGS.brands, plain_keys=plain, custom_keys={kind: names})


def identity_of(settings: DialectSettings, kind: str = "CUSTOM", *, token: str = "", **changes: Any) -> str | None:
    """The identity as it goes into the log, what is sealed included."""
    reading = decoded(kind, settings, **changes)
    assert isinstance(reading, Reading), reading
    values = (Sealed("free.data", token.encode(), b"c"),) if token else ()
    [event] = sealed_item(kind, reading, sealed=values).events
    return event.about.business_id


def test_events_with_one_key_are_one_whenever_they_come_and_whatever_else_they_say() -> None:
    settings = keyed("document")

    one = identity_of(settings, data={"document": "d-1", "page": 1}, token="a")
    again = identity_of(settings, data={"document": "d-1", "page": 2, "x": "y"}, timestamp=LATER, token="b")

    assert one == again


def test_another_key_another_kind_and_another_order_of_values_are_other_events() -> None:
    settings = keyed("document", "page")
    other_kind = keyed("document", "page", kind="docs_seen")
    found = {
        identity_of(settings, data={"document": "a", "page": "b"}),
        identity_of(settings, data={"document": "b", "page": "a"}),
        identity_of(settings, data={"document": "ab", "page": 1}),
        identity_of(settings, data={"document": "a", "page": "b1"}),
        identity_of(other_kind, data={"document": "a", "page": "b"}, notification_type="docs_seen"),
    }

    assert len(found) == 5


def test_a_kind_without_a_key_goes_by_time_and_content() -> None:
    settings = keyed("document")
    said: dict[str, Any] = {"notification_type": "else", "data": {"document": "d-1"}}

    assert identity_of(settings, **said) != identity_of(settings, timestamp=LATER, **said)
    assert identity_of(settings, **said) != identity_of(settings, token="a", **said)


@pytest.mark.parametrize("data", [None, {}, {"page": 1}, {"document": ""}, {"document": [1]}, {"document": None}, "x"])
def test_a_message_without_its_key_is_refused_with_the_place(data: object) -> None:
    [rejection] = refused("CUSTOM", keyed("document"), data=data)

    assert (rejection.reason, rejection.path) == (Reason.MALFORMED, "$.data.document")
    assert "which belongs to the key" in rejection.detail


def test_a_kind_of_the_registry_has_its_key_at_the_top() -> None:
    settings = keyed("transaction_id", kind="shop_purchase")

    assert identity_of(settings, "SHOP_PURCHASE") == identity_of(settings, "SHOP_PURCHASE", timestamp=LATER, amount=3)
    [rejection] = refused("SHOP_PURCHASE", settings, transaction_id=None)
    assert rejection.path == "$.transaction_id"


def test_an_event_of_the_brand_has_its_key_in_its_metadata() -> None:
    settings = keyed("id", kind="big_win")

    assert identity_of(settings, "GLOBAL_EVENT", metadata={"id": 5}) == identity_of(
        settings, "GLOBAL_EVENT", metadata={"id": "5"}, timestamp=LATER
    )
    [rejection] = refused("GLOBAL_EVENT", settings, metadata={})
    assert rejection.path == "$.metadata.id"
