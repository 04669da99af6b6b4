"""Whose certificates are trusted: the system's, and those that a partner's section names."""

import ssl
from pathlib import Path

from countroom.core.errors import SettingsError


def trusted(ca_file: str) -> ssl.SSLContext:
    """What connections are checked against.

    Raises:
        SettingsError: the file of certificates cannot be used.
    """
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(Path(ca_file))
        except OSError as error:
            raise SettingsError(f"{ca_file}: expected certificates in PEM: {error.strerror or error}") from error
    return context
