"""A hub in processes of its own, steered by its signals and awaited by its log lines."""

import http.client
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from countroom.runtime.endpoints import Endpoints, read_endpoints

BRAND = """
[brands.lucky]
origins = ["lucky.example"]
time_zone = "Europe/Malta"
[telemetry]
log_format = "json"
"""


def countroom(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    command = [sys.executable, "-m", "countroom.cli.main", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)


class HubProcess:
    """`countroom run` on a directory."""

    def __init__(self, root: Path, *arguments: str, config: str = BRAND) -> None:
        self.root = root
        root.mkdir(exist_ok=True)
        file = root / "countroom.toml"
        file.write_text(config, "utf-8")
        command = [sys.executable, "-m", "countroom.cli.main", "run", "--config", str(file), "--data-dir", str(root)]
        self.began_s = time.monotonic()
        self.process = subprocess.Popen(
            [*command, "--port", "0", "--api-port", "0", *arguments], stderr=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        self.await_line("hub.ready")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def await_line(self, event: str, **facts: object) -> dict[str, Any]:
        """The next log line of this event with these facts."""
        assert self.process.stderr is not None
        seen = []
        for line in self.process.stderr:
            seen.append(line)
            if line.startswith("{"):
                found: dict[str, Any] = json.loads(line)
                if found["event"] == event and all(found.get(name) == value for name, value in facts.items()):
                    return found
        raise AssertionError(f"the hub ended without {event}: {''.join(seen)}")

    @property
    def endpoints(self) -> Endpoints:
        """Where it listens, and its processes."""
        found = read_endpoints(self.root)
        assert found is not None
        return found

    def pid(self, name: str) -> int:
        """The process of that name."""
        [pid] = [process.pid for process in self.endpoints.processes if process.name == name]
        assert pid is not None
        return pid

    def kill(self, name: str) -> None:
        """End one of its processes at once."""
        os.kill(self.pid(name), signal.SIGKILL)

    def stop(self) -> float:
        """Ask it to end; how long that took, in seconds."""
        began_s = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.await_line("hub.stopped")
        self.process.wait(timeout=10)
        return time.monotonic() - began_s

    def key(self) -> str:
        """A fresh key of a sender."""
        made = countroom("key", "create", "--data-dir", str(self.root), "--json")
        key: str = json.loads(made.stdout)["key"]
        return key

    def post(self, path: str, body: object, *, key: str) -> tuple[int, str]:
        """Status and body of what the intake answers."""
        address = self.endpoints.rest
        connection = http.client.HTTPConnection(address.host, address.port, timeout=20)
        try:
            connection.request("POST", path, json.dumps(body), {"X-Api-Key": key})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of what the admin API answers to somebody without a token."""
        address = self.endpoints.api
        connection = http.client.HTTPConnection(address.host, address.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


class Watch:
    """Waits for the end of processes that are not ours."""

    def __init__(self, pids: list[int]) -> None:
        self._files = [os.pidfd_open(pid) for pid in pids]

    def wait(self, timeout_s: float) -> bool:
        """True when all have ended within the time."""
        until_s = time.monotonic() + timeout_s
        left = set(self._files)
        while left and time.monotonic() < until_s:
            ended, _, _ = select.select(list(left), [], [], max(0.0, until_s - time.monotonic()))
            left -= set(ended)
        for file in self._files:
            os.close(file)
        return not left
