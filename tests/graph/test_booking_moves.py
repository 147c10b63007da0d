"""Whose booking may be moved where, how often, and how long it then waits for an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account, contents
from services.bookings import HALF_AN_HOUR, HOUR, NOW, RESCHEDULE, TEN, Clock, a_service, book, open_studio, serving
from services.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from db.database import Database
    from settings import Settings

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(settings: Settings, clock: Clock) -> Iterator[Server]:
    yield from serving(settings, clock)


@pytest.fixture
def limited(settings: Settings, clock: Clock) -> Iterator[Server]:
    """A server that counts how often somebody does something."""
    started = Server(settings, clock).start()
    yield started
    started.stop()


async def test_a_customer_moves_a_booking_five_times_an_hour(limited: Server, db: Database, clock: Clock) -> None:
    """Each move mails both sides: nobody shall be flooded by it."""
    server = limited
    [service] = await open_studio(db, a_service(cancel_notice_minutes=0))
    booking = book(server, service)
    times = [TEN + HALF_AN_HOUR * place for place in (1, 2, 3, 4, 5, 6)]
    assert [_codes(server, booking, starts_at) for starts_at in times] == [[]] * 5 + [["RATE_LIMITED"]]
    assert (await contents(db, "bookings"))["bookings"][0].starts_at == times[4]
    staff = await an_account(server, db, "STAFF", now=NOW)
    assert _codes(server, booking, times[5], staff.headers) == []
    clock.now += HOUR
    assert _codes(server, booking, times[0]) == []


async def test_a_customer_does_not_move_to_what_is_not_sold_any_more(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(cancel_notice_minutes=0))
    booking = book(server, service)
    async with db.transaction() as tx:
        await tx.services.note(service, status="ARCHIVED")
    before = await contents(db, "bookings", "booking_events", "occupancies", "events")
    assert _codes(server, booking, TEN + HOUR) == ["SLOT_UNAVAILABLE"]
    assert await contents(db, "bookings", "booking_events", "occupancies", "events") == before
    staff = await an_account(server, db, "STAFF", now=NOW)
    assert _codes(server, booking, TEN + HOUR, staff.headers) == []


async def test_what_staff_move_within_the_notice_waits_until_it_begins(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True, min_notice_minutes=120))
    booking = book(server, service)
    staff = await an_account(server, db, "STAFF", now=NOW)
    soon = NOW + HOUR
    moved = server.ask(RESCHEDULE, staff.headers, by=booking.by, startsAt=soon.isoformat())["answer"]
    assert (moved["booking"]["status"], moved["userErrors"]) == ("PENDING", [])
    rows = await contents(db, "bookings", "audit_events")
    assert rows["bookings"][0].expires_at == soon
    changes = {change["field"]: change["after"] for change in rows["audit_events"][-1].changes}
    assert changes["overridden"] == "notice"


async def test_a_reminder_is_for_the_booking_as_it_stands(server: Server, db: Database) -> None:
    """Moved away and back, it is reminded of once."""
    [service] = await open_studio(db, a_service(cancel_notice_minutes=0))
    booking = book(server, service, TEN + DAY)
    for starts_at in (TEN + DAY + HOUR, TEN + DAY):
        assert _codes(server, booking, starts_at) == []
    events = (await contents(db, "events"))["events"]
    reminders = [event.payload["sequence"] for event in events if event.kind == "booking.reminder"]
    assert reminders == [0, 1, 2]
    assert (await contents(db, "bookings"))["bookings"][0].sequence == 2


def _codes(server: Server, booking: Any, starts_at: datetime, headers: dict[str, str] | None = None) -> list[str]:
    answer = server.ask(RESCHEDULE, headers, by=booking.by, startsAt=starts_at.isoformat())["answer"]
    return [error["code"] for error in answer["userErrors"]]
