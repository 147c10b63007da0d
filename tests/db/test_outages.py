"""A PostgreSQL server that is not there, comes, and goes: an error each time, and no connection lost for good."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Executable, func, select

from db.database import open_database
from services.postgresql import PostgreSQL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database

SECONDS = 20


@pytest.fixture
def unstarted() -> Iterator[PostgreSQL]:
    """A server of the test's own that does not run yet."""
    server = PostgreSQL()
    yield server
    server.stop()


async def test_a_server_that_is_not_there_is_an_error_until_it_comes_and_after_it_went(unstarted: PostgreSQL) -> None:
    async with open_database(unstarted.url("postgres"), 1) as db:
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                await _process(db)
        await asyncio.to_thread(unstarted.start)
        first = await _process(db)
        assert await _process(db) == first
        await asyncio.to_thread(unstarted.restart)
        second = await _process(db)
        assert await _process(db) == second
        assert second != first


async def test_everyone_who_waits_hears_that_the_server_is_not_there(unstarted: PostgreSQL) -> None:
    async with open_database(unstarted.url("postgres"), 2) as db:
        answers = await asyncio.gather(*(_process(db) for _ in range(10)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ConnectionRefusedError] * 10


async def _process(db: Database) -> int:
    """Which of the server's processes answers."""
    async with asyncio.timeout(SECONDS):
        return int(await db.read().connection.value(_backend))


def _backend() -> Executable:
    return select(func.pg_backend_pid())
