"""`run/endpoints.json`: how others find a running hub, and what each of its processes is doing."""

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from countroom.runtime.place import Place, write_private


class Address(msgspec.Struct, frozen=True):
    """Where a process listens."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """For clients on this machine: not the address that means every address."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - read, not bound

    @property
    def url(self) -> str:
        """For clients on this machine."""
        host = self.reachable_host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


class ProcessState(msgspec.Struct, frozen=True):
    """One process of the hub, as the supervisor sees it."""

    name: str
    state: str
    """`starting`, `up`, `waiting` (to be started again) or `stopped`."""
    pid: int | None = None
    restarts: int = 0


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """A running hub."""

    pid: int
    is_ready: bool
    rest: Address
    api: Address
    processes: tuple[ProcessState, ...] = ()


_decoder = msgspec.json.Decoder(Endpoints)


def write_endpoints(place: Place, endpoints: Endpoints) -> None:
    """Tell others. Not synced: after a power cut no hub is running."""
    write_private(place.endpoints, msgspec.json.format(msgspec.json.encode(endpoints), indent=1), synced=False)


def read_endpoints(root: Path) -> Endpoints | None:
    """The hub that runs on the data directory `root`; None when none does."""
    try:
        endpoints = _decoder.decode(Place(root).endpoints.read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None
    return endpoints if is_alive(endpoints.pid) else None


def is_alive(pid: int) -> bool:
    """True when there is a process `pid`; it may have ended and only not been waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError):
        # A zombie answers to signals and does nothing else.
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] != "Z"
    return True
