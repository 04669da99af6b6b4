"""A whole vault for tests: rows, key file, and the process's loop in a thread, to be stopped and started at will."""

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from countroom.stores.embedded.vault_db import VaultDatabase
from countroom.vault.client import VaultClient
from countroom.vault.guard import opened
from countroom.vault.line import Line
from countroom.vault.process import listen, serve


class RunningVault:
    """The vault of one data directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "vault.sock"
        self.key_file = folder / "vault.key"
        self._clients: list[VaultClient] = []
        self._end: Callable[[], None] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.close()
        self.stop()

    def start(self) -> None:
        is_ready = threading.Event()
        ends: list[Callable[[], object]] = []

        async def main() -> None:
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            ends.append(lambda: loop.call_soon_threadsafe(stop.set))
            rows = VaultDatabase(self.folder / "vault.db")
            guard = opened(rows, self.key_file, chance=os.urandom)
            await serve(guard, listen(self.socket), stop=stop, on_ready=is_ready.set)
            rows.close()

        thread = threading.Thread(target=lambda: asyncio.run(main()))
        thread.start()
        assert is_ready.wait(10)

        def end() -> None:
            ends[0]()
            thread.join(10)
            assert not thread.is_alive()

        self._end = end

    def stop(self) -> None:
        if self._end is not None:
            self._end()
            self._end = None

    def client(self, *, keys_held: int = 1000) -> VaultClient:
        client = VaultClient(Line(self.socket), chance=os.urandom, keys_held=keys_held)
        self._clients.append(client)
        return client
