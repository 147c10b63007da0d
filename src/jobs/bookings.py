"""What bookings bring with time: they expire, and customers are reminded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.booking_steps import expire, snapshot
from db.events import MAIL_WANTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from db.connection import Row
    from db.database import Database


async def expire_booking(db: Database, clock: Callable[[], datetime], event: Row) -> None:
    """Let the booking of a `booking.expires` event go, if nobody has answered it."""
    await db.attempt(lambda tx: expire(tx, event.subject_id, clock()))


async def remind(db: Database, clock: Callable[[], datetime], event: Row) -> None:
    """Mail the reminder of a `booking.reminder` event, if the booking still stands as it did, and is still to come.

    A second delivery of the same event mails a second time only where the first was cut off before it was marked.
    """
    now = clock()
    async with db.transaction() as tx:
        booking = await tx.bookings.locked(event.subject_id)
        if booking is None or booking.status != "CONFIRMED" or booking.starts_at <= now:
            return
        if booking.sequence != event.payload["sequence"]:
            return
        told = snapshot(booking._asdict())
        await tx.events.record(MAIL_WANTED, booking.id, now=now, letter="booking_reminder", to="customer", **told)
