"""The threads that work for SQLite: what is given up is never begun or ends at once, and only that."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from db.threads import Threads
from db.unavailable import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) FROM n"
BILLION = 1_000_000_000
SECONDS = 5


@pytest.fixture
def thread() -> Iterator[Threads]:
    """One thread, for which two may wait."""
    threads = Threads(lambda: sqlite3.connect(":memory:", check_same_thread=False), 1, 2)
    yield threads
    threads.close()


async def test_what_is_given_up_while_it_waits_is_never_begun(thread: Threads) -> None:
    go_on = threading.Event()
    begun: list[sqlite3.Connection] = []
    first = asyncio.create_task(thread.run(lambda _driver: go_on.wait(SECONDS)))
    second = asyncio.create_task(thread.run(begun.append))
    third = asyncio.create_task(thread.run(lambda driver: _count(driver, 10)))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait([second])
    go_on.set()
    assert (await first, await third, begun) == (True, 10, [])


async def test_what_is_given_up_just_before_its_statement_begins_ends_all_the_same(thread: Threads) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def count(driver: sqlite3.Connection) -> int:
        begun.set()
        go_on.wait(SECONDS)
        return _count(driver, BILLION)

    counting = asyncio.create_task(thread.run(count))
    assert await asyncio.to_thread(begun.wait, SECONDS)
    counting.cancel()
    await asyncio.wait([counting])
    go_on.set()
    async with asyncio.timeout(SECONDS):
        assert await thread.run(lambda driver: _count(driver, 100_000)) == 100_000


async def test_whoever_finds_too_many_waiting_is_sent_away_at_once(thread: Threads) -> None:
    go_on = threading.Event()
    waiting = [asyncio.create_task(thread.run(lambda _driver: go_on.wait(SECONDS))) for _ in range(3)]
    await asyncio.sleep(0)
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            await thread.run(lambda driver: _count(driver, 10))
    go_on.set()
    assert await asyncio.gather(*waiting) == [True] * 3
    assert await thread.run(lambda driver: _count(driver, 10)) == 10


async def test_a_fault_of_the_work_itself_goes_to_who_waits(thread: Threads) -> None:
    with pytest.raises(ZeroDivisionError):
        await thread.run(lambda _driver: 1 / 0)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await thread.run(lambda driver: driver.execute("SELECT * FROM nowhere"))


def _count(driver: sqlite3.Connection, last: int) -> int:
    return int(driver.execute(COUNT, [last]).fetchone()[0])
