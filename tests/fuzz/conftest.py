"""A server over a gallery, which takes any number of requests from one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from services.gallery import Gallery
from settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
async def gallery(database_url: str) -> Gallery:
    """The rows that are there."""
    gallery = Gallery()
    await gallery.load(database_url)
    return gallery


@pytest.fixture
def settings(database_url: str, tmp_path: Path, gallery: Gallery) -> Settings:
    """Settings without rates, over the gallery."""
    assert gallery.designs
    return Settings(data_dir=tmp_path / "data", database_url=database_url, rate_limit="off")
