"""The control process: keys, links, the admin API, metrics, jobs. It reads from the others and folds nothing."""

import socket
import threading
from contextlib import suppress
from typing import Final

from countroom.api.app import application
from countroom.api.mending_parts import QuarantinePart
from countroom.api.server import serve
from countroom.config.settings import Settings
from countroom.core.errors import Unavailable
from countroom.runtime.books import Books
from countroom.runtime.desk.whole import running_desks
from countroom.runtime.lane import lane
from countroom.runtime.place import Place

_LOOK_AFTER_S: Final = 2.0


def run(place: Place, *, number: int, descriptor: int) -> None:
    """Serve the admin API on the inherited socket until SIGTERM."""
    del number
    settings = place.kept_settings()
    token = place.token.read_bytes().strip()
    listener = socket.socket(fileno=descriptor)
    stop = threading.Event()
    with running_desks(place, settings, token) as (desks, books):
        threads = (
            threading.Thread(target=_look_after, args=(books, desks.quarantine, stop), name="books"),
            threading.Thread(target=_work, args=(place, settings, books, stop), name="jobs"),
        )
        for thread in threads:
            thread.start()
        try:
            serve(application(desks), listener, on_ready=place.ready("control").touch)
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def _look_after(books: Books, quarantine: QuarantinePart, stop: threading.Event) -> None:
    while not stop.wait(_LOOK_AFTER_S):
        with suppress(Unavailable):
            books.look_after()
            quarantine.collect()


def _work(place: Place, settings: Settings, books: Books, stop: threading.Event) -> None:
    wait_s = 0.0
    while not stop.wait(wait_s):
        with suppress(Unavailable), lane(place, settings, books) as runner:
            while not stop.wait(wait_s):
                wait_s = runner.turn()
        wait_s = _LOOK_AFTER_S
