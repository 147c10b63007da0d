"""Recorded statements on the bare drivers: rows only, no GraphQL, nothing made of them."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from db import sqlite
from limit import SQLITE, connect
from recording import BEGIN, COMMIT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Sequence

    from recording import Run


class Bare(Protocol):
    """A connection of a driver."""

    async def run(self, runs: Sequence[Run]) -> None:
        """Run them one after the other, and fetch every row."""


async def replayed(driver: Bare, runs: Sequence[Run]) -> float:
    """How many milliseconds it took to run them."""
    began = time.perf_counter()
    await driver.run(runs)
    return (time.perf_counter() - began) * 1_000


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Bare]:
    """A connection as the product's own are set up: SQLite's commits are as safe."""
    if url.startswith(SQLITE):
        driver = sqlite.connect(Path(url.removeprefix(SQLITE)))
        yield _Sqlite(driver)
        driver.close()
    else:
        connection = await connect(url)
        yield _Postgresql(connection)
        await connection.close()


class _Sqlite:
    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver

    async def run(self, runs: Sequence[Run]) -> None:
        for one in runs:
            if one.many:
                self._driver.executemany(one.sql, one.values)
            else:
                self._driver.execute("BEGIN IMMEDIATE" if one is BEGIN else one.sql, one.values).fetchall()


class _Postgresql:
    def __init__(self, driver: Any) -> None:
        self._driver = driver

    async def run(self, runs: Sequence[Run]) -> None:
        for one in runs:
            if one.many:
                await self._driver.executemany(one.sql, one.values)
            elif one is BEGIN or one is COMMIT:
                await self._driver.execute(one.sql)
            else:
                await self._driver.fetch(one.sql, *one.values)
