"""Time that ends: what nobody waits for any more is ended at the database, and nobody else suffers from it."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Executable, Integer, bindparam, func, literal, select

from db.database import Database, open_database
from db.unavailable import DatabaseUnavailable
from services.rows import a_user
from services.slow import read_slowly

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from db.conftest import Look

CLIENTS = 50
AT_WORK = "SELECT pid FROM pg_stat_activity WHERE state <> 'idle' AND datname = current_database()"
AT_WORK += " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"


async def test_others_are_served_while_many_abandon_slow_reads_and_nothing_is_left(
    kind: str, db: Database, database_url: str, look: Look
) -> None:
    await db.read().users.count()
    tasks, threads = len(asyncio.all_tasks()), threading.active_count()
    leaving = [asyncio.create_task(_abandon(db, 0.05 + number / 500)) for number in range(CLIENTS)]
    longest = 0.0
    while not all(task.done() for task in leaving):
        longest = max(longest, await _seconds(db.read().users.count()))
        await asyncio.sleep(0)  # a short read gives way to nobody
    assert {await task for task in leaving} <= {"left", "sent away"}
    assert longest < 1
    async with asyncio.timeout(1):
        while len(asyncio.all_tasks()) > tasks or await _at_work(kind, database_url, look):  # noqa: ASYNC110  (it is the server that ends them)
            await asyncio.sleep(0)
        await asyncio.gather(*(db.read().connection.value(_count, last=100_000) for _ in range(4)))
    assert threading.active_count() <= threads
    async with asyncio.timeout(1):
        await db.close()  # which waits for its threads


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_no_more_than_eight_long_reads_wait(db: Database) -> None:
    assert await db.read().users.count() == 0
    reading = [asyncio.create_task(read_slowly(db.read().connection)) for _ in range(4 + 8)]
    await asyncio.sleep(0)  # they begin
    assert await _seconds(_refused(read_slowly(db.read().connection))) < 1
    assert await db.read().users.count() == 0, "short reads do not wait for a thread"
    await _cut_off(reading.pop())
    reading.append(asyncio.create_task(read_slowly(db.read().connection)))
    await asyncio.sleep(0)
    await _refused(read_slowly(db.read().connection))
    assert not any(task.done() for task in reading)
    await _cut_off(*reading)


async def test_a_transaction_that_is_cut_off_is_undone_and_the_next_begins_at_once(
    kind: str, db: Database, database_url: str, look: Look
) -> None:
    reading = asyncio.Event()

    async def write_slowly() -> None:
        async with db.transaction() as tx:
            await tx.users.add([a_user("Mina")])
            reading.set()
            await read_slowly(tx.connection)

    writing = [asyncio.create_task(write_slowly()) for _ in range(3)]
    await reading.wait()
    assert [await db.read().users.count() for _ in range(100)] == [0] * 100
    async with asyncio.timeout(1):
        await _cut_off(*writing)
        async with db.transaction() as tx:
            await tx.users.add([a_user("Mina")])
        while await _at_work(kind, database_url, look):  # noqa: ASYNC110  (it is the server that ends them)
            await asyncio.sleep(0)
    assert await db.read().users.count() == 1


async def test_whoever_is_not_cut_off_gets_a_right_answer(db: Database) -> None:
    """An end that comes late does not end the next statement of the connection."""

    async def count(number: int) -> int | None:
        try:
            async with asyncio.timeout(number % 5 / 1_000 if number % 3 else None):
                return int(await db.read().connection.value(_count, last=20_000 + number))
        except TimeoutError:
            return None

    for start in range(0, 400, 8):
        numbers = range(start, start + 8)
        answers = await asyncio.gather(*map(count, numbers))
        assert all(answer in (None, 20_000 + number) for answer, number in zip(answers, numbers, strict=True))
        assert all(answer for answer, number in zip(answers, numbers, strict=True) if number % 3 == 0)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_connection_outlives_what_is_cut_off_on_it(database_url: str) -> None:
    async with open_database(database_url, 1) as db:
        backend = await db.read().connection.value(_backend)
        for _ in range(3):
            reading = asyncio.create_task(read_slowly(db.read().connection))
            await asyncio.sleep(0.01)  # it is under way, or is not: either way it is cut off
            await _cut_off(reading)
            assert await db.read().connection.value(_backend) == backend


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_the_server_ends_a_statement_whose_caller_does_not(database_url: str) -> None:
    async with open_database(database_url, 1, statement_seconds=0.2) as db, asyncio.timeout(5):
        await _refused(read_slowly(db.read().connection))
        with pytest.raises(DatabaseUnavailable):
            async with db.transaction() as tx:
                await read_slowly(tx.connection)
        assert await db.read().users.count() == 0


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_whoever_waits_too_long_for_a_connection_is_sent_away(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.pool.QUEUE_SECONDS", 0.05)
    monkeypatch.setattr("db.pool.QUEUE_LENGTH", 3)
    async with open_database(database_url, 1) as db:
        async with db.transaction(), asyncio.timeout(5):
            await asyncio.gather(*(_refused(db.read().users.count()) for _ in range(10)))
        assert await db.read().users.count() == 0


async def test_whoever_waits_too_long_to_write_is_sent_away(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.sqlite.TURN_SECONDS", 0.05)
    monkeypatch.setattr("db.pool.QUEUE_SECONDS", 0.05)

    async def write() -> None:
        async with db.transaction() as tx:
            await tx.users.add([a_user("Mina")])

    async with open_database(database_url, 1) as db:
        async with db.transaction(), asyncio.timeout(5):
            await _refused(write())
        assert await db.read().users.count() == 0
        await write()
        assert await db.read().users.count() == 1


async def _abandon(db: Database, seconds: float) -> str:
    try:
        async with asyncio.timeout(seconds):
            await read_slowly(db.read().connection)
    except TimeoutError:
        return "left"
    except DatabaseUnavailable:
        return "sent away"
    return "served"


async def _at_work(kind: str, url: str, look: Look) -> bool:
    return kind == "postgresql" and bool(await look(url, AT_WORK))


async def _refused(asking: Awaitable[object]) -> None:
    with pytest.raises(DatabaseUnavailable):
        await asking


async def _seconds(asking: Awaitable[object]) -> float:
    start = time.monotonic()
    await asking
    return time.monotonic() - start


async def _cut_off(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert all(task.cancelled() for task in tasks)


def _backend() -> Executable:
    return select(func.pg_backend_pid())


def _count() -> Executable:
    numbers = select(literal(1).label("number")).cte("numbers", recursive=True)
    following = select(numbers.c.number + 1).where(numbers.c.number < bindparam("last", type_=Integer()))
    return select(func.count()).select_from(numbers.union_all(following))
