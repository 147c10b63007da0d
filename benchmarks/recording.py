"""Which statements an operation runs, in its order, with their values: what one would have to write by hand."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from db.connection import Connection, Row, Statement
from db.database import Database, Reader, Transaction
from db.scope import PUBLIC

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from db.load import Load
    from db.scope import Scope


class Run(NamedTuple):
    """A statement that was run: its text, and its values; of each of its rows where it ran for `many`."""

    sql: str
    values: list[Any]
    many: bool = False


BEGIN, COMMIT = Run("BEGIN", []), Run("COMMIT", [])


class RecordingDatabase(Database):
    """Does what the database does, and keeps `runs`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.runs: list[Run] = []

    def read(self, scope: Scope = PUBLIC) -> Reader:
        """Statements that each stand for themselves."""
        return Reader(_Recording(self._database.read(scope).connection, self.runs), scope)

    @asynccontextmanager
    async def transaction(self, scope: Scope = PUBLIC) -> AsyncIterator[Transaction]:
        """A transaction, between BEGIN and COMMIT."""
        async with self._database.transaction(scope) as tx:
            self.runs.append(BEGIN)
            yield Transaction(_Recording(tx.connection, self.runs), scope)
            self.runs.append(COMMIT)

    async def listen(self, ring: Callable[[], None]) -> None:
        """As the database does."""
        await self._database.listen(ring)

    def load(self) -> Load:
        """As the database is."""
        return self._database.load()

    async def close(self) -> None:
        """Close the database."""
        await self._database.close()

    def taken(self) -> list[Run]:
        """What was run since this was asked last."""
        runs, self.runs[:] = self.runs[:], []
        return runs


class _Recording(Connection):
    def __init__(self, connection: Connection, runs: list[Run]) -> None:
        super().__init__(connection.statements)
        self._connection = connection
        self._runs = runs

    async def _fetch(self, statement: Statement, arguments: list[Any]) -> list[Row]:
        self._runs.append(Run(statement.sql, arguments))
        return await self._connection._fetch(statement, arguments)  # noqa: SLF001  (it stands for the connection)

    async def _run_many(self, statement: Statement, arguments: list[list[Any]]) -> None:
        self._runs.append(Run(statement.sql, arguments, many=True))
        await self._connection._run_many(statement, arguments)  # noqa: SLF001  (as above)
