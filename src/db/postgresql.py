"""PostgreSQL through asyncpg: a pool without reset round trips, and transactions."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy.dialects.postgresql import asyncpg as sqlalchemy_asyncpg

from db.connection import Connection, Row, Statement, Statements
from db.database import Database, Reader, Transaction
from db.scope import PUBLIC

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from db.scope import Scope

CONNECT_SECONDS = 10


class PostgresqlDatabase(Database):
    """A PostgreSQL database."""

    def __init__(self, url: str, connections: int) -> None:
        pool = self._pool = Pool(url, connections)
        self._statements = Statements(sqlalchemy_asyncpg.dialect())  # type: ignore[no-untyped-call]
        self._autocommit = _Autocommit(self._statements, pool)

    def read(self, scope: Scope = PUBLIC) -> Reader:
        """Statements that each stand for themselves."""
        return Reader(self._autocommit, scope)

    @asynccontextmanager
    async def transaction(self, scope: Scope = PUBLIC) -> AsyncIterator[Transaction]:
        """Everything within, or nothing."""
        driver = await self._pool.acquire()
        try:
            async with driver.transaction():
                yield Transaction(_InTransaction(self._statements, driver), scope)
        except asyncio.CancelledError:
            driver.terminate()  # cut off within BEGIN or ROLLBACK it would stay in its transaction
            raise
        finally:
            self._pool.release(driver)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()


class _Autocommit(Connection):
    def __init__(self, statements: Statements, pool: Pool) -> None:
        super().__init__(statements)
        self._pool = pool

    async def _fetch(self, statement: Statement, arguments: list[Any]) -> list[Row]:
        pool = self._pool
        driver = await pool.acquire()
        try:
            records = await driver.fetch(statement.sql, *arguments)
        finally:
            pool.release(driver)
        return list(map(statement.row, records))

    async def _run_many(self, statement: Statement, arguments: list[list[Any]]) -> None:
        driver = await self._pool.acquire()
        try:
            await driver.executemany(statement.sql, arguments)
        finally:
            self._pool.release(driver)


class _InTransaction(Connection):
    def __init__(self, statements: Statements, driver: asyncpg.Connection) -> None:
        super().__init__(statements)
        self._driver = driver

    async def _fetch(self, statement: Statement, arguments: list[Any]) -> list[Row]:
        return list(map(statement.row, await self._driver.fetch(statement.sql, *arguments)))

    async def _run_many(self, statement: Statement, arguments: list[list[Any]]) -> None:
        await self._driver.executemany(statement.sql, arguments)


class Pool:
    """Connections to one server: opened when first needed, the last one used is the next one given."""

    def __init__(self, url: str, size: int) -> None:
        self._url = url
        self._room = size
        self._free: list[asyncpg.Connection] = []
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()

    async def acquire(self) -> asyncpg.Connection:
        """A live connection; waits while all are in use."""
        while self._free:
            driver = self._free.pop()
            if not driver.is_closed():
                return driver
            self._room += 1
        if self._room:
            return await self._connect()
        waiting: asyncio.Future[asyncpg.Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            return await waiting or await self.acquire()  # whoever came in between may have taken the room
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self._hand_on(waiting.result())
            raise

    def release(self, driver: asyncpg.Connection) -> None:
        """Give a connection back; a broken one leaves its room to a new one."""
        error = sys.exception()
        if isinstance(error, asyncpg.InternalClientError) or getattr(error, "severity_en", None) == "FATAL":
            driver.terminate()  # the server has ended it, and the end itself is still on its way
        if driver.is_closed():
            self._room += 1
            self._hand_on(None)
        else:
            self._hand_on(driver)

    async def close(self) -> None:
        """Close what is free; what is in use belongs to requests that ended before."""
        while self._free:
            await self._free.pop().close()

    def _hand_on(self, driver: asyncpg.Connection | None) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(driver)
                return
        if driver:
            self._free.append(driver)

    async def _connect(self) -> asyncpg.Connection:
        self._room -= 1
        driver = None
        try:
            driver = await asyncpg.connect(self._url, timeout=CONNECT_SECONDS, statement_cache_size=1_000)
            await driver.set_type_codec(
                "uuid", schema="pg_catalog", encoder=bytes.fromhex, decoder=bytes.hex, format="binary"
            )
        except BaseException:
            if driver:
                driver.terminate()
            self._room += 1
            self._hand_on(None)
            raise
        return driver
