"""A second reading of the semantics: a player's document, recomputed from the whole set of events.

It knows no pages, no increments and no order of arrival, imports nothing of ours but `countroom.core`,
and prefers the plain way to the quick one: everything is filtered and summed again for each figure.
Where it and the fold differ, one of them has misread the semantics.

    accept(arrivals, settings) -> Accepted      which events count, and what became of the others
    document(events, settings) -> dict          the player document of one player, without `handling`
    documents(events, settings) -> dict         the same for everybody
"""

from tests.reference.acceptance import Accepted, accept
from tests.reference.player import document, documents
from tests.reference.settings import ReferenceSettings

__all__ = ["Accepted", "ReferenceSettings", "accept", "document", "documents"]
