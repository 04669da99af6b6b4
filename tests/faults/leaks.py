"""A search for values that must not be anywhere, in every form in which they might have been written."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class Hit(NamedTuple):
    """A value found where it must not be."""

    path: Path
    needle: str
    form: str
    offset: int


def search(directory: Path, needles: Iterable[str]) -> list[Hit]:
    """Every place in any file below `directory`, or in its name, where one of `needles` stands in some form."""
    forms = [(needle, form, written) for needle in needles for form, written in _forms(needle)]
    hits = []
    for path in sorted(directory.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        whole = path.name.encode() + b"\n" + content
        plain = whole.lower()
        for needle, form, written in forms:
            is_exact = form.startswith("base64")
            offset = whole.find(written) if is_exact else plain.find(written.lower())
            if offset >= 0:
                hits.append(Hit(path, needle, form, offset))
    return hits


def _forms(needle: str) -> Iterator[tuple[str, bytes]]:
    encoded = needle.encode()
    yield "utf-8", encoded
    yield "utf-16-le", needle.encode("utf-16-le")
    yield "utf-16-be", needle.encode("utf-16-be")
    yield "backwards", encoded[::-1]
    yield "hex", encoded.hex().encode()
    escaped = json.dumps(needle)[1:-1]
    yield "json", escaped.encode()
    yield "json, slashes too", escaped.replace("/", "\\/").encode()
    yield "url", "".join(f"%{byte:02X}" for byte in encoded).encode()
    # What stands in the middle of something encoded begins at any of three places in a group of four letters.
    for shift in range(3):
        for name, encode in (("base64", base64.b64encode), ("base64, url", base64.urlsafe_b64encode)):
            letters = encode(bytes(shift) + encoded)
            first, last = (0, 2, 3)[shift], len(letters.rstrip(b"=")) - (1 if letters.endswith(b"=") else 0)
            yield f"{name} from {shift}", letters[first:last]
