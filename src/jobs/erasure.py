"""What is personal is not kept for ever: once a day the old of it is erased, and what the law needs stays."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from db.locks import take_turn
from jobs.worker import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from db.connection import Row
    from db.database import Database, Transaction
    from db.repositories.bookings import Bookings
    from db.repositories.inquiries import Inquiries
    from jobs.worker import Clock

RETENTION_DUE = "retention.due"
"""It is time to look for what is too old; this event follows upon itself."""
RETENTION = "bookings.retention_days"
EVERY = timedelta(days=1)
AT_ONCE = 200
"""How many rows one transaction erases: others write in between."""

log = structlog.get_logger("studiograph.erasure")


async def begin_erasing(db: Database, clock: Clock) -> None:
    """Let the first look be due now, unless one is planned already, by whichever host; waits for the database."""
    while True:
        try:
            await _begin(db, clock())
        except Exception:
            log.exception("erasing could not begin", next_try_in=PATIENCE_SECONDS)
            await asyncio.sleep(PATIENCE_SECONDS)
        else:
            return


async def erase_what_is_past(db: Database, clock: Clock, event: Row) -> None:
    """Plan the next look, then erase what is personal in bookings and inquiries of before the studio's retention."""
    now = clock()
    async with db.transaction() as tx:
        await _plan(tx, now + EVERY, now=now, besides=event.id)
    days = int(await db.read().settings.value(RETENTION))
    if days:
        before = now - timedelta(days=days)
        await _erase_all(db, lambda tx: tx.bookings, before, now)
        await _erase_all(db, lambda tx: tx.inquiries, before, now)


async def _begin(db: Database, now: datetime) -> None:
    if not await db.read().events.planned(RETENTION_DUE):
        async with db.transaction() as tx:
            await _plan(tx, now, now=now)


async def _plan(tx: Transaction, due_at: datetime, *, now: datetime, besides: str | None = None) -> None:
    """Exactly one look is planned, however often and by however many this is asked for."""
    await take_turn(tx.connection, RETENTION_DUE)
    if not await tx.events.planned(RETENTION_DUE, besides):
        await tx.events.schedule(RETENTION_DUE, None, due_at=due_at, now=now)


async def _erase_all(
    db: Database, rows_of: Callable[[Transaction], Bookings | Inquiries], before: datetime, now: datetime
) -> None:
    erased = AT_ONCE
    while erased == AT_ONCE:
        async with db.transaction() as tx:
            rows = rows_of(tx)
            ids = await rows.past_retention(before, AT_ONCE)
            await rows.erase(ids, now=now)
        erased = len(ids)
