"""Reading a body with a cap and a deadline: what is thrown away is bounded in bytes and in seconds."""

from __future__ import annotations

import asyncio
import time

import pytest
from starlette.requests import Request

from service import bodies
from service.errors import BodyTooLarge, MalformedRequest, RequestTimeout


class Sender:
    """Bytes as a server hands them on; `after` is what comes when they are all sent."""

    def __init__(self, *parts, after="end", headers=()):
        self.parts, self.after, self.read = list(parts), after, 0
        scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
        self.request = Request(scope, self._receive)

    async def _receive(self):
        if self.parts:
            part = self.parts.pop(0)
            self.read += len(part)
            return {"type": "http.request", "body": part, "more_body": bool(self.parts) or self.after != "end"}
        if self.after == "gone":
            return {"type": "http.disconnect"}
        await asyncio.Event().wait()
        return None


async def test_a_body_up_to_the_cap_is_returned():
    assert await bodies.read(Sender(b"ab", b"", b"c").request, 3, 1) == b"abc"
    assert await bodies.read(Sender(b"").request, 3, 1) == b""


async def test_a_byte_over_the_cap_is_refused():
    with pytest.raises(BodyTooLarge, match="3 bytes"):
        await bodies.read(Sender(b"ab", b"cd").request, 3, 1)


async def test_at_most_8_mib_over_the_cap_are_read():
    part = b" " * 65_536
    sender = Sender(*[part] * 1000)

    with pytest.raises(BodyTooLarge):
        await bodies.read(sender.request, 1000, 5)

    assert bodies.DISCARD_BYTES <= sender.read <= bodies.DISCARD_BYTES + 2 * len(part)


async def test_a_body_that_ends_within_8_mib_over_the_cap_is_read_whole_so_that_its_sender_sees_the_answer():
    sender = Sender(*[b" " * 65_536] * 100)

    with pytest.raises(BodyTooLarge):
        await bodies.read(sender.request, 1000, 5)

    assert sender.parts == []


@pytest.mark.parametrize("after", ["silence", "gone"])
async def test_what_is_thrown_away_is_bounded_in_seconds(monkeypatch, after):
    monkeypatch.setattr(bodies, "DISCARD_SECONDS", 0.05)
    began = time.monotonic()

    with pytest.raises(BodyTooLarge):
        await bodies.read(Sender(b"abcd", after=after).request, 3, 1)

    assert time.monotonic() - began < 5


async def test_a_sender_that_falls_silent_is_a_time_out_and_one_that_goes_away_is_told_apart():
    with pytest.raises(RequestTimeout, match=r"0\.05 s"):
        await bodies.read(Sender(b"a", after="silence").request, 3, 0.05)
    with pytest.raises(MalformedRequest):
        await bodies.read(Sender(b"a", after="gone").request, 3, 1)


async def test_a_sender_that_asks_first_is_refused_before_it_sends():
    headers = [(b"expect", b"100-Continue"), (b"content-length", b"4")]
    sender = Sender(b"abcd", headers=headers)

    with pytest.raises(BodyTooLarge, match="4 bytes"):
        await bodies.read(sender.request, 3, 1)

    assert sender.read == 0
