"""Reading along in the table of events: what happens, in whichever process, is told to all that follow in this one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from db.connection import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from db.database import Database

OVERLAP_SECONDS = 30
"""Ids are made before the commit, and may become visible in another order: so far back is read again each time.

It is twice the deadline of a request, and so bears clocks of hosts that differ by 15 seconds.
"""
POLL_SECONDS = 5.0
"""So long at most goes unnoticed what no doorbell has told of."""
READ_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
MOST_WAITING = 1_000
"""Events that a follower may have before it; more would mean that it does not take them any more."""

log = structlog.get_logger("studiograph.tail")


class TooSlow(Exception):
    """A follower has left MOST_WAITING events untaken, and gets no more."""


class Tail:
    """One for each process. While nobody follows, nothing is read and no connection is open."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._followers: set[Follower] = set()
        self._followed = asyncio.Event()
        self._rung = asyncio.Event()
        self._reading = asyncio.Lock()
        self._since = ""
        self._seen: set[str] = set()

    async def follow(self, kind: str, wanted: Callable[[Row], bool] = lambda _event: True) -> Follower:
        """What is committed from now on, of this kind and as far as it is `wanted`; close it with `aclose`.

        Errors of the database pass: nobody can follow what cannot be read.
        """
        follower = Follower(kind, wanted, self._leave)
        async with self._reading:
            if not self._followers:
                self._since = _first_id_that_may_be_new()
            await self._read(kind)
            self._followers.add(follower)
        self._followed.set()
        return follower

    async def run(self) -> None:
        """Read along until cancelled; an outage of the database ends nothing, and is caught up with."""
        while True:
            await self._followed.wait()
            listening = asyncio.create_task(self._listen())
            try:
                await self._read_on()
            finally:
                listening.cancel()
                await asyncio.wait([listening])

    async def _read_on(self) -> None:
        while self._followers:
            self._rung.clear()
            try:
                async with asyncio.timeout(READ_SECONDS), self._reading:
                    await self._read()
            except Exception:
                log.exception("events cannot be read", next_try_in=POLL_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):  # Python 3.11's wait_for may lose a cancellation
                    await self._rung.wait()

    async def _listen(self) -> None:
        pause = FIRST_PAUSE
        while True:
            begun = time.monotonic()
            try:
                await self._db.listen(self._rung.set)
            except Exception:
                lasted = time.monotonic() - begun > LONGEST_PAUSE
                pause = FIRST_PAUSE if lasted else min(pause * 2, LONGEST_PAUSE)
                log.exception("the doorbell for events is broken", next_try_in=pause)
            await asyncio.sleep(pause)

    async def _read(self, *besides: str) -> None:
        """Tell each follower what is new; also of these kinds besides it is known then what there is."""
        since = max(self._since, _first_id_that_may_be_new())  # a clock that is put back makes nothing new again
        kinds = {follower.kind for follower in self._followers}.union(besides)
        events = await self._db.read().events.after(self._since, kinds)
        new = [event for event in events if event.id not in self._seen]
        self._seen = {event.id for event in events if event.id > since}
        self._since = since
        for follower in tuple(self._followers):
            follower.tell(new)

    def _leave(self, follower: Follower) -> None:
        self._followers.discard(follower)
        if not self._followers:
            self._followed.clear()
            self._rung.set()


class Follower(AsyncIterator[Row]):
    """Events, one after the other; raises TooSlow where they are not taken."""

    def __init__(self, kind: str, wanted: Callable[[Row], bool], leave: Callable[[Follower], None]) -> None:
        self.kind = kind
        self._wanted = wanted
        self._leave = leave
        self._waiting: asyncio.Queue[Row] = asyncio.Queue(MOST_WAITING)
        self._too_slow = False

    async def __anext__(self) -> Row:
        """The next event, as soon as there is one."""
        if self._too_slow:
            raise TooSlow
        return await self._waiting.get()

    def tell(self, events: Iterable[Row]) -> None:
        """These have happened."""
        try:
            for event in events:
                if event.kind == self.kind and self._wanted(event):
                    self._waiting.put_nowait(event)
        except asyncio.QueueFull:
            self._too_slow = True
            self._leave(self)

    async def aclose(self) -> None:
        """Follow no more."""
        self._leave(self)


def _first_id_that_may_be_new() -> str:
    """Ids begin with the milliseconds since 1970 by the system's clock, whatever clock everything else goes by."""
    return f"{int((time.time() - OVERLAP_SECONDS) * 1_000):012x}".ljust(32, "0")
