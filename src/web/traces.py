"""OpenTelemetry: a span for each request. Imported only where spans are wanted: it brings a large library along."""

from __future__ import annotations

import asyncio
import time
from threading import Thread
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from engine.errors import INTERNAL_SERVER_ERROR
from web.requests import LONGEST_NAME, route_of

if TYPE_CHECKING:
    from opentelemetry.context import Context as TraceContext
    from opentelemetry.util.types import AttributeValue

    from engine.record import Record
    from web.requests import Scope

SEND_SECONDS = 10
LAST_SECONDS = 2
"""So long the end of the server waits for the spans that are left to be sent."""
TRACE_HEADERS = {b"traceparent", b"tracestate"}


class Traces:
    """Spans of the requests, sent to a collector by OTLP over HTTP: in batches, by a thread of their own."""

    def __init__(self, url: str, version: str) -> None:
        resource = Resource.create({"service.name": "studiograph", "service.version": version})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=SEND_SECONDS)))
        self._tracer = self._provider.get_tracer("studiograph")
        self._headers = TraceContextTextMapPropagator()

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """An observer of requests: one span, made when it is over, below the client's own where there is one."""
        ended = time.time_ns()
        span = self._tracer.start_span(
            _name(scope),
            self._parent(scope),
            SpanKind.SERVER,
            _attributes(scope, status),
            start_time=ended - int(seconds * 1e9),
        )
        if status >= 500 or INTERNAL_SERVER_ERROR in scope["record"].codes:
            span.set_status(StatusCode.ERROR)
        span.end(ended)

    async def close(self) -> None:
        """Send what is left; a collector that does not answer is not waited for longer than LAST_SECONDS."""
        sending = Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        await asyncio.to_thread(sending.join, LAST_SECONDS)

    def _parent(self, scope: Scope) -> TraceContext | None:
        given = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in TRACE_HEADERS}
        return self._headers.extract(given) if given else None


def _name(scope: Scope) -> str:
    record: Record = scope["record"]
    if record.operation:
        return f"{record.operation} {record.name[:LONGEST_NAME]}".rstrip()
    return f"{scope['method']} {route_of(scope)}"


def _attributes(scope: Scope, status: int) -> dict[str, AttributeValue]:
    record: Record = scope["record"]
    attributes: dict[str, AttributeValue] = {
        "http.request.method": scope["method"],
        "http.route": route_of(scope),
        "http.response.status_code": status,
        "studiograph.request_id": scope["request_id"],
        "studiograph.statements": record.statements,
    }
    if record.operation:
        attributes["graphql.operation.type"] = record.operation
        attributes["graphql.operation.name"] = record.name[:LONGEST_NAME]
        attributes["studiograph.cost"] = record.cost
    if record.codes:
        attributes["studiograph.codes"] = record.codes
    return attributes
