"""What partners' sections point to outside of the configuration file: keys, and certificates to trust."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from countroom.config.settings import PartnerSection, Settings
from countroom.core.errors import SettingsError
from countroom.delivery.trust import trusted

_KEY_CHARS: Final = 4_096


def unusable(settings: Settings, *, asks_environment: bool) -> Iterator[str]:
    """What no partner could be reached with, a line each. Paths must be counted from the configuration file's folder.

    A variable may be set for the hub alone: whoever is not about to run it does not ask for them.
    """
    for name, partner in settings.partners.items():
        try:
            if partner.key_file or asks_environment:
                partner_key(name, partner)
        except SettingsError as error:
            yield str(error)
        try:
            if partner.ca_file:
                trusted(partner.ca_file)
        except SettingsError as error:
            yield f"partners.{name}.ca_file: {error}"


def partner_key(name: str, partner: PartnerSection) -> str:
    """The partner's API key.

    Raises:
        SettingsError: it cannot be read, or what is there is none.
    """
    if partner.key_env:
        place, remedy = f"partners.{name}.key_env: variable {partner.key_env}", "set it where the hub is started"
        key = os.environ.get(partner.key_env, "").strip()
    else:
        place = f"partners.{name}.key_file: {partner.key_file}"
        remedy = "put the key there, readable for the hub's user, or name another file"
        try:
            key = _first_of(Path(partner.key_file)).strip()
        except (OSError, UnicodeDecodeError) as error:
            what = error.strerror if isinstance(error, OSError) else "not text in UTF-8"
            text = f"{place}: expected a file with the partner's API key: {what}; {remedy}"
            raise SettingsError(text) from error
    if not key:
        raise SettingsError(f"{place}: expected the partner's API key, found nothing; {remedy}")
    if len(key) > _KEY_CHARS or not key.isascii() or not key.isprintable():
        rule = f"expected the partner's API key alone, one line of at most {_KEY_CHARS} printable characters"
        raise SettingsError(f"{place}: {rule}, found something else; {remedy}")
    return key


def _first_of(path: Path) -> str:
    """More than any key has: the path may be that of something without an end."""
    with path.open(encoding="utf-8") as file:
        return file.read(2 * _KEY_CHARS)
