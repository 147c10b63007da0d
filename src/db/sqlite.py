"""SQLite through the standard library: short reads at once, long ones in reader threads, writes in one more thread."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import asynccontextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.dialects.sqlite import pysqlite

from db.connection import Connection, Row, Statement, Statements
from db.database import Database, Reader, Transaction
from db.doorbells import FileDoorbell
from db.scope import PUBLIC

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from db.scope import Scope

    Result = TypeVar("Result")

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL loses acknowledged writes in a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA cache_size = -65536",
    "PRAGMA mmap_size = 1073741824",
)
SHORT = 10_000
"""Steps of SQLite's virtual machine, a millisecond or so: as long may a read hold up the event loop."""
HANDED_ON = {sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY}
"""What the driver says of a statement that would be long, would wait for somebody, or would write."""
Work = tuple["Callable[[sqlite3.Connection], Any]", "asyncio.Future[Any]", asyncio.AbstractEventLoop]


class SqliteDatabase(Database):
    """A SQLite file."""

    def __init__(self, path: Path, readers: int) -> None:
        self._statements = Statements(pysqlite.dialect())
        self._readers = Threads(path, readers)
        self._writer = Threads(path, 1)
        self._writing = asyncio.Lock()
        self._doorbell = FileDoorbell(path)
        self._short_reads = ShortReads(path)
        self._autocommit = _Autocommit(self._statements, self._short_reads, self._readers)

    def read(self, scope: Scope = PUBLIC) -> Reader:
        """Statements that each stand for themselves."""
        return Reader(self._autocommit, scope)

    @asynccontextmanager
    async def transaction(self, scope: Scope = PUBLIC) -> AsyncIterator[Transaction]:
        """Everything within, or nothing; one at a time.

        BEGIN IMMEDIATE: a deferred one that turns into a write fails at once with "database is locked".
        """
        async with self._writing:
            try:
                await self._writer.run(lambda driver: driver.execute("BEGIN IMMEDIATE"))
                yield Transaction(_Threaded(self._statements, self._writer), scope)
                await asyncio.shield(self._writer.run(sqlite3.Connection.commit))
                self._doorbell.press()
            except BaseException:
                await asyncio.shield(self._writer.run(sqlite3.Connection.rollback))
                raise

    async def listen(self, ring: Callable[[], None]) -> None:
        """Ring now, and whenever the file has changed."""
        await self._doorbell.listen(ring)

    async def close(self) -> None:
        """End the threads and close every connection."""
        self._short_reads.close()
        await asyncio.to_thread(self._readers.close)
        await asyncio.to_thread(self._writer.close)


class _Threaded(Connection):
    def __init__(self, statements: Statements, threads: Threads) -> None:
        super().__init__(statements)
        self._threads = threads

    async def _fetch(self, statement: Statement, arguments: list[Any]) -> list[Row]:
        return await self._threads.run(
            lambda driver: list(map(statement.row, driver.execute(statement.sql, arguments).fetchall()))
        )

    async def _run_many(self, statement: Statement, arguments: list[list[Any]]) -> None:
        await self._threads.run(lambda driver: driver.executemany(statement.sql, arguments))


class _Autocommit(_Threaded):
    """A short read answers at once: a thread would cost half as much again. Any other begins anew in a thread."""

    def __init__(self, statements: Statements, short_reads: ShortReads, threads: Threads) -> None:
        super().__init__(statements, threads)
        self._short_reads = short_reads

    async def _fetch(self, statement: Statement, arguments: list[Any]) -> list[Row]:
        try:
            rows = self._short_reads.fetch(statement.sql, arguments)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in HANDED_ON:
                raise
            return await super()._fetch(statement, arguments)
        return list(map(statement.row, rows))


class ShortReads:
    """A connection for the event loop's own thread: what it runs is short, waits for nobody and writes nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._driver: sqlite3.Connection | None = None
        self._alarms = 0

    def fetch(self, sql: str, arguments: list[Any]) -> list[Any]:
        """Every row; sqlite3.OperationalError with a code of HANDED_ON where a thread has to do it."""
        driver = self._driver = self._driver or self._connect()
        self._alarms = 0
        return driver.execute(sql, arguments).fetchall()

    def close(self) -> None:
        """Close the connection."""
        if self._driver:
            self._driver.close()

    def _connect(self) -> sqlite3.Connection:
        driver = connect(self._path)
        driver.execute("PRAGMA busy_timeout = 0")
        driver.execute("PRAGMA query_only = ON")
        driver.set_progress_handler(self._is_long, SHORT // 2)
        return driver

    def _is_long(self) -> bool:
        """SQLite counts on from the statement's last run: only the second alarm within one means that it is long."""
        self._alarms += 1
        return self._alarms > 1


class Threads:
    """Threads that each own a connection and take work from one queue."""

    def __init__(self, path: Path, number: int) -> None:
        self._path = path
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """The result of `work`, done with the connection of whichever thread is free."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        self._work.put((work, answer, loop))
        return await answer

    def close(self) -> None:
        """Finish what is queued and end."""
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        driver: sqlite3.Connection | None = None
        while item := self._work.get():
            work, answer, loop = item
            try:
                driver = driver or connect(self._path)
                result = work(driver)
            except BaseException as error:  # noqa: BLE001  (whatever it is belongs to the one who waits)
                loop.call_soon_threadsafe(_fail, answer, error)
            else:
                loop.call_soon_threadsafe(_answer, answer, result)
        if driver:
            driver.close()


def connect(path: Path) -> sqlite3.Connection:
    """A connection as every part of Studiograph uses it; transactions are begun and ended by hand."""
    driver = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=1_000)
    for pragma in PRAGMAS:
        driver.execute(pragma)
    return driver


def _answer(answer: asyncio.Future[Any], result: Any) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: asyncio.Future[Any], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
