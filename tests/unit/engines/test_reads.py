"""Asking another process of the hub, which may be a new one since the last time."""

import socket
import struct
import threading
from pathlib import Path

import msgspec
import pytest

from countroom.core.errors import Unavailable
from countroom.engines.local.reads import Asking, ReadServer

LENGTH = struct.Struct(">I")


def ends_after_one_answer(path: Path) -> threading.Thread:
    """A process that answers one request and is gone, connections and all."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        peer, _ = listener.accept()
        with listener, peer:
            peer.recv(LENGTH.unpack(peer.recv(LENGTH.size))[0])
            body = msgspec.msgpack.encode("first")
            peer.sendall(LENGTH.pack(len(body)) + body)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def test_a_process_that_was_started_again_answers_the_first_that_is_asked_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # The path of a socket must be short.
    path = Path("x.sock")
    first = ends_after_one_answer(path)
    asking = Asking(path)
    assert asking.ask({}) == "first"
    first.join()
    with pytest.raises(Unavailable, match="may be restarting"):
        asking.ask({})
    path.unlink()

    first = ends_after_one_answer(path)
    assert asking.ask({}) == "first"
    first.join()
    server = ReadServer(path, lambda _: "second")
    assert asking.ask({}) == "second"
    assert asking.ask({}) == "second"
    asking.close()
    server.close()
