"""The laws of the fold, over generated histories; the first of them: it and the naive reference agree."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from countroom.core.events import Event
from countroom.fold.codec import decode, encode
from countroom.fold.memory import fold_all
from countroom.fold.settings import FoldSettings
from tests.properties.histories import histories, settings
from tests.reference import ReferenceSettings, accept, documents
from tests.scenarios.subject import BRAND, fold, fold_settings


def shown(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what depends on the order of arrival."""
    return {name: part for name, part in document.items() if name != "handling"}


def chosen(brand: ReferenceSettings) -> FoldSettings:
    """The same choices, as the fold takes them."""
    return FoldSettings(brands={BRAND: fold_settings(brand)})


@given(histories(), settings())
def test_the_fold_comes_to_what_the_naive_reference_comes_to(history: list[Event], brand: ReferenceSettings) -> None:
    folded = fold(history, brand)
    taken = accept(history, brand)
    expected = {key.player: shown(document) for key, document in documents(taken.events, brand).items()}

    assert folded.refused == [(event, why.reason) for event, why in taken.refused]
    assert folded.duplicates == taken.duplicates
    assert {player: folded.of(player) for player in expected} == expected


@given(histories(), settings(), st.data())
def test_a_fold_cut_in_two_comes_to_the_same_pages(
    history: list[Event], brand: ReferenceSettings, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(history)))

    whole = fold_all(history, chosen(brand))
    parts = fold_all(history[cut:], chosen(brand), start=fold_all(history[:cut], chosen(brand)))

    assert parts.pages.pages == whole.pages.pages
    assert parts.signals == whole.signals


@given(histories(), settings())
def test_pages_come_back_from_their_bytes_as_they_were(history: list[Event], brand: ReferenceSettings) -> None:
    pages = fold_all(history, chosen(brand)).pages.pages

    again = {key: decode(key, encode(page)) for key, page in pages.items()}

    assert again == pages
    assert {key: encode(page) for key, page in again.items()} == {key: encode(page) for key, page in pages.items()}


@given(histories(), settings())
def test_folding_the_same_history_twice_gives_equal_bytes(history: list[Event], brand: ReferenceSettings) -> None:
    one, two = fold_all(history, chosen(brand)), fold_all(history, chosen(brand))

    assert {k: encode(p) for k, p in one.pages.pages.items()} == {k: encode(p) for k, p in two.pages.pages.items()}
    assert one.signals == two.signals
