"""What Prometheus reads: each request counted once, under names of ours, and told to nobody else."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.responses import PlainTextResponse
from starlette.routing import Route, Router

from db.load import Load
from engine.record import Record
from services.process import studiograph, until
from services.waiting import until_it_holds
from web.metrics import Metrics, Readings
from web.requests import Requests, observe_operation
from web.scraping import metrics_routes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus_client.samples import Sample

    from db.database import Database
    from services.process import Process
    from services.server import Server
    from web.requests import Scope

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "the-token-of-the-test"  # noqa: S105  (no secret)
HERE, ELSEWHERE = "127.0.0.1", "203.0.113.7"
REQUESTS = "studiograph_request_seconds_count"
BUSY = Load(in_use=3, free=5, waiting=2)


async def test_counts_a_request_under_its_route_and_never_its_path() -> None:
    metrics = _metrics()
    async with _client(metrics) as client:
        for path in ("/things/one", "/things/two", "/secret-path", "/things/three?token=hush"):
            await client.get(path)
        await client.request("BREW", "/things/one")
        told = await metrics.told()
    assert _counted(told, REQUESTS) == {
        ("GET", "/things/{name}", "2xx", ""): 3,
        ("GET", "other", "4xx", ""): 1,
        ("other", "/things/{name}", "4xx", ""): 1,
    }
    assert not [word for word in (b"secret", b"hush", b"one", b"BREW") if word in told.replace(b"None", b"")]


async def test_counts_what_an_operation_cost() -> None:
    metrics = _metrics()
    records = [
        Record("query", "Gallery", (), cost=61, statements=2),
        Record("query", "Gallery", ("BAD_USER_INPUT", "TIMEOUT"), cost=10, statements=1, plan_was_cached=False),
        Record("mutation", "", ("TIMEOUT",), cost=10, plan_was_cached=False),
        Record(codes=("GRAPHQL_PARSE_FAILED",)),
    ]
    for record in records:
        metrics.observe(_scope(record), 200, 0.003)
    observe_operation([metrics.observe], Record("subscription", "News", cost=1, plan_was_cached=False), 3.0, "id")
    figures = _figures(await metrics.told())
    assert {name: value for name, value in figures.items() if "_total" in name} == {
        "studiograph_errors_total{code=BAD_USER_INPUT}": 1,
        "studiograph_errors_total{code=TIMEOUT}": 2,
        "studiograph_errors_total{code=GRAPHQL_PARSE_FAILED}": 1,
        "studiograph_plan_cache_total{result=hit}": 1,
        "studiograph_plan_cache_total{result=miss}": 3,
        "studiograph_cost_points_total": 82,
        "studiograph_statements_total": 3,
    }
    assert _counted(await metrics.told(), REQUESTS) == {
        ("POST", "/graphql", "2xx", "query"): 2,
        ("POST", "/graphql", "2xx", "mutation"): 1,
        ("POST", "/graphql", "2xx", ""): 1,
        ("websocket", "/graphql", "1xx", "subscription"): 1,
    }


async def test_tells_what_is_in_use_when_it_is_asked() -> None:
    figures = _figures(await _metrics().told())
    assert {name: value for name, value in figures.items() if "lag_seconds_" not in name and value} == {
        "studiograph_database_connections_in_use": 3,
        "studiograph_database_connections_free": 5,
        "studiograph_database_waiting": 2,
        "studiograph_websockets": 7,
        "studiograph_subscriptions": 11,
        "studiograph_rates_fall_back": 1,
        "studiograph_event_lag_seconds": 4.5,
    }


async def test_looks_how_late_the_event_loop_is() -> None:
    metrics = _metrics()

    async def has_looked() -> bool:
        return _figures(await metrics.told())["studiograph_loop_lag_seconds_count"] > 0

    async with metrics.kept():
        await until_it_holds(has_looked)
    figures = _figures(await metrics.told())
    assert 0 <= figures["studiograph_loop_lag_seconds_sum"] < 5


async def test_a_database_that_does_not_answer_leaves_the_other_figures() -> None:
    async def broken() -> float:
        raise ConnectionError

    figures = _figures(await Metrics(Readings(lambda: BUSY, int, int, bool, broken)).told())
    assert str(figures["studiograph_event_lag_seconds"]) == "nan"
    assert figures["studiograph_database_connections_in_use"] == 3


async def test_two_applications_of_a_process_count_for_themselves() -> None:
    one, other = _metrics(), _metrics()
    one.observe(_scope(Record()), 200, 0.1)
    assert _counted(await other.told(), REQUESTS) == {}


async def test_the_oldest_event_that_waits_tells_how_late_the_worker_is(db: Database) -> None:
    assert await db.read().events.lag(NOW) == 0
    async with db.transaction() as tx:
        for seconds in (30, 90, -60):
            await tx.events.record("of.some.kind", None, now=NOW - timedelta(seconds=seconds))
        await tx.events.announce("only.told", None, now=NOW - timedelta(seconds=900))
    assert await db.read().events.lag(NOW) == 90
    async with db.transaction() as tx:
        event = await tx.events.claim(NOW, ["of.some.kind"])
        assert await tx.events.lag(NOW) == 90  # somebody is at it, and has not done it
        await tx.events.delivered(event, NOW)
    assert await db.read().events.lag(NOW) == 30


@pytest.mark.parametrize(
    ("address", "token", "headers", "status"),
    [
        (HERE, "", {}, 200),
        ("::1", "", {}, 200),
        ("::ffff:127.0.0.1", TOKEN, {}, 200),
        (ELSEWHERE, "", {}, 404),
        (ELSEWHERE, "", {"authorization": "Bearer "}, 404),
        (ELSEWHERE, TOKEN, {}, 401),
        (ELSEWHERE, TOKEN, {"authorization": f"Bearer {TOKEN}x"}, 401),
        (ELSEWHERE, TOKEN, {"authorization": TOKEN}, 401),
        (ELSEWHERE, TOKEN, {"authorization": "Bearer ä"}, 401),
        (ELSEWHERE, TOKEN, {"authorization": f"Bearer {TOKEN}"}, 200),
        (HERE, "", {"x-forwarded-for": ELSEWHERE}, 404),
        (HERE, TOKEN, {"x-forwarded-for": HERE}, 401),
        (HERE, TOKEN, {"x-real-ip": ELSEWHERE}, 401),
        (HERE, TOKEN, {"forwarded": "for=unknown"}, 401),
    ],
)
async def test_tells_programs_of_this_machine_and_those_with_the_token(
    address: str, token: str, headers: dict[str, str], status: int
) -> None:
    async with _client(_metrics(), address, token) as client:
        encoded = {name.encode(): value.encode() for name, value in headers.items()}
        answer = await client.get("/metrics", headers=encoded)
    assert answer.status_code == status
    assert (b"studiograph" in answer.content) == (status == 200)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_server_tells_what_it_was_asked(server: Server) -> None:
    server.ask("query Names { designs { totalCount } }")
    server.ask("query Names { designs { totalCount } }")
    figures = _figures(server.client.get("/metrics").content)
    told = "method=POST,operation=query,route=/graphql,status=2xx"
    assert figures[f"{REQUESTS}{{{told}}}"] == 2
    assert figures["studiograph_plan_cache_total{result=hit}"] == 1
    assert figures["studiograph_plan_cache_total{result=miss}"] == 1
    assert figures["studiograph_statements_total"] == 2
    assert figures["studiograph_cost_points_total"] > 0


def test_one_of_two_servers_tells_what_both_have_done_and_what_a_dead_one_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with studiograph(tmp_path, "serve", "--empty", "--port", "0", "--workers", "2") as serving:
        first, second = serving.servers(2)
        (shared,) = tmp_path.glob("studiograph-metrics-*")
        for server in (first, second):
            with _stopped(server), serving.client() as client:
                assert client.get("/health").status_code == 200  # the other one
        assert until(lambda: _health(serving) == 2, lambda: f"{_health(serving)} requests are told of, not 2")
        os.kill(first, signal.SIGKILL)
        until(lambda: first not in serving.servers(2), lambda: "there is no new server")
        assert _health(serving) == 2
        assert [path.name for path in shared.glob(f"gauge_*_{first}.db")] == []  # it has nothing in use any more
    assert not shared.exists()


def _metrics() -> Metrics:
    async def lag() -> float:
        return 4.5

    return Metrics(Readings(lambda: BUSY, lambda: 7, lambda: 11, lambda: True, lag))


def _client(metrics: Metrics, address: str = HERE, token: str = "") -> httpx2.AsyncClient:
    """A client at `address` of an application with one other page."""
    pages = Router([Route("/things/{name}", _page), *metrics_routes(metrics, token)])
    transport = httpx2.ASGITransport(Requests(pages, [metrics.observe]), client=(address, 40_000))
    return httpx2.AsyncClient(transport=transport, base_url="http://studio")


async def _page(_request: object) -> PlainTextResponse:
    return PlainTextResponse("")


def _scope(record: Record) -> Scope:
    return {"type": "http", "method": "POST", "path": "/graphql", "headers": [], "record": record, "request_id": "id"}


@contextmanager
def _stopped(process_id: int) -> Iterator[None]:
    os.kill(process_id, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process_id, signal.SIGCONT)


def _health(serving: Process) -> float:
    """How often /health was answered, as far as whichever server is asked knows."""
    with serving.client() as client:
        told = client.get("/metrics").content
    return _counted(told, REQUESTS).get(("GET", "/health", "2xx", ""), 0)


def _figures(told: bytes) -> dict[str, float]:
    """The figures by name and labels, without histograms' buckets."""
    samples = (sample for family in text_string_to_metric_families(told.decode()) for sample in family.samples)
    return {_named(one): one.value for one in samples if not one.name.endswith("_bucket")}


def _named(sample: Sample) -> str:
    labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
    return f"{sample.name}{{{labels}}}" if labels else sample.name


def _counted(told: bytes, name: str) -> dict[tuple[str, str, str, str], float]:
    samples = (sample for family in text_string_to_metric_families(told.decode()) for sample in family.samples)
    labels = ("method", "route", "status", "operation")
    return {tuple(one.labels[label] for label in labels): one.value for one in samples if one.name == name}  # type: ignore[misc]
