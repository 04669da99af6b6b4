"""The mappings as a file: written whole by the process that publishes them, followed by the intake."""

from pathlib import Path
from typing import Final

import msgspec

from countroom.core.errors import CountroomError, SettingsError
from countroom.dialects.mapping import Mender, SourceMapping
from countroom.sources.rest.key_file import version_of

_decoder: Final = msgspec.json.Decoder(dict[str, SourceMapping])


class Held:
    """The mapping of one source, as it is now: whoever decodes looks here for each message."""

    __slots__ = ("mender",)

    def __init__(self) -> None:
        self.mender: Mender | None = None


class MappingTable:
    """The mappings that count now, in the file at `path`; none while there is no file."""

    def __init__(self, path: Path) -> None:
        """Read it.

        Raises:
            SettingsError: the file holds something else.
        """
        self._path = path
        self._seen: object = None
        self._held: dict[str, Held] = {}
        self.fault: str | None = None
        """Why the mappings cannot be followed at present; for readiness."""
        self._refresh()

    def of(self, source: str) -> Held:
        """The place where the mapping of a source is found, whatever becomes of it."""
        return self._held.setdefault(source, Held())

    def follow(self) -> None:
        """Read the file again if it was written since. To be called now and then."""
        try:
            if version_of(self._path) != self._seen:
                self._refresh()
            self.fault = None
        except (CountroomError, OSError) as error:
            self.fault = f"the mappings cannot be read: {error}"

    def _refresh(self) -> None:
        seen = version_of(self._path)  # Before reading: a change in between is seen at the next look.
        mappings = self._read()
        for source, mapping in mappings.items():
            held = self.of(source)
            if held.mender is None or held.mender.version != mapping.version:
                held.mender = Mender(mapping)
        self._seen = seen

    def _read(self) -> dict[str, SourceMapping]:
        try:
            return _decoder.decode(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except msgspec.MsgspecError as error:
            raise SettingsError(
                f"{self._path}: expected the hub's list of mappings: {error}; remove it: the hub writes it at its start"
            ) from error
