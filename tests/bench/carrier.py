"""A Bandwidth that takes every order after a delay, quick enough to measure workers by; knows nothing else.

    python tests/bench/carrier.py PORT MILLISECONDS

`GET /_seen` tells the moment (CLOCK_MONOTONIC, s) at which each POST was there, by CustomerOrderId, and how many were
in flight at most; `DELETE /_seen` forgets, and `GET /_count` tells how many there are. The sandbox keeps all of
Bandwidth's rules, and costs more than a worker.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid

import uvloop
from load import length


class Carrier:
    """What all connections share."""

    def __init__(self, delay):
        self.delay, self.seen, self.under_way, self.most = delay, {}, 0, 0

    def forget(self):
        self.seen, self.most = {}, 0

    def read(self, head, body):
        """Answer a request, its delay in seconds beside it."""
        method, path = head.split(b" ", 2)[:2]
        if path.endswith(b"/oauth2/token"):
            return answer("200 OK", b'{"access_token":"a-token","token_type":"bearer","expires_in":3600}'), 0
        if path == b"/_count":
            return answer("200 OK", str(len(self.seen)).encode()), 0
        if path == b"/_seen":
            told = json.dumps({"seen": self.seen, "most": self.most}).encode()
            if method == b"DELETE":
                self.forget()
            return answer("200 OK", told), 0
        if method != b"POST":
            return answer("404 Not Found", b""), 0
        order_id = body.partition(b"<CustomerOrderId>")[2].partition(b"<")[0].decode()
        self.seen[order_id] = time.monotonic()
        return created(order_id), self.delay


def answer(status, body, media="application/json"):
    return f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def created(order_id):
    body = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><TnOptionOrderResponse><TnOptionOrder>'
        f"<OrderCreateDate>2026-11-29T02:23:40.426Z</OrderCreateDate><CustomerOrderId>{order_id}</CustomerOrderId>"
        f"<OrderId>{uuid.uuid4()}</OrderId><ProcessingStatus>RECEIVED</ProcessingStatus><ErrorList/>"
        "</TnOptionOrder></TnOptionOrderResponse>"
    )
    return answer("201 Created", body.encode(), "application/xml")


class Connection(asyncio.Protocol):
    """Answers one request after the other."""

    def __init__(self, carrier):
        self.carrier, self.received, self.transport = carrier, b"", None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if end and len(body) >= length(head):
            self.received = b""
            text, delay = self.carrier.read(head, body)
            if delay:
                self.carrier.under_way += 1
                self.carrier.most = max(self.carrier.most, self.carrier.under_way)
                asyncio.get_running_loop().call_later(delay, self.say_late, text)
            else:
                self.transport.write(text)

    def say_late(self, text):
        self.carrier.under_way -= 1
        self.transport.write(text)


async def serve(port, delay):
    carrier = Carrier(delay)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(carrier), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
