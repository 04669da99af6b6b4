"""How partners are reached."""

from collections.abc import Mapping

import msgspec


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach one partner."""

    url: str
    """Where messages are posted to, path and all."""
    headers: Mapping[str, str] = {}
    """Sent with each; holds the key, so it is never shown."""
    connect_s: float = 5.0
    total_s: float = 15.0
    """From the sending of a message to the end of the answer."""
    connections: int = 100
    keep_s: float = 30.0
    """How long an idle connection is kept."""
    ca_file: str = ""
    """Certificates to trust beside the system's."""
