import hashlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from db.database import Database
from db.filters import EVERYTHING
from db.paging import Window
from db.repositories.designs import DesignList
from demo import hanging, studio
from demo.studio import REQUESTED, found_studio, furnish
from storage.filesystem import FilesystemStorage

NOW = datetime(2026, 3, 8, 10, 0, tzinfo=UTC)
PICTURES = 249


class PowerCutError(Exception):
    """Whatever ends a process."""


@pytest.fixture
def storage(tmp_path: Path) -> FilesystemStorage:
    return FilesystemStorage(tmp_path / "media", "")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures so small that hundreds are drawn in no time."""
    monkeypatch.setattr(hanging, "SIZES", {"DESIGN": (160, 200), "AVATAR": (80, 80)})


async def test_founding_writes_the_studio_once(db: Database) -> None:
    first, second = [await _found(db), await _found(db)]

    assert (first, second) == (True, False)
    assert await db.read().studios.count() == 1
    assert await db.read().events.count() == 1
