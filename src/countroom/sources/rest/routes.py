"""Which path takes which kind of message."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

Catalogue = Iterable[tuple[str, str, str]]
"""Method, path and message type, as a dialect documents them."""

_SENDING: Final = ("POST", "PUT")
_BASES: Final = ("/v1", "/v2")


class Routes(msgspec.Struct, frozen=True):
    """The paths of one source."""

    kinds: Mapping[str, Mapping[str, str]]
    """Path to method to message type."""
    served: tuple[str, ...]
    """For people: methods and paths as documented."""


def routes(catalogue: Catalogue, *, doubled_prefix: bool = False) -> Routes:
    """The routes for `catalogue`, wider than documented where senders are.

    POST and PUT are both taken where only one of them is documented (tolerance 12), and so is a slash at
    the end. `doubled_prefix` takes paths behind one more `/v1` or `/v2`, as they come out when the
    base URL already ends in it.
    """
    documented: dict[str, dict[str, str]] = {}
    for method, path, kind in catalogue:
        documented.setdefault(path, {})[method] = kind
    kinds: dict[str, Mapping[str, str]] = {}
    for path, methods in documented.items():
        known = [methods[method] for method in _SENDING if method in methods]
        wide = dict.fromkeys(_SENDING, known[0]) | methods if known else methods
        for base in ("", *(_BASES if doubled_prefix else ())):
            kinds.setdefault(base + path, wide)
            kinds.setdefault(f"{base}{path}/", wide)
    return Routes(
        kinds, tuple(f"{' or '.join(sorted(methods))} {path}" for path, methods in sorted(documented.items()))
    )
