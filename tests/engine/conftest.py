"""A server for tests of the protocol alone: what is in its database does not matter."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from services.server import Server
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def endpoint(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over an empty database, started once."""
    folder = tmp_path_factory.mktemp("endpoint")
    shutil.copy(migrated_sqlite, folder / "empty.sqlite3")
    url = f"sqlite:///{folder}/empty.sqlite3"
    started = Server(Settings(data_dir=folder, database_url=url, rate_per_address=10**9)).start()
    yield started
    started.stop()
