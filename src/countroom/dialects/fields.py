"""A body read field by field: every wrong one is noted with its place, and reading goes on.

After something wrong a method still answers with a value of its type, so that a page reads straight
down; whoever builds events from it looks at `rejections` first and drops them when there is one.
`null`, a missing field and `""` are one thing: absent (tolerance 3).
"""

from decimal import Decimal
from typing import Any, Final

from countroom.core.ids import MAX_ID_CHARS, is_id
from countroom.core.money import ZERO
from countroom.core.rejection import Reason, Rejection
from countroom.dialects import amounts, times
from countroom.dialects.coercions import Unclear
from countroom.dialects.words import T, Words

MAX_TEXT_CHARS: Final = 16_000
"""Longest text that is taken in a field, in characters."""

_SHOWN_CHARS: Final = 40
_FLAGS: Final = {1: True, 0: False, "true": True, "false": False, "1": True, "0": False}


class Fields:
    """One JSON object of a message, and what was found wrong in it."""

    __slots__ = ("path", "rejections", "values")

    def __init__(self, values: dict[str, Any], path: str = "$", *, rejections: list[Rejection] | None = None) -> None:
        self.values = values
        self.path = path
        self.rejections: list[Rejection] = [] if rejections is None else rejections

    def reject(self, name: str, reason: Reason, *, detail: str) -> None:
        """Note that the field `name` is wrong."""
        self.rejections.append(Rejection(reason, detail, f"{self.path}.{name}"))

    def has(self, name: str) -> bool:
        """True when the field is there and not empty."""
        value = self.values.get(name)
        return value is not None and value != ""

    # ------------------------------------------------------------ ids and texts

    def own_id(self, name: str) -> str:
        """An id as text: text as sent, or the digits of a number as written."""
        value = self.values.get(name)
        if value.__class__ is str and 0 < len(value) <= MAX_ID_CHARS and value.isprintable():
            return value
        if value.__class__ is int:
            value = str(value)
        if value.__class__ is not str:
            self._wrong_type(name, value, expected="text or a whole number")
            return ""
        if is_id(value):
            return value
        found = "empty text" if not value else f"{len(value)} of them" if len(value) > MAX_ID_CHARS else "others"
        self.reject(name, Reason.BAD_ID, detail=f"expected 1 to {MAX_ID_CHARS} printable characters, got {found}")
        return ""

    def maybe_id(self, name: str) -> str:
        """An id as text, `""` when absent."""
        value = self.values.get(name)
        return "" if value is None or value == "" else self.own_id(name)

    def text(self, name: str) -> str:
        """Text as sent, or the digits of a number; `""` when absent. The value is never quoted when it is wrong."""
        value = self.values.get(name)
        if value is None:
            return ""
        if value.__class__ is str:
            if len(value) <= MAX_TEXT_CHARS:
                return value
            self.reject(
                name, Reason.MALFORMED, detail=f"expected at most {MAX_TEXT_CHARS} characters, found {len(value)}"
            )
            return ""
        if value.__class__ is int:
            return str(value)
        self._wrong_type(name, value, expected="text")
        return ""

    def word(self, name: str, words: Words[T], *, reason: Reason, further: Any, default: T | None = None) -> T | None:
        """What the field means by the alias table `words`; `default` when absent, None when wrong or required."""
        value = self.values.get(name)
        if value.__class__ is str and value:
            found = words.meaning(value, further)
            if found is None:
                detail = f"expected one of {', '.join(words.expected)}, got {shown(value)}"
                self.reject(name, reason, detail=f"{detail}; another spelling can be added under aliases, {words.name}")
            return found
        if default is not None and (value is None or value == ""):
            return default
        if value == "":
            self.reject(name, reason, detail=f"expected one of {', '.join(words.expected)}, got empty text")
        else:
            self._wrong_type(name, value, expected="text")
        return None

    def flag(self, name: str) -> bool:
        """True or False; False when absent."""
        value = self.values.get(name)
        if value is None or value is False:
            return False
        return self.maybe_flag(name) or False

    def maybe_flag(self, name: str) -> bool | None:
        """True or False, None when absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        found = None
        if isinstance(value, int | str):  # a bool is an int, and True is 1
            found = _FLAGS.get(value.lower() if value.__class__ is str else value)
        if found is None:
            self.reject(name, Reason.MALFORMED, detail=f"expected true or false, got {kind_of(value)}")
        return found

    # ------------------------------------------------------------ money

    def amount(self, name: str) -> Decimal:
        """An amount without its sign, normalised."""
        value = self.values.get(name)
        if value.__class__ is str or value.__class__ is int:
            found = amounts.amount(value)
            if found is not None:
                return found
            self.reject(name, Reason.BAD_AMOUNT, detail=_no_amount(value))
        else:
            self._wrong_type(name, value, expected="a number")
        return ZERO

    def maybe_amount(self, name: str) -> Decimal | None:
        """An amount without its sign, normalised; None when absent."""
        value = self.values.get(name)
        return None if value is None or value == "" else self.amount(name)

    def rate(self, name: str) -> Decimal | None:
        """An exchange rate; None when absent or 0 (semantics.md 4.4)."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if value.__class__ is not str and value.__class__ is not int:
            self._wrong_type(name, value, expected="a number")
            return None
        found = amounts.rate(value)
        if found is None:
            wanted = "expected a plain decimal number from 0 on, of at most 9 digits before and 18 after the point"
            self.reject(name, Reason.BAD_AMOUNT, detail=f"{wanted}, got {shown(value)}")
        return found or None

    def currency(self, name: str) -> str:
        """A currency code in upper case."""
        value = self.values.get(name)
        if value.__class__ is not str:
            self._wrong_type(name, value, expected="text")
            return ""
        found = amounts.currency(value)
        if found is None:
            detail = f"expected a code of 2 to 10 letters or digits, such as EUR, got {shown(value)}"
            self.reject(name, Reason.BAD_CURRENCY, detail=detail)
            return ""
        return found

    def count(self, name: str) -> int | None:
        """A count, at least 0: negative ones, which occur, are taken as 0. None when absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        found = amounts.signed(value) if value.__class__ in {str, int} else None
        if found is None or found != found.to_integral_value():
            self.reject(name, Reason.MALFORMED, detail=f"expected a whole number, got {shown(value)}")
            return None
        return max(0, int(found))

    # ------------------------------------------------------------ time

    def instant(self, name: str) -> int | None:
        """Microseconds since 1970 in UTC, as written; None when it is wrong, which is noted."""
        value = self.values.get(name)
        if value.__class__ is not str and value.__class__ is not int:
            self._wrong_type(name, value, expected="a time such as 2026-03-04T05:06:07Z")
            return None
        found = times.instant(value)
        if found is None:
            detail = f"expected a time such as 2026-03-04T05:06:07Z, got {shown(value)}"
            self.reject(name, Reason.BAD_TIME, detail=detail)
        return found

    # ------------------------------------------------------------ nested

    def objects(self, name: str) -> "list[Fields]":
        """The objects of an array, or the one object that stands in its place (tolerance 9); empty when absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, dict):
            return [Fields(value, f"{self.path}.{name}", rejections=self.rejections)]
        if not isinstance(value, list):
            self._wrong_type(name, value, expected="an array of objects")
            return []
        found = []
        for number, each in enumerate(value):
            if isinstance(each, dict):
                found.append(Fields(each, f"{self.path}.{name}[{number}]", rejections=self.rejections))
            else:
                self._wrong_type(f"{name}[{number}]", each, expected="an object")
        return found

    # ------------------------------------------------------------ what is wrong

    def _wrong_type(self, name: str, value: object, *, expected: str) -> None:
        if isinstance(value, Unclear):
            wanted = "expected a number that reads one way, got one whose mark groups its digits or begins a fraction"
            self.reject(name, Reason.BAD_AMOUNT, detail=f"{wanted}: {shown(value)}; say `grouped` in its coerce rule")
            return
        if value is None:
            detail = f"expected the required field `{name}`, found none"
        else:
            detail = f"expected {expected}, got {kind_of(value)}"
        self.reject(name, Reason.MALFORMED, detail=detail)


def kind_of(value: object) -> str:
    """What sort of JSON value it is, without the value."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int():
            return "a number"
        case str():
            return "text"
        case list():
            return "an array"
        case _:
            return "an object"


def shown(value: object) -> str:
    """A value as an error text may quote it: short, and only for fields that are not personal."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return kind_of(value)
    text = str(value)
    short = text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
    return "".join(each if each.isprintable() else "�" for each in f'"{short}"')


def _no_amount(value: object) -> str:
    return f"expected a plain decimal number of at most 18 digits before and after the point, got {shown(value)}"
