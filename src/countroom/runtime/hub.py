"""A hub from start to end: the data directory taken, the sockets opened, the processes supervised."""

import os
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import Final

from countroom.config.settings import Settings
from countroom.core.errors import SettingsError
from countroom.runtime.children import PROGRAM, ChildSpec
from countroom.runtime.endpoints import Address, Endpoints, ProcessState, write_endpoints
from countroom.runtime.place import Place, write_private
from countroom.runtime.supervise import Supervisor
from countroom.sources.rest.server import listen
from countroom.sources.rest.settings import RestSettings
from countroom.stores.embedded.lock import DataLock
from countroom.telemetry.logs import Logs

_TOKEN_BYTES: Final = 32
_STAGES: Final = {"intake": 0, "delivery": 0, "shard": 1, "vault": 2, "control": 2}

NO_BRAND: Final = """no brand is configured, so nobody's events could be taken; put one into countroom.toml:

    [brands.lucky]
    origins = ["lucky.example"]      # what your platform calls the site
    time_zone = "Europe/Malta"
    base_currency = "EUR"
"""


def run_hub(
    place: Place,
    settings: Settings,
    *,
    logs: Logs,
    on_ready: Callable[[Endpoints], None],
    program: Sequence[str] = PROGRAM,
) -> int:
    """Run until SIGTERM or SIGINT; the exit status. `on_ready` is called once, when the hub takes messages.

    `program` is what each process runs; tests bring one whose stores die at a given commit.

    Raises:
        Locked: another hub runs on this data directory.
        SettingsError: it cannot run with these settings.
        Unavailable: the data directory cannot be made or written.
    """
    if not settings.brands:
        raise SettingsError(NO_BRAND)
    os.umask(0o077)  # Whatever any process of the hub writes is its owner's alone.
    with ExitStack() as held:
        held.enter_context(DataLock(place.root))
        place.found(settings)
        write_private(place.token, secrets.token_urlsafe(_TOKEN_BYTES).encode())
        rest = held.enter_context(_listening(settings.rest.host, settings.rest.port, section="rest"))
        api = held.enter_context(_listening(settings.api.host, settings.api.port, section="api"))
        told = _Told(place, rest, api=api, on_ready=on_ready)
        specs = _specs(place, settings, rest=rest, api=api, program=program)
        supervisor = Supervisor(specs, logs=logs, on_change=told)

        def no_more_input() -> None:
            # The intake has its own copy and closes it too: then nobody listens.
            rest.close()

        held.callback(_forget, place)
        return supervisor.run(on_stopping=no_more_input)


class _Told:
    """Writes what others must know, and says once that the hub is ready."""

    def __init__(
        self, place: Place, rest: socket.socket, *, api: socket.socket, on_ready: Callable[[Endpoints], None]
    ) -> None:
        self._place = place
        self._rest = _address(rest)
        self._api = _address(api)
        self._on_ready: Callable[[Endpoints], None] | None = on_ready

    def __call__(self, is_ready: bool, processes: tuple[ProcessState, ...]) -> None:  # noqa: FBT001 - OnChange
        endpoints = Endpoints(pid=os.getpid(), is_ready=is_ready, rest=self._rest, api=self._api, processes=processes)
        write_endpoints(self._place, endpoints)
        if is_ready and self._on_ready is not None:
            self._on_ready(endpoints)
            self._on_ready = None


def _specs(
    place: Place, settings: Settings, *, rest: socket.socket, api: socket.socket, program: Sequence[str]
) -> list[ChildSpec]:
    names = ["vault", *(f"shard-{number}" for number in range(settings.hub.shards)), "intake", "delivery", "control"]
    sockets = {"intake": rest, "control": api}
    specs = []
    for name in names:
        listener = sockets.get(name)
        arguments = [name, str(place.root), str(os.getpid())]
        if listener is not None:
            arguments.append(str(listener.fileno()))
        specs.append(
            ChildSpec(
                name=name,
                stage=_STAGES[name.partition("-")[0]],
                ready=place.ready(name),
                arguments=arguments,
                program=program,
                inherited=() if listener is None else (listener.fileno(),),
            )
        )
    return specs


def _listening(host: str, port: int, *, section: str) -> socket.socket:
    try:
        return listen(RestSettings(host=host, port=port))
    except SettingsError as error:
        raise SettingsError(f"{section}: {str(error).removeprefix('rest: ')}") from error


def _address(listener: socket.socket) -> Address:
    host, port = listener.getsockname()[:2]
    return Address(host, port)


def _forget(place: Place) -> None:
    for path in (place.endpoints, place.token):
        with suppress(OSError):
            path.unlink()
