"""A hub with seams, as a test holds it: started, killed whole or in part, awaited, stopped."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from countroom.runtime.demo.plan import KEY_FILE, PARTNER_KEY, configuration
from countroom.runtime.endpoints import Endpoints, ProcessState, read_endpoints
from countroom.runtime.place import Place
from tests.faults.seamed.seams import Arming

HOUSE = Path(__file__).parents[3]
LOOK_S = 0.01
SHARDS = 2
NOBODY = "http://127.0.0.1:9"
"""Where a partner would be who is not there."""

Json = dict[str, Any]


async def until(is_so: Callable[[], bool], what: str, *, within_s: float) -> None:
    """Return as soon as `is_so`.

    Raises:
        TimeoutError: it was not so within the time.
    """
    last_s = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > last_s:
            raise TimeoutError(f"{what}: not within {within_s:g} s")
        await asyncio.sleep(LOOK_S)


class SeamedHub:
    """The hub on `root / data`. Made and started in the test's main thread, with which it dies."""

    def __init__(self, root: Path, *, settings: str = "") -> None:
        """With the demonstration's settings, or with those in the text."""
        self.data = root / "data"
        self.armed = root / "armed"
        self.data.mkdir(parents=True)
        self.armed.mkdir()
        (self.data / "countroom.toml").write_text(settings or configuration(SHARDS, NOBODY), "utf-8")
        (self.data / KEY_FILE).write_text(PARTNER_KEY, "ascii")
        self._log = (self.data / "hub.log").open("ab")
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._log.close()

    def start(self) -> None:
        """Start its supervisor, on the port that it had before."""
        command = [sys.executable, str(Path(__file__).with_name("hub.py")), str(self.data), str(self._port)]
        self._process = subprocess.Popen(
            [*command, str(self.armed)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HOUSE), os.environ.get("PYTHONPATH", "")])},
            start_new_session=True,
        )

    def arming(self, process: str) -> Arming:
        """Where seams of that process are armed."""
        return Arming(self.armed, process)

    @property
    def endpoints(self) -> Endpoints | None:
        """What the supervisor tells of it; None while there is none."""
        return read_endpoints(self.data)

    def state(self, name: str) -> ProcessState | None:
        """One of its processes as the supervisor sees it."""
        endpoints = self.endpoints
        return next((p for p in endpoints.processes if p.name == name), None) if endpoints else None

    @property
    def is_ready(self) -> bool:
        """True when the supervisor that was started last says that all are up."""
        endpoints = self.endpoints
        return bool(endpoints and self._process and endpoints.pid == self._process.pid and endpoints.is_ready)

    async def ready(self) -> str:
        """Wait until it takes messages; the intake's address."""
        await until(lambda: self.is_ready or self._has_ended, "the hub is ready", within_s=40)
        assert not self._has_ended, self.told()
        endpoints = self.endpoints
        assert endpoints is not None
        self._port = endpoints.rest.port
        return endpoints.rest.url

    @property
    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    async def kill(self, name: str) -> None:
        """SIGKILL for one process, as soon as it is up; returns when the supervisor knows."""
        await self.up(name)
        before = self.state(name)
        assert before is not None
        assert before.pid is not None
        os.kill(before.pid, signal.SIGKILL)
        await self.restarted(name, before.restarts)

    async def kill_whole(self) -> None:
        """SIGKILL for the supervisor, with which all its processes end, and start it again."""
        self._end()
        self.start()
        await self.ready()

    async def up(self, name: str) -> None:
        """Wait until that process is ready to work."""
        await until(lambda: (s := self.state(name)) is not None and s.state == "up", f"{name} is up", within_s=40)

    async def restarted(self, name: str, before: int) -> None:
        """Wait until the supervisor has started that process again since it had been so `before` times."""
        await until(lambda: (s := self.state(name)) is not None and s.restarts > before, f"{name} ended", within_s=20)

    def ask(self, path: str, body: Json | None = None) -> Json:
        """What the admin API answers; an empty document when it is away."""
        try:
            endpoints = self.endpoints
            token = Place(self.data).token.read_text()
            assert endpoints is not None
            data = None if body is None else json.dumps(body).encode()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            with urlopen(Request(endpoints.api.url + path, data, headers), timeout=20) as answer:
                found: Json = json.load(answer)
                return found
        except (HTTPError, URLError, OSError, AssertionError):
            return {}

    def stop(self) -> int:
        """SIGTERM; its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(12)

    def told(self) -> str:
        """What the hub has written to stderr in all its lives."""
        return (self.data / "hub.log").read_text("utf-8", "replace")

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        if self._process is not None:
            self._process.wait()
