"""A small HTTP server of a test's own: it hands over each POST, and answers what it is told to."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    #: one that hangs is not waited for
    block_on_close = False
    #: takes headers and body, returns status and headers
    take = None


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self):
        length = int(self.headers["content-length"] or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            return  # whoever sent it was killed amid it
        status, headers = self.server.take(self.headers, body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def answering():
    """Serve; yields the server: its `take` is to be set, and its port is `server_port`."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)
