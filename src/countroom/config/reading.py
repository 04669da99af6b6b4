"""`countroom.toml` from the disk: the settings, or everything that is wrong with the file."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

import msgspec

from countroom.config.partner_access import unusable
from countroom.config.partners import partner_rules
from countroom.config.problems import Problem, convert, plain, problems, shown, without
from countroom.config.settings import USUAL_SOURCE, BrandSection, Settings, SourceSection
from countroom.core.errors import SettingsError
from countroom.core.ids import is_id
from countroom.dialects.fasttrack import aliases as fasttrack_aliases
from countroom.fold.settings import MAX_IDLE

FILE_NAME: Final = "countroom.toml"
_SOURCE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_TAKEN: Final = ("admin", "redrive")
"""The logs of operators' commands and of mended receipts have these names."""


def find_file(named: Path | None) -> Path | None:
    """The file to read: the one that was named, else `countroom.toml` here, else none.

    Raises:
        SettingsError: the named one is not there.
    """
    if named is not None:
        if not named.is_file():
            raise SettingsError(
                f"{named}: expected a configuration file, found none; leave --config away to go without"
            )
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


def faults(path: Path) -> list[str]:
    """Every mistake in the file at `path` and in what it points to, a line each; empty when it can be used."""
    try:
        settings = read_settings(path)
    except SettingsError as error:
        return str(error).splitlines()
    placed = beside(settings, path.parent.absolute())
    return [f"{path.name}: {line}" for line in unusable(placed, asks_environment=False)]


def refuse_unusable(settings: Settings, path: Path | None) -> None:
    """Nothing, when partners can be reached with `settings` as they are to be run; `path` is the file they are from.

    Raises:
        SettingsError: a key or a file of certificates cannot be had; the text names all, a line each.
    """
    name = path.name if path is not None else FILE_NAME
    if lines := [f"{name}: {line}" for line in unusable(settings, asks_environment=True)]:
        raise SettingsError("\n".join(lines))


def check(tree: object) -> list[Problem]:
    """Every mistake in the tree of a file: first what stands there, then how it goes together."""
    found = list(problems(tree, Settings))
    if not isinstance(tree, dict):
        return found
    # What is wrong by itself is left out, so that the rest can be looked at all the same.
    return found + list(_rules(convert(without(tree, found), Settings)))


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


def beside(settings: Settings, folder: Path) -> Settings:
    """The settings with the paths of keys and certificates counted from `folder`, where the configuration file lies."""

    def placed(path: str) -> str:
        return str(folder / path) if path else path

    vault = msgspec.structs.replace(settings.vault, key_file=placed(settings.vault.key_file))
    partners = {
        name: msgspec.structs.replace(partner, key_file=placed(partner.key_file), ca_file=placed(partner.ca_file))
        for name, partner in settings.partners.items()
    }
    return msgspec.structs.replace(settings, vault=vault, partners=partners)


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
    sources = with_usual_source(settings).sources
    claimed: dict[str, str] = {}
    for name, brand in settings.brands.items():
        at = ("brands", name)
        if not is_id(name):
            yield Problem(at, "expected a name of 1 to 200 printable characters")
        if brand.time_zone not in zones:
            yield Problem((*at, "time_zone"), "expected an IANA time zone such as Europe/Malta", _told(brand.time_zone))
        if not 0 < brand.sessions.idle.microseconds <= MAX_IDLE:
            rule = "expected more than 0 and at most 12h: a session has a point in every day it reaches into"
            yield Problem((*at, "sessions", "idle"), rule, _told(str(brand.sessions.idle)))
        for origin in dict.fromkeys((name.lower(), *(each.lower() for each in brand.origins))):
            if claimed.setdefault(origin, name) != name:
                rule = f"expected names of its own, {claimed[origin]} has this one already"
                yield Problem((*at, "origins"), rule, _told(origin))
        for source in brand.profile.priority:
            if source not in sources:
                yield Problem((*at, "profile", "priority"), "expected names of sources", _told(source))
        yield from _money_rules(brand, at)
        for field, source in brand.profile.owner.items():
            if source not in sources:
                yield Problem((*at, "profile", "owner", field), "expected the name of a source", _told(source))
    yield from _source_rules(settings)
    yield from partner_rules(settings)


def _money_rules(brand: BrandSection, at: tuple[str, ...]) -> Iterator[Problem]:
    for n, one in enumerate(brand.ngr.deduct):
        if bool(one.of) == bool(one.field):
            yield Problem((*at, "ngr", "deduct", str(n)), "expected of and percent, or field, and one of them alone")
        elif one.of and not Decimal(one.percent):
            rule = "expected how much is taken off, in percent, above 0"
            yield Problem((*at, "ngr", "deduct", str(n), "percent"), rule, _told(one.percent))
    if (brand.base.fallback == "table") != bool(brand.base.rates):
        rule = 'expected rates with fallback = "table", and none without'
        yield Problem((*at, "base"), rule, _told(brand.base.fallback))
    for currency, rate in brand.base.rates.items():
        if currency == brand.base_currency or not Decimal(rate):
            rule = "expected the worth of a unit of another currency, above 0"
            yield Problem((*at, "base", "rates", currency), rule, _told(rate))


def _source_rules(settings: Settings) -> Iterator[Problem]:
    for name, source in settings.sources.items():
        at = ("sources", name)
        if not _SOURCE_NAME.fullmatch(name) or name in _TAKEN:
            rule = f"expected a name of letters, digits, - and _ other than {' and '.join(_TAKEN)}: it names a folder"
            yield Problem(at, rule)
        if source.default_brand and source.default_brand not in settings.brands:
            yield Problem((*at, "default_brand"), "expected the name of a brand", _told(source.default_brand))
        yield from _alias_rules(source.aliases, (*at, "aliases"))
        for kind, section in source.custom.items():
            for field in section.key:
                if field not in source.plain_keys:
                    rule = "expected fields of plain_keys, as a key must not be personal"
                    yield Problem((*at, "custom", kind, "key"), rule, _told(field))
        if source.refund_targets == "round":
            rule = 'expected "activity": whole rounds are not built yet'
            yield Problem((*at, "refund_targets"), rule, _told(source.refund_targets))


def _alias_rules(aliases: Mapping[str, Mapping[str, str]], at: tuple[str, ...]) -> Iterator[Problem]:
    tables = {words.name: words for words in fasttrack_aliases.EVERY}
    for table, spellings in aliases.items():
        words = tables.get(table)
        if words is None:
            yield Problem((*at, table), f"expected one of the tables {', '.join(sorted(tables))}")
            continue
        for spelling in words.misnamed(aliases):
            rule = f"expected one of {', '.join(words.expected)}"
            yield Problem((*at, table, spelling), rule, _told(spellings[spelling]))


def _told(value: object) -> str:
    return shown((), value)
