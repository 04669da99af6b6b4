"""The servers that `intake.py` measures, each to be run in a process of its own.

    python bench/parts/intake_servers.py ours|bare FOLDER

Prints the port on a line of its own, and serves until SIGTERM.
"""

import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import uvicorn

from countroom.core.ids import BrandId, SourceName
from countroom.core.instants import Instant
from countroom.dialects import fasttrack
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.dialects.fasttrack.catalogue import ROUTES
from countroom.flow.ingest import Ingest, IngestParts
from countroom.sources.rest.intake import Intake, IntakeParts, RestSource
from countroom.sources.rest.keys import KeyEntry, KeyRing, KeyTable
from countroom.sources.rest.probes import Probes
from countroom.sources.rest.routes import routes
from countroom.sources.rest.server import run
from countroom.sources.rest.settings import RestSettings
from countroom.sources.rest.tally import ReceiptTally
from countroom.stores.embedded.log import SqliteLog
from countroom.stores.embedded.refusals import SqliteShelf
from countroom.vault.client import VaultClient
from countroom.vault.line import Line

KEY: Final = "cr_bench"
SHARDS: Final = 2
SOURCE: Final = SourceName("fasttrack")

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


def now() -> Instant:
    """The machine's time."""
    return Instant(time.time_ns() // 1000)


@asynccontextmanager
async def ours(folder: Path) -> AsyncIterator[Intake]:
    """The intake as the hub runs it, on a log of its own. The vault is not there, and nothing asks for it."""
    log, shelf = SqliteLog(folder / "log" / SOURCE), SqliteShelf(folder / "refusals.db")
    vault = VaultClient(Line(folder / "no vault"), chance=os.urandom)
    ingest = Ingest(IngestParts(log=log, shelf=shelf, vault=vault, clock=now, ring=lambda: None, shards=SHARDS))
    brand = BrandId("lucky")
    settings = DialectSettings(brands=(BrandNames(brand, "EUR", ("lucky.example",)),))
    entry = KeyEntry("bench", sha256(KEY.encode()).hexdigest(), SOURCE, (brand,))
    source = RestSource(
        name=SOURCE,
        routes=routes(ROUTES),
        ingest=ingest,
        decoder=lambda _: partial(fasttrack.decode, settings=settings),
    )
    yield Intake(
        IntakeParts(
            sources={SOURCE: source},
            keys=KeyTable(lambda: KeyRing(1, [entry]), version=lambda: 1, now_s=time.monotonic),
            clock=now,
            backlog=lambda: 0,
            tally=ReceiptTally(),
            probes=Probes({}),
        )
    )
    await ingest.close()
    log.close()
    shelf.close()


async def bare(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Read the body, answer 200, keep nothing."""
    del scope
    await receive()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"15")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"status":"ok"}'})


def say(port: int) -> None:
    """Tell the parent that requests are taken."""
    print(port, flush=True)


class BareServer(uvicorn.Server):
    """uvicorn as it comes, but for saying its port."""

    async def startup(self, sockets: Any = None) -> None:
        """Start, and say the port."""
        await super().startup(sockets=sockets)
        say(self.servers[0].sockets[0].getsockname()[1])


def main(which: str, folder: Path) -> None:
    """Be the server."""
    if which == "ours":
        run(lambda: ours(folder), RestSettings(port=0), on_ready=say)
    else:
        config = uvicorn.Config(bare, port=0, loop="uvloop", http="httptools", lifespan="off", log_config=None)
        config.access_log = False
        BareServer(config).run()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
