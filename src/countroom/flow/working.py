"""The pages a batch works on: loaded ahead, decoded when first asked for, encoded after each player's turn.

Encoded pages stay for the next batches in two generations: what was not asked for while the
younger one filled up is forgotten. The shard's process is the only writer, so what is kept is
never stale.
"""

from collections.abc import Iterable

from countroom.fold import keys
from countroom.fold.codec import decode, encode
from countroom.fold.pages import DayPage, Head
from countroom.ports import ShardStore, ShardWrite

_IDENTITY = keys.IDENTITY[0]
_MISSING = object()


class WorkingPages:
    """All pages of a shard, as the fold sees them."""

    __slots__ = ("_by_player", "_changed", "_fresh", "_keep", "_old", "_rows", "_store", "_young")

    def __init__(self, store: ShardStore, *, keep: int = 200_000) -> None:
        """`keep` is the number of pages in a generation; some 600 bytes of memory each."""
        self._rows: dict[bytes, object] = {}
        """Rows of identities, of this batch alone: they hardly ever come again."""
        self._store = store
        self._keep = keep
        self._young: dict[bytes, object] = {}
        self._old: dict[bytes, object] = {}
        self._changed: list[bytes] = []
        """Changed in this batch; a key may stand there more than once."""
        self._fresh: dict[bytes, None] = {}
        """Changed since the last `save`."""
        self._by_player: dict[bytes, set[bytes]] | None = None
        """Changed keys by the player they belong to; made at the first scan of a batch."""

    def load(self, wanted: Iterable[bytes]) -> None:
        """Load these pages ahead, in one look-up."""
        young, old, rows = self._young, self._old, self._rows
        missing = []
        for key in wanted:
            if key[0] == _IDENTITY:
                if key not in rows:
                    rows[key] = None
                    missing.append(key)
            elif key not in young:
                page = old.pop(key, _MISSING)
                young[key] = page
                if page is _MISSING:
                    missing.append(key)
        if missing:
            for key, found in zip(missing, self._store.get_many(missing), strict=True):
                if key[0] == _IDENTITY:
                    rows[key] = found
                else:
                    young[key] = found

    def get(self, key: bytes) -> object | None:
        """The page under `key`, or None."""
        held = self._rows if key[0] == _IDENTITY else self._young
        page = held.get(key, _MISSING)
        if page is _MISSING:
            page = self._old.pop(key, _MISSING)
            if page is _MISSING:
                [page] = self._store.get_many([key])
            held[key] = page
        if page.__class__ is bytes:
            page = held[key] = decode(key, page)
        return page

    def put(self, key: bytes, page: object | None) -> None:
        """Set a page, or mark it as changed; None removes it."""
        if key[0] == _IDENTITY:
            self._rows[key] = page
        else:
            self._young[key] = page
        if self._by_player is not None:
            self._by_player.setdefault(_player(key), set()).add(key)
        self._fresh[key] = None

    def scan(self, prefix: bytes) -> list[tuple[bytes, object]]:
        """All pages whose key begins with `prefix`, changes of this batch included, in order of key."""
        found = {key for key, _ in self._store.scan(prefix)}
        if self._by_player is None:
            self._by_player = {}
            for key in (*self._changed, *self._fresh):
                self._by_player.setdefault(_player(key), set()).add(key)
        found.update(key for key in self._by_player.get(_player(prefix), ()) if key.startswith(prefix))
        pages = ((key, self.get(key)) for key in sorted(found))
        return [(key, page) for key, page in pages if page is not None]

    def save(self, write: ShardWrite) -> None:
        """Put what changed since the last call into `write`, with the timers of the players concerned.

        Called after each player's turn, while his pages are still at hand in the processor's caches.
        """
        young, rows, put = self._young, self._rows, write.put
        fresh = self._fresh
        for key in fresh:
            page = rows[key] if key[0] == _IDENTITY else young[key]
            if page is None:
                write.delete(key)
            else:
                if page.__class__ is Head:
                    _save_timer(write, key, page)
                elif page.__class__ is DayPage and len(page.clusters) > 1:
                    page.rest()
                row = encode(page)
                put(key, row)
                if key[0] != _IDENTITY:
                    young[key] = row  # Decoded anew at the next visit: what is new lies together, in the caches.
        self._changed += fresh
        fresh.clear()

    def saved(self) -> None:
        """The write is down: what changed is no longer news."""
        self._changed.clear()
        self._by_player = None
        self._rows.clear()
        if len(self._young) <= self._keep:
            return
        self._old, self._young = self._young, {}

    def forget(self) -> None:
        """Throw away everything: after a write that did not go down."""
        self._young.clear()
        self._old.clear()
        self._rows.clear()
        self._changed.clear()
        self._fresh.clear()
        self._by_player = None


def _player(key: bytes) -> bytes:
    """The part of a page's key that says whose it is."""
    return key[: key.index(0, key.index(0) + 1) + 1]


TIMER = b"t"


def _save_timer(write: ShardWrite, key: bytes, head: Head) -> None:
    """Move the player's row in the table of timers to where his head says it stands."""
    if head.timer == head.timer_row:
        return
    if head.timer_row:
        write.delete(timer_key(head.timer_row, key))
    if head.timer:
        write.put(timer_key(head.timer, key), b"")
    head.timer_row = head.timer


def timer_key(due: int, head_key: bytes) -> bytes:
    """Where a player's timer stands, in order of time."""
    return TIMER + due.to_bytes(8, "big") + head_key


def timer_of(key: bytes) -> tuple[int, bytes]:
    """When a timer is due, and the key of the head it belongs to."""
    return int.from_bytes(key[1:9], "big"), key[9:]
