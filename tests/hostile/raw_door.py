"""Requests that no client library would send, written to the socket as they are."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from dataclasses import dataclass

import rig

#: what hostile bodies carry, and no log may
PASSCODE = "zq7x9k2m"
NUMBER = "2015551234"
#: what must stand in no log line, in whatever body it came
SECRETS = [rig.TOKEN, rig.CALLBACK[1], rig.SEGMENT, "ab" * 32, PASSCODE, NUMBER, "(201) 555-1234", "201-555-1234"]
JSON = "Content-Type: application/json"


@dataclass(frozen=True)
class Said:
    """One answer, read by its length; `hung_up` tells that the server closed the connection behind it."""

    status: int
    headers: dict[str, str]
    body: bytes
    hung_up: bool = False

    @property
    def problem(self):
        assert self.headers["content-type"] == "application/problem+json"
        assert self.headers["x-content-type-options"] == "nosniff"
        problem = json.loads(self.body)
        assert problem["status"] == self.status
        assert problem["detail"].strip()
        return problem["type"].removeprefix("/problems/")


def bearer():
    return f"Authorization: Bearer {rig.TOKEN}"


def head(first, *headers, host="Host: here"):
    """Write a request's head; bytes go as they are."""
    lines = [first, *([host] if host else []), *headers, "", ""]
    return b"\r\n".join(each if isinstance(each, bytes) else each.encode() for each in lines)


def post(world, *headers, kind="tn-options", version="1.1"):
    return head(f"POST {world.orders}/{kind} HTTP/{version}", bearer(), *headers)


async def unharmed(world, lines):
    """The server goes on, and what it logged is its own words."""
    answer = await world.api.get(world.orders)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    text = lines.getvalue()
    events = [json.loads(line)["event"] for line in text.splitlines()]
    assert all("." in event and "forged" not in event for event in events), events
    assert "request.failed" not in events
    assert not [each for each in SECRETS if each in text]


async def talk(world, *parts, seconds=5.0):
    """Write parts, or iterables of them; return all that comes back until the server hangs up or falls silent."""
    url = world.api.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    answer = asyncio.ensure_future(_everything(reader, seconds))
    try:
        with contextlib.suppress(ConnectionError):
            for part in itertools.chain.from_iterable([each] if isinstance(each, bytes) else each for each in parts):
                if answer.done():
                    break
                writer.write(part)
                await writer.drain()
        return await answer
    finally:
        answer.cancel()
        writer.close()


async def ask(world, *parts, seconds=5.0):
    """Write parts and return the first answer."""
    url = world.api.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    try:
        with contextlib.suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
        async with asyncio.timeout(seconds):
            return await next_answer(reader)
    finally:
        writer.close()


async def next_answer(reader):
    """Read one answer."""
    first = (await reader.readuntil(b"\r\n")).decode()
    headers = {}
    while line := (await reader.readuntil(b"\r\n")).decode().strip():
        name, _, value = line.partition(": ")
        assert name.lower() not in headers, f"{name} twice"
        headers[name.lower()] = value
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Said(int(first.split()[1]), headers, body, headers.get("connection") == "close")


async def _everything(reader, seconds):
    got = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(seconds):
            while part := await reader.read(65_536):
                got += part
    return got
