"""What a shard answers to other processes, from its committed rows."""

from itertools import islice

import msgspec

from countroom.core.ids import BrandId, PlayerId, PlayerKey
from countroom.engines.local.player_reads import read_list
from countroom.flow import ledger as book
from countroom.flow.project import ADMIN, Projector, ShardRefusal
from countroom.flow.stored import StoredPages
from countroom.fold import keys
from countroom.fold.document import document
from countroom.fold.settings import FoldSettings
from countroom.fold.step import exactly
from countroom.ports import ShardStore

_decode_refusal = msgspec.msgpack.Decoder(ShardRefusal).decode
Json = dict[str, object]


class ShardView:
    """A shard's committed rows, as its readers see them."""

    def __init__(self, store: ShardStore, settings: FoldSettings) -> None:
        self._store = store
        self._settings = settings

    def player(self, key: PlayerKey) -> Json | None:
        """The player document; None when nothing is known of the player."""
        brand = self._settings.brands.get(key.brand)
        pages = StoredPages(self._store)
        if brand is None or pages.get(keys.of_player(key.brand, key.player) + keys.HEAD) is None:
            return None
        with exactly():
            return document(pages, key, brand)

    def read_list(self, request: Json) -> Json | None:
        """A part of one of a player's lists; None when nothing is known of the player."""
        return read_list(self._store, self._settings, request)

    def refusals(self, after: int, limit: int) -> list[Json]:
        """Refusals of the fold with their numbers, in order; the copy of the event stays here."""
        found: list[Json] = []
        start = book.REFUSAL + (after + 1).to_bytes(8, "big")
        for key, row in self._store.scan(book.REFUSAL, start):
            if len(found) >= limit:
                break
            refusal = _decode_refusal(row)
            found.append(
                {
                    "number": int.from_bytes(key[1:], "big"),
                    "log": refusal.log,
                    "seq": refusal.seq,
                    "item": refusal.item,
                    "kind": refusal.kind,
                    "reason": refusal.rejection.reason,
                    "detail": refusal.rejection.detail,
                    "path": refusal.rejection.path,
                    "received_at": refusal.received_at,
                    "copy": refusal.copy,
                }
            )
        return found

    def outbox(self, after: int, limit: int) -> Json:
        """Rows of the outbox with numbers above `after`, in order, each as it lies there; and the latest number."""
        start = book.OUTBOX + (after + 1).to_bytes(8, "big")
        rows = [
            (int.from_bytes(key[1:], "big"), row) for key, row in islice(self._store.scan(book.OUTBOX, start), limit)
        ]
        return {"rows": rows, "head": book.load(self._store).outbox}

    def status(self) -> Json:
        """Where the shard stands."""
        held = book.load(self._store)
        status: Json = msgspec.to_builtins(held)
        status["digest"] = held.digest.hex()
        status["received"] = {log: n for log, n in held.received.items() if log != ADMIN}
        return status


class Answers:
    """Requests of other processes, answered between two commits."""

    def __init__(self, view: ShardView, projector: Projector) -> None:
        self._view = view
        self._projector = projector

    def __call__(self, request: Json) -> object:
        """The answer to one request; None for what is not known."""
        match request:
            # One scan sees one moment by itself, and a long one must not hold up the fold, nor a commit delivery.
            case {"op": "list"}:
                return self._view.read_list(request)
            case {"op": "outbox", "after": int(after), "limit": int(limit)}:
                return self._view.outbox(after, limit)
            case {"op": "release", "upto": int(upto)}:
                self._projector.released.wanted = max(self._projector.released.wanted, upto)
                return True
            case _:
                return self._at_rest(request)

    def _at_rest(self, request: Json) -> object:
        with self._projector.committing:
            match request:
                case {"op": "player", "brand": str(brand), "player": str(player)}:
                    return self._view.player(PlayerKey(BrandId(brand), PlayerId(player)))
                case {"op": "refusals", "after": int(after), "limit": int(limit)}:
                    return self._view.refusals(after, limit)
                case {"op": "status"}:
                    return self._view.status()
                case _:
                    return None
