"""A stopped hub's stores laid open for a search: compression, and pages that cut a value in two, hide things."""

from pathlib import Path

import apsw

from countroom.stores.embedded.rocks import RocksShardStore


def lay_open(data: Path, into: Path) -> Path:
    """Write every key and value of every shard, and every cell of every SQLite file, whole, to files in `into`."""
    into.mkdir()
    for folder in sorted((data / "shard").iterdir()):
        store = RocksShardStore(folder)
        with (into / f"shard-{folder.name}").open("wb") as file:
            for key, value in store.scan(b""):
                file.write(key + b"\n" + value + b"\n")
        store.close()
    for number, path in enumerate(sorted(data.rglob("*.db"))):
        (into / f"{number}-{path.stem}").write_bytes(b"\n".join(_cells(path)))
    return into


def _cells(path: Path) -> list[bytes]:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    cells = []
    for table in tables:
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            cells += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    connection.close()
    return cells
