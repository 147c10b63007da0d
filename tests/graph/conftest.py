"""Servers over the same gallery, one for each kind of database, started once for all tests that only read."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from services.collected import Collected
from services.gallery import Gallery
from services.server import Server
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from services.postgresql import PostgreSQL

SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  (the same cursors from every server)


@pytest.fixture(scope="session")
def rows() -> Gallery:
    """What the galleries hold."""
    return Gallery()


@pytest.fixture(scope="session")
def galleries(
    rows: Gallery, postgresql: PostgreSQL, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Server]]:
    """A server over the rows by the kind of its database."""
    with _serving(rows, "gallery", postgresql, migrated_sqlite, tmp_path_factory) as servers:
        yield servers


@pytest.fixture
def gallery(kind: str, galleries: dict[str, Server]) -> Server:
    """The server over the rows in this kind of database; for reading only."""
    return galleries[kind]


@pytest.fixture(scope="session")
def collected() -> Collected:
    """What the collections hold."""
    return Collected()


@pytest.fixture(scope="session")
def collections(
    collected: Collected, postgresql: PostgreSQL, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Server]]:
    """A server over what is collected, by the kind of its database."""
    with _serving(collected, "collections", postgresql, migrated_sqlite, tmp_path_factory) as servers:
        yield servers


@pytest.fixture
def collection(kind: str, collections: dict[str, Server]) -> Server:
    """The server over what is collected in this kind of database; for reading only."""
    return collections[kind]


@contextmanager
def _serving(
    rows: Gallery | Collected,
    name: str,
    postgresql: PostgreSQL,
    migrated_sqlite: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Server]]:
    """A server over these rows in each kind of database."""
    folder = tmp_path_factory.mktemp(name)
    shutil.copy(migrated_sqlite, folder / f"{name}.sqlite3")
    urls = {
        "sqlite": f"sqlite:///{folder}/{name}.sqlite3",
        "postgresql": postgresql.create(name, template="migrated"),
    }
    servers = {}
    for kind, url in urls.items():
        asyncio.run(rows.load(url))
        settings = Settings(data_dir=folder / kind, database_url=url, secret=SECRET, rate_per_address=10**9)
        servers[kind] = Server(settings).start()  # it is asked by all tests
    yield servers
    for server in servers.values():
        server.stop()
