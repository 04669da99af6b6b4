"""What the admin API needs of the hub. Every call may take a moment and is made in a thread.

`Unavailable` says that a part of the hub does not answer now, `Missing` that what was named is not there,
`Contradicted` that it contradicts what stands, `SettingsError` that it cannot be.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from countroom.api.mending_parts import JobsPart, MappingsPart, QuarantinePart
from countroom.api.records import KeyMade, KeyShown, PlanShown
from countroom.core.audit import AuditRow, Mandate, Verdict
from countroom.core.instants import Instant
from countroom.core.links import LinkFilter, LinkRow, LinkStep

Json = dict[str, Any]


class Check(msgspec.Struct, frozen=True):
    """One named condition of readiness."""

    name: str
    fault: str | None = None
    """None when all is well."""


class Caller(msgspec.Struct, frozen=True):
    """Who asks."""

    name: str
    scope: str


class Slice(msgspec.Struct, frozen=True):
    """A part of a list, and where the next one begins."""

    items: list[Json]
    next: tuple[int, str] | None = None


class HubPart(Protocol):
    """The hub as a whole."""

    def status(self) -> Json:
        """Processes, sources, shards, balance."""
        ...

    def checks(self) -> list[Check]:
        """What readiness depends on."""
        ...

    def metrics(self) -> bytes:
        """In Prometheus' text form."""
        ...

    def settings(self) -> list[Json]:
        """Every setting with its value and where that comes from; of a secret neither."""
        ...

    def brands(self) -> list[Json]:
        """The configured brands."""
        ...

    def partners(self) -> list[Json]:
        """The configured partners, each with its links by state."""
        ...


class PlayersPart(Protocol):
    """Players, out of the shards' rows."""

    def document(self, brand: str, player: str) -> Json | None:
        """The player document; None when nothing is known of the player."""
        ...

    def read(self, what: str, brand: str, player: str, wanted: Json) -> Slice | None:
        """A part of one of the player's lists: `rounds`, `sessions`, `totals`, `payments`, `timeline` ...."""
        ...

    def find(self, field: str, value: str, *, brand: str) -> list[Json]:
        """Players with this `email` or `phone`, at one brand or at all."""
        ...


class KeysPart(Protocol):
    """Keys of senders, and of those who use this API."""

    def all(self) -> list[KeyShown]:
        """All keys, without secrets."""
        ...

    def create(self, wanted: Json, mandate: Mandate) -> KeyMade:
        """A new key with its secret."""
        ...

    def revoke(self, key_id: str, mandate: Mandate) -> KeyShown | None:
        """The revoked key; None when there is none of this id."""
        ...


class LinksPart(Protocol):
    """Links between players and accounts at partners."""

    def page(self, wanted: LinkFilter, *, before: int | None, limit: int) -> list[tuple[int, LinkRow]]:
        """Links with their numbers, the latest made first."""
        ...

    def get(self, link_id: str) -> tuple[LinkRow, list[LinkStep]]:
        """A link and its history."""
        ...

    def make(self, wanted: Json, mandate: Mandate) -> tuple[LinkRow, bool]:
        """A link, pending or linked, and whether it is new."""
        ...

    def doubt(self, brand: str, player: str) -> str:
        """What may be amiss with a link of this player: that nobody has ever heard of him; empty when nothing is."""
        ...

    def remove(self, link_id: str, mandate: Mandate) -> LinkRow:
        """The link, ended."""
        ...


class AuditPart(Protocol):
    """Who changed what."""

    def page(self, wanted: Json, *, before: int | None, limit: int) -> Sequence[AuditRow]:
        """The latest rows first."""
        ...

    def verify(self) -> Verdict:
        """Whether the chain holds."""
        ...


class PlansPart(Protocol):
    """Bulk changes, planned before they are run."""

    def make(self, act: str, arguments: Json, *, may_change_by: int, mandate: Mandate) -> PlanShown:
        """Find out what it would do, and keep that."""
        ...

    def get(self, plan_id: str) -> PlanShown:
        """One plan."""
        ...

    def run(self, plan_id: str, mandate: Mandate, *, act: str = "", arguments: Mapping[str, Any] = ...) -> PlanShown:
        """Do what was planned; nothing, where it is for another act or other arguments than these."""
        ...


class EventsPart(Protocol):
    """Events, out of the logs."""

    def find(self, wanted: str) -> Iterator[Json]:
        """Progress objects and hits, as the scan goes on."""
        ...

    def why(self, wanted: str, *, player: str, at: Instant | None) -> Iterator[Json]:
        """Progress objects, and for each event with this id what became of it."""
        ...

    def latest(self, after: dict[str, int] | None, *, limit: int) -> Json:
        """`items` that the logs took since positions in them, and `at`, the positions after them."""
        ...


class DeliveriesPart(Protocol):
    """What partners are told."""

    def page(self, wanted: dict[str, str], *, before: int | None, limit: int) -> Json:
        """`deliveries`, the youngest first, and `next`: the number before which the next page begins."""
        ...

    def explain(self, number: int) -> Json:
        """All that is known of a delivery."""
        ...

    def act(self, act: str, on: Json, mandate: Mandate) -> Json:
        """`pause`, `resume` or `pace` a partner; `drop` or `requeue` a delivery."""
        ...


class ApiParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the application is made of."""

    hub: HubPart
    players: PlayersPart
    keys: KeysPart
    links: LinksPart
    audit: AuditPart
    plans: PlansPart
    events: EventsPart
    deliveries: DeliveriesPart
    quarantine: QuarantinePart
    mappings: MappingsPart
    jobs: JobsPart
    caller: Callable[[bytes], Caller | None]
    """Whose token or key these bytes are, compared in constant time; None when they are nobody's."""
    clock: Callable[[], Instant]
    chance: Callable[[int], bytes]
