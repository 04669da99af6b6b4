"""Keys, as the admin API asks for them."""

from collections.abc import Callable
from typing import Any

import msgspec

from countroom.api.records import KeyMade, KeyShown, moment
from countroom.core.audit import Mandate
from countroom.core.errors import Contradicted
from countroom.core.instants import iso
from countroom.runtime.books import Books
from countroom.runtime.key_book import KeyWanted
from countroom.stores.embedded.control_db import KeyRow

Json = dict[str, Any]


class KeysDesk:
    """Keys of senders, and of those who use the admin API."""

    def __init__(self, books: Books, *, wait_until_known: Callable[[str], bool]) -> None:
        """`wait_until_known` is given a sender's new key, and says whether the intake takes it."""
        self._books = books
        self._wait_until_known = wait_until_known

    def all(self) -> list[KeyShown]:
        """All keys, without secrets."""
        with self._books.writing() as books:
            return [KeyShown(**_shown(row)) for row in books.keys.all()]

    def create(self, wanted: Json, mandate: Mandate) -> KeyMade:
        """A new key with its secret.

        Raises:
            Contradicted: it was made before under the same name.
            SettingsError: source or brand are not configured.
        """
        with self._books.writing() as books:
            before = books.done_before(mandate)
            if before is not None:
                raise Contradicted(
                    f"key {before} was made by this very request; its secret was in the first answer alone",
                    remedy=f"if that answer was lost: 'countroom key revoke {before}', and make another",
                )
            made = books.keys.create(msgspec.convert({**wanted, "reason": None}, KeyWanted), mandate)
        counts = made.row.scope != "ingest" or self._wait_until_known(made.secret)
        return KeyMade(key=made.secret, counts=counts, **_shown(made.row))

    def revoke(self, key_id: str, mandate: Mandate) -> KeyShown | None:
        """The revoked key; None when there is none of this id."""
        with self._books.writing() as books:
            row = books.keys.revoke(key_id, mandate)
        return KeyShown(**_shown(row)) if row else None


def _shown(row: KeyRow) -> Json:
    return {
        "key_id": row.key_id,
        "scope": row.scope,
        "source": row.source,
        "brands": list(row.brands),
        "label": row.label,
        "created_at": iso(row.created_at),
        "revoked_at": moment(row.revoked_at),
        "last_used_at": moment(row.last_used_at),
    }
