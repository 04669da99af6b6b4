"""A key counts once the intake has read the list of keys again, which takes it a second at most: waited for here."""

import http.client
import time
from http import HTTPStatus
from typing import Final

from countroom.runtime.endpoints import Address

_LOOK_S: Final = 0.02
_LONGEST_S: Final = 3.0


def wait_until_known(rest: Address, key: str) -> bool:
    """True as soon as the intake at `rest` takes `key`; False when it did not within three seconds."""
    until_s = time.monotonic() + _LONGEST_S
    while time.monotonic() < until_s:
        if _is_known(rest, key):
            return True
        time.sleep(_LOOK_S)
    return False


def _is_known(rest: Address, key: str) -> bool:
    connection = http.client.HTTPConnection(rest.reachable_host, rest.port, timeout=_LONGEST_S)
    try:
        # No message is posted there: the key is looked at first, then the path.
        connection.request("GET", "/", headers={"X-Api-Key": key})
        return connection.getresponse().status != HTTPStatus.UNAUTHORIZED
    except (OSError, http.client.HTTPException):
        return False  # The intake is being started again.
    finally:
        connection.close()
