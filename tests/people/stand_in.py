"""An API that answers what a test tells it, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: what tells commands where a tracker is
VARIABLES = ("ORDER_TRACKER_URL", "ORDER_TRACKER_TOKEN", "ORDER_TRACKER_ACCOUNT")
ACCOUNT = "9900000"
ORDERS = f"/v1/accounts/{ACCOUNT}/orders"
ID = "01a20793-86c9-7bcc-8f65-7512482b0f80"
#: what a terminal or rich's markup would act on
HOSTILE = "evil\x1b[2J\x9b31m\u202e [bold red]x[/]\r\n\x00\x07 end"


@dataclass
class Fake:
    url: str
    token: str = "a-token"
    account_id: str = ACCOUNT
    #: by method and path: a status and a body
    answers: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def say(self, method, path, body, status=200):
        self.answers[method, path] = (status, body)

    def problem(self, method, path, status, slug, **more):
        body = {"type": f"/problems/{slug}", "title": f"It is {slug}.", "status": status, "detail": "Because.", **more}
        self.say(method, path, body, status)


def order(**more):
    """An order as the API tells it."""
    counts = {"total": 2, "pending": 0, "complete": 1, "failed": 1}
    return {
        "id": ID,
        "kind": "tn-options",
        "state": "partial",
        "version": 4,
        "counts": counts,
        "created_at": "2026-01-31T12:00:00.000Z",
        "links": {"self": f"{ORDERS}/{ID}"},
        **more,
    }


@contextlib.contextmanager
def serving():
    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            length = int(self.headers.get("Content-Length", 0))
            path, _, query = self.path.partition("?")
            made.asked.append((self.command, path, query, dict(self.headers), self.rfile.read(length)))
            status, body = made.answers.get((self.command, path), (404, "not told"))
            said = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            kind = "text/html" if isinstance(body, bytes) else "application/json"
            self.send_header("Content-Type", "application/problem+json" if status >= 400 and body != said else kind)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_):
            pass

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Fake(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
