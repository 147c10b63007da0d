"""The three storages, each empty, and a client that has no part in them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import httpx2
import pytest
from starlette.applications import Starlette

from services.s3 import S3
from storage.filesystem import FilesystemStorage
from storage.memory import MemoryStorage
from storage.opening import open_storage
from web.media import media_routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from storage.storage import Storage

NUMBERS = count()
KEY = b"thirty-two bytes that nobody has"


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
    return s3.create(f"test{next(NUMBERS)}")


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
async def client(storage: Storage) -> AsyncIterator[httpx2.AsyncClient]:
    """Where tickets lead: to the server over the storage, or past it to S3."""
    application = Starlette(routes=media_routes(storage, lambda: datetime.now(UTC)))
    ours = {"http://studio.example": httpx2.ASGITransport(application)}
    async with httpx2.AsyncClient(mounts=ours, trust_env=False) as client:
        yield client
