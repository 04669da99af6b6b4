"""The pages of a shard as they lie on disk, for reading beside the one that writes."""

from countroom.fold.codec import decode
from countroom.ports import ShardStore


class StoredPages:
    """Committed pages; a page is looked up once."""

    def __init__(self, store: ShardStore) -> None:
        self._store = store
        self._seen: dict[bytes, object | None] = {}

    def get(self, key: bytes) -> object | None:
        """The page under `key`, or None."""
        if key not in self._seen:
            [row] = self._store.get_many([key])
            self._seen[key] = None if row is None else decode(key, row)
        return self._seen[key]

    def put(self, key: bytes, page: object | None) -> None:
        """Nothing is written here: what a reader changes is its own."""
        self._seen[key] = page

    def scan(self, prefix: bytes) -> list[tuple[bytes, object]]:
        """All pages whose key begins with `prefix`, in order of key."""
        return [(key, decode(key, row)) for key, row in self._store.scan(prefix)]
