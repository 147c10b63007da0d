"""The console in a browser, as somebody uses it who sees and types."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

STORAGE = "JSON.stringify({...localStorage, ...sessionStorage})"
PATIENCE = 10.0
"""Seconds to go on looking; each look is a round trip to the browser."""


class Console:
    """The page of /console/; its panes are so large that the editors draw every line."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self, url: str) -> None:
        """Load it from a server, until the editor or the form for signing in is there."""
        await self.page.set_viewport_size({"width": 2400, "height": 2400})
        await self.page.goto(f"{url}/console/")
        await self.editor.get_by_text("totalCount").or_(self.page.get_by_label("User name")).first.wait_for()

    @property
    def editor(self) -> Locator:
        """Where documents are written."""
        return self.page.get_by_role("region", name="Operation Editor")

    async def panel(self, title: str) -> Locator:
        """Show one of the panels beside the editor."""
        panel = self.page.get_by_role("region", name=title, exact=True)
        if not await panel.is_visible():
            await self.page.get_by_role("button", name=f"Show {title}").click()
        return panel

    async def fill_in(self, username: str, password: str) -> None:
        """Send the form for signing in, which is in sight."""
        await self.page.get_by_label("User name").fill(username)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()

    async def sign_in(self, username: str, password: str) -> Locator:
        """Sign in by the panel, which then tells who one is."""
        panel = await self.panel("Sign in")
        await self.fill_in(username, password)
        await panel.get_by_role("heading", name="Signed in").wait_for()
        return panel

    async def open_operation(self, title: str, variables: dict[str, Any]) -> None:
        """Open a ready operation and write its variables."""
        panel = await self.panel("Operations")
        await panel.get_by_role("button", name=title, exact=True).click()
        await (
            self.page.get_by_role("region", name="Variables")
            .locator(".graphiql-editor:not(.hidden) .view-lines")
            .click()
        )
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.insert_text(json.dumps(variables))
        await self.page.keyboard.press("Control+Shift+End")  # quotes and brackets that the editor closed by itself
        await self.page.keyboard.press("Delete")

    async def run(self, until: str) -> Any:
        """Run what the editor holds; the answer that is shown, once `until` stands in it."""
        await self.page.get_by_role("button", name="Execute query").click()
        return await self.answer(until)

    async def answer(self, until: str) -> Any:
        """The answer that is shown, once `until` stands in it."""
        pane = self.page.get_by_role("region", name="Result Window")
        await pane.get_by_text(until).first.wait_for()
        lines = await pane.locator(".view-line").evaluate_all(
            "lines => lines.map(line => [parseFloat(line.style.top), line.textContent])"
        )
        return json.loads("".join(text for _, text in sorted(lines)).replace("\xa0", " "))

    async def kept(self, until: str = "") -> str:
        """All that the page keeps in the browser's storage, once `until` stands in it: tabs are written late."""
        async with asyncio.timeout(PATIENCE):
            while until not in (kept := str(await self.page.evaluate(STORAGE))):
                pass
        return kept
