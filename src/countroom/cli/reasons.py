"""`--reason`: why something is done, in words; it is kept with what was done."""

from typing import Annotated

from cyclopts import Parameter


def _in_words(_: object, text: str) -> None:
    if not text.strip():
        raise ValueError("Expected why, in words, found nothing.")


Reason = Annotated[str, Parameter(validator=_in_words)]
