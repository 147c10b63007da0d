"""Bookings that are begun and taken further without a server, and what is written of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from db.booking_steps import Step, begin, expire, take
from rules.refusals import SLOT_TAKEN, Refusal
from services.accounts import contents
from services.agenda import a_booking, a_session
from services.bookings import NOW
from services.rows import THEN, a_resource

if TYPE_CHECKING:
    from db.database import Database, Transaction

EXPIRES = NOW + timedelta(days=1)
"""When a pending booking does."""
LATER = NOW + timedelta(hours=3)
"""When steps are taken."""


async def begun(
    db: Database,
    service: str,
    starts_at: datetime,
    *resources: str,
    by_customer: bool = False,
    **named: Any,
) -> str:
    """The id of a new booking, begun now, which is alone in its session; a pending one has an end."""
    session = a_session(service, starts_at)
    ends = {"expires_at": EXPIRES} if named.get("status") == "PENDING" else {}
    booking = a_booking(session, **{**ends, **named})
    async with db.transaction() as tx:
        await occupy(tx, session, *resources)
        await begin(tx, booking, Step("created", NOW, by_customer=by_customer))
    return str(booking["id"])


async def occupy(tx: Transaction, session: dict[str, Any], *resources: str) -> None:
    """Let a session have these resources; where none is named, one of its own."""
    if not resources:
        own = a_resource()
        await tx.resources.add([own])
        resources = (own["id"],)
    await tx.occupancies.occupy(session, resources, now=THEN, taken=Refusal(SLOT_TAKEN, "Taken."))


async def taken(db: Database, booking: str, step: Step, **columns: Any) -> None:
    """Take a step with a booking."""
    async with db.transaction() as tx:
        row = await tx.bookings.locked(booking)
        assert row
        await take(tx, row, step, **columns)


async def expired(db: Database, booking: str, now: datetime) -> None:
    """Let a booking go, if it is over by now."""
    async with db.transaction() as tx:
        await expire(tx, booking, now)


def of_an_hour(starts_at: datetime, status: str, sequence: int) -> dict[str, Any]:
    """What a letter is to say of a booking of an hour, for no reason that anybody gave."""
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=1)).isoformat()}
    return {**times, "status": status, "sequence": sequence, "reason_event": None}


async def states(db: Database) -> list[tuple[str, int, int]]:
    """Status, sequence and version of each booking."""
    return [(row.status, row.sequence, row.version) for row in (await contents(db, "bookings"))["bookings"]]


async def statuses(db: Database) -> dict[str, str]:
    """The status of each booking, by its id."""
    return {row.id: row.status for row in (await contents(db, "bookings"))["bookings"]}


async def seats(db: Database) -> list[tuple[int, int]]:
    """How many seats of each session are taken, and by how many bookings."""
    sessions = (await contents(db, "booking_sessions"))["booking_sessions"]
    return [(session.seats_taken, session.bookings) for session in sessions]


async def history(db: Database) -> list[tuple[str, str | None, str, str | None, str | None]]:
    """Every step that was taken: of which booking, from where, where to, by whom and why."""
    steps = (await contents(db, "booking_events"))["booking_events"]
    return [(row.booking_id, row.from_status, row.to_status, row.actor_id, row.reason) for row in steps]


async def recorded(db: Database) -> list[tuple[str, str, datetime, bool, dict[str, Any]]]:
    """Each event: its kind, its subject, when it is due, whether there is nothing to deliver, and what it tells."""
    rows = (await contents(db, "events"))["events"]
    return [(row.kind, row.subject_id, row.due_at, row.delivered_at is not None, row.payload) for row in rows]


async def planned(db: Database) -> list[tuple[str, datetime, dict[str, Any]]]:
    """What is to be looked at later: the kind of the event, when, and what it tells."""
    kinds = ("booking.expires", "booking.reminder")
    return [(kind, due_at, payload) for kind, _, due_at, _, payload in await recorded(db) if kind in kinds]
