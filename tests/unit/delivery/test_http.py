"""The wire to a partner: what is sent, what of the answer is read, and why there was none."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from countroom.core.errors import SettingsError, Unavailable
from countroom.core.instants import Instant
from countroom.core.signals import Outgoing
from countroom.delivery.http import MOST_BYTES, HttpLine
from countroom.delivery.settings import HttpSettings

MESSAGE = Outgoing("e1", "bet", "Bet", Instant(0), b'{"a":1}')
FINE = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(talk: Talk, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on a free port."""

    async def whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(whole, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def request(reader: asyncio.StreamReader) -> bytes:
    """One request, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    return head + await reader.readexactly(len(MESSAGE.body))


def answering(answer: bytes, got: list[bytes]) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(b"")
        while True:
            got[-1] += await request(reader)
            writer.write(answer)
            await writer.drain()

    return talk


def line(port: int, **more: object) -> HttpLine:
    settings = {"url": f"http://127.0.0.1:{port}/path", "headers": {"Authorization": "Bearer k"}, **more}
    return HttpLine(HttpSettings(**settings))  # type: ignore[arg-type]


async def said(http: HttpLine) -> str:
    """Why there was no answer."""
    async with http:
        with pytest.raises(Unavailable) as caught:
            await http.send(MESSAGE)
    return str(caught.value)


def test_a_message_is_posted_with_its_key_and_connections_are_kept() -> None:
    async def story() -> None:
        got: list[bytes] = []
        async with serving(answering(FINE, got)) as port, line(port) as http:
            replies = [await http.send(MESSAGE) for _ in range(3)]
        assert [(reply.status, reply.body) for reply in replies] == [(200, b"{}")] * 3
        [everything] = got
        assert everything.count(b"POST /path HTTP/1.1\r\n") == 3
        assert everything.count(b"Authorization: Bearer k\r\n") == 3
        assert everything.count(MESSAGE.body) == 3

    asyncio.run(story())


def test_whatever_the_status_it_is_an_answer_and_a_redirect_is_not_followed() -> None:
    async def story() -> None:
        for head in ("404 Not Found", "503 Busy", "302 Found\r\nLocation: http://127.0.0.1:9/"):
            got: list[bytes] = []
            answer = f"HTTP/1.1 {head}\r\nretry-after: 7\r\nx-other: 1\r\ncontent-length: 0\r\n\r\n".encode()
            async with serving(answering(answer, got)) as port, line(port) as http:
                reply = await http.send(MESSAGE)
            assert reply.status == int(head[:3])
            assert reply.headers == {"retry-after": "7"}

    asyncio.run(story())


def test_of_a_long_answer_the_first_4_kb_are_read() -> None:
    async def story() -> None:
        got: list[bytes] = []
        body = b"x" * 1_000_000
        answer = b"HTTP/1.1 400 Bad\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
        async with serving(answering(answer, got)) as port, line(port) as http:
            assert len((await http.send(MESSAGE)).body) == MOST_BYTES
            assert len((await http.send(MESSAGE)).body) == MOST_BYTES

    asyncio.run(story())


def test_a_partner_who_does_not_answer_is_waited_for_no_longer_than_said() -> None:
    async def story() -> None:
        async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.read()

        async with serving(silent) as port:
            assert await said(line(port, total_s=0.05)) == "timeout: no answer from 127.0.0.1 within 0.05 s"

    asyncio.run(story())


def test_an_answer_that_trickles_is_waited_for_no_longer_either() -> None:
    async def story() -> None:
        async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx")
            await reader.read()

        async with serving(slow) as port:
            assert (await said(line(port, total_s=0.05))).startswith("timeout: ")

    asyncio.run(story())


def test_a_partner_who_is_not_there_refuses() -> None:
    async def story() -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        assert (await said(line(port))).startswith(f"refused: 127.0.0.1:{port} takes no connection")

    asyncio.run(story())


def test_a_connection_that_is_cut_is_told_as_such() -> None:
    async def story() -> None:
        async def cut(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await request(reader)

        async with serving(cut) as port:
            assert (await said(line(port))).startswith("broken: 127.0.0.1 ended the connection")

    asyncio.run(story())


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    async def story() -> None:
        certificate = own_certificate(tmp_path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        got: list[bytes] = []
        async with serving(answering(FINE, got), tls=context) as port:
            url = f"https://localhost:{port}/path"
            why = "tls: the certificate of localhost is not trusted (self-signed certificate)"
            assert await said(line(port, url=url)) == why
            async with line(port, url=url, ca_file=str(certificate)) as http:
                assert (await http.send(MESSAGE)).status == 200
        assert len([each for each in got if each]) == 1

    asyncio.run(story())


def test_a_file_that_holds_no_certificates_is_named(tmp_path: Path) -> None:
    async def story() -> None:
        (tmp_path / "ca.pem").write_text("nothing")
        with pytest.raises(SettingsError, match=r"ca\.pem: expected certificates in PEM"):
            line(1, url="https://localhost/", ca_file=str(tmp_path / "ca.pem"))

    asyncio.run(story())


def own_certificate(folder: Path) -> Path:
    """A key and a certificate for localhost that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    return path
