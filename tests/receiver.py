"""A service that is told of events, over a real socket: it verifies every signature as Standard Webhooks says."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook, WebhookVerificationError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Told:
    """One attempt as it came; `verified` holds those of the receiver's secrets that have signed it."""

    id: str
    timestamp: str
    body: dict[str, Any]
    raw: bytes
    verified: tuple[str, ...]

    @property
    def type(self):
        return self.body["type"]

    @property
    def order_id(self):
        return self.body["data"].get("order_id")

    @property
    def version(self):
        return self.body["data"].get("version")


@dataclass
class Receiver:
    """`answer(told)` returns a status, or a status and headers; it may wait."""

    url: str
    secrets: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    answer: Callable[[Told], int | tuple[int, dict[str, str]]] = field(default=lambda _told: 200)

    def of(self, order_id):
        return [each for each in self.told if each.order_id == order_id]

    def take(self, headers, raw):
        signed = {name: headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        verified = tuple(each for each in self.secrets if _verifies(each, raw, signed))
        told = Told(headers["webhook-id"], headers["webhook-timestamp"], json.loads(raw), raw, verified)
        self.told.append(told)
        answer = self.answer(told)
        return answer if isinstance(answer, tuple) else (answer, {})


def _verifies(secret, raw, headers):
    try:
        Webhook(secret).verify(raw.decode(), headers)
    except WebhookVerificationError:
        return False
    return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    #: one that hangs is not waited for
    block_on_close = False
    receiver: Receiver


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["content-length"]))
        status, headers = self.server.receiver.take(self.headers, raw)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def receiver():
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hooks")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.receiver
        finally:
            server.shutdown()
            thread.join(5)
