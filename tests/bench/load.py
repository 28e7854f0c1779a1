"""The load generator, one for all systems: a process that sends requests made beforehand over kept connections.

    python tests/bench/load.py PORT CONNECTIONS < requests.pickle > seen.json

Raw asyncio protocols on uvloop: an HTTP client in Python costs more than the servers that it is to measure. Each
connection sends its next request as soon as it has the whole answer to the one before (closed loop). Answers are
counted by status, so that a system that is fast because it refuses is found out.
"""

from __future__ import annotations

import asyncio
import collections
import json
import pickle
import sys
import time

import uvloop


class Connection(asyncio.Protocol):
    """One connection: the next request when the answer is whole."""

    def __init__(self, load):
        self.load, self.received, self.began = load, b"", 0.0
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        self.go_on()

    def go_on(self):
        request = next(self.load.requests, None)
        self.began = time.perf_counter()
        if request is None:
            self.transport.close()
        else:
            self.transport.write(request)

    def data_received(self, data):
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if end and len(body) >= length(head):
            self.received = b""
            self.load.answered(head[9:12].decode(), time.perf_counter() - self.began)
            self.go_on()

    def connection_lost(self, error):
        self.load.ended(error)


def length(head):
    """Bytes of the body that follows a head; a 304 has none."""
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found and head[9:12] != b"304" else 0


class Load:
    """All connections of one measurement."""

    def __init__(self, requests, connections):
        self.requests, self.open = iter(requests), connections
        self.statuses, self.seconds = collections.Counter(), []
        self.done = asyncio.get_running_loop().create_future()

    def answered(self, status, seconds):
        self.statuses[status] += 1
        self.seconds.append(seconds)

    def ended(self, error):
        self.open -= 1
        if error or not self.open:
            self.done.done() or self.done.set_result(error)


async def send(port, connections, requests):
    load, loop = Load(requests, connections), asyncio.get_running_loop()
    began = time.perf_counter()
    await asyncio.gather(
        *(loop.create_connection(lambda: Connection(load), "127.0.0.1", port) for _ in range(connections))
    )
    if error := await load.done:
        raise error
    return {"elapsed": time.perf_counter() - began, "statuses": load.statuses, "seconds": load.seconds}


if __name__ == "__main__":
    json.dump(uvloop.run(send(int(sys.argv[1]), int(sys.argv[2]), pickle.load(sys.stdin.buffer))), sys.stdout)
