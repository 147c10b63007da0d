"""Doorbells: events of other processes come at once, through whatever breaks; and nothing that is missed is lost."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import asyncpg
import pytest

from db import migrations
from db.database import open_database
from db.ids import new_id
from services.events import SECONDS, following, next_event, numbers, reading_along, write
from services.postgresql import PostgreSQL
from services.rows import THEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from db.conftest import Together
    from db.connection import Row
    from db.database import Database
    from db.tail import Follower, Tail

LISTENERS = "FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN \"studiograph_events\"'"
ANNOUNCE = """
import asyncio
from datetime import UTC, datetime
from db.database import open_database

async def announce():
    async with open_database(sys.argv[1], 1) as db:
        for number in range(20):
            async with db.transaction() as tx:
                await tx.events.announce("written", None, now=datetime.now(UTC), number=number)

asyncio.run(announce())
"""


@pytest.fixture
async def tail(db: Database) -> AsyncIterator[Tail]:
    """A tail of `db` that reads along."""
    async with reading_along(db) as tail:
        yield tail


@pytest.fixture
def by_doorbell_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no doorbell tells of is not found within any test."""
    monkeypatch.setattr("db.tail.POLL_SECONDS", 600)


@pytest.fixture
def own_server() -> Iterator[PostgreSQL]:
    """A server of the test's own, with a migrated database."""
    server = PostgreSQL().start()
    migrations.upgrade(server.create("studio"))
    yield server
    server.stop()


async def test_interleaved_transactions_lose_nothing(own_server: PostgreSQL) -> None:
    async with following(own_server.url("studio")) as (db, events):
        async with db.transaction() as first:
            await first.events.announce("written", None, now=THEN, number=1)
            for number in (2, 3):
                await write(db, "written", number=number)
                assert await numbers(events, 1) == [number]
        assert await numbers(events, 1) == [1]
        await write(db, "written", number=4)
        assert await numbers(events, 1) == [4]


@pytest.mark.usefixtures("by_doorbell_only")
async def test_everybody_who_follows_gets_each_event_once_from_several_processes(
    database_url: str, tail: Tail, together: Together
) -> None:
    async with aclosing(await tail.follow("written")) as one, aclosing(await tail.follow("written")) as two:
        ended = asyncio.to_thread(together, "", ANNOUNCE, database_url)
        first, second, outcomes = await asyncio.gather(_many(one, 60), _many(two, 60), ended)
    assert [code for code, _errors in outcomes] == [0] * 3, outcomes
    assert len({event.id for event in first}) == 60
    assert first == second
    assert sorted(event.payload["number"] for event in first) == sorted([*range(20)] * 3)


@pytest.mark.usefixtures("by_doorbell_only")
async def test_the_doorbell_of_another_process_is_heard_at_once(database_url: str, tail: Tail) -> None:
    async with open_database(database_url, 1) as other, aclosing(await tail.follow("written")) as events:
        for number in range(20):
            await write(other, "written", number=number)
            assert await numbers(events, 1) == [number]


@pytest.mark.usefixtures("by_doorbell_only")
async def test_a_doorbell_that_breaks_is_hung_up_again_and_nothing_is_lost(own_server: PostgreSQL) -> None:
    url = own_server.url("studio")
    admin = await asyncpg.connect(url)
    async with following(url) as (db, events):
        for number in range(3):
            async with asyncio.timeout(SECONDS):
                while not await admin.fetchval(f"SELECT count(*) = 1 {LISTENERS}"):
                    pass
            await admin.fetch(f"SELECT pg_terminate_backend(pid) {LISTENERS}")
            await write(db, "written", number=number)
            assert await numbers(events, 1) == [number]
    await admin.close()


async def test_what_no_doorbell_tells_of_is_found_by_looking(
    own_server: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.tail.POLL_SECONDS", 0.1)
    url = own_server.url("studio")
    admin = await asyncpg.connect(url)
    async with following(url) as (_db, events):
        await admin.execute(
            "INSERT INTO events (id, created_at, updated_at, kind, payload, due_at, attempts)"
            " VALUES ($1, now(), now(), 'written', '{\"number\": 1}', now(), 0)",
            new_id(),
        )
        assert await numbers(events, 1) == [1]
    await admin.close()


async def test_a_restart_of_the_server_is_survived_and_caught_up_with(own_server: PostgreSQL) -> None:
    url = own_server.url("studio")
    async with following(url) as (db, events):
        await write(db, "written", number=1)
        assert await numbers(events, 1) == [1]
        await asyncio.to_thread(own_server.restart)
        async with open_database(url, 1) as other:
            await write(other, "written", number=2)
        assert await numbers(events, 1, seconds=20) == [2]


async def _many(events: Follower, number: int) -> list[Row]:
    return [await next_event(events, 60) for _ in range(number)]
