"""A receiver's own certificate, which its subscription brings: believed beside those of the world's authorities."""

from __future__ import annotations

import base64
import binascii
import ssl
from functools import lru_cache
from typing import Final

import httpcore
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

#: of what is given
MOST_CHARACTERS: Final = 20_000


def read(text: str) -> str:
    """Return, as PEM, a certificate that is given as Base64 of DER or of PEM; raises ValueError for anything else."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError("the certificate is too long")
    try:
        given = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise ValueError("the certificate is not Base64") from None
    load = x509.load_pem_x509_certificate if given.startswith(b"-----") else x509.load_der_x509_certificate
    try:
        pem = load(given).public_bytes(Encoding.PEM).decode()
        # beside no others: to read those of all authorities takes longer than others should wait
        _believe(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), pem)
    except (x509.InvalidVersion, ssl.SSLError):
        raise ValueError("the certificate is none that could be believed") from None
    return pem


@lru_cache(maxsize=64)
def trust(pem: str) -> ssl.SSLContext:
    """Return what believes the world's authorities and this certificate itself, whoever has signed it.

    The first time that takes tenths of a second: call it in a thread.
    """
    context = httpcore.default_ssl_context()
    _believe(context, pem)
    return context


def _believe(context: ssl.SSLContext, pem: str) -> None:
    context.load_verify_locations(cadata=pem)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
