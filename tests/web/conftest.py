"""A page in a browser, for what people open on their phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from services import chromium

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page as narrow as any; in the end nothing may have complained."""
    async with chromium.launch() as tab:
        await tab.page.set_viewport_size({"width": 320, "height": 640})
        yield tab.page
        assert tab.complaints == []
