"""A hub of the bench's own: `countroom run` in a process, and how it is asked whether it is ready."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final

import msgspec

from countroom.runtime.endpoints import Address, Endpoints, read_endpoints

COMMAND: Final = Path(sys.executable).with_name("countroom")
CONFIGURATION: Final = """
[hub]
data_dir = "."
shards = 2

[rest]
port = 0

[api]
port = 0

[brands.lucky]
origins = ["lucky.example"]
time_zone = "Europe/Malta"
"""
_LOOK_S: Final = 0.003
_START_S: Final = 30.0
_STOP_S: Final = 15.0


class Hub(msgspec.Struct, frozen=True):
    """A hub that is ready."""

    rest: Address
    api: Address
    ready_s: float
    """From the start of its process until intake and control both said so."""
    token: str
    root: Path

    def create_key(self) -> str:
        """A key for the one source, known to the intake."""
        connection = http.client.HTTPConnection(self.api.reachable_host, self.api.port, timeout=_STOP_S)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request("POST", "/api/keys", json.dumps({"source": "fasttrack"}), headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return str(answer["key"])


@contextmanager
def running(root: Path, *, configuration: str = CONFIGURATION) -> Iterator[Hub]:
    """A hub on `root`, which is made when it is not there, from its start to its clean end."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "countroom.toml").write_text(configuration, "utf-8")
    begun_s = time.monotonic()
    with (root / "hub.log").open("ab") as log:
        process = subprocess.Popen(
            [str(COMMAND), "run", "--config", str(root / "countroom.toml"), "--data-dir", str(root)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, "COUNTROOM_PARENT": str(os.getpid())},
        )
        try:
            endpoints = _ready(root, process, begun_s)
            ready_s = time.monotonic() - begun_s
            token = (root / "run" / "admin.token").read_text("ascii").strip()
            yield Hub(endpoints.rest, endpoints.api, ready_s, token, root)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_STOP_S)


def _ready(root: Path, process: subprocess.Popen[bytes], begun_s: float) -> Endpoints:
    while time.monotonic() - begun_s < _START_S and process.poll() is None:
        endpoints = read_endpoints(root)
        if endpoints and endpoints.pid == process.pid and _says_ready(endpoints.rest) and _says_ready(endpoints.api):
            return endpoints
        time.sleep(_LOOK_S)
    raise SystemExit(f"expected a hub within {_START_S:g} s, found none:\n{(root / 'hub.log').read_text('utf-8')}")


def _says_ready(address: Address) -> bool:
    connection = http.client.HTTPConnection(address.reachable_host, address.port, timeout=1)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
