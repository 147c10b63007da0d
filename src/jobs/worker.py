"""The worker: delivers what happened, at least once, outside every request."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

import structlog

from db.events import LEASE, MAX_ATTEMPTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from db.connection import Row
    from db.database import Database

    Clock: TypeAlias = Callable[[], datetime]
    Deliver: TypeAlias = Callable[[Row], Awaitable[None]]
    """Brings about what follows from an event; called again when it failed or was cut off, so it must not mind that.

    ConnectionError says that somebody who is needed is away, Futile that to try again is useless.
    """

IDLE_SECONDS = 0.5
PATIENCE_SECONDS = 15
"""So long a lane waits at most for somebody who is away."""
LONGEST_PUT_OFF = timedelta(minutes=5)

log = structlog.get_logger("studiograph.worker")


class Futile(Exception):
    """What an event asks for can never be done; the message says why, and names nobody."""


class Worker:
    """Works in lanes, each for kinds of its own: what holds one up leaves the others alone."""

    def __init__(self, db: Database, lanes: Sequence[Mapping[str, Deliver]], clock: Clock) -> None:
        self._lanes = [Lane(db, deliveries, clock) for deliveries in lanes]

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; what is under way then is taken up again later."""
        tasks = [asyncio.create_task(one) for one in (stop.wait(), *(lane.run() for lane in self._lanes))]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Lane:
    """Takes one event of its kinds after the other; several, in any number of processes, share the table."""

    def __init__(self, db: Database, deliveries: Mapping[str, Deliver], clock: Clock) -> None:
        self._db = db
        self._deliveries = deliveries
        self._clock = clock
        self._outages = 0
        """How often in a row somebody was away."""

    async def run(self) -> None:
        """Deliver until cancelled. While somebody is away one event at a time tries, and the others wait."""
        while True:
            outages = self._outages
            try:
                busy = await self.deliver_next()
            except Exception:
                self._outages += 1
                log.exception("the worker could not reach its events", next_try_in=self._patience)
                busy = False
            if self._outages > outages:
                await asyncio.sleep(self._patience)
            elif not busy:
                await asyncio.sleep(IDLE_SECONDS)

    async def deliver_next(self) -> bool:
        """Deliver the next event that is due; False when there is none."""
        if not await self._db.read().events.waiting(self._clock(), self._deliveries):
            return False
        async with self._db.transaction() as tx:
            event = await tx.events.claim(self._clock(), self._deliveries)
        if event:
            await self._deliver(event)
        return event is not None

    @property
    def _patience(self) -> float:
        """How long to wait now, in seconds: twice as long each time."""
        return float(min(IDLE_SECONDS * 2 ** min(self._outages, 10), PATIENCE_SECONDS))

    async def _deliver(self, event: Row) -> None:
        if event.attempts > MAX_ATTEMPTS:  # its worker died each time, or it would have been given up before
            await self._give_up(event, "no worker has survived its delivery")
            return
        keeping = asyncio.create_task(self._keep(event))
        try:
            await self._deliveries[event.kind](event)
        except ConnectionError as error:
            await self._put_off(event, error)
        except Futile as error:
            log.warning("delivery is futile", id=event.id, kind=event.kind, reason=str(error))
            await self._give_up(event, str(error))
            self._outages = 0  # somebody was there to say so
        except Exception as error:
            log.exception("delivery failed", id=event.id, kind=event.kind, attempt=event.attempts)
            async with self._db.transaction() as tx:
                await tx.events.failed(event, _told(error), self._clock())
        else:
            async with self._db.transaction() as tx:
                await tx.events.delivered(event, self._clock())
            self._outages = 0
        finally:
            keeping.cancel()

    async def _put_off(self, event: Row, error: ConnectionError) -> None:
        """Wait with an event for somebody who is away, as long as the lane does.

        One that fails again while others are delivered waits longer and longer, so that it does not hold them up.
        """
        self._outages += 1
        now, pause = self._clock(), timedelta(seconds=self._patience)
        if self._outages == 1 and event.last_error:
            pause = max(pause, min(now - event.due_at, LONGEST_PUT_OFF))
        log.warning(
            "delivery met an outage", id=event.id, kind=event.kind, reason=str(error), seconds=pause.total_seconds()
        )
        async with self._db.transaction() as tx:
            await tx.events.put_off(event, _told(error), now + pause, now)

    async def _give_up(self, event: Row, reason: str) -> None:
        async with self._db.transaction() as tx:
            await tx.events.given_up(event, reason, self._clock())

    async def _keep(self, event: Row) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                async with self._db.transaction() as tx:
                    await tx.events.extend(event, self._clock())
            except Exception:
                log.exception("the lease of an event could not be renewed", id=event.id)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
