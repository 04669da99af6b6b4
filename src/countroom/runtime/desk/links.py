"""Links, as the admin API asks for them, and the bulk act that ends many."""

from typing import Any, Final

import msgspec

from countroom.api.records import link_shown
from countroom.core.audit import Mandate
from countroom.core.errors import Unavailable
from countroom.core.instants import Instant, parse
from countroom.core.links import LinkFilter, LinkRow, LinkStep
from countroom.linkage.links import LinkWanted
from countroom.runtime.books import Books
from countroom.runtime.view import HubView

Json = dict[str, Any]
_SAMPLE: Final = 10
_UNKNOWN: Final = (
    "nothing was ever received of player {player}: the link is made, and tells nobody anything until his first event "
    "comes; see that the id is written letter by letter as the brand sends it"
)


class LinksDesk:
    """Links between players and accounts at partners."""

    def __init__(self, books: Books, view: HubView) -> None:
        self._books = books
        self._view = view

    def page(self, wanted: LinkFilter, *, before: int | None, limit: int) -> list[tuple[int, LinkRow]]:
        """Links with their numbers, the latest made first."""
        with self._books.writing() as books:
            return books.links.page(wanted, before=before, limit=limit)

    def get(self, link_id: str) -> tuple[LinkRow, list[LinkStep]]:
        """A link and its history.

        Raises:
            Missing: there is none of this id.
        """
        with self._books.writing() as books:
            return books.links.get(link_id), books.links.history(link_id)

    def make(self, wanted: Json, mandate: Mandate) -> tuple[LinkRow, bool]:
        """A link, pending or linked, and whether it is new.

        Raises:
            Contradicted: the account or the player is taken there.
            SettingsError: brand, partner or an id cannot be.
        """
        link = LinkWanted(**{name: wanted[name] for name in ("brand", "player", "partner", "account")})
        with self._books.writing() as books:
            before = books.done_before(mandate)
            if before is not None:
                return books.links.get(before), False
            made = books.links.begin(link, mandate) if wanted["state"] == "pending" else books.links.link(link, mandate)
        return made.link, made.is_new

    def doubt(self, brand: str, player: str) -> str:
        """What may be amiss with a link of this player: that nothing is known of him; empty when something is."""
        if brand not in self._view.settings.brands:
            return ""
        shard = self._view.shards[self._view.shard_of(brand, player)]
        try:
            known = shard.read_list({"list": "payments", "brand": brand, "player": player, "limit": 1})
        except Unavailable:
            return ""
        return "" if known is not None else _UNKNOWN.format(player=f"{brand}/{player}")

    def remove(self, link_id: str, mandate: Mandate) -> LinkRow:
        """The link, ended.

        Raises:
            Missing: there is none of this id.
        """
        with self._books.writing() as books:
            return books.links.unlink(link_id, mandate).link


class RemoveMany:
    """Ends every link of a partner that is wanted: a bulk act."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def look(self, arguments: Json) -> tuple[int, list[Json]]:
        """How many links it would end, and some of them."""
        with self._books.writing() as books:
            wanted = _wanted(arguments)
            found = [link for f in wanted for _, link in books.links.page(f, before=None, limit=_SAMPLE)]
            return sum(map(books.links.count, wanted)), [
                msgspec.to_builtins(link_shown(link)) for link in found[:_SAMPLE]
            ]

    def run(self, arguments: Json, mandate: Mandate) -> Json:
        """End them; how many that were."""
        with self._books.writing() as books:
            return {"removed": sum(books.links.unlink_all(wanted, mandate) for wanted in _wanted(arguments))}


def _wanted(arguments: Json) -> list[LinkFilter]:
    """Both states in which a link can be ended, or the one that was named."""
    since: Instant | None = parse(arguments["since"]) if arguments.get("since") else None
    states = [arguments["state"]] if arguments.get("state") else ["linked", "pending"]
    return [
        LinkFilter(partner=arguments["partner"], brand=arguments.get("brand", ""), state=state, since=since)
        for state in states
    ]
