"""The benchmark's designs or items, loaded once and kept in the cache; the next run starts from there."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import asyncpg

from db import migrations
from demo import benchmark_items, benchmark_set
from rules import index_values
from services.postgresql import PostgreSQL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

KEPT = Path(__file__).parents[1] / ".cache" / "bench"
POSTGRESQL_OPTIONS = {
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "16MB",
    "max_wal_size": "256MB",
    "wal_recycle": "off",  # what is kept would be twice as large
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}


class Content(NamedTuple):
    """What `studiograph seed` loads with the option of this name, and the modules that decide how it looks."""

    name: str
    modules: tuple[ModuleType, ...]


DESIGNS = Content("designs", (benchmark_set,))
ITEMS = Content("items", (benchmark_set, benchmark_items, index_values))


@dataclass(frozen=True, slots=True)
class Loaded:
    """A database with that in it, what serves it with its version, and a folder for a server's files."""

    url: str
    engine: str
    folder: Path


@contextmanager
def sqlite(number: int, content: Content = DESIGNS) -> Iterator[Loaded]:
    """So many of them in a SQLite file."""
    folder = _folder("sqlite", number, content)
    name = "studiograph.sqlite3"
    if not folder.exists():
        unfinished = _emptied(folder)
        url = f"sqlite:///{unfinished / name}"
        _load(url, number, content, unfinished)
        driver = sqlite3.connect(unfinished / name, isolation_level=None)
        driver.execute("VACUUM")
        driver.execute("ANALYZE")
        driver.close()
        unfinished.rename(folder)
    yield Loaded(f"sqlite:///{folder / name}", f"SQLite {sqlite3.sqlite_version}", folder)


@contextmanager
def postgresql(number: int, content: Content = DESIGNS) -> Iterator[Loaded]:
    """So many of them in a PostgreSQL server that runs as long as the block lasts."""
    folder = _folder("postgresql", number, content)
    server = PostgreSQL(POSTGRESQL_OPTIONS)
    try:
        if folder.exists():
            server.start(folder / "data")
        else:
            unfinished = _emptied(folder)
            url = server.start().create("bench")
            _load(url, number, content, unfinished)
            asyncio.run(vacuum(url))
            server.keep(unfinished / "data")
            unfinished.rename(folder)
        url = server.url("bench")
        yield Loaded(url, asyncio.run(postgresql_version(url)), folder)
    finally:
        server.stop()


def _folder(kind: str, number: int, content: Content) -> Path:
    """Where they are kept: each version of the schema and of the content has a folder of its own."""
    digest = hashlib.sha256()
    modules = (Path(str(module.__file__)) for module in content.modules)
    for source in (*sorted((migrations.SCRIPTS / "versions").glob("*.py")), *modules):
        digest.update(source.read_bytes())
    return KEPT / f"{kind}-{number}-{content.name}-{digest.hexdigest()[:12]}"


def _emptied(folder: Path) -> Path:
    """The folder to load into, which becomes `folder` when it is whole; older versions go."""
    for old in KEPT.glob(f"{folder.name.rpartition('-')[0]}-*"):
        shutil.rmtree(old)
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    unfinished.mkdir(parents=True)
    return unfinished


def _load(url: str, number: int, content: Content, folder: Path) -> None:
    environment = os.environ | {"STUDIOGRAPH_DATABASE_URL": url, "STUDIOGRAPH_DATA_DIR": str(folder)}
    for command in (["migrate", "up"], ["seed", f"--{content.name}", str(number)]):
        subprocess.run([sys.executable, "-m", "cli", *command], env=environment, check=True)


async def postgresql_version(url: str) -> str:
    """What serves a database, as it is written in tables."""
    driver = await asyncpg.connect(url)
    version = driver.get_server_version()
    await driver.close()
    return f"PostgreSQL {version.major}.{version.micro}"  # asyncpg reads 18.4 as 18.0.4


async def vacuum(url: str) -> None:
    """Let PostgreSQL look at what is in a database."""
    driver = await asyncpg.connect(url)
    await driver.execute("VACUUM ANALYZE")
    await driver.close()
