"""Shares on the command line: `5%` or `0.05`."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter, Token

_WHOLE = 100.0


def read_share(_kind: object, tokens: Sequence[Token]) -> float:
    """The share that a token says, a number in [0, 1].

    Raises:
        ValueError: it says none.
    """
    text = tokens[0].value.strip()
    try:
        share = float(text.removesuffix("%")) / (_WHOLE if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f'expected a share such as "5%" or "0.05", got "{text}"')
    return share


Share = Annotated[float, Parameter(converter=read_share)]
