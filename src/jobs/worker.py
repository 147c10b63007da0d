"""The worker: delivers what happened, at least once, outside every request."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

import structlog

from db.events import LEASE, MAX_ATTEMPTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from db.connection import Row
    from db.database import Database

    Deliver: TypeAlias = Callable[[Row], Awaitable[None]]
    """Brings about what follows from an event; called again when it failed or was cut off, so it must not mind that."""

IDLE_SECONDS = 0.5
PATIENCE_SECONDS = 30

log = structlog.get_logger("studiograph.worker")


class Worker:
    """Takes one event after the other; several workers share the table."""

    def __init__(self, db: Database, deliveries: Mapping[str, Deliver], clock: Callable[[], datetime]) -> None:
        self._db = db
        self._deliveries = deliveries
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; what is under way then is taken up again later."""
        working = asyncio.create_task(self._work())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working

    async def deliver_next(self) -> bool:
        """Deliver the next event that is due; False when there is none."""
        if not await self._db.read().events.waiting(self._clock()):
            return False
        async with self._db.transaction() as tx:
            event = await tx.events.claim(self._clock())
        if event:
            await self._deliver(event)
        return event is not None

    async def _work(self) -> None:
        pause = IDLE_SECONDS
        while True:
            try:
                busy = await self.deliver_next()
            except Exception:
                log.exception("the worker could not reach its events", next_try_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, PATIENCE_SECONDS)
                continue
            pause = IDLE_SECONDS
            if not busy:
                await asyncio.sleep(IDLE_SECONDS)

    async def _deliver(self, event: Row) -> None:
        if event.attempts > MAX_ATTEMPTS:  # its worker died each time, or it would have been given up before
            await self._failed(event, "no worker has survived its delivery")
            return
        keeping = asyncio.create_task(self._keep(event))
        try:
            await self._deliveries[event.kind](event)
        except Exception as error:
            log.exception("delivery failed", id=event.id, kind=event.kind, attempt=event.attempts)
            await self._failed(event, f"{type(error).__name__}: {error}")
        else:
            async with self._db.transaction() as tx:
                await tx.events.delivered(event, self._clock())
        finally:
            keeping.cancel()

    async def _failed(self, event: Row, error: str) -> None:
        async with self._db.transaction() as tx:
            await tx.events.failed(event, error, self._clock())

    async def _keep(self, event: Row) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                async with self._db.transaction() as tx:
                    await tx.events.extend(event, self._clock())
            except Exception:
                log.exception("the lease of an event could not be renewed", id=event.id)
