"""Bookings that nobody answers in time: expired from that moment on, and written down by whoever comes first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from db.booking_steps import EXPIRES, REMINDER
from jobs.bookings import expire_booking, remind
from services.accounts import an_account, column, contents
from services.bookings import (
    CANCEL,
    HALF_AN_HOUR,
    HOUR,
    NOW,
    RESCHEDULE,
    TEN,
    WRITTEN,
    Clock,
    a_resource,
    a_service,
    an_error,
    book,
    letters,
    occupied,
    open_studio,
    refused,
    serving,
    starts,
    step,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.connection import Row
    from db.database import Database
    from services.server import Server
    from settings import Settings

DAY = timedelta(days=1)
SHOWN = """query ($by: BookingBy!) {
    booking(by: $by) { status version cancellableUntil viewerCanCancel viewerCanReschedule }
}"""
EXPIRED = {"status": "EXPIRED", "cancellableUntil": None, "viewerCanCancel": False, "viewerCanReschedule": False}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(settings: Settings, clock: Clock) -> Iterator[Server]:
    yield from serving(settings, clock)


async def test_it_is_told_as_expired_before_anybody_has_written_it_down(
    server: Server, db: Database, clock: Clock
) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    free = starts(server, service)
    booking = book(server, service, free[-1])
    assert free[-1] not in starts(server, service)
    before = await contents(db, *WRITTEN)
    clock.now += DAY - timedelta(microseconds=1)
    assert server.ask(SHOWN, by=booking.by)["booking"]["status"] == "PENDING"
    clock.now += timedelta(microseconds=1)
    assert server.ask(SHOWN, by=booking.by)["booking"] == {**EXPIRED, "version": 1}
    assert free[-1] in starts(server, service)
    staff = await an_account(server, db, "STAFF", now=clock.now)
    for name, to in (("confirmBooking", "CONFIRMED"), ("declineBooking", "DECLINED")):
        message = f"This booking is EXPIRED: it cannot become {to}."
        answer = server.ask(step(name), staff.headers, id=booking.id)["answer"]
        assert answer == refused(an_error("STATE", message, "id"))
    cancelled = server.ask(CANCEL, by=booking.by)["answer"]
    moved = server.ask(RESCHEDULE, by=booking.by, startsAt=free[-2].isoformat())["answer"]
    assert cancelled == refused(an_error("STATE", "This booking is EXPIRED: it cannot become CANCELLED.", "by"))
    assert moved == refused(an_error("STATE", "This booking is EXPIRED: it cannot be moved any more.", "by"))
    assert await contents(db, *WRITTEN) == before


async def test_who_claims_its_time_writes_it_down(server: Server, db: Database, clock: Clock) -> None:
    """All that expired on the resources that are claimed, and nothing on others."""
    portrait, family, other = await open_studio(
        db, *(a_service(name, requires_confirmation=True) for name in ("Portrait", "Family", "Other"))
    )
    await a_resource(db, portrait, family)
    taken = [book(server, portrait, TEN + 7 * DAY), book(server, family, TEN + 7 * DAY + HOUR)]
    elsewhere = book(server, other, TEN + 7 * DAY)
    clock.now += DAY
    book(server, portrait, TEN + 7 * DAY + HALF_AN_HOUR)
    statuses = {row.id: row.status for row in (await contents(db, "bookings"))["bookings"]}
    assert [statuses[one.row_id] for one in (*taken, elsewhere)] == ["EXPIRED", "EXPIRED", "PENDING"]
    assert [letter for letter in await letters(db) if letter[0] == "booking_expired"] == [
        ("booking_expired", "customer")
    ] * 2
    assert len(await occupied(db)) == 2


async def test_seats_of_what_expired_are_free_beside_those_that_stay(
    server: Server, db: Database, clock: Clock
) -> None:
    [course] = await open_studio(db, a_service("Course", capacity=10, requires_confirmation=True))
    at = TEN + 7 * DAY
    stays, _ = book(server, course, at, partySize=4), book(server, course, at, partySize=6)
    staff = await an_account(server, db, "STAFF", now=NOW)
    server.ask(step("confirmBooking"), staff.headers, id=stays.id)
    assert at not in starts(server, course)
    clock.now += DAY
    assert at in starts(server, course, partySize=6)
    assert at not in starts(server, course, partySize=7)
    book(server, course, at, partySize=6)
    assert await column(db, "booking_sessions", "seats_taken") == [10]


async def test_what_expired_does_not_count_for_the_day(server: Server, db: Database, clock: Clock) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True, max_per_day=1))
    at = TEN + 7 * DAY
    book(server, service, at)
    assert at + 2 * HOUR not in starts(server, service)
    clock.now += DAY
    assert at + 2 * HOUR in starts(server, service)
    book(server, service, at + 2 * HOUR)


async def test_the_worker_writes_it_down_once(server: Server, db: Database, clock: Clock) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    book(server, service, TEN + 7 * DAY)
    event = await _event(db, EXPIRES)
    before = await contents(db, *WRITTEN)
    await expire_booking(db, clock, event)
    assert await contents(db, *WRITTEN) == before, "it is too soon"
    clock.now = event.due_at
    for _ in range(2):
        await expire_booking(db, clock, event)
    assert await column(db, "bookings", "status") == ["EXPIRED"]
    assert await letters(db) == [
        ("booking_received", "customer"), ("booking_new", "studio"), ("booking_expired", "customer"),
    ]  # fmt: skip
    assert await occupied(db) == []


async def test_the_worker_leaves_what_was_answered(server: Server, db: Database, clock: Clock) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    booking = book(server, service, TEN + 7 * DAY)
    event = await _event(db, EXPIRES)
    staff = await an_account(server, db, "STAFF", now=NOW)
    server.ask(step("confirmBooking"), staff.headers, id=booking.id)
    clock.now = event.due_at + DAY
    before = await contents(db, *WRITTEN)
    await expire_booking(db, clock, event)
    assert await contents(db, *WRITTEN) == before


async def test_a_reminder_is_mailed_where_the_booking_still_stands(server: Server, db: Database, clock: Clock) -> None:
    [service] = await open_studio(db, a_service())
    book(server, service, TEN + 7 * DAY)
    event = await _event(db, REMINDER)
    clock.now = event.due_at
    assert clock.now == TEN + 6 * DAY
    await remind(db, clock, event)
    assert (await letters(db))[2:] == [("booking_reminder", "customer")]
    clock.now = TEN + 7 * DAY
    await remind(db, clock, event)
    assert len(await letters(db)) == 3, "it has begun"


@pytest.mark.parametrize("change", ["moved", "cancelled"])
async def test_nobody_is_reminded_of_what_was_moved_or_cancelled(
    change: str, server: Server, db: Database, clock: Clock
) -> None:
    [service] = await open_studio(db, a_service())
    booking = book(server, service, TEN + 7 * DAY)
    event = await _event(db, REMINDER)
    if change == "moved":
        server.ask(RESCHEDULE, by=booking.by, startsAt=(TEN + 7 * DAY + HOUR).isoformat())
    else:
        server.ask(CANCEL, by=booking.by)
    clock.now = event.due_at
    before = await contents(db, *WRITTEN)
    await remind(db, clock, event)
    assert await contents(db, *WRITTEN) == before


async def _event(db: Database, kind: str) -> Row:
    [event] = [event for event in (await contents(db, "events"))["events"] if event.kind == kind]
    return event
