"""`countroom.toml` from the disk: the settings, or everything that is wrong with the file."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

import msgspec

from countroom.config.problems import Problem, convert, plain, problems, shown
from countroom.config.settings import USUAL_SOURCE, Settings, SourceSection
from countroom.core.errors import SettingsError
from countroom.core.ids import is_id

FILE_NAME: Final = "countroom.toml"


def find_file(named: Path | None) -> Path | None:
    """The file to read: the one that was named, else `countroom.toml` here, else none.

    Raises:
        SettingsError: the named one is not there.
    """
    if named is not None:
        if not named.is_file():
            raise SettingsError(f"{named}: expected a configuration file, found none; leave --config away to go without")
        return named
    here = Path(FILE_NAME)
    return here if here.is_file() else None


def read_settings(path: Path | None) -> Settings:
    """The settings in the file at `path`; the defaults without one.

    Raises:
        SettingsError: the text names every mistake, a line each.
    """
    if path is None:
        return with_usual_source(Settings())
    tree = _tree(path)
    found = check(tree)
    if found:
        raise SettingsError("\n".join(f"{path.name}: {problem}" for problem in found))
    return with_usual_source(convert(tree, Settings))


def check(tree: object) -> list[Problem]:
    """Every mistake in the tree of a file."""
    found = list(problems(tree, Settings))
    if found:
        return found
    return list(_rules(convert(tree, Settings)))


def _tree(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name}: expected TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path.name}: expected text in UTF-8, byte {error.start} is none") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error


def with_usual_source(settings: Settings) -> Settings:
    """The settings with the one usual source where none is named."""
    if settings.sources:
        return settings
    return msgspec.structs.replace(settings, sources={USUAL_SOURCE: SourceSection()})


def encode(settings: Settings) -> bytes:
    """Settings as the supervisor hands them to its children."""
    return msgspec.json.encode(plain(settings))


def decode(data: bytes) -> Settings:
    """Settings as `encode` wrote them."""
    settings: Settings = convert(msgspec.json.decode(data), Settings)
    return settings


def _rules(settings: Settings) -> Iterator[Problem]:
    """Rules between keys, and those that a type cannot say."""
    zones = available_timezones()
    claimed: dict[str, str] = {}
    for name, brand in settings.brands.items():
        place = f"brands.{name}"
        if not is_id(name):
            yield Problem(place, "expected a name of 1 to 200 printable characters")
        if brand.time_zone not in zones:
            rule = "expected an IANA time zone such as Europe/Malta"
            yield Problem(f"{place}.time_zone", rule, shown("", brand.time_zone))
        for origin in dict.fromkeys((name.lower(), *(each.lower() for each in brand.origins))):
            if claimed.setdefault(origin, name) != name:
                rule = f"expected names of its own, {claimed[origin]} has this one already"
                yield Problem(f"{place}.origins", rule, shown("", origin))
        for which, sources in (("priority", brand.profile.priority), ("owner", tuple(brand.profile.owner.values()))):
            for source in sources:
                if source not in with_usual_source(settings).sources:
                    yield Problem(f"{place}.profile.{which}", "expected the name of a source", shown("", source))
    for name, source in settings.sources.items():
        place = f"sources.{name}"
        if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
            yield Problem(place, "expected a name of letters, digits, - and _: it names a folder")
        if source.default_brand and source.default_brand not in settings.brands:
            rule = "expected the name of a brand"
            yield Problem(f"{place}.default_brand", rule, shown("", source.default_brand))
        if source.refund_targets == "round":
            yield Problem(f"{place}.refund_targets", 'expected "activity": whole rounds are not built yet', '"round"')
