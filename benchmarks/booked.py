"""The benchmark's bookings, loaded anew each time: they begin tomorrow. Three copies of each database."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from databases import POSTGRESQL_OPTIONS, Loaded, postgresql_version, vacuum
from db import migrations
from db.database import open_database
from db.repositories.studios import STUDIO_ID
from demo.benchmark_bookings import load_benchmark_bookings
from demo.studio import found_studio
from services.postgresql import PostgreSQL

if TYPE_CHECKING:
    from collections.abc import Iterator

BOOKINGS = 10_000
COPIES = ("product", "recorded", "by_hand")
SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Copies(NamedTuple):
    """The same database for the product, for recording what it does, and for doing that by hand."""

    product: Loaded
    recorded: str
    by_hand: str


@contextmanager
def on_sqlite() -> Iterator[Copies]:
    """Files in a folder that goes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [folder / f"{copy}.sqlite3" for copy in COPIES]
        _load(f"sqlite:///{paths[0]}")
        driver = sqlite3.connect(paths[0], isolation_level=None)
        driver.execute("ANALYZE")
        driver.close()
        for path in paths[1:]:
            shutil.copy(paths[0], path)
        urls = [f"sqlite:///{path}" for path in paths]
        yield Copies(Loaded(urls[0], f"SQLite {sqlite3.sqlite_version}", folder), *urls[1:])


@contextmanager
def on_postgresql() -> Iterator[Copies]:
    """Databases of one server whose commits are safe."""
    server = PostgreSQL(POSTGRESQL_OPTIONS | SAFE)
    with tempfile.TemporaryDirectory() as folder:
        try:
            url = server.start().create("loaded")
            _load(url)
            asyncio.run(vacuum(url))
            urls = [server.create(copy, template="loaded") for copy in COPIES]
            yield Copies(Loaded(urls[0], asyncio.run(postgresql_version(urls[0])), Path(folder)), *urls[1:])
        finally:
            server.stop()


def _load(url: str) -> None:
    migrations.upgrade(url)
    asyncio.run(_seed(url))


async def _seed(url: str) -> None:
    now = datetime.now(UTC)
    async with open_database(url, 1) as db:
        async with db.transaction() as tx:
            await found_studio(tx, now, with_demo=False)
            await tx.studios.change(STUDIO_ID, now=now, email="studio@example.com")  # mail goes into a folder
        await load_benchmark_bookings(db, BOOKINGS, now, lambda _done, _total: None)
