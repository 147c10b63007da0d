"""PostgreSQL restarts, refuses, is slow, falls silent: everyone hears so in time, and afterwards all is as it was."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Executable, func, select

from db import migrations
from db.models import User
from db.pool import CANCEL_SECONDS, RETRY_SECONDS
from db.postgresql import PostgresqlDatabase
from db.unavailable import DatabaseUnavailable
from services.postgresql import PostgreSQL
from services.proxy import Proxy
from services.rows import a_user

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from db.database import Database

SIZE = 4
CLIENTS = 12
ANSWERED_SECONDS = 15
BACK_SECONDS = 20
USERS = User.__table__
NAMES = (f"User {number}" for number in count())


@pytest.fixture
def unstarted() -> Iterator[PostgreSQL]:
    """A server of the test's own that does not run yet."""
    server = PostgreSQL()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    """A server of this module's own, with the tables in its database `postgres`."""
    started = PostgreSQL().start()
    migrations.upgrade(started.url("postgres"))
    yield started
    started.stop()


@pytest.fixture
def proxy(server: PostgreSQL) -> Iterator[Proxy]:
    """What lies between it and us."""
    started = Proxy(server.port)
    yield started
    started.stop()


@pytest.fixture
async def db(server: PostgreSQL, proxy: Proxy) -> AsyncIterator[PostgresqlDatabase]:
    """The database beyond the proxy; its connections are open."""
    url = server.url("postgres").replace(str(server.port), str(proxy.port))
    async with PostgresqlDatabase(url, SIZE) as opened:
        await asyncio.gather(*(_process(opened) for _ in range(SIZE)))
        yield opened


async def test_a_server_that_is_not_there_is_unavailable_until_it_comes_and_after_it_went(
    unstarted: PostgreSQL,
) -> None:
    async with PostgresqlDatabase(unstarted.url("postgres"), 1) as db:
        for _ in range(3):
            with pytest.raises(DatabaseUnavailable):
                await _process(db)
        await asyncio.to_thread(unstarted.start)
        first = await _back(db)
        assert await _process(db) == first
        await asyncio.to_thread(unstarted.restart)
        second = await _back(db)
        assert await _process(db) == second
        assert second != first


async def test_everyone_who_waits_hears_that_the_server_is_not_there(unstarted: PostgreSQL) -> None:
    async with PostgresqlDatabase(unstarted.url("postgres"), 2) as db, asyncio.timeout(RETRY_SECONDS + 1):
        answers = await asyncio.gather(*(_process(db) for _ in range(10)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DatabaseUnavailable] * 10


async def test_no_acknowledged_write_is_lost_where_the_server_restarts(
    server: PostgreSQL, db: PostgresqlDatabase
) -> None:
    await _keeps_what_it_acknowledged(db, partial(asyncio.to_thread, server.restart))


async def test_refused_connections_are_told_of_and_opened_again(proxy: Proxy, db: PostgresqlDatabase) -> None:
    async def outage() -> None:
        proxy.refuse()
        await _refused_for(db, 1)
        proxy.pass_on()

    await _keeps_what_it_acknowledged(db, outage)


async def test_a_slow_network_only_makes_slow(proxy: Proxy, db: PostgresqlDatabase) -> None:
    async def outage() -> None:
        proxy.delay(0.1)
        assert await _seconds(_process(db)) >= 0.2
        proxy.pass_on()

    refused = await _keeps_what_it_acknowledged(db, outage)
    assert refused == 0


async def test_a_network_slower_than_any_patience_is_unavailable(
    proxy: Proxy, db: PostgresqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.watch.SILENT_SECONDS", 0.5)
    monkeypatch.setattr("db.connecting.CONNECT_SECONDS", 1)

    async def outage() -> None:
        proxy.delay(30)
        await _refused_for(db, 1)
        proxy.pass_on()

    await _keeps_what_it_acknowledged(db, outage)


async def test_a_server_that_falls_silent_is_unavailable(proxy: Proxy, db: PostgresqlDatabase) -> None:
    async def outage() -> None:
        proxy.swallow()
        await _refused_for(db, 1)
        proxy.pass_on()

    await _keeps_what_it_acknowledged(db, outage)


async def test_whoever_is_cut_off_does_not_wait_for_a_silent_server_nor_do_others_for_them(
    proxy: Proxy, db: PostgresqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.connecting.CONNECT_SECONDS", 0.5)
    proxy.swallow()
    asking = [asyncio.create_task(_ask(db)) for _ in range(SIZE - 1)]
    asking += [asyncio.create_task(_write(db, "Cut off")) for _ in range(SIZE)]
    for _ in range(10):
        await asyncio.sleep(0)
    next_in_line = asyncio.create_task(_is_refused(db))
    await asyncio.sleep(0)
    for one in asking:
        one.cancel()
    async with asyncio.timeout(0.5):
        await asyncio.wait(asking)
    async with asyncio.timeout(CANCEL_SECONDS + 1.5):
        assert await next_in_line
    proxy.pass_on()
    await _back(db)
    await _has_all_connections(db)


async def _keeps_what_it_acknowledged(db: PostgresqlDatabase, outage: Callable[[], Awaitable[None]]) -> int:
    """Whatever happens while many write: how many of their writes were not acknowledged."""
    acknowledged: set[str] = set()
    refused = 0
    over = asyncio.Event()

    async def write_on() -> None:
        nonlocal refused
        while not over.is_set():
            name = next(NAMES)
            try:
                async with asyncio.timeout(ANSWERED_SECONDS):
                    await _write(db, name)
            except DatabaseUnavailable:
                refused += 1
                await asyncio.sleep(0.01)  # as a client would: the server is not to be asked as fast as it refuses
            else:
                acknowledged.add(name)

    writing = [asyncio.create_task(write_on()) for _ in range(CLIENTS)]
    while len(acknowledged) < CLIENTS:
        await _ask(db)
    await outage()
    await _back(db)
    over.set()
    await asyncio.gather(*writing)
    await _has_all_connections(db)
    assert acknowledged <= {row.username for row in await db.read().connection.all(_usernames)}
    return refused


async def _refused_for(db: Database, seconds: float) -> None:
    """Until the outage is noticed, and for so long from then on."""
    async with asyncio.timeout(ANSWERED_SECONDS):
        while not await _is_refused(db):
            pass
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert await _is_refused(db)
        await asyncio.sleep(0.01)


async def _is_refused(db: Database) -> bool:
    try:
        await _ask(db)
    except DatabaseUnavailable:
        return True
    return False


async def _back(db: Database) -> int:
    async with asyncio.timeout(BACK_SECONDS):
        while True:
            try:
                return await _process(db)
            except DatabaseUnavailable:
                await asyncio.sleep(0.01)


async def _has_all_connections(db: PostgresqlDatabase) -> None:
    """As many as the pool is big, and no more."""
    async with asyncio.timeout(ANSWERED_SECONDS):
        held = await asyncio.gather(*(db._pool.acquire() for _ in range(SIZE)))  # noqa: SLF001  (it is about the pool)
    further = asyncio.create_task(_process(db))
    await asyncio.sleep(0)
    assert not further.done()
    for driver in held:
        db._pool.release(driver)  # noqa: SLF001  (as above)
    await further


async def _write(db: Database, name: str) -> None:
    async with db.transaction() as tx:
        await tx.users.add([a_user(name)])


async def _ask(db: Database) -> None:
    await db.read().users.count()


async def _seconds(asking: Awaitable[object]) -> float:
    start = time.monotonic()
    await asking
    return time.monotonic() - start


async def _process(db: Database) -> int:
    """Which of the server's processes answers."""
    return int(await db.read().connection.value(_backend))


def _backend() -> Executable:
    return select(func.pg_backend_pid())


def _usernames() -> Executable:
    return select(USERS.c.username)
