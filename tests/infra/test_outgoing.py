"""Addresses that tenants type lead to the internet, or nowhere."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, Generator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from creneau_infra import outgoing
from creneau_infra.settings import Settings
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PRIVATE = (
    *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),  # noqa: S104 - an address to refuse
    *("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
    *("64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:10.0.0.1", "nonsense"),
)


class Server:
    """A server on a free port of this machine that counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self.port = 0
        self.answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
        self.asked = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        self.asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(self.answer)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()


@pytest.fixture
async def server() -> AsyncGenerator[Server, None]:
    made = Server()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield made


@pytest.fixture
def opened(server: Server, settings: Settings) -> Generator[str, None, None]:
    """Let one name on this machine through, as an operator would."""
    outgoing.configure(Settings(outgoing_private_hosts=(f"provider.test:{server.port}",)))
    yield f"http://provider.test:{server.port}/"
    outgoing.configure(settings)


def at(*addresses: str) -> outgoing.Resolve:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_not_public(address: str) -> None:
    assert not outgoing.is_public(address)


@pytest.mark.parametrize("address", ["192.0.78.24", "9.9.9.9", "2620:fe::fe"])
def test_an_address_of_the_internet_is(address: str) -> None:
    assert outgoing.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1:{port}/",
        "https://[::ffff:127.0.0.1]:{port}/",
        "https://2130706433:{port}/",
        "https://localhost:{port}/",
        "https://user:word@example.org/",
        "http://localhost:{port}/",
    ],
)
async def test_no_packet_leaves_for_a_private_or_plain_address(server: Server, url: str) -> None:
    with pytest.raises(outgoing.AddressRefusedError):
        await outgoing.get_json(url.format(port=server.port))
    assert server.visits == 0


async def test_one_private_address_among_several_is_enough(server: Server) -> None:
    with pytest.raises(outgoing.AddressRefusedError):
        await outgoing.get_json(f"https://provider.test:{server.port}/", at("9.9.9.9", "127.0.0.1"))
    assert server.visits == 0


async def test_a_name_is_resolved_once_and_the_checked_address_is_called(
    server: Server, opened: str
) -> None:
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    assert await outgoing.get_json(opened, rebinding) == {}
    assert asked == ["provider.test"]
    assert f"host: provider.test:{server.port}".encode() in server.asked.lower()


async def test_the_name_stays_in_the_check_of_the_certificate(
    tmp_path: Path, settings: Settings
) -> None:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    port = listening.sockets[0].getsockname()[1]
    outgoing.configure(Settings(outgoing_private_hosts=(f"provider.test:{port}",)))
    async with listening:
        with pytest.raises(outgoing.UnreachableError):
            await outgoing.get_json(f"https://provider.test:{port}/", at("127.0.0.1"))
    outgoing.configure(settings)
    assert names == ["provider.test"]
    assert server.visits == 0


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("provider.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    file = folder / "provider.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


async def test_a_redirect_is_not_followed(server: Server, opened: str) -> None:
    server.answer = (
        f"HTTP/1.1 302 Found\r\nlocation: https://127.0.0.1:{server.port}/\r\n"
        "content-length: 0\r\n\r\n"
    ).encode()
    with pytest.raises(outgoing.UnreachableError):
        await outgoing.get_json(opened, at("127.0.0.1"))
    assert server.visits == 1


async def test_an_answer_without_end_is_cut(server: Server, opened: str) -> None:
    body = b"[" + b"1," * outgoing.LARGEST_ANSWER
    server.answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + body
    with pytest.raises(outgoing.AnswerTooLargeError):
        await outgoing.get_json(opened, at("127.0.0.1"))


async def test_a_packed_answer_is_not_unpacked(server: Server, opened: str) -> None:
    server.answer = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}"
    with pytest.raises(outgoing.AnswerTooLargeError):
        await outgoing.get_json(opened, at("127.0.0.1"))


async def test_a_slow_or_absent_server_is_told_as_such(server: Server, opened: str) -> None:
    server.answer = b""
    with pytest.raises(outgoing.UnreachableError):
        await outgoing.get_json(opened, at("127.0.0.1"))
    with pytest.raises(outgoing.UnreachableError):
        async with outgoing.within(0.01):
            await asyncio.Event().wait()

    async def nowhere(_host: str, _port: int) -> Sequence[str]:
        raise OSError

    with pytest.raises(outgoing.UnreachableError):
        await outgoing.get_json("https://nowhere.test/", nowhere)
