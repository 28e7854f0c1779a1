"""Knocking at our own address: whatever answers there, or does not, becomes a word about it, in time."""

from __future__ import annotations

import asyncio

import pytest
from hostile_endpoints import certificate, endpoint, server_context, trusting

from service.outgoing import knocking
from service.outgoing.knocking import knock


def says(answer):
    async def behave(made, reader, writer):
        made.requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()

    return behave


CHALLENGE = b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="ours"\r\nContent-Length: 0\r\n\r\n'


async def test_the_answers_status_and_challenge_are_told():
    async with endpoint(says(CHALLENGE)) as made:
        answer = await knock(made.url(host="127.0.0.1", target="/callbacks/x"))
    assert (answer.status, answer.challenge, answer.error) == (401, 'Basic realm="ours"', None)
    (request,) = made.requests
    assert request.startswith(b"POST /callbacks/x HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{made.port}".encode() in request
    assert b"uthorization" not in request


async def test_a_redirect_is_not_followed_and_a_body_without_an_end_not_waited_for():
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 99999\r\n\r\nx"
    async with endpoint(says(answer)) as made:
        told = await knock(made.url(host="127.0.0.1"))
    assert (told.status, told.challenge, told.error) == (302, "", None)


@pytest.mark.parametrize("answer", [b"hello\r\n\r\n", b"HTTP/1.1 200", b""])
async def test_what_is_no_http_is_told_so(answer):
    async with endpoint(says(answer)) as made:
        assert (await knock(made.url(host="127.0.0.1"))).error == "the answer is not HTTP, or broke off"


async def test_nobody_and_somebody_without_tls():
    assert (await knock("http://127.0.0.1:9/x")).error == "no connection could be made"

    async def no_tls(_made, reader, writer):
        await reader.read(1)
        writer.write(CHALLENGE)
        await writer.drain()

    async with endpoint(no_tls) as made:
        assert (await knock(made.url(scheme="https", host="127.0.0.1"))).error == "no connection could be made"


async def test_a_certificate_that_nobody_believes_is_told(tmp_path):
    pem, key = certificate("127.0.0.1")
    async with endpoint(says(CHALLENGE), tls=server_context(tmp_path, pem, key)) as made:
        url = made.url(scheme="https", host="127.0.0.1")
        assert (await knock(url)).error.startswith("the certificate is not accepted: ")
        assert (await knock(url, trusting(pem))).status == 401


async def test_one_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(knocking, "SECONDS", 0.1)

    async def hang(_made, reader, _writer):
        await reader.read()

    async with endpoint(hang) as made:
        assert (await knock(made.url(host="127.0.0.1"))).error == "no answer within 0.1 s"
        await asyncio.wait_for(made.gone.wait(), 15)
