"""The pool: broken connections are replaced, waiters are served in turn, and there are never more than its size."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING

import asyncpg
import pytest
from sqlalchemy import column, func, literal, select, table

from db.pool import Pool
from db.postgresql import PostgresqlDatabase
from db.unavailable import DatabaseUnavailable
from services.rows import a_user

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy import Executable

    from services.postgresql import PostgreSQL

NUMBERS = count()
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
ASLEEP = f"SELECT count(*) {OTHERS} AND wait_event = 'PgSleep'"


@pytest.fixture
def url(postgresql: PostgreSQL) -> Iterator[str]:
    """A migrated database."""
    name = f"pool{next(NUMBERS)}"
    yield postgresql.create(name, template="migrated")
    postgresql.drop(name)


@pytest.fixture
async def db(url: str) -> AsyncIterator[PostgresqlDatabase]:
    """The database with three connections."""
    async with PostgresqlDatabase(url, 3) as opened:
        yield opened


@pytest.fixture
async def pool(url: str) -> AsyncIterator[Pool]:
    """A pool of one."""
    opened = Pool(url, 1)
    yield opened
    await opened.close()


@pytest.fixture
async def admin(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection beside the pool."""
    connected = await asyncpg.connect(url)
    yield connected
    await connected.close()


async def test_a_connection_that_the_server_ended_costs_at_most_one_answer(
    db: PostgresqlDatabase, admin: asyncpg.Connection
) -> None:
    await asyncio.gather(*(_add(db) for _ in range(3)))
    await admin.fetch(f"SELECT pg_terminate_backend(pid) {OTHERS}")
    outcomes = await asyncio.gather(*(_add(db) for _ in range(30)), return_exceptions=True)
    assert outcomes.count(None) >= 30 - 3
    assert await asyncio.gather(*(_add(db) for _ in range(30))) == [None] * 30
    assert await admin.fetchval("SELECT count(*) FROM users") == 3 + outcomes.count(None) + 30


async def test_a_transaction_whose_connection_breaks_fails_and_those_that_wait_go_on(
    db: PostgresqlDatabase, admin: asyncpg.Connection
) -> None:
    async def break_off() -> None:
        async with db.transaction() as tx:
            await tx.users.add([a_user("Nobody")])
            await admin.fetch(f"SELECT pg_terminate_backend(pid) {OTHERS}")

    waiting = [_add(db) for _ in range(10)]
    async with asyncio.timeout(30):
        broken, *outcomes = await asyncio.gather(break_off(), *waiting, return_exceptions=True)
    assert isinstance(broken, DatabaseUnavailable)
    assert {type(outcome) for outcome in outcomes} <= {type(None), DatabaseUnavailable}
    assert outcomes.count(None) >= 10 - 2, "only what ran on the other two connections may fail with it"
    assert await admin.fetchval("SELECT count(*) FROM users") == outcomes.count(None)


async def test_there_are_never_more_connections_than_the_pool_is_big(
    db: PostgresqlDatabase, admin: asyncpg.Connection
) -> None:
    """However connections break and callers are cut off."""

    async def use(number: int) -> None:
        async with asyncio.timeout(number % 17 / 1_000 if number % 3 else None):
            await db.read().connection.value(_nap)

    users = [asyncio.create_task(use(number)) for number in range(300)]
    open_at_once = []
    while not all(user.done() for user in users):
        open_at_once.append(await admin.fetchval(f"SELECT count(*) {OTHERS}"))
        if len(open_at_once) % 10 == 0:
            await admin.fetch(f"SELECT pg_terminate_backend(pid) {OTHERS} ORDER BY random() LIMIT 1")
    outcomes = await asyncio.gather(*users, return_exceptions=True)
    assert max(open_at_once) <= 3 + 1, "one may be on its way out"
    found = {type(outcome) for outcome in outcomes}
    assert {TimeoutError, type(None)} <= found <= {TimeoutError, type(None), DatabaseUnavailable}
    async with asyncio.timeout(10):
        await asyncio.gather(*(db.read().connection.value(_nap) for _ in range(9)), return_exceptions=True)
        assert await asyncio.gather(*(db.read().connection.value(_nap) for _ in range(9))) == [1] * 9


async def test_a_connection_goes_to_whoever_waits_longest(pool: Pool) -> None:
    held = await pool.acquire()
    order: list[int] = []

    async def use(number: int) -> None:
        driver = await pool.acquire()
        order.append(number)
        pool.release(driver)

    waiting = [asyncio.create_task(use(number)) for number in range(5)]
    await asyncio.sleep(0)
    pool.release(held)
    async with asyncio.timeout(10):
        await asyncio.gather(*waiting)
    assert order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("steps", range(3))
async def test_a_waiter_that_is_cut_off_leaks_no_connection(steps: int, pool: Pool) -> None:
    """Neither before nor after the connection was handed to it."""
    held = await pool.acquire()
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    pool.release(held)
    for _ in range(steps):
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    if not waiting.cancelled():
        pool.release(waiting.result())
    async with asyncio.timeout(10):
        assert await pool.acquire() is held
    pool.release(held)


async def test_the_room_of_a_broken_connection_goes_to_whoever_waits_longest(pool: Pool) -> None:
    held = await pool.acquire()
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    held.terminate()
    pool.release(held)
    later = asyncio.create_task(pool.acquire())
    async with asyncio.timeout(10):
        opened = await waiting
        assert opened is not held
        assert not later.done()
        pool.release(opened)
        assert await later is opened
    pool.release(opened)


async def test_a_connection_that_cannot_be_opened_leaves_its_room(url: str) -> None:
    nowhere = Pool(f"{url}-that-is-not-there", 1)
    for _ in range(3):
        async with asyncio.timeout(10):
            with pytest.raises(DatabaseUnavailable) as caught:
                await nowhere.acquire()
            assert url not in str(caught.value)


async def test_an_error_of_our_own_is_none_of_the_server(db: PostgresqlDatabase) -> None:
    for _ in range(4):
        with pytest.raises(asyncpg.UndefinedTableError):
            await db.read().connection.run(_from_nowhere)
        with pytest.raises(asyncpg.UndefinedTableError):
            async with db.transaction() as tx:
                await tx.connection.run(_from_nowhere)
    assert await db.read().users.count() == 0


async def test_a_cancelled_statement_is_ended_at_the_server(db: PostgresqlDatabase, admin: asyncpg.Connection) -> None:
    sleeping = asyncio.create_task(db.read().connection.value(_sleep))
    async with asyncio.timeout(10):
        while not await admin.fetchval(ASLEEP):
            pass
        sleeping.cancel()
        await asyncio.wait([sleeping])
        while await admin.fetchval(ASLEEP):
            pass
        assert await db.read().users.count() == 0


async def _add(db: PostgresqlDatabase) -> None:
    async with db.transaction() as tx:
        await tx.users.add([a_user(f"User {next(NUMBERS)}")])


def _nap() -> Executable:
    return select(literal(1)).where(func.pg_sleep(0.002).is_not(None))


def _from_nowhere() -> Executable:
    return select(column("id")).select_from(table("nowhere"))


def _sleep() -> Executable:
    return select(func.pg_sleep(60))
