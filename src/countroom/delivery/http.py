"""Messages by HTTP: one POST per message, over connections that are kept. Nobody else imports aiohttp's client.

The answer is read up to 4 KB, redirects are not followed, certificates are checked. Why no answer
came is sorted into `timeout`, `refused`, `dns` and `tls`: an operator mends each elsewhere.
"""

import socket
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import aiohttp

from countroom.core.errors import Unavailable
from countroom.core.signals import Outgoing, Reply
from countroom.delivery.settings import HttpSettings
from countroom.delivery.trust import trusted

MOST_BYTES: Final = 4_096
"""Of an answer that are read; a longer one costs its connection."""
_KEPT_HEADERS: Final = ("retry-after", "date", "content-type")


class HttpLine:
    """The wire to one partner. Made and closed in the event loop that it is used in."""

    def __init__(self, settings: HttpSettings) -> None:
        """Raises SettingsError when the file of certificates cannot be used."""
        self._settings = settings
        where = urlsplit(settings.url)
        self._host = where.hostname or ""
        self._place = where.netloc.rpartition("@")[2]
        connector = aiohttp.TCPConnector(
            limit=settings.connections,
            keepalive_timeout=settings.keep_s,
            ssl=trusted(settings.ca_file) if where.scheme == "https" else True,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers=dict(settings.headers),
            timeout=aiohttp.ClientTimeout(total=settings.total_s, connect=settings.connect_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=True,
        )

    async def send(self, message: Outgoing) -> Reply:
        """Post one message and wait for the answer, whatever its status.

        Raises:
            Unavailable: no answer came; its text begins with `timeout`, `refused`, `dns`, `tls` or `broken`.
        """
        try:
            async with self._session.post(self._settings.url, data=message.body, allow_redirects=False) as answer:
                body = await _first(answer)
                headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
                return Reply(status=answer.status, headers=headers, body=body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(self._said(error)) from error

    async def close(self) -> None:
        """End all connections."""
        await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _said(self, error: Exception) -> str:
        """Why there is no answer; nothing of what was sent."""
        host = self._host
        match error:
            case aiohttp.ConnectionTimeoutError():
                return f"timeout: no connection to {host} within {self._settings.connect_s:g} s"
            case TimeoutError():
                return f"timeout: no answer from {host} within {self._settings.total_s:g} s"
            case aiohttp.ClientConnectorDNSError():
                return f"dns: the name {host} is not known"
            case aiohttp.ClientConnectorCertificateError():
                return f"tls: the certificate of {host} is not trusted ({_plain(error.certificate_error)})"
            case aiohttp.ClientSSLError():
                return f"tls: no safe connection to {host} ({_plain(error.os_error)})"
            case aiohttp.ClientConnectorError():
                if isinstance(error.os_error, socket.gaierror):
                    return f"dns: the name {host} is not known"
                return f"refused: {self._place} takes no connection ({_plain(error.os_error)})"
            case _:
                return f"broken: {host} ended the connection before its answer ({type(error).__name__})"


def _plain(error: BaseException) -> str:
    text = getattr(error, "verify_message", None) or getattr(error, "strerror", None) or type(error).__name__
    return str(text)


async def _first(answer: aiohttp.ClientResponse) -> bytes:
    """The first bytes of an answer's body."""
    parts = bytearray()
    while len(parts) < MOST_BYTES:
        part = await answer.content.read(MOST_BYTES - len(parts))
        if not part:
            return bytes(parts)
        parts += part
    if not answer.content.at_eof():
        answer.close()
    return bytes(parts)
