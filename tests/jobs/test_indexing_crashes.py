"""kill -9 of the worker while it follows a changed definition: no item is left out, and none is found twice."""

from __future__ import annotations

import asyncio
import os
import time
from decimal import Decimal
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

from sqlalchemy import Executable, bindparam, select

from db.repositories.indexed_values import TABLE, THINGS
from rules.index_values import in_order
from services.collections import an_entry
from services.indexing import a_shelf, edit, edition_of, put, redefine, specification
from services.process import SECRET, studiograph
from services.waiting import until_it_holds

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database
    from services.indexing import Shelf
    from services.process import Process

KILLS = 20 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 3
ITEMS, AT_ONCE = 4_000, 1_000
SECONDS = 60.0
MOST_SECONDS = 5.0
"""So long somebody who writes waits for the worker at most."""


async def test_whenever_the_worker_is_killed_every_item_is_found_once(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    shelf = await a_shelf(db, {"key": "year"})
    collection = Collection(db, shelf)
    await collection.grow(ITEMS)
    writing = asyncio.create_task(collection.write_on())
    start = partial(studiograph, tmp_path, "work", database_url=database_url, secret=SECRET)
    types, killed = cycle(("INTEGER", "TEXT")), 0
    while killed < KILLS:
        if await _is_whole(db, collection.year):
            await redefine(db, collection.year, type=next(types))
        with start() as worker:
            killed += await _kill_in_the_middle(db, collection.year, worker)
        await _end_leases(db)
    with start():
        await until_it_holds(partial(_is_whole, db, collection.year), SECONDS)
    collection.leave.set()
    await writing
    assert await collection.found() == collection.years
    assert collection.longest < MOST_SECONDS


class Collection:
    """Items that somebody writes one after the other, and looks for all of them after each."""

    def __init__(self, db: Database, shelf: Shelf) -> None:
        self.year = shelf.specifications["year"]
        self.years: dict[str, int] = {}
        """By the ids of the items, as they were acknowledged."""
        self.longest = 0.0
        """Seconds that one of them took to write."""
        self.leave = asyncio.Event()
        self._db = db
        self._shelf = shelf

    async def grow(self, number: int) -> None:
        """Let there be so many items more."""
        for _ in range(0, number, AT_ONCE):
            years = [1900 + place % 100 for place in range(min(AT_ONCE, number))]
            items = await put(self._db, self._shelf, *({"year": str(year)} for year in years))
            self.years |= dict(zip(items, years, strict=True))

    async def write_on(self) -> None:
        """Change old items and add new ones; each time all are found as they are, and in one edition."""
        old = iter(list(self.years))
        while not self.leave.is_set():
            began = time.monotonic()
            await self._change(next(old))
            await self.grow(1)
            self.longest = max(self.longest, time.monotonic() - began)
            assert await self.found() == self.years

    async def found(self) -> dict[str, int]:
        """What a filter finds: the years by the ids of the items."""
        reader = self._db.read()
        [read] = await reader.specifications.indexed(["year"])
        rows = await reader.connection.all(_values, edition=read.edition)
        written = str if read.definition["type"] == "TEXT" else _ordered
        years = {written(year): year for year in range(1800, 2000)}
        assert len(rows) == len({row.id for row in rows})
        return {row.id: years[row.value] for row in rows}

    async def _change(self, item: str) -> None:
        year = self.years[item] - 100
        row = await specification(self._db, self.year)
        await edit(self._db, item, specification_values={self.year: an_entry(row._asdict(), str(year))})
        self.years[item] = year


def _ordered(year: int) -> str:
    return in_order(Decimal(year))


async def _kill_in_the_middle(db: Database, specification_id: str, worker: Process) -> bool:
    """As soon as it has gone on, or come to the end; whether it had not come to the end."""
    done = (await edition_of(db, specification_id)).done
    await until_it_holds(partial(_has_gone_on, db, specification_id, done), SECONDS)
    worker.kill()
    return not await _is_whole(db, specification_id)


async def _has_gone_on(db: Database, specification_id: str, done: int) -> bool:
    edition = await edition_of(db, specification_id)
    return edition.done > done or edition.whole_at is not None


async def _is_whole(db: Database, specification_id: str) -> bool:
    return (await edition_of(db, specification_id)).whole_at is not None


async def _end_leases(db: Database) -> None:
    """At once, as they would in a quarter of a minute; and after ten deliveries that were cut off it goes on."""
    async with db.transaction() as tx:
        for event in await tx.events.of_state(dead=False, most=100):
            await tx.events.note(event.id, leased_until=None, attempts=0)


def _values() -> Executable:
    edition = TABLE.c.edition == bindparam("edition", type_=TABLE.c.edition.type)
    return select(THINGS.c.id, TABLE.c.value).join(THINGS, THINGS.c.number == TABLE.c.item).where(edition)
