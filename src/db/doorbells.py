"""Doorbells: how a process hears at once that somebody has committed, whichever process that was."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, TypeAlias

from db.connecting import open_connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ring: TypeAlias = Callable[[], None]

CHANNEL = "studiograph_events"
"""PostgreSQL's name for what is notified with each event."""
GLANCE_SECONDS = 0.05
"""How often SQLite's file is looked at: 5 µs each time."""


class FileDoorbell:
    """Of a SQLite file: this process says when it has committed; that others have, the file's version tells."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._committed = asyncio.Event()

    def press(self) -> None:
        """Tell that this process has committed."""
        self._committed.set()

    async def listen(self, ring: Ring) -> None:
        """Ring now, and whenever the file has changed, until cancelled; sqlite3.Error where it cannot be read."""
        with closing(sqlite3.connect(self._path, isolation_level=None, timeout=0)) as driver:
            version = None
            while True:
                self._committed.clear()
                before, (version,) = version, driver.execute("PRAGMA data_version").fetchone()
                if version != before:
                    ring()
                with suppress(TimeoutError):
                    async with asyncio.timeout(GLANCE_SECONDS):
                        await self._committed.wait()


async def listen_to_server(url: str, ring: Ring) -> None:
    """Ring now, and whenever PostgreSQL notifies of events, until cancelled; an error when the connection ends."""
    driver = await open_connection(url, None)
    try:
        ended = asyncio.Event()
        driver.add_termination_listener(lambda _driver: ended.set())
        await driver.add_listener(CHANNEL, lambda *_notice: ring())
        ring()
        await ended.wait()
        raise ConnectionResetError("PostgreSQL has ended the connection that listened.")
    finally:
        driver.terminate()
