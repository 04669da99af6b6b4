"""The first law: the fold and the naive reference, two readings of one page, come to the same documents."""

from typing import Any

from hypothesis import given

from countroom.core.events import Event
from tests.properties.histories import histories, settings
from tests.reference import ReferenceSettings, accept, documents
from tests.scenarios.subject import fold


@given(histories(), settings())
def test_the_fold_comes_to_what_the_reference_comes_to(history: list[Event], brand: ReferenceSettings) -> None:
    folded = fold(history, brand)
    taken = accept(history, brand)
    expected = {key.player: document for key, document in documents(taken.events, brand).items()}

    assert [(e, r) for e, r in folded.refused] == [(e, why.reason) for e, why in taken.refused]
    assert folded.duplicates == taken.duplicates
    assert {p: folded.of(p) for p in expected} == {p: shown(d) for p, d in expected.items()}


def shown(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what depends on the order of arrival."""
    return {name: part for name, part in document.items() if name != "handling"}
