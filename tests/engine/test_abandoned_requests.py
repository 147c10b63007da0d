"""Clients that abandon what waits for the database leave no task behind, and nobody waits for them."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx2
import orjson

from app import create_app
from services.serving import POST, Noticing, asking, serving
from services.waiting import until_it_holds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from settings import Settings

CLIENTS = 20
LOG_IN = orjson.dumps({"query": 'mutation { logIn(input: {username: "mina", password: "x"}) { userErrors { code } } }'})
QUERY = {"query": "{ designs(first: 1) { nodes { id } } }"}
ANSWER: Any = {"data": {"designs": {"nodes": []}}}


async def test_what_clients_abandon_ends_and_others_are_answered(settings: Settings) -> None:
    application = Noticing(create_app(settings))
    async with serving(application, "on") as url, httpx2.AsyncClient(base_url=url, timeout=1) as other:
        assert (await other.post("/graphql", json=QUERY)).json() == ANSWER
        tasks = asyncio.all_tasks()
        async with nobody_may_log_in(settings.database_url):
            writers = [await asking(url, POST % (len(LOG_IN), LOG_IN)) for _ in range(CLIENTS)]
            await until_it_holds(lambda: application.requests == CLIENTS)
            for writer in writers:
                writer.close()
            assert (await other.post("/graphql", json=QUERY)).json() == ANSWER
            await until_it_holds(lambda: asyncio.all_tasks() <= tasks, seconds=1)


@asynccontextmanager
async def nobody_may_log_in(database_url: str) -> AsyncIterator[None]:
    """Within, every log-in waits: what it has to write down is locked."""
    if database_url.startswith("sqlite"):
        locking = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
        locking.execute("BEGIN IMMEDIATE")
        yield
        locking.close()
        return
    connection = await asyncpg.connect(database_url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE login_throttles IN ACCESS EXCLUSIVE MODE")
        yield
    await connection.close()
