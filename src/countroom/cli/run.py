"""`countroom run`."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from countroom.cli.exits import Status, Stop
from countroom.cli.options import USUAL, Options

PARENT = "COUNTROOM_PARENT"
"""The hub ends with the process of this number, which started it: so a demo leaves none behind, however it ends."""


def run(
    *,
    port: int | None = None,
    api_port: int | None = None,
    shards: int | None = None,
    options: Annotated[Options, Parameter()] = USUAL,
) -> int:
    """Run the hub on a data directory, until it is told to stop (SIGTERM, or Ctrl-C).

    Parameters
    ----------
    port:
        Where messages are taken in; 0 takes a free one. Else as configured.
    api_port:
        Where the admin API listens; 0 takes a free one. Else as configured.
    shards:
        Processes that fold; counts at the first start only. Else as configured.
    """
    began_s = time.monotonic()
    import msgspec

    from countroom.config.reading import find_file, refuse_unusable
    from countroom.runtime.compiled import outdated
    from countroom.runtime.endpoints import Endpoints
    from countroom.runtime.hub import run_hub
    from countroom.runtime.place import Place
    from countroom.stores.embedded.lock import Locked
    from countroom.telemetry.logs import Logs

    if parent := os.environ.get(PARENT):
        from countroom.runtime.child import die_with

        die_with(int(parent), signal.SIGTERM)
    settings, directory = options.settings()
    refuse_unusable(settings, find_file(options.config))
    changed = msgspec.structs.replace
    if port is not None:
        settings = changed(settings, rest=changed(settings.rest, port=port))
    if api_port is not None:
        settings = changed(settings, api=changed(settings.api, port=api_port))
    if shards is not None:
        settings = changed(settings, hub=changed(settings.hub, shards=shards))
    telemetry = settings.telemetry
    form = "text" if sys.stderr.isatty() and telemetry == type(telemetry)() else telemetry.log_format
    logs = Logs("supervisor", level=telemetry.log_level, form=form)

    if stale := outdated():
        logs.warning("compiled.outdated", sources=stale, remedy="`make compiled` again, or `make plain`")

    def on_ready(endpoints: Endpoints) -> None:
        took_s = round(time.monotonic() - began_s, 2)
        logs.info("hub.ready", rest=endpoints.rest.url, api=endpoints.api.url, data_dir=str(directory), took_s=took_s)

    try:
        return run_hub(Place(Path(directory)), settings, logs=logs, on_ready=on_ready)
    except Locked as error:
        remedy = f"'countroom status --data-dir {directory}' shows what runs there"
        raise Stop(Status.NOT_ALLOWED, str(error), remedy=remedy) from error
