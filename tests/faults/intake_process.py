"""An intake, or a vault, in a process of its own: `python intake_process.py intake|vault FOLDER PORT`.

Says the port, or `ready`, on a line of its own once it can be asked.
"""

import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path

from countroom.core.ids import BrandId, SourceName
from countroom.core.instants import Instant
from countroom.dialects import fasttrack
from countroom.dialects.brands import BrandNames, DialectSettings
from countroom.dialects.fasttrack.catalogue import ROUTES
from countroom.flow.ingest import Ingest, IngestParts
from countroom.sources.rest import server
from countroom.sources.rest.intake import Intake, IntakeParts, RestSource
from countroom.sources.rest.keys import KeyEntry, KeyRing, KeyTable
from countroom.sources.rest.probes import Probes
from countroom.sources.rest.routes import routes
from countroom.sources.rest.settings import RestSettings
from countroom.sources.rest.tally import ReceiptTally
from countroom.stores.embedded.log import SqliteLog
from countroom.stores.embedded.refusals import SqliteShelf
from countroom.stores.embedded.vault_db import VaultDatabase
from countroom.vault import process
from countroom.vault.client import VaultClient
from countroom.vault.guard import opened
from countroom.vault.line import Line

KEY = "cr_faults"
SOURCE = SourceName("games")
SHARDS = 2


def log_folder(folder: Path) -> Path:
    return folder / "log" / SOURCE


def shelf_file(folder: Path) -> Path:
    return folder / "refusals" / f"{SOURCE}.db"


def now() -> Instant:
    return Instant(time.time_ns() // 1000)


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


@asynccontextmanager
async def intake(folder: Path) -> AsyncIterator[Intake]:
    log, shelf = SqliteLog(log_folder(folder)), SqliteShelf(shelf_file(folder))
    vault = VaultClient(Line(folder / "vault.sock"), chance=os.urandom)
    ingest = Ingest(IngestParts(log=log, shelf=shelf, vault=vault, clock=now, ring=lambda: None, shards=SHARDS))
    brand = BrandId("lucky")
    settings = DialectSettings(brands=(BrandNames(brand, "EUR", ("lucky.example",)),))
    entry = KeyEntry("k1", sha256(KEY.encode()).hexdigest(), SOURCE, (brand,))
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
    for store in (log, shelf, vault):
        store.close()


def main(role: str, folder: Path, port: int) -> None:
    if role == "intake":
        server.run(lambda: intake(folder), RestSettings(port=port), on_ready=say)
    else:
        rows = VaultDatabase(folder / "vault.db")
        guard = opened(rows, folder / "vault.key", chance=os.urandom)
        process.run(guard, process.listen(folder / "vault.sock"), on_ready=partial(say, "ready"))
        rows.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
