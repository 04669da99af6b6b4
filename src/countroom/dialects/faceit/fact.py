"""One fact that a rule may tell, whether it was live or true at the moment of linking."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from countroom.core.money import POCKETS
from countroom.core.signals import LINK_FACTS, Signal

FIELD_KIND: Final = "profile_changed"
"""The kind under which profile fields are told, each for itself."""

_PLACES: Final = {name: n for n, name in enumerate(POCKETS)}


class Fact(msgspec.Struct, frozen=True, gc=False):
    """What happened: its identity is (kind, subject), as the live signal that tells it has it."""

    kind: str
    subject: str
    at: int
    content: Mapping[str, Any]
    brand: str

    def value(self, path: tuple[str, ...]) -> Any:
        """What stands at `path` in the content; None when nothing does.

        `at` and `brand` are the fact's own unless the content has such a field. In a list of pockets
        the parts are named `real`, `bonus`, `locked`, `unsplit`.
        """
        found: Any = self.content
        for part in path:
            if isinstance(found, Mapping):
                found = found.get(part)
            elif isinstance(found, list | tuple):
                place = _PLACES.get(part, len(found))
                found = found[place] if place < len(found) else None
            else:
                return None
        if found is None and len(path) == 1:
            return self.at if path[0] == "at" else self.brand if path[0] == "brand" else None
        return found


def live(signal: Signal) -> Fact:
    """The fact that a live signal tells."""
    return Fact(signal.kind, signal.subject, signal.at, signal.content or {}, signal.brand)


def of_field(signal: Signal, field: str) -> Fact | None:
    """The fact that one field of the profile changed; None when this signal does not say so."""
    fields = (signal.content or {}).get("fields")
    said = fields.get(field) if isinstance(fields, Mapping) else None
    if said is None:
        return None
    content = {"field": field, "value": said["value"]}
    if "was" in said:
        content["was"] = said["was"]
    return Fact(FIELD_KIND, said["subject"], signal.at, content, signal.brand)


def initial(signal: Signal, name: tuple[str, ...]) -> Iterator[Fact]:
    """The facts under `name` in the link facts: none, one, or one per channel or block."""
    found: Any = (signal.content or {}).get("facts")
    for part in name:
        found = found.get(part) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        return
    for fact in [found] if "subject" in found else found.values():
        yield Fact(fact["kind"], fact["subject"], fact["at"], fact["content"], signal.brand)


__all__ = ["FIELD_KIND", "LINK_FACTS", "Fact", "initial", "live", "of_field"]
