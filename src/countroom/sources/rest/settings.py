"""What can be set about the REST intake, with the defaults."""

from typing import Final, Literal

import msgspec

MEGABYTE: Final = 1 << 20

OnBad = Literal["refuse", "accept"]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one client may take of us. Times in seconds."""

    body_bytes: int = MEGABYTE
    """Largest body; beyond it 413."""
    head_bytes: int = 16 * 1024
    """Largest request line and headers together; beyond it 431."""
    head_s: float = 10.0
    """From the first byte of a request, or from the opening of a connection, to the end of its headers."""
    body_s: float = 20.0
    """From the end of the headers to the end of the body."""
    idle_s: float = 75.0
    """Between two requests on one connection."""
    answer_s: float = 30.0
    """From the end of the body until the client has taken the answer."""
    connections: int = 4_000
    """Open at once; those beyond are answered 503 and closed."""
    in_flight_per_key: int = 2_000
    """Requests of one key that may wait for the log at once; beyond it 429."""
    backlog_items: int = 2_000_000
    """Logged and not yet folded; beyond it 503."""
    retry_after_s: int = 1
    """What 429 and 503 ask for."""
    drain_s: float = 5.0
    """What is given to requests in flight when the process is asked to stop."""


class RestSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the intake listens, and within which limits."""

    host: str = "127.0.0.1"
    port: int = 8480
    """0 takes a free one."""
    limits: Limits = Limits()
