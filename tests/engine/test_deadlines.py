"""Time that ends, from a client's socket to the database: by the deadline, and by the client who leaves."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2
import orjson
from graphql import build_schema

from engine.http import Endpoint
from engine.limits import Limits
from engine.streams import Streams
from services.answers import refusal
from services.engine import Anyone, an_engine
from services.serving import POST, asking, serving
from services.slow import read_slowly
from services.waiting import until_it_holds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from db.database import Database

CLIENTS = 50
SLOW = orjson.dumps({"query": "{ slow }"})
FAST = {"query": "{ fast }"}
AT_WORK = "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND query LIKE '%pg_sleep%' AND pid <> {own}"


async def test_others_are_served_while_many_abandon_slow_queries_and_nothing_is_left(db: Database) -> None:
    async with _served(db, seconds=15) as url, httpx2.AsyncClient(base_url=url, timeout=5) as other:
        assert (await other.post("/graphql", json=FAST)).json() == {"data": {"fast": 0}}
        tasks = asyncio.all_tasks()
        leaving = [asyncio.create_task(_abandon(url, 0.1 + number / 100)) for number in range(CLIENTS)]
        while not all(task.done() for task in leaving):
            began = time.monotonic()
            answer = (await other.post("/graphql", json=FAST)).json()
            assert (answer, time.monotonic() - began < 1) == ({"data": {"fast": 0}}, True)
        await until_it_holds(lambda: db.load().in_use == db.load().waiting == 0, seconds=2)
        await until_it_holds(lambda: asyncio.all_tasks() <= tasks)
        assert await _statements_left(db) == 0


async def test_the_deadline_ends_the_work_and_says_so(db: Database) -> None:
    message = "The operation took longer than 0.3 seconds and was ended; ask for less, or try again."
    async with _served(db, seconds=0.3) as url, httpx2.AsyncClient(base_url=url, timeout=5) as client:
        response = await client.post(
            "/graphql", json={"query": "{ slow }"}, headers={"accept": "application/graphql-response+json"}
        )
        assert response.status_code == 504
        assert response.json() == refusal("TIMEOUT", message)
        await until_it_holds(lambda: db.load().in_use == 0, seconds=2)
        assert await _statements_left(db) == 0
        assert (await client.post("/graphql", json=FAST)).json() == {"data": {"fast": 0}}


async def _abandon(url: str, seconds: float) -> None:
    writer = await asking(url, POST % (len(SLOW), SLOW))
    await asyncio.sleep(seconds)  # it has had enough of waiting
    writer.close()


async def _statements_left(db: Database) -> int:
    connection = db.read().connection
    if connection.statements.dialect.name == "sqlite":
        return 0
    driver: Any = db
    pool = driver._pool  # noqa: SLF001  (its connections are the ones to look at)
    looking = await pool.acquire()
    try:
        found: int = await looking.fetchval(AT_WORK.format(own=looking.get_server_pid()))
    finally:
        pool.release(looking)
    return found


@asynccontextmanager
async def _served(db: Database, seconds: float) -> AsyncIterator[str]:
    """An engine over the database, whose operations may take so long."""
    core = build_schema("type Query { slow: Boolean fast: Int }")
    assert core.query_type

    async def slow(*_: Any) -> None:
        await read_slowly(db.read().connection)

    async def fast(*_: Any) -> int:
        return int(await db.read().users.count())

    core.query_type.fields["slow"].resolve = slow
    core.query_type.fields["fast"].resolve = fast
    endpoint = Endpoint(an_engine(core, Limits(seconds=seconds)), lambda _scope: Anyone(), Streams(1))
    async with serving(endpoint) as url:
        yield url
