"""SQLite through the standard library: short reads at once, long ones in reader threads, writes in one more thread."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.sqlite import pysqlite

from db.connection import Connection, Row, Statement, Statements
from db.database import Database, Reader, Transaction
from db.doorbells import FileDoorbell
from db.scope import PUBLIC
from db.threads import Threads, code, require_available
from db.unavailable import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from db.load import Load
    from db.scope import Scope

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
SHORT_SECONDS = 0.01
"""And no longer than this, whatever its steps do."""
LOOKS = 20
"""How many times within so many steps is looked at the clock."""
HANDED_ON = {sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY}
"""What the driver says of a statement that would be long, would wait for somebody, or would write."""
WAITING = 8
"""Long reads that wait for a thread; whoever comes then is told at once that there is no room."""
TURN_SECONDS = 10
"""So long a transaction waits for those before it."""


class SqliteDatabase(Database):
    """A SQLite file."""

    def __init__(self, path: Path, readers: int) -> None:
        self._statements = Statements(pysqlite.dialect())
        self._readers = Threads(partial(connect, path), readers, WAITING)
        self._writer = Threads(partial(connect, path), 1, WAITING)
        self._writing = asyncio.Lock()
        self._doorbell = FileDoorbell(path)
        self._autocommit = _Autocommit(self._statements, path, self._readers, readers)

    def read(self, scope: Scope = PUBLIC) -> Reader:
        """Statements that each stand for themselves."""
        return Reader(self._autocommit, scope)

    @asynccontextmanager
    async def transaction(self, scope: Scope = PUBLIC) -> AsyncIterator[Transaction]:
        """Everything within, or nothing; one at a time.

        BEGIN IMMEDIATE: a deferred one that turns into a write fails at once with "database is locked".
        """
        async with self._turn():
            try:
                await self._writer.run(_begin)
                yield Transaction(_Threaded(self._statements, self._writer), scope)
                await asyncio.shield(self._writer.run(sqlite3.Connection.commit))
            except Exception:
                await asyncio.shield(self._writer.run(sqlite3.Connection.rollback))
                raise
            except BaseException:
                self._writer.start(sqlite3.Connection.rollback)  # before whatever comes next; who is cut off goes
                raise
            self._doorbell.press()

    async def listen(self, ring: Callable[[], None]) -> None:
        """Ring now, and whenever the file has changed."""
        await self._doorbell.listen(ring)

    def load(self) -> Load:
        """How busy the threads are that read."""
        return self._readers.load()

    async def close(self) -> None:
        """End the threads and close every connection."""
        self._autocommit.close()
        await asyncio.to_thread(self._readers.close)
        await asyncio.to_thread(self._writer.close)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One writes at a time."""
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._writing.acquire()
        except TimeoutError:
            raise DatabaseUnavailable("Too many wait to write to SQLite.") from None
        try:
            yield
        finally:
            self._writing.release()


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
    """A short read answers at once: a thread would cost half as much again. Any other begins anew in a thread.

    What looks within texts begins there: a step of it may take as long as a text is. As most of it is short, as many
    as there are threads go there at a time, and the others wait here.
    """

    def __init__(self, statements: Statements, path: Path, threads: Threads, searches: int) -> None:
        super().__init__(statements, threads)
        self._searching = asyncio.Semaphore(searches)
        self._path = path
        self._short_reads: ShortReads | None = None
        self._opening = asyncio.Lock()

    def close(self) -> None:
        """Close the connection for short reads."""
        if self._short_reads:
            self._short_reads.close()

    async def _fetch(self, statement: Statement, arguments: list[Any]) -> list[Row]:
        if statement.reads_texts:
            async with self._searching:
                return await super()._fetch(statement, arguments)
        short_reads = self._short_reads or await self._open()
        try:
            rows = short_reads.fetch(statement.sql, arguments)
        except sqlite3.DatabaseError as error:
            if code(error) in HANDED_ON:
                return await super()._fetch(statement, arguments)
            require_available(error)
            raise
        return list(map(statement.row, rows))

    async def _open(self) -> ShortReads:
        async with self._opening:
            if self._short_reads is None:
                self._short_reads = await self._connected()
            return self._short_reads

    async def _connected(self) -> ShortReads:
        try:
            return await asyncio.to_thread(ShortReads, self._path)
        except sqlite3.DatabaseError as error:
            require_available(error)
            raise


class ShortReads:
    """A connection for the event loop's own thread: what it runs is short, waits for nobody and writes nothing."""

    def __init__(self, path: Path) -> None:
        self._looks, self._until = 0, 0.0
        self._driver = connect(path)
        self._driver.execute("PRAGMA busy_timeout = 0")
        self._driver.execute("PRAGMA query_only = ON")
        self._driver.set_progress_handler(self._is_long, SHORT // LOOKS)

    def fetch(self, sql: str, arguments: list[Any]) -> list[Any]:
        """Every row; sqlite3.OperationalError with a code of HANDED_ON where a thread has to do it."""
        self._looks, self._until = 0, time.monotonic() + SHORT_SECONDS
        return self._driver.execute(sql, arguments).fetchall()

    def close(self) -> None:
        """Close the connection."""
        self._driver.close()

    def _is_long(self) -> bool:
        """SQLite counts on from the statement's last run: its first look may come at once."""
        self._looks += 1
        return self._looks > LOOKS or time.monotonic() > self._until


def connect(path: Path) -> sqlite3.Connection:
    """A connection as every part of Studiograph uses it; transactions are begun and ended by hand."""
    driver = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=1_000)
    for pragma in PRAGMAS:
        driver.execute(pragma)
    return driver


def _begin(driver: sqlite3.Connection) -> None:
    driver.execute("BEGIN IMMEDIATE")
