"""PostgreSQL through asyncpg: statements on the pool's connections, and transactions."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.postgresql import asyncpg as sqlalchemy_asyncpg

from db.connecting import require_available
from db.connection import Connection, Row, Statement, Statements
from db.database import Database, Reader, Transaction
from db.doorbells import listen_to_server
from db.pool import Pool
from db.scope import PUBLIC

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from db.connecting import Driver
    from db.load import Load
    from db.scope import Scope


class PostgresqlDatabase(Database):
    """A PostgreSQL database."""

    def __init__(self, url: str, connections: int, statement_seconds: float | None = None) -> None:
        self._url = url
        pool = self._pool = Pool(url, connections, statement_seconds)
        self._statements = Statements(sqlalchemy_asyncpg.dialect())  # type: ignore[no-untyped-call]
        self._autocommit = _Autocommit(self._statements, pool)

    def read(self, scope: Scope = PUBLIC) -> Reader:
        """Statements that each stand for themselves."""
        return Reader(self._autocommit, scope)

    @asynccontextmanager
    async def transaction(self, scope: Scope = PUBLIC) -> AsyncIterator[Transaction]:
        """Everything within, or nothing. Whoever is cut off does not wait for the end of what is undone."""
        driver = await self._pool.acquire()
        connection, committing = _InTransaction(self._statements, driver), None
        try:
            await connection.command("BEGIN")
            yield Transaction(connection, scope)
            committing = asyncio.create_task(connection.command("COMMIT"))
            await asyncio.shield(committing)
        except Exception:
            await asyncio.shield(self._pool.settle(driver))
            raise
        except BaseException:
            self._pool.settle(driver, first=committing)
            raise
        self._pool.release(driver)

    async def listen(self, ring: Callable[[], None]) -> None:
        """Ring now, and whenever PostgreSQL notifies of events; over a connection beside the pool."""
        await listen_to_server(self._url, ring)

    def load(self) -> Load:
        """How busy the connections are."""
        return self._pool.load()

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
        except BaseException as error:
            pool.recover(driver, error)
            raise
        pool.release(driver)
        return list(map(statement.row, records))

    async def _run_many(self, statement: Statement, arguments: list[list[Any]]) -> None:
        driver = await self._pool.acquire()
        try:
            await driver.executemany(statement.sql, arguments)
        except BaseException as error:
            self._pool.recover(driver, error)
            raise
        self._pool.release(driver)


class _InTransaction(Connection):
    def __init__(self, statements: Statements, driver: Driver) -> None:
        super().__init__(statements)
        self._driver = driver

    async def command(self, sql: str) -> None:
        """BEGIN or COMMIT."""
        try:
            await self._driver.execute(sql)
        except Exception as error:
            require_available(self._driver, error)
            raise

    async def _fetch(self, statement: Statement, arguments: list[Any]) -> list[Row]:
        try:
            return list(map(statement.row, await self._driver.fetch(statement.sql, *arguments)))
        except Exception as error:
            require_available(self._driver, error)
            raise

    async def _run_many(self, statement: Statement, arguments: list[list[Any]]) -> None:
        try:
            await self._driver.executemany(statement.sql, arguments)
        except Exception as error:
            require_available(self._driver, error)
            raise
