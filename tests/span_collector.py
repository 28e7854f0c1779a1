"""A collector of OpenTelemetry's, as far as it takes spans: by HTTP, as protobuf."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector(ThreadingHTTPServer):
    """Takes spans; `services` names who has brought some."""

    def __init__(self):
        self.spans, self.services = [], set()
        super().__init__(("127.0.0.1", 0), _Taking)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        told = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
        for resource in told.resource_spans:
            named = {each.key: each.value.string_value for each in resource.resource.attributes}
            self.server.services.add(named["service.name"])
            self.server.spans += [span for scope in resource.scope_spans for span in scope.spans]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_): ...


@contextlib.contextmanager
def collecting():
    """Yield a collector that listens on a port of this machine."""
    with Collector() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
