"""TLS in front of servers that do not speak it: an authority of the test's own, and a door that it has certified."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import socketserver
import ssl
import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """A CA; `path` is its certificate, for clients."""

    def __init__(self, directory, name):
        self._directory, self._name = Path(directory), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        own = x509.BasicConstraints(ca=True, path_length=0)
        self.path = self._directory / f"{name}.pem"
        self.path.write_bytes(self._signed(self._name, self._key, own))

    def certify(self, name, *addresses):
        """Return the paths of a certificate for some addresses and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(each)) for each in addresses])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        paths = self._directory / f"{name}.crt", self._directory / f"{name}.key"
        paths[0].write_bytes(self._signed(subject, key, named))
        form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
        return paths

    def _signed(self, subject, key, extension):
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(hours=1))
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        )
        return made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@contextlib.contextmanager
def door(certificate, to_port, trusted=None):
    """Speak TLS before a port of this machine; yields the port. With `trusted`, clients need its certificate too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    if trusted:
        context.load_verify_locations(trusted.path)
        context.verify_mode = ssl.CERT_REQUIRED

    class Through(socketserver.BaseRequestHandler):
        def handle(self):
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", to_port)) as behind,
                context.wrap_socket(self.request, server_side=True) as outer,
            ):
                back = threading.Thread(target=_carry, args=(behind, outer), daemon=True)
                back.start()
                _carry(outer, behind)
                back.join()

    class Doors(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Doors(("127.0.0.1", 0), Through) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def _carry(source, target):
    with contextlib.suppress(OSError):
        while some := source.recv(65_536):
            target.sendall(some)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
