"""What the admin API needs of the quarantine, the mappings and the jobs. Every call may take a moment."""

from collections.abc import Sequence
from typing import Any, Protocol

from countroom.api.quarantined import (
    Groups,
    GroupShown,
    GroupStory,
    JobShown,
    MappingShown,
    Preview,
    ReceiptShown,
)
from countroom.core.audit import Mandate
from countroom.dialects.mapping import AnyRule

Json = dict[str, Any]


class QuarantinePart(Protocol):
    """What could not be accepted."""

    def collect(self) -> list[str]:
        """Bring together what was refused since; the places that do not answer now."""
        ...

    def groups(self, wanted: Json) -> Groups:
        """What was refused, in groups."""
        ...

    def group(self, name: str) -> GroupStory:
        """One group, what is like it, and what was done to it."""
        ...

    def receipts(self, name: str, *, state: str, before: int | None, limit: int) -> list[tuple[int, ReceiptShown]]:
        """Receipts of a group, masked, the latest first, each with its number."""
        ...

    def one(self, number: str) -> ReceiptShown:
        """One refused thing, masked."""
        ...

    def judge(self, act: str, name: str, wanted: Json, mandate: Mandate) -> GroupShown:
        """`ack`, `ignore`, `resolve`, `reopen`, `merge` or `unmerge` a group."""
        ...

    def discard(self, number: str, mandate: Mandate) -> ReceiptShown:
        """Give one receipt up, for a reason."""
        ...

    def preview(self, aim: Json, rules: Sequence[AnyRule] | None, *, replaces: bool, sample: int) -> Preview:
        """What would come of what waits under these rules; nothing is stored."""
        ...


class MappingsPart(Protocol):
    """Mappings, in every version."""

    def all(self, source: str) -> list[MappingShown]:
        """Versions of a source, or of all, the newest first."""
        ...

    def get(self, source: str, version: int) -> MappingShown:
        """One version."""
        ...

    def publish(self, source: str, rules: Sequence[AnyRule], *, replaces: bool, mandate: Mandate) -> MappingShown:
        """Make a new version."""
        ...


class JobsPart(Protocol):
    """Long work."""

    def page(self, *, kind: str, state: str, before: int | None, limit: int) -> list[tuple[int, JobShown]]:
        """Jobs with their numbers, the latest made first."""
        ...

    def get(self, job_id: str) -> JobShown:
        """One job."""
        ...

    def act(self, act: str, job_id: str, mandate: Mandate) -> JobShown:
        """`pause`, `resume` or `cancel` a job."""
        ...

    def pace(self, job_id: str, pace: int, mandate: Mandate) -> JobShown:
        """At most so many a second from now on."""
        ...
