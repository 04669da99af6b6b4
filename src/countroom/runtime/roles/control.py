"""The control process: keys, links, the admin API, metrics. It reads from the others and folds nothing."""

import socket
import threading
from contextlib import suppress
from typing import Final

from countroom.api.app import application
from countroom.api.server import serve
from countroom.core.errors import Unavailable
from countroom.runtime.books import Books
from countroom.runtime.desk.whole import running_desks
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
        keeper = threading.Thread(target=_look_after, args=(books, stop), name="books")
        keeper.start()
        try:
            serve(application(desks), listener, on_ready=place.ready("control").touch)
        finally:
            stop.set()
            keeper.join()


def _look_after(books: Books, stop: threading.Event) -> None:
    while not stop.wait(_LOOK_AFTER_S):
        with suppress(Unavailable):
            books.look_after()
