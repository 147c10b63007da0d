"""Take the README's picture of the console: `PYTHONPATH=tests python docs/take_pictures.py http://127.0.0.1:8000`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from services import chromium

if TYPE_CHECKING:
    from playwright.async_api import Page

PICTURES = Path(__file__).parent / "pictures"


async def take_pictures(url: str) -> None:
    """Run the opening query in the console of the server at `url`, and keep what is then seen."""
    async with chromium.launch() as tab:
        await tab.page.goto(f"{url}/console/")
        await tab.page.get_by_role("region", name="Operation Editor").get_by_text("totalCount").wait_for()
        await tab.page.get_by_role("button", name="Execute query").click()
        await tab.page.get_by_role("region", name="Result Window").get_by_text("totalCount").wait_for()
        (PICTURES / "console.png").write_bytes(await _still_picture(tab.page))


async def _still_picture(page: Page) -> bytes:
    # Colours come a moment after the words.
    before, now = b"", await page.screenshot()
    while before != now:
        before, now = now, await page.screenshot()
    return now


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    asyncio.run(take_pictures(sys.argv[1].rstrip("/")))
