"""Spans as a real collector gets them: OTLP over HTTP, decoded from its protobuf."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from engine.record import Record
from services.process import SOURCE, studiograph
from web.requests import observe_operation
from web.traces import LAST_SECONDS, Traces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from web.requests import Scope

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collector(HTTPServer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Intake)
        self.received: list[ExportTraceServiceRequest] = []
        self.url = f"http://127.0.0.1:{self.server_port}/v1/traces"

    def spans(self) -> list[Span]:
        """Every span so far."""
        resources = (one for request in self.received for one in request.resource_spans)
        return [span for resource in resources for scope in resource.scope_spans for span in scope.spans]


class Intake(BaseHTTPRequestHandler):
    """Takes a batch."""

    server: Collector

    def do_POST(self) -> None:
        """Keep a batch that is sent as the protocol says, and thank for anything."""
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/v1/traces" and self.headers["content-type"] == "application/x-protobuf":
            self.server.received.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector on loopback."""
    with Collector() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_a_query_is_a_span_with_what_became_of_it(collector: Collector) -> None:
    traces = Traces(collector.url, "1.2.3")
    traces.observe(_scope(Record("query", "GalleryPage", ("TIMEOUT",), 61, 2)), 200, 0.25)
    await traces.close()
    (resource,) = collector.received[0].resource_spans
    assert _attributes(resource.resource)["service.name"] == "studiograph"
    assert _attributes(resource.resource)["service.version"] == "1.2.3"
    (span,) = collector.spans()
    assert (span.name, span.kind, span.status.code) == ("query GalleryPage", Span.SPAN_KIND_SERVER, 0)
    assert (span.end_time_unix_nano - span.start_time_unix_nano) == pytest.approx(0.25e9)
    assert time.time_ns() - span.end_time_unix_nano < 10e9
    assert (span.trace_id.hex() != TRACE, span.parent_span_id) == (True, b"")
    assert _attributes(span) == {
        "http.request.method": "POST",
        "http.route": "/graphql",
        "http.response.status_code": 200,
        "studiograph.request_id": "of-the-test",
        "studiograph.statements": 2,
        "studiograph.cost": 61,
        "studiograph.codes": ["TIMEOUT"],
        "graphql.operation.type": "query",
        "graphql.operation.name": "GalleryPage",
    }


async def test_a_span_is_named_for_what_was_asked(collector: Collector) -> None:
    traces = Traces(collector.url, "1")
    traces.observe(_scope(Record("mutation")), 200, 0.1)
    traces.observe(_scope(Record("query", "N" * 5_000)), 200, 0.1)
    traces.observe(_scope(Record(), path="/secret", method="GET"), 404, 0.1)
    observe_operation([traces.observe], Record("subscription", "News"), 9.0, "id")
    await traces.close()
    names = [span.name for span in collector.spans()]
    assert names == ["mutation", f"query {'N' * 100}", "GET other", "subscription News"]
    assert b"secret" not in collector.received[0].SerializeToString()


@pytest.mark.parametrize(("status", "codes"), [(503, ()), (200, ("INTERNAL_SERVER_ERROR",))])
async def test_a_fault_is_an_error_of_its_span(collector: Collector, status: int, codes: tuple[str, ...]) -> None:
    traces = Traces(collector.url, "1")
    traces.observe(_scope(Record("query", codes=codes)), status, 0.1)
    await traces.close()
    assert [span.status.code for span in collector.spans()] == [Status.STATUS_CODE_ERROR]


async def test_a_clients_own_trace_goes_on(collector: Collector) -> None:
    traces = Traces(collector.url, "1")
    traces.observe(_scope(Record(), traceparent=f"00-{TRACE}-{PARENT}-01", tracestate="vendor=1"), 200, 0.1)
    traces.observe(_scope(Record(), traceparent=f"00-{TRACE}-{PARENT}-00"), 200, 0.1)  # it does not want to be kept
    traces.observe(_scope(Record(), traceparent="00-nonsense-ä-01"), 200, 0.1)
    await traces.close()
    first, second = collector.spans()
    assert (first.trace_id.hex(), first.parent_span_id.hex(), first.trace_state) == (TRACE, PARENT, "vendor=1")
    assert (second.trace_id.hex() != TRACE, second.parent_span_id) == (True, b"")


@pytest.mark.parametrize("kind_of_absence", ["refuses", "never answers"])
async def test_a_collector_that_is_away_is_not_waited_for(kind_of_absence: str) -> None:
    with _absent(kind_of_absence) as url:
        traces = Traces(url, "1")
        began = time.monotonic()
        for _ in range(5_000):  # more than are kept
            traces.observe(_scope(Record("query")), 200, 0.1)
        assert time.monotonic() - began < 5
        began = time.monotonic()
        await traces.close()
        assert time.monotonic() - began < LAST_SECONDS + 0.5


def test_a_server_sends_its_spans_before_it_ends(collector: Collector, tmp_path: Path) -> None:
    with studiograph(tmp_path, "serve", "--empty", "--port", "0", traces_url=collector.url) as serving:
        with serving.client() as client:
            client.get("/graphql", params={"query": "query Total { designs { totalCount } }"})
            client.get("/media/some/secret.jpg")
        assert serving.stop() == 0
    assert [span.name for span in collector.spans()] == ["query Total", "GET /media/{key:path}"]


def test_nothing_of_the_library_is_loaded_where_no_spans_are_wanted() -> None:
    looked = "import app, serve, sys; print([name for name in sys.modules if name.startswith('opentelemetry')])"
    found = subprocess.run(
        [sys.executable, "-c", looked], env={"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, check=True
    )
    assert found.stdout == "[]\n"


def _scope(record: Record, path: str = "/graphql", method: str = "POST", **headers: str) -> Scope:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "record": record, "request_id": "of-the-test"}
    return {**scope, "headers": encoded}


def _attributes(told: Any) -> dict[str, Any]:
    return {one.key: _value(one.value) for one in told.attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    found = getattr(value, kind)
    return [_value(one) for one in found.values] if kind == "array_value" else found


@contextmanager
def _absent(kind: str) -> Iterator[str]:
    """The address of a collector that does not listen, or takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1/traces"
        if kind == "never answers":
            yield url
            return
    yield url
