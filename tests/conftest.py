"""What tests are given: databases of both kinds, fresh for each test, a server over each, and storages."""

from __future__ import annotations

import logging
import shutil
from itertools import count
from typing import TYPE_CHECKING

import pytest

from db import migrations
from db.database import Database, open_database
from services.postgresql import PostgreSQL
from services.s3 import S3
from services.server import Server
from services.valkey import Valkey
from settings import Settings
from storage.filesystem import FilesystemStorage
from storage.memory import MemoryStorage
from storage.opening import open_storage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from storage.storage import Storage

KINDS = ("sqlite", "postgresql")
NUMBERS = count()
BUCKETS = count()
KEY = b"thirty-two bytes that nobody has"


@pytest.fixture(autouse=True)
def _log_of_its_own() -> Iterator[None]:
    """A command that a test runs in process sends the log to where pytest has put standard error for that test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server with an empty database `migrated` to copy."""
    server = PostgreSQL().start()
    migrations.upgrade(server.create("migrated"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "studiograph.sqlite3"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database: a test that is given it runs once on each."""
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path}/studiograph.sqlite3"
        return
    postgresql: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"test{next(NUMBERS)}"
    yield postgresql.create(name)
    postgresql.drop(name)


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database without rows."""
    if kind == "sqlite":
        path = tmp_path / "studiograph.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    postgresql: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"test{next(NUMBERS)}"
    yield postgresql.create(name, template="migrated")
    postgresql.drop(name)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """The database behind `database_url`, open."""
    opened = open_database(database_url, 4)
    yield opened
    await opened.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings for development in a folder of the test's own."""
    return Settings(data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    """A server over the database behind `database_url`."""
    started = Server(settings).start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """A real S3 server."""
    server = S3().start()
    yield server
    server.stop()


@pytest.fixture
def bucket(s3: S3, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty bucket, whose keys are in the environment."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return s3.create(f"test{next(BUCKETS)}")


@pytest.fixture(params=["memory", "filesystem", "s3"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    """An empty storage: a test that is given it runs once on each."""
    opened: Storage
    if request.param == "memory":
        opened = MemoryStorage("http://studio.example", KEY)
    elif request.param == "filesystem":
        opened = FilesystemStorage(tmp_path / "media", "http://studio.example", KEY)
    else:
        opened = open_storage(request.getfixturevalue("bucket"), "http://studio.example")
    yield opened
    await opened.close()


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A real Valkey server of the test's own, with nothing in it."""
    server = Valkey().start()
    yield server
    server.stop()
