"""Spans by OpenTelemetry, over OTLP/HTTP; the one module that imports it, and it is imported only when asked for.

Its environment decides the rest: endpoint, headers, sampler, resource, sizes and times of batches.
"""

from __future__ import annotations

import atexit
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Thread
from typing import TYPE_CHECKING, Final

from opentelemetry import trace as api
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from service.tracing.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.context import Context

    from service.tracing.spans import Role, Said

#: seconds for bringing what is left at the end of a process; a collector that hangs must not hold it up
CLOSE_SECONDS: Final = 2.0
#: as resources name us, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES does
SERVICE: Final = "order-tracker"
_KINDS: Final = {
    "server": api.SpanKind.SERVER,
    "consumer": api.SpanKind.CONSUMER,
    "client": api.SpanKind.CLIENT,
    "internal": api.SpanKind.INTERNAL,
}


class Otel:
    """Records spans of one process, and brings them in batches from a thread of its own."""

    def __init__(self, process: str) -> None:
        self._ids = _Ids()
        found = Resource.create()
        named = found.attributes.get("service.name")
        ours = {"process.name": process}
        if not named or str(named).startswith("unknown_service"):
            ours["service.name"] = SERVICE
        resource = found.merge(Resource(ours))
        self._provider = TracerProvider(resource=resource, id_generator=self._ids, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer(SERVICE)
        atexit.register(self.close)

    @contextmanager
    def span(
        self, name: str, role: Role, place: Trace, said: Said, since: int | None = None
    ) -> Iterator[tuple[_Span, Trace]]:
        """Record a span at a place of a trace while it is entered; what is made under the second follows from it."""
        with self._ids.of(place):
            span = self._tracer.start_span(name, _context(place), _KINDS[role], start_time=since)
        made = _Span(span)
        made.tell(said)
        try:
            yield made, _place(span)
        except BaseException as error:
            made.fail(type(error).__name__)
            raise
        finally:
            span.end()

    def close(self) -> None:
        """Bring what is left, within `CLOSE_SECONDS`."""
        atexit.unregister(self.close)
        last = Thread(target=self._provider.shutdown, name="spans", daemon=True)
        last.start()
        last.join(CLOSE_SECONDS)


class _Span:
    """OpenTelemetry's span, as we speak to it."""

    def __init__(self, span: api.Span) -> None:
        self._span = span

    def tell(self, said: Said) -> None:
        """Say more of it."""
        self._span.set_attributes({name: value for name, value in said.items() if value is not None})

    def fail(self, why: str) -> None:
        """Say that it failed."""
        self._span.set_status(api.StatusCode.ERROR, why)


class _Ids(RandomIdGenerator):
    """Gives the root of a trace the id under which our log knows it already."""

    def __init__(self) -> None:
        self._root: ContextVar[Trace | None] = ContextVar("root", default=None)

    @contextmanager
    def of(self, place: Trace) -> Iterator[None]:
        """Have the trace that is begun while it is entered be this one."""
        token = self._root.set(place)
        try:
            yield
        finally:
            self._root.reset(token)

    def generate_trace_id(self) -> int:
        """Return the id of a trace that begins."""
        root = self._root.get()
        return int(root.id, 16) if root else super().generate_trace_id()


def _context(place: Trace) -> Context:
    """Return a place as OpenTelemetry knows it: nothing above a root, which its sampler then decides about."""
    if place.is_new:
        return api.set_span_in_context(api.INVALID_SPAN)
    flags = api.TraceFlags(api.TraceFlags.SAMPLED if place.sampled else api.TraceFlags.DEFAULT)
    above = api.SpanContext(int(place.id, 16), int(place.span_id, 16), is_remote=True, trace_flags=flags)
    return api.set_span_in_context(api.NonRecordingSpan(above))


def _place(span: api.Span) -> Trace:
    context = span.get_span_context()
    return Trace(
        api.format_trace_id(context.trace_id), api.format_span_id(context.span_id), context.trace_flags.sampled
    )
