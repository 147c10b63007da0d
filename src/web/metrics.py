"""What Prometheus is told: what became of requests, and how much of what there is is in use."""

from __future__ import annotations

import asyncio
import math
import os
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from web.requests import route_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from db.load import Load
    from engine.record import Record
    from web.requests import Scope

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)
LAG_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
SAMPLING_SECONDS = 1
PATIENCE_SECONDS = 2
STATUS_CLASSES = ("none", "1xx", "2xx", "3xx", "4xx", "5xx")
"""By the hundreds of the status; none: the client left before it was answered."""
METHODS = {"GET", "HEAD", "POST", "PUT", "OPTIONS"}
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names, in the environment, the folder in which several server processes keep their figures together."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second line for each figure, that nobody asks for


@dataclass(frozen=True, slots=True)
class Readings:
    """Where the figures come from that are looked up when they are asked for."""

    load: Callable[[], Load]
    sockets: Callable[[], int]
    subscriptions: Callable[[], int]
    rates_fall_back: Callable[[], bool]
    """Whether this process counts rates for itself, because the place where all count together is away."""
    event_lag: Callable[[], Awaitable[float]]
    """How many seconds late the oldest event is that is due and not delivered."""


class Metrics:
    """The figures of this process, or of all server processes where `serve` lets them keep theirs together."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._registry = registry = CollectorRegistry()
        labels = ("method", "route", "status", "operation")
        requests = Histogram(
            "studiograph_request_seconds", "How long requests took.", labels, buckets=SECONDS, registry=registry
        )
        errors = Counter("studiograph_errors", "Errors that were answered, by code.", ["code"], registry=registry)
        plan_cache = Counter("studiograph_plan_cache", "Look-ups of plans.", ["result"], registry=registry)
        cost = Counter("studiograph_cost_points", "Points that operations cost.", registry=registry)
        statements = Counter("studiograph_statements", "Statements that requests ran.", registry=registry)
        self._requests = cache(requests.labels)  # a label's own look-up takes four times as long as counting
        self._errors = cache(errors.labels)
        self._hits, self._misses = _Sum(plan_cache.labels("hit")), _Sum(plan_cache.labels("miss"))
        self._cost, self._statements = _Sum(cost), _Sum(statements)
        self._lag = Histogram(
            "studiograph_loop_lag_seconds", "How late the event loop is.", buckets=LAG_SECONDS, registry=registry
        )
        self._gauges = _Gauges(registry)

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """An observer of requests: counts one."""
        record: Record = scope["record"]
        status_class = STATUS_CLASSES[status // 100]
        self._requests(_method(scope), route_of(scope), status_class, record.operation).observe(seconds)
        self._statements.pending += record.statements
        if record.operation:
            (self._hits if record.plan_was_cached else self._misses).pending += 1
            self._cost.pending += record.cost
        for code in record.codes:
            self._errors(code).inc()

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """While the block runs, look once a second how late the event loop is and what is in use."""
        sampling = asyncio.create_task(self._sample())
        yield
        sampling.cancel()
        with suppress(asyncio.CancelledError):
            await sampling

    async def told(self) -> bytes:
        """Everything in Prometheus' text format, of all server processes that keep their figures together."""
        self._settle()
        self._gauges.event_lag.set(await self._event_lag())
        registry = self._registry
        if folder := os.environ.get(SHARED_FOLDER):
            registry = CollectorRegistry()
            MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        return await asyncio.to_thread(generate_latest, registry)

    async def _sample(self) -> None:
        while True:
            due = time.monotonic() + SAMPLING_SECONDS
            await asyncio.sleep(SAMPLING_SECONDS)
            self._lag.observe(max(0.0, time.monotonic() - due))
            self._settle()

    def _settle(self) -> None:
        for total in (self._hits, self._misses, self._cost, self._statements):
            total.settle()
        self._gauges.read(self._readings)

    async def _event_lag(self) -> float:
        """Not a number where the database does not tell: the other figures are wanted then more than ever."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._readings.event_lag()
        except Exception:  # noqa: BLE001  (whatever keeps the database from telling is told by /ready and in the log)
            return math.nan


def _method(scope: Scope) -> str:
    if scope["type"] == "websocket":
        return "websocket"
    return scope["method"] if scope["method"] in METHODS else "other"


class _Sum:
    """A counter for every request: added up here, and told to Prometheus' own (0.8 µs a time) once a second."""

    __slots__ = ("_counter", "pending")

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self.pending = 0

    def settle(self) -> None:
        pending, self.pending = self.pending, 0
        self._counter.inc(pending)


class _Gauges:
    """Figures that go up and down. Processes add theirs up, where they are not about something that all share."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def summed(name: str, told: str) -> Gauge:
            return Gauge(f"studiograph_{name}", told, registry=registry, multiprocess_mode="livesum")

        self._in_use = summed("database_connections_in_use", "Connections to the database at work.")
        self._free = summed("database_connections_free", "Connections to the database that could be at work.")
        self._waiting = summed("database_waiting", "Statements that wait for a connection.")
        self._sockets = summed("websockets", "Open websockets.")
        self._subscriptions = summed("subscriptions", "Subscriptions that are followed.")
        self._fall_back = summed("rates_fall_back", "Processes that count rates for themselves, Valkey being away.")
        self.event_lag = Gauge(
            "studiograph_event_lag_seconds",
            "How late the oldest event is that is due and not delivered.",
            registry=registry,
            multiprocess_mode="livemostrecent",
        )

    def read(self, readings: Readings) -> None:
        load = readings.load()
        self._in_use.set(load.in_use)
        self._free.set(load.free)
        self._waiting.set(load.waiting)
        self._sockets.set(readings.sockets())
        self._subscriptions.set(readings.subscriptions())
        self._fall_back.set(readings.rates_fall_back())
