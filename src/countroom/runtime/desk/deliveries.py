"""Deliveries and partners' states, asked of the delivery process; what operators do to them goes into the audit log."""

from typing import Any, Final

from countroom.core.audit import Mandate, entry_of
from countroom.core.errors import Unavailable
from countroom.engines.local.delivery_reads import DeliveryReads
from countroom.runtime.books import Books

Json = dict[str, Any]
_OF_ONE: Final = 100
_OF_PARTNERS: Final = frozenset({"pause", "resume", "pace"})


class DeliveriesDesk:
    """What the delivery process knows and does."""

    def __init__(self, reads: DeliveryReads | None, books: Books) -> None:
        """Without a process, as while the hub is stopped, nothing is known."""
        self._reads = reads
        self._books = books

    def page(self, wanted: dict[str, str], *, before: int | None, limit: int) -> Json:
        """`deliveries`, the youngest first, and `next`: the number before which the next page begins."""
        return self._asked().deliveries(limit=limit, before=before, **wanted)

    def explain(self, number: int) -> Json:
        """All that is known of a delivery.

        Raises:
            Missing: there is none of this number.
        """
        return self._asked().explain(number)

    def partners(self) -> dict[str, Json]:
        """How each partner stands, by name; nothing while the process is away."""
        try:
            return {found["partner"]: found for found in self._asked().partners()}
        except Unavailable:
            return {}

    def counters(self) -> list[Json]:
        """What was counted per partner since the process began, for the metrics; nothing while it is away."""
        try:
            return self._asked().counters()
        except Unavailable:
            return []

    def act(self, act: str, on: Json, mandate: Mandate) -> Json:
        """`pause`, `resume` or `pace` a partner; `drop` or `requeue` a delivery.

        Raises:
            Contradicted: it cannot be done with what stands.
            Missing: what is named is not there.
        """
        reads = self._asked()
        before = None if act not in _OF_PARTNERS else self.partners().get(on["partner"])
        done = reads.act(act, by=mandate.who, reason=mandate.reason, **on)
        after = None if act not in _OF_PARTNERS else self.partners().get(on["partner"])
        kind, target = ("partner", on["partner"]) if act in _OF_PARTNERS else ("delivery", str(on["delivery"]))
        with self._books.writing() as books:
            books.note(entry_of(mandate, f"{kind}.{act}", target, before=_state(before), after=_state(after)))
        return done

    def of_event(self, event_id: str) -> list[Json]:
        """Deliveries of the event that a partner knows by this id, each with its tries and its next one."""
        page = self._asked().deliveries(limit=_OF_ONE, event_id=event_id)
        found = []
        for delivery in page["deliveries"]:
            told = self.explain(delivery["delivery"])
            found.append(delivery | {"tries": told["tries"], "next": told["next"]})
        return found

    def close(self) -> None:
        """Release the connection."""
        if self._reads is not None:
            self._reads.close()

    def _asked(self) -> DeliveryReads:
        if self._reads is None:
            what = "deliveries are told by a process of the running hub, and this one is stopped"
            raise Unavailable(what, remedy="start the hub: 'countroom run'")
        return self._reads


def _state(partner: Json | None) -> Json | None:
    return None if partner is None else {"state": partner["state"], "pace": partner["pace"]}
