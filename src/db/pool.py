"""Connections to one PostgreSQL server, given from hand to hand; none that is still at work for somebody who left."""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any

from db.connecting import BROKEN, CONNECT_SECONDS, end_transaction, give_up, open_connection, require_available
from db.load import Load
from db.unavailable import DatabaseUnavailable
from db.watch import Watch

if TYPE_CHECKING:
    from db.connecting import Driver

RETRY_SECONDS = 0.5
"""After a connection could not be opened, so long nobody tries again: whoever comes hears it at once."""
QUEUE_SECONDS = 5
QUEUE_LENGTH = 1_000
CANCEL_SECONDS = 2
"""So long the server has to end a statement that nobody waits for any more; then its connection is given up."""


class Pool:
    """At most `size` connections: opened when first needed, the last one used is the next one given.

    A statement may take `statement_seconds` and no longer, whoever waits for it; None: as long as it likes.
    """

    def __init__(self, url: str, size: int, statement_seconds: float | None = None) -> None:
        self._url = url
        self._statement_seconds = statement_seconds
        self._size = self._room = size
        self._free: list[Driver] = []
        self._waiting: deque[asyncio.Future[Driver | None]] = deque()
        self._settling: set[asyncio.Task[None]] = set()
        self._down_until = 0.0
        self._watch = Watch(url)

    async def acquire(self) -> Driver:
        """A live connection; DatabaseUnavailable where none can be had within seconds."""
        driver = self._last_used() or await self._next()
        driver.held_since = monotonic()
        return driver

    def release(self, driver: Driver) -> None:
        """Give a connection back that is ready for the next statement, or closed."""
        driver.held_since = None
        if self._waiting or driver.is_closed():
            self._hand_on(None if driver.is_closed() else driver)
        else:
            self._free.append(driver)

    def recover(self, driver: Driver, error: BaseException) -> None:
        """Give a connection back after an error outside a transaction; DatabaseUnavailable where it means that."""
        try:
            require_available(driver, error)
        finally:
            if isinstance(error, asyncio.CancelledError):
                self.settle(driver)
            else:
                self.release(driver)

    def settle(self, driver: Driver, first: asyncio.Future[Any] | None = None) -> asyncio.Task[None]:
        """Make a connection ready again on which something was cut off, in the background; `first` ends undisturbed."""
        settling = asyncio.create_task(self._settle(driver, first))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)
        return settling

    def load(self) -> Load:
        """How busy the connections are; room for one is as good as a free one."""
        free = self._room + len(self._free)
        return Load(self._size - free, free, len(self._waiting))

    async def close(self) -> None:
        """Close what is free; what is in use belongs to requests that ended before."""
        self._watch.close()
        if self._settling:
            await asyncio.wait(self._settling, timeout=CANCEL_SECONDS)
        free, self._free = self._free, []
        await asyncio.gather(*(driver.close(timeout=CANCEL_SECONDS) for driver in free), return_exceptions=True)

    def _last_used(self) -> Driver | None:
        while self._free:
            driver = self._free.pop()
            if not driver.is_closed():
                return driver
            self._room += 1
        return None

    async def _next(self) -> Driver:
        if self._room:
            self._room -= 1
            return await self._connect()
        return await self._turn() or await self._connect()

    async def _turn(self) -> Driver | None:
        """A connection that somebody gives back, or None: the room of one."""
        if len(self._waiting) >= QUEUE_LENGTH:
            raise DatabaseUnavailable("Too many wait for a connection to PostgreSQL.")
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Driver | None] = loop.create_future()
        self._waiting.append(waiting)
        alarm = loop.call_later(QUEUE_SECONDS, self._send_away, waiting)
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            elif not waiting.cancelled() and not waiting.exception():
                self._hand_on(waiting.result())  # it was its turn just now
            raise
        finally:
            alarm.cancel()

    def _send_away(self, waiting: asyncio.Future[Driver | None]) -> None:
        if waiting in self._waiting and not waiting.done():
            self._waiting.remove(waiting)
            waiting.set_exception(DatabaseUnavailable("No connection to PostgreSQL became free in time."))

    def _hand_on(self, driver: Driver | None) -> None:
        """Give a connection, or the room of one, to whoever waits longest."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(driver)
                return
        if driver:
            self._free.append(driver)
        else:
            self._room += 1

    async def _connect(self) -> Driver:
        """A new connection, in the room that was taken for it."""
        try:
            driver = await self._try_to_connect()
        except BaseException:
            self._hand_on(None)
            raise
        self._down_until = 0.0
        self._watch.add(driver)
        return driver

    async def _try_to_connect(self) -> Driver:
        now = asyncio.get_running_loop().time
        if now() < self._down_until:
            raise DatabaseUnavailable("PostgreSQL could not be reached a moment ago.")
        if self._down_until:
            self._down_until = now() + CONNECT_SECONDS  # one tries; the others need not wait for it
        try:
            return await open_connection(self._url, self._statement_seconds)
        except BROKEN as error:
            self._down_until = now() + RETRY_SECONDS
            raise DatabaseUnavailable(f"PostgreSQL cannot be reached ({type(error).__name__}).") from error
        except asyncio.CancelledError:
            self._down_until = min(self._down_until, now())
            raise

    async def _settle(self, driver: Driver, first: asyncio.Future[Any] | None) -> None:
        try:
            if first:
                await asyncio.wait([first])
            async with asyncio.timeout(CANCEL_SECONDS):
                await end_transaction(driver)
        except TimeoutError:
            give_up((driver, *self._free))  # on those that nobody uses, nothing would be heard either
        except BROKEN:
            driver.terminate()
        except BaseException:
            driver.terminate()
            raise
        finally:
            self.release(driver)
