"""A headless Chromium that reaches nothing but loopback, and notes what its page asks for and complains of."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.async_api import Page, async_playwright

from services import debian

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, BrowserType, ConsoleMessage

_FLAGS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
_FONTS = ("fonts-dejavu-core", "fonts-nanum", "fonts-lohit-deva")  # Latin, Korean, Hindi
_FONT_SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class Tab:
    """A page, every URL it asked for, and the warnings and errors it logged (a broken policy is one)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"warning", "error"}:
            self.complaints.append(message.text)


@asynccontextmanager
async def launch() -> AsyncIterator[Tab]:
    """Start a Chromium with nothing in it but one empty tab, 1280 x 800 pixels; it ends with the block."""
    with TemporaryDirectory(prefix="studiograph-chromium-") as home:
        async with async_playwright() as playwright, await _start(playwright.chromium, Path(home)) as browser:
            yield Tab(await browser.new_page(viewport={"width": 1280, "height": 800}))


async def _start(chromium: BrowserType, home: Path) -> Browser:
    program = debian.program("chromium", "chromium")
    # Debian's /usr/bin/chromium is a script full of absolute paths; the program beside it runs from any folder.
    binary = program.path.parents[1] / "lib" / "chromium" / "chromium"
    return await chromium.launch(
        executable_path=binary if binary.exists() else program.path,
        args=_FLAGS,
        env={**program.env, "HOME": str(home), "FONTCONFIG_FILE": str(_font_settings(home))},
        chromium_sandbox=False,  # neither root nor a container may have it, and only our own pages are opened
    )


def _font_settings(home: Path) -> Path:
    fonts = debian.unpacked(*_FONTS) / "usr" / "share" / "fonts"
    settings = home / "fonts.conf"
    settings.write_text(_FONT_SETTINGS.format(fonts=fonts, cache=home / "fontconfig"))
    return settings
