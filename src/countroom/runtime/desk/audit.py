"""Who changed what, as the admin API asks for it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from countroom.core.audit import AuditRow, Verdict, verify
from countroom.runtime.books import Books
from countroom.stores.embedded.audit_db import AuditFilter

Json = dict[str, Any]


class AuditDesk:
    """The chain of audit rows."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def page(self, wanted: Json, *, before: int | None, limit: int) -> Sequence[AuditRow]:
        """The latest rows first."""
        with self._books.writing() as books:
            return books.audit.page(msgspec.convert(wanted, AuditFilter), before=before, limit=limit)

    def verify(self) -> Verdict:
        """Whether the chain holds."""
        with self._books.writing() as books:
            return verify(books.audit.walk())
