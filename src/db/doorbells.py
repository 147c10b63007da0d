"""Doorbells: how a process hears at once that somebody has committed, whichever process that was."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, TypeAlias

import asyncpg

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ring: TypeAlias = Callable[[], None]

CHANNEL = "studiograph_events"
"""PostgreSQL's name for what is notified with each event."""
CONNECT_SECONDS = 10
ALIVE_SECONDS = 15
"""How often a connection that only listens is asked whether it is still there."""
GLANCE_SECONDS = 0.05
"""How often SQLite's file is looked at: 5 µs each time."""


class FileDoorbell:
    """Of a SQLite file: this process says when it has committed; that others have, the file's version tells."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._committed = asyncio.Event()

    def press(self) -> None:
        """This process has committed."""
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
                    await asyncio.wait_for(self._committed.wait(), GLANCE_SECONDS)


async def listen_to_server(url: str, ring: Ring) -> None:
    """Ring now, and whenever PostgreSQL notifies of events, until cancelled; an error when the connection ends."""
    driver = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    try:
        ended = asyncio.Event()
        driver.add_termination_listener(lambda _driver: ended.set())
        await driver.add_listener(CHANNEL, lambda *_notice: ring())
        ring()
        while not ended.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), ALIVE_SECONDS)
            await driver.execute("SELECT 1", timeout=CONNECT_SECONDS)
    finally:
        driver.terminate()
