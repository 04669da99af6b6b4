"""What partners were told of an event, found by its identity: two facts of one instant are never mixed up."""

from collections.abc import Iterable
from typing import Any, Final

from countroom.config.partners import dialect_of
from countroom.config.settings import Settings
from countroom.core.errors import Unavailable
from countroom.core.instants import iso
from countroom.core.links import LinkFilter, LinkRow, LinkStep
from countroom.core.signals import Recipient
from countroom.ports import TracedDialect
from countroom.runtime.books import Books
from countroom.runtime.desk.deliveries import DeliveriesDesk

Json = dict[str, Any]
Signals = list[tuple[str, str]]
_MOST_LINKS: Final = 50


class Told:
    """Deliveries of signals, per link of a player."""

    def __init__(self, deliveries: DeliveriesDesk, books: Books, settings: Settings) -> None:
        self._deliveries = deliveries
        self._books = books
        dialects = {name: dialect_of(name, section) for name, section in settings.partners.items()}
        self._dialects = {name: one for name, one in dialects.items() if isinstance(one, TracedDialect)}

    def of(self, story: Json, signals: Signals) -> list[Json]:
        """Per link the deliveries, each with what told it; `nothing` and why where there is none."""
        event = story["event"]
        wanted = LinkFilter(brand=event["brand"], player=event["player"])
        with self._books.writing() as books:
            links = [link for _, link in books.links.page(wanted, before=None, limit=_MOST_LINKS)]
            histories = {link.link_id: books.links.history(link.link_id) for link in links}
        found: list[Json] = []
        try:
            for link in links:
                found += self._by(link, histories[link.link_id], story, signals)
        except Unavailable as away:
            return [{"state": "unknown", "detail": str(away)}]
        if len(links) == _MOST_LINKS:
            found.append({"state": "unknown", "detail": f"links beyond the latest {_MOST_LINKS} were not looked at"})
        return found or [{"state": "nothing", "detail": "the player is linked to no partner"}]

    def _by(self, link: LinkRow, history: list[LinkStep], story: Json, signals: Signals) -> Iterable[Json]:
        named = {"partner": link.partner, "link_id": link.link_id}
        dialect = self._dialects.get(link.partner)
        if dialect is None:
            return [named | {"state": "unknown", "detail": f"partner {link.partner} is not configured"}]
        to = Recipient(link.partner, link.link_id, link.brand, link.player, link.account, link.since)
        ids = {own_id: kind for kind, subject in signals for own_id in dialect.ids_of(kind, subject, to) or ()}
        found = [
            delivery | {"signal": kind}
            for own_id, kind in ids.items()
            for delivery in self._deliveries.of_event(own_id)
            if delivery["link_id"] == link.link_id
        ]
        return found or [named | {"state": "nothing", "detail": _why_not(history, story, signals, is_heard=bool(ids))}]


def _why_not(history: list[LinkStep], story: Json, signals: Signals, *, is_heard: bool) -> str:
    linked = next((step.at for step in history if step.state == "linked"), None)
    ended = next((step.at for step in history if step.state == "unlinked"), None)
    logged = story["received"]["logged_at"]
    if linked is None:
        return "the link was never made: it is pending or was ended before"
    if not is_heard:
        kinds = ", ".join(dict.fromkeys(kind for kind, _ in signals))
        return f"no rule of the partner listens to {kinds or 'it'}"
    for mark in ("historical", "quiet"):
        if story["decoded"][mark]:
            return f"it is marked {mark}: it changes what stands, and is told to nobody"
    if logged < iso(linked):
        return "it came before the link, and was none of the initial events"
    if ended is not None and logged >= iso(ended):
        return "the link had ended"
    return "delivery has none: a rule wants more than it says, it has not been taken out yet, or its retention is over"
