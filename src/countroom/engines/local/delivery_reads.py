"""The delivery process, asked from another: partners, deliveries, and operators' acts on them."""

from typing import Any

from countroom.core.errors import Contradicted, CountroomError, Missing, SettingsError, Unavailable
from countroom.engines.local.reads import Asking

Json = dict[str, Any]
_ERRORS: dict[str, type[CountroomError]] = {
    "missing": Missing,
    "contradicted": Contradicted,
    "settingserror": SettingsError,
}


class DeliveryReads(Asking):
    """Every call may raise Unavailable: the delivery process does not answer now."""

    def partners(self) -> list[Json]:
        """How each partner stands: state, waiting, oldest, counts, pace, breaker, pause."""
        found: list[Json] = self._told({"op": "partners"})
        return found

    def counters(self) -> list[Json]:
        """What each desk counted since the process began, for the metrics."""
        found: list[Json] = self._told({"op": "counters"})
        return found

    def deliveries(self, *, limit: int = 100, before: int | None = None, **wanted: str) -> Json:
        """`deliveries`, the youngest first, and `next`, to be given as `before` for the next page.

        `wanted` are any of `partner`, `state`, `brand`, `player`, `event_id`.
        """
        found: Json = self._told({"op": "deliveries", "limit": limit, "before": before, **wanted})
        return found

    def explain(self, number: int) -> Json:
        """All that is known of a delivery: event, link, tries, acts, when it is tried next and why then.

        Raises:
            Missing: there is none of this number.
        """
        found: Json = self._told({"op": "explain", "delivery": number})
        return found

    def act(self, act: str, *, by: str, reason: str, **on: object) -> Json:
        """`pause`, `resume` or `pace` (with `rate`) a `partner`; `drop` or `requeue` a `delivery`.

        It is recorded when this returns.

        Raises:
            Contradicted: it cannot be done with what stands.
            Missing: what is named is not there.
        """
        found: Json = self._told({"op": "act", "act": act, "by": by, "reason": reason, **on})
        return found

    def _told(self, request: dict[str, object]) -> Any:
        answer = self.ask(request)
        if isinstance(answer, dict) and "ok" in answer:
            return answer["ok"]
        if isinstance(answer, dict) and "error" in answer:
            kind = _ERRORS.get(str(answer["error"]), Unavailable)
            raise kind(str(answer["text"]))
        raise Unavailable("delivery was asked something that it does not know; are all processes of one version?")


__all__ = ["DeliveryReads"]
