"""Words with many spellings: an alias table is data, and configuration adds to it (tolerance 4)."""

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

T = TypeVar("T", bound=str)

_LONGEST: Final = 64
_NOISE: Final = str.maketrans("", "", " _-")


def bare(text: str) -> str:
    """`text` as tables know it: lower case, without blanks, underscores and hyphens."""
    return text.lower().translate(_NOISE)


class Words(Generic[T]):
    """One alias table: what senders write, to what it means. `str(meaning)` is how configuration names it."""

    def __init__(self, name: str, meanings: Mapping[str, T]) -> None:
        self.name = name
        """What configuration calls the table, e.g. `fasttrack.casino_type`."""
        self.expected = tuple(dict.fromkeys(str(meaning) for meaning in meanings.values()))
        """The meanings, for error texts and for the check of configuration."""
        self._by_bare = {bare(spelling): meaning for spelling, meaning in meanings.items()}
        self._by_name = {str(meaning): meaning for meaning in meanings.values()}
        self.usual = {form: meaning for word, meaning in meanings.items() for form in _forms(word)}
        """As most senders write it, so that the usual message costs one look-up."""

    def meaning(self, text: str, further: Mapping[str, Mapping[str, str]]) -> T | None:
        """What `text` means, or None. `further` holds configured spellings by table, and goes before ours."""
        if not further:
            found = self.usual.get(text)
            if found is not None:
                return found
        if len(text) > _LONGEST:
            return None
        key = bare(text)
        for spelling, named in further.get(self.name, {}).items():
            if bare(spelling) == key:
                return self._by_name.get(named)
        return self._by_bare.get(key)

    def misnamed(self, further: Mapping[str, Mapping[str, str]]) -> list[str]:
        """The configured spellings of this table that aim at no meaning of it; empty when all do."""
        return [spelling for spelling, named in further.get(self.name, {}).items() if named not in self._by_name]


def _forms(word: str) -> tuple[str, ...]:
    return (word, word.lower(), word.upper(), word[:1].upper() + word[1:])
