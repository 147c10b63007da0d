"""A watch on a PostgreSQL server that may fall silent: a host that vanishes does not close its connections."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING
from weakref import WeakSet

from db.connecting import answers, give_up

if TYPE_CHECKING:
    from db.connecting import Driver

SILENT_SECONDS = 4
"""Where somebody has had a connection so long, or at most twice as long, the server is asked whether it is there."""


class Watch:
    """Ends all connections where one is held long and the server does not answer on a new one either."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._drivers: WeakSet[Driver] = WeakSet()
        self._looking: asyncio.Task[None] | None = None

    def add(self, driver: Driver) -> None:
        """Watch one more connection."""
        self._drivers.add(driver)
        self._looking = self._looking or asyncio.create_task(self._look())

    def close(self) -> None:
        """Look no longer."""
        if self._looking:
            self._looking.cancel()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(SILENT_SECONDS)
            if self._is_one_held_long() and not await answers(self._url):
                give_up(list(self._drivers))

    def _is_one_held_long(self) -> bool:
        taken = [driver.held_since for driver in self._drivers if driver.held_since and not driver.is_closed()]
        return bool(taken) and monotonic() - min(taken) > SILENT_SECONDS
