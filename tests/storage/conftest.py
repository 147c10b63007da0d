"""A client that has no part in the storage."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx2
import pytest
from starlette.applications import Starlette

from web.media import media_routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.storage import Storage


@pytest.fixture
async def client(storage: Storage) -> AsyncIterator[httpx2.AsyncClient]:
    """Where tickets lead: to the server over the storage, or past it to S3."""
    application = Starlette(routes=media_routes(storage, lambda: datetime.now(UTC)))
    ours = {"http://studio.example": httpx2.ASGITransport(application)}
    async with httpx2.AsyncClient(mounts=ours, trust_env=False) as client:
        yield client
