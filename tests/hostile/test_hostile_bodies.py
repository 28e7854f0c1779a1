"""Bodies at both doors: too long, too slow, packed, broken off, of a length that lies."""

from __future__ import annotations

import asyncio
import base64
import gzip
import itertools
import json
import zlib

import pytest
import rig
from raw_door import JSON, NUMBER, PASSCODE, ask, bearer, head, next_answer, post, talk

ORDER = {"groups": [{"telephone_numbers": [NUMBER], "port_out_passcode": PASSCODE}]}
BODY = json.dumps(ORDER).encode()
RIGHT = "Authorization: Basic " + base64.b64encode(":".join(rig.CALLBACK).encode()).decode()


@pytest.fixture
async def narrow(valkey, lines):
    """A world that takes little, and waits for little."""
    async with rig.world(valkey.url, max_body_bytes=1_000, max_callback_bytes=1_000, body_seconds=0.1) as made:
        yield made
        assert (await made.api.get(made.orders)).status_code == 200
        assert PASSCODE not in lines.getvalue()
        assert NUMBER not in lines.getvalue()


TWO_LENGTHS = [
    ["Content-Length: 2", "Transfer-Encoding: chunked"],
    ["Content-Length: 2", "Content-Length: 3"],
    ["Content-Length: 2", "Content-Length: 2"],
    ["Content-Length: 2, 2"],
    ["Content-Length: -2"],
    ["Content-Length: +2"],
    ["Content-Length: 0x2"],
    ["Content-Length: " + "9" * 400],
    ["Content-Length: two"],
    ["Transfer-Encoding: xchunked"],
    ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
]


def callback(world, *headers):
    return head(f"POST /callbacks/bandwidth/{world.account}/{rig.SEGMENT} HTTP/1.1", RIGHT, *headers)


DOORS = {
    "an order": lambda world, *headers: post(world, JSON, *headers),
    "a change": lambda world, *headers: head(
        f"PUT /v1/accounts/{world.account}/subscriptions HTTP/1.1", bearer(), *headers
    ),
    "a callback": callback,
}


def chunked(body):
    return f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"


def refusal(said):
    """Return the problem; a callback's refusal has no body, since nobody at Bandwidth reads it."""
    return said.problem if said.body else None


async def test_a_body_over_the_cap_is_413_with_and_without_a_length(narrow):
    large = BODY + b" " * 2_000
    ways = [
        ([f"Content-Length: {len(large)}"], large),
        (["Transfer-Encoding: chunked"], chunked(large)),
        (["Content-Length: 5000000000", "Expect: 100-continue"], b""),
    ]
    for door, (headers, sent) in itertools.product(DOORS.values(), ways):
        said = await ask(narrow, door(narrow, *headers), sent)
        assert (said.status, said.hung_up) == (413, True)
        assert refusal(said) in {"body-too-large", None}


async def test_a_body_that_stops_drips_or_has_no_end_is_408(narrow):
    url = narrow.api.base_url
    hows, drips = ("Content-Length: 900", "Transfer-Encoding: chunked"), (b"", b"1\r\n \r\n")
    for door, how, drip in itertools.product(DOORS.values(), hows, drips):
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(door(narrow, how) + b"1\r\n{\r\n")
        answer = asyncio.ensure_future(next_answer(reader))
        while not answer.done():
            writer.write(drip)
            await asyncio.wait([answer], timeout=0.02)
        writer.close()
        assert (answer.result().status, answer.result().hung_up) == (408, True)
        assert refusal(answer.result()) in {"request-timeout", None}


async def test_a_packed_body_is_refused_and_never_unpacked(target):
    bomb = gzip.compress(b" " * 50_000_000)
    for packed in (gzip.compress(BODY), zlib.compress(BODY), bomb):
        said = await ask(target, post(target, JSON, "Content-Encoding: gzip", f"Content-Length: {len(packed)}"), packed)
        assert (said.status, said.problem) == (415, "unsupported-media-type")
        # and where nothing says so, it is no JSON and no XML
        said = await ask(target, post(target, JSON, f"Content-Length: {len(packed)}"), packed)
        assert (said.status, said.problem) == (400, "malformed-request")
        said = await ask(target, callback(target, "Content-Encoding: gzip", f"Content-Length: {len(packed)}"), packed)
        assert said.status == 400


async def test_a_length_that_two_readers_could_understand_differently_is_400_at_every_door(target):
    for headers in TWO_LENGTHS:
        for door in DOORS.values():
            got = await talk(target, door(target, *headers) + b"{}")
            assert got.startswith(b"HTTP/1.1 400 "), headers
            assert got.count(b"\r\ndate: ") == 1, headers


async def test_what_stands_behind_a_length_that_is_too_short_is_no_part_of_the_order(target):
    """The rest is read as a request of its own, and is none: no order has been made of half a body."""
    got = await talk(target, post(target, JSON, f"Content-Length: {len(BODY) - 10}") + BODY)

    assert got.startswith(b"HTTP/1.1 400 ")
    assert (await target.api.get(target.orders)).json()["orders"] == []


async def test_a_sender_that_goes_away_in_the_middle_leaves_no_order(target):
    url = target.api.base_url
    for door in [*DOORS.values()] * 3:
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(door(target, f"Content-Length: {len(BODY)}") + BODY[:-1])
        await writer.drain()
        writer.transport.abort()

    assert (await target.api.get(target.orders)).json()["orders"] == []


async def test_a_body_where_none_belongs_is_not_waited_for(target):
    for first in (f"GET {target.orders}", "GET /livez", "GET /nowhere", f"DELETE {target.orders}"):
        said = await ask(target, head(f"{first} HTTP/1.1", bearer(), "Content-Length: 5000000000"), BODY)
        assert said.status in {200, 404, 405}


async def test_who_has_no_token_is_told_so_before_a_body_is_read(target):
    for authorization in ("X: y", "Authorization: Bearer \xff", f"Authorization: Basic {rig.TOKEN}"):
        request = head(f"POST {target.orders}/tn-options HTTP/1.1", authorization, JSON, "Content-Length: 5000000000")
        said = await ask(target, request, BODY)
        assert (said.status, said.problem) == (401, "unauthenticated")
        assert said.headers["www-authenticate"].startswith("Bearer ")
