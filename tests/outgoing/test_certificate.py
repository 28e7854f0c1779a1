"""A receiver's own certificate: read from what clients of Bandwidth's give, or refused as one that cannot be read."""

from __future__ import annotations

import base64
import random
import ssl

import httpcore
import pytest
import tls

from service.outgoing import certificate


@pytest.fixture
def pem(tmp_path):
    return tls.Authority(tmp_path, "anybody").certify("receiver", "127.0.0.1")[0].read_text()


@pytest.mark.parametrize("form", ["PEM", "DER", "in lines"])
def test_base64_of_pem_or_der_is_read(pem, form):
    given = base64.b64encode(ssl.PEM_cert_to_DER_cert(pem) if form == "DER" else pem.encode()).decode()
    if form == "in lines":
        given = "\n".join(given[at : at + 64] for at in range(0, len(given), 64))
    assert certificate.read(given) == pem
    assert certificate.trust(pem).get_ca_certs(binary_form=True)


@pytest.mark.parametrize(
    "given", ["", "TUlJ", "no base64", "é", "A" * 30_000, "kQgQ0VSVElGSUNBVEUtLS0tLQ0K", "LS0tLS1CRUdJTg=="]
)
def test_what_is_no_certificate_is_refused(given):
    with pytest.raises(ValueError, match=r"."):
        certificate.read(given)


def test_to_read_one_reads_none_of_the_authorities(pem, monkeypatch):
    """It is read in the thread of all requests, and theirs take a tenth of a second."""
    monkeypatch.setattr(httpcore, "default_ssl_context", None)
    assert certificate.read(base64.b64encode(pem.encode()).decode()) == pem


def test_a_damaged_certificate_is_refused_or_read_and_nothing_else(pem):
    chance, whole = random.Random(7), ssl.PEM_cert_to_DER_cert(pem)
    for _ in range(300):
        spoilt = bytearray(whole)
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        try:
            read = certificate.read(base64.b64encode(bytes(spoilt)).decode())
        except ValueError:
            continue
        assert read.startswith("-----BEGIN CERTIFICATE-----")
