"""What a step of a booking writes besides its row, all at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from db.booking_steps import Step, take
from db.connection import TALLY, Tally
from services.accounts import contents
from services.bookings import NOW, TEN, a_service, open_studio
from services.planting import a_booking

if TYPE_CHECKING:
    from db.database import Database

DAY = timedelta(days=1)


async def test_a_step_writes_all_its_events_in_one_statement(db: Database) -> None:
    [service] = await open_studio(db, a_service())
    pending: dict[str, Any] = {
        "status": "PENDING",
        "expires_at": TEN - DAY / 2,
        "starts_at": TEN + DAY,
        "ends_at": TEN + 2 * DAY,
    }
    async with db.transaction() as tx:
        row = await tx.bookings.locked((await a_booking(tx, service, **pending))["id"])
        TALLY.set(tally := Tally())
        await take(tx, row, Step("confirmed", NOW))

    rung = db.read().connection.statements.dialect.name == "postgresql"
    assert tally.statements == 3 + rung  # the row, its history, its events; PostgreSQL rings once
    events = (await contents(db, "events"))["events"][-3:]
    assert [(event.kind, event.due_at, event.delivered_at is None) for event in events] == [
        ("booking.changed", NOW, False),
        ("mail.wanted", NOW, True),
        ("booking.reminder", TEN, True),
    ]
