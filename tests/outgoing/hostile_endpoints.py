"""Endpoints over raw sockets that do as a test says, certificates made on the spot, and names that lead anywhere."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "hooks.example.com"


class Names:
    """A resolver that answers each question with its next answer; the last one stays."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers) or [["127.0.0.1"]], []

    async def __call__(self, host, port):
        self.asked.append((host, port))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "never":
            await asyncio.Event().wait()
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Endpoint:
    """What came to an endpoint, and whether its connections are gone."""

    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    sni: list[str | None] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, scheme="http", host=HOST, target="/hook?token=a-secret-of-the-url"):
        return f"{scheme}://{host}:{self.port}{target}"


@contextlib.asynccontextmanager
async def endpoint(behave, tls=None, host="127.0.0.1", port=0):
    """Let `behave(endpoint, reader, writer)` lead every connection; `gone` is set when one has ended."""
    made, tasks = Endpoint(), set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        # uvloop raises RuntimeError for a write to a connection that has just been closed
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, RuntimeError):
            try:
                made.came.set()
                await behave(made, reader, writer)
            finally:
                made.gone.set()
                writer.close()

    server = await asyncio.start_server(serve, host, port, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    if tls is not None:
        tls.sni_callback = lambda _connection, name, _context: made.sni.append(name)
    try:
        yield made
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def answers(*parts, then="close"):
    """Read a request, then write parts; a float is a pause. Then close, reset, hold still, or go on for ever."""

    async def behave(made, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        made.requests.append(head + await reader.readexactly(length))
        for part in parts:
            if isinstance(part, float):
                await asyncio.sleep(part)
            else:
                writer.write(part)
                await writer.drain()
        await _end(made, reader, writer, then)

    return behave


def silent():
    """Take the connection and say nothing until the other side has gone."""

    async def behave(made, reader, writer):
        await _end(made, reader, writer, "hold")

    return behave


def spoilt_tls(context):
    """Shake hands as it should be, then write bytes that no key opens."""

    async def behave(made, reader, writer):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls, is_done = context.wrap_bio(incoming, outgoing, server_side=True), False
        while not is_done:
            try:
                tls.do_handshake()
                is_done = True
            except ssl.SSLWantReadError:
                pass
            writer.write(outgoing.read())
            if not is_done:
                incoming.write(await reader.read(65536))
        writer.write(b"\x17\x03\x03\x00\x20" + b"x" * 32)

    return behave


async def _end(made, reader, writer, then):
    if then == "reset":
        writer.transport.abort()
    elif then == "hold":
        while await reader.read(65536):
            pass
    elif then != "close":
        while True:
            writer.write(then)
            await writer.drain()
            await asyncio.sleep(0.001 if len(then) > 1 else 0.02)


def certificate(name=HOST, *, days=1):
    """Return a certificate that vouches for itself, and its key, both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a certificate of the tests")])
    now = dt.datetime.now(dt.UTC)
    try:
        alternative = x509.IPAddress(ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=9))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def server_context(directory, pem, key):
    path = directory / "certificate.pem"
    path.write_text(pem + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def trusting(*pems):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if pems:
        context.load_verify_locations(cadata="".join(pems))
    return context


def has_ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False
