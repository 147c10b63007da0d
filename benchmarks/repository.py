"""In process: what a repository call for Q1's page costs beside the bare driver running the same statement.

repository.py DATABASE_URL ROUNDS prints the costs as JSON.
"""

from __future__ import annotations

import gc
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import orjson
import uvloop

import limit
from db import sqlite
from db.connection import Connection, Row, Statement
from db.database import open_database
from db.paging import Window
from db.repositories.designs import DesignList, Designs
from db.scope import PUBLIC
from db.threads import Threads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from db.paging import Page

    Call = Callable[[], Awaitable[Any]]

CALLS = 50
REPOSITORY, DRIVER, THREAD = "repository", "driver", "driver in a thread"
FIELDS = frozenset(
    {
        *("id", "title", "style", "colour", "like_count", "cover_image.id", "cover_image.key"),
        *("category.id", "category.name", "created_by.id", "created_by.display_name"),
    }
)
"""The columns that Q1 asks for."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one call costs, in µs."""

    cpu: float
    wall: float


class Recorder(Connection):
    """Runs nothing; keeps the statement that it was given."""

    def __init__(self, like: Connection) -> None:
        super().__init__(like.statements)
        self.sql = ""
        self.arguments: list[Any] = []

    async def _fetch(self, statement: Statement, arguments: list[Any]) -> list[Row]:
        self.sql, self.arguments = statement.sql, arguments
        return []

    async def _run_many(self, statement: Statement, arguments: list[list[Any]]) -> None:
        raise NotImplementedError


async def compare(url: str, rounds: int) -> dict[str, list[Cost]]:
    """The costs of each way to read the page, round by round; every round takes the ways in another order."""
    async with open_database(url, 1) as db:
        recorder = Recorder(db.read().connection)
        await _page(Designs(recorder, PUBLIC))
        async with _bare(url, recorder.sql, recorder.arguments) as ways:
            ways[REPOSITORY] = lambda: _page(db.read().designs)
            return await _rounds(ways, rounds)


async def _rounds(ways: dict[str, Call], rounds: int) -> dict[str, list[Cost]]:
    settle_memory()
    rng = Random(1)  # noqa: S311  (no secret)
    costs: dict[str, list[Cost]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way in rng.sample(list(ways), len(ways)):
            costs[way].append(await _cost(ways[way]))
    return costs


def settle_memory() -> None:
    """What is here stays, as in a server that has started."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _page(designs: Designs) -> Page:
    return await designs.page(FIELDS, DesignList(), Window(20))


async def _cost(call: Call) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(CALLS):
        await call()
    return Cost((time.process_time() - cpu) / CALLS * 1e6, (time.perf_counter() - wall) / CALLS * 1e6)


@asynccontextmanager
async def _bare(url: str, sql: str, arguments: list[Any]) -> AsyncIterator[dict[str, Call]]:
    if not url.startswith(limit.SQLITE):
        driver = await limit.connect(url)
        yield {DRIVER: lambda: driver.fetch(sql, *arguments)}
        await driver.close()
        return
    path = Path(url.removeprefix(limit.SQLITE))
    in_loop, threads = sqlite.connect(path), Threads(partial(sqlite.connect, path), 1, waiting=0)

    async def inline() -> list[Any]:
        return in_loop.execute(sql, arguments).fetchall()

    yield {
        DRIVER: inline,
        THREAD: lambda: threads.run(lambda driver: driver.execute(sql, arguments).fetchall()),
    }
    in_loop.close()
    threads.close()


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(uvloop.run(compare(sys.argv[1], int(sys.argv[2])))))
