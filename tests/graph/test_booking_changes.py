"""Moving bookings, calling them off, and what staff do with them: the state, what is told, and what is freed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account, contents
from services.bookings import (
    CANCEL,
    HALF_AN_HOUR,
    HOUR,
    NOW,
    RESCHEDULE,
    TEN,
    WRITTEN,
    Clock,
    a_service,
    an_error,
    book,
    letters,
    occupied,
    open_studio,
    refused,
    serving,
    step,
    with_options,
)
from services.rows import THEN, an_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from db.database import Database
    from services.server import Server
    from settings import Settings

HISTORY = "query ($by: BookingBy!) { booking(by: $by) { status version events { from to reason actor { username } } } }"
DAYS_7 = timedelta(days=7)
STEPS = {
    "confirmBooking": "CONFIRMED",
    "declineBooking": "DECLINED",
    "completeBooking": "COMPLETED",
    "markNoShow": "NO_SHOW",
}
STATUSES = ("PENDING", "CONFIRMED", "DECLINED", "CANCELLED", "COMPLETED", "NO_SHOW", "EXPIRED")
AFTER = {
    "PENDING": {"confirmBooking", "declineBooking"},
    "CONFIRMED": {"completeBooking", "markNoShow"},
}
"""Which of them a booking can take from where, once it has begun."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(settings: Settings, clock: Clock) -> Iterator[Server]:
    yield from serving(settings, clock)


async def test_a_booking_goes_its_way_and_everybody_is_told(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    booking = book(server, service, TEN + DAYS_7)
    staff = await an_account(server, db, "STAFF", now=NOW, name="ara")
    later = (TEN + DAYS_7 + HALF_AN_HOUR).isoformat()
    answers = [
        server.ask(RESCHEDULE, by=booking.by, startsAt=later, version=1),
        server.ask(step("confirmBooking"), staff.headers, id=booking.id, version=2),
        server.ask(CANCEL, by=booking.by, reason="Ill", version=3),
    ]
    told = [("PENDING", 2), ("CONFIRMED", 3), ("CANCELLED", 4)]
    assert [answer["answer"] for answer in answers] == [
        {"booking": {"status": status, "version": version, "startsAt": later}, "userErrors": []}
        for status, version in told
    ]
    assert server.ask(HISTORY, by=booking.by)["booking"]["events"] == [
        {"from": None, "to": "PENDING", "reason": None, "actor": None},
        {"from": "PENDING", "to": "PENDING", "reason": None, "actor": None},
        {"from": "PENDING", "to": "CONFIRMED", "reason": None, "actor": {"username": "ara"}},
        {"from": "CONFIRMED", "to": "CANCELLED", "reason": "Ill", "actor": None},
    ]
    assert await letters(db) == [
        ("booking_received", "customer"), ("booking_new", "studio"),
        ("booking_changed", "customer"), ("booking_changed", "studio"),
        ("booking_confirmed", "customer"),
        ("booking_cancelled", "customer"), ("booking_cancelled", "studio"),
    ]  # fmt: skip
    mails = [event.payload for event in (await contents(db, "events"))["events"] if event.kind == "mail.wanted"]
    assert [mail["sequence"] for mail in mails] == [0, 0, 1, 1, 2, 3, 3]
    [*_, cancelled] = (await contents(db, "booking_events"))["booking_events"]
    assert [mail["reason_event"] for mail in mails] == [None] * 5 + [cancelled.id] * 2
    assert await occupied(db) == []


async def test_staff_move_and_cancel_too_late_and_the_audit_has_it(server: Server, db: Database, clock: Clock) -> None:
    [service] = await open_studio(db, a_service())
    booking = book(server, service)
    clock.now = TEN - HOUR
    staff = await an_account(server, db, "STAFF", now=clock.now)
    by = {"id": booking.id}
    moved = server.ask(RESCHEDULE, staff.headers, by=by, startsAt=(TEN + HOUR).isoformat())["answer"]
    cancelled = server.ask(CANCEL, staff.headers, by=by, reason="Flooded")["answer"]
    assert (moved["userErrors"], cancelled["userErrors"]) == ([], [])
    audit = (await contents(db, "audit_events"))["audit_events"]
    assert [(one.action, one.subject_id, one.actor_id) for one in audit] == [
        ("booking.rescheduled", booking.row_id, staff.id), ("booking.cancelled", booking.row_id, staff.id),
    ]  # fmt: skip
    assert audit[1].changes == [{"field": "status", "before": "CONFIRMED", "after": "CANCELLED"}]
    assert {change["field"] for change in audit[0].changes} == {"startsAt", "endsAt"}
    letters_of_staff = [("booking_changed", "customer"), ("booking_cancelled", "customer")]
    assert (await letters(db))[2:] == letters_of_staff, "the studio is not told what it did itself"


@pytest.mark.parametrize(("minutes", "until"), [(120, "2 h"), (90, "90 min")])
async def test_too_late_is_too_late_for_the_customer(
    minutes: int, until: str, server: Server, db: Database, clock: Clock
) -> None:
    [service] = await open_studio(db, a_service(cancel_notice_minutes=minutes))
    booking = book(server, service)
    clock.now = TEN - timedelta(minutes=minutes)
    assert _can(server, booking.by) == {"viewerCanCancel": True, "viewerCanReschedule": True}
    clock.now += timedelta(microseconds=1)
    assert _can(server, booking.by) == {"viewerCanCancel": False, "viewerCanReschedule": False}
    before = await contents(db, *WRITTEN)
    wall = {"2 h": "08:00", "90 min": "08:30"}[until]
    message = (
        f"This could be cancelled or moved until 2026-11-24 {wall}+09:00, {until} before the start: ask the studio."
    )
    for asked in (CANCEL, RESCHEDULE):
        given: dict[str, Any] = {"startsAt": (TEN + HOUR).isoformat()} if asked is RESCHEDULE else {}
        assert server.ask(asked, by=booking.by, **given)["answer"] == refused(an_error("POLICY", message, "by"))
    assert await contents(db, *WRITTEN) == before


async def test_the_policy_is_the_one_of_the_day_on_which_it_was_booked(
    server: Server, db: Database, clock: Clock
) -> None:
    [service] = await open_studio(db, a_service(cancel_notice_minutes=60))
    booking = book(server, service)
    async with db.transaction() as tx:
        await tx.services.note(service, cancel_notice_minutes=10_000)
    clock.now = TEN - HOUR
    assert server.ask(CANCEL, by=booking.by)["answer"]["userErrors"] == []


@pytest.mark.parametrize("name", STEPS)
async def test_a_step_that_the_state_forbids_is_refused(name: str, server: Server, db: Database, clock: Clock) -> None:
    [service] = await open_studio(db, a_service())
    bookings = {status: book(server, service, TEN + HOUR * hour) for hour, status in enumerate(STATUSES, start=-1)}
    clock.now = TEN + 9 * HOUR
    async with db.transaction() as tx:
        for status, booking in bookings.items():
            await tx.bookings.note(booking.row_id, status=status, expires_at=clock.now + HOUR)
    staff = await an_account(server, db, "STAFF", now=clock.now)
    for status, booking in bookings.items():
        before = await contents(db, *WRITTEN)
        answer = server.ask(step(name), staff.headers, id=booking.id)["answer"]
        if name in AFTER.get(status, ()):
            assert (answer["booking"]["status"], answer["userErrors"]) == (STEPS[name], [])
        else:
            message = f"This booking is {status}: it cannot become {STEPS[name]}."
            assert answer == refused(an_error("STATE", message, "id"))
            assert await contents(db, *WRITTEN) == before


async def test_what_is_over_is_neither_moved_nor_cancelled(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(cancel_notice_minutes=0))
    booking = book(server, service)
    for status in STATUSES[2:]:
        async with db.transaction() as tx:
            await tx.bookings.note(booking.row_id, status=status)
        before = await contents(db, *WRITTEN)
        cancelled = server.ask(CANCEL, by=booking.by)["answer"]
        moved = server.ask(RESCHEDULE, by=booking.by, startsAt=(TEN + HOUR).isoformat())["answer"]
        assert cancelled == refused(an_error("STATE", f"This booking is {status}: it cannot become CANCELLED.", "by"))
        assert moved == refused(an_error("STATE", f"This booking is {status}: it cannot be moved any more.", "by"))
        assert _can(server, booking.by) == {"viewerCanCancel": False, "viewerCanReschedule": False}
        assert await contents(db, *WRITTEN) == before


@pytest.mark.parametrize("name", ["completeBooking", "markNoShow"])
async def test_how_it_went_is_said_once_it_has_begun(name: str, server: Server, db: Database, clock: Clock) -> None:
    [service] = await open_studio(db, a_service())
    booking = book(server, service)
    clock.now = TEN - timedelta(microseconds=1)
    staff = await an_account(server, db, "STAFF", now=clock.now)
    before = await contents(db, *WRITTEN)
    message = "This booking has not begun yet: how it went can be said once it has."
    answer = server.ask(step(name), staff.headers, id=booking.id)["answer"]
    assert answer == refused(an_error("POLICY", message, "id"))
    assert await contents(db, *WRITTEN) == before
    clock.now = TEN
    done = server.ask(step(name), staff.headers, id=booking.id)["answer"]
    assert (done["booking"]["status"], done["userErrors"]) == (STEPS[name], [])
    assert len(await letters(db)) == 2, "nobody is written to"


@pytest.mark.parametrize("asked", ["confirmBooking", "declineBooking", "cancelBooking", "rescheduleBooking"])
async def test_a_stale_version_is_refused_with_the_one_that_it_has(asked: str, server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    booking = book(server, service)
    staff = await an_account(server, db, "STAFF", now=NOW)
    query = {"cancelBooking": CANCEL, "rescheduleBooking": RESCHEDULE}.get(asked) or step(asked)
    query = query.replace("__typename", "__typename ... on StaleVersion { currentVersion }")
    named: dict[str, Any] = {"by": {"id": booking.id}} if "by:" in query else {"id": booking.id}
    before = await contents(db, *WRITTEN)
    given = {**named, "startsAt": (TEN + HOUR).isoformat()} if "$startsAt" in query else named
    answer = server.ask(query, staff.headers, version=2, **given)["answer"]
    message = "Somebody else has changed this meanwhile: it is at version 1 now."
    error = an_error("STALE_VERSION", message, "expectedVersion", kind="StaleVersion", currentVersion=1)
    assert answer == refused(error)
    assert await contents(db, *WRITTEN) == before


async def test_a_booking_is_moved_only_to_what_is_free(server: Server, db: Database) -> None:
    """Its own time is free to it: half an hour later overlaps with nobody else."""
    [service] = await open_studio(db, a_service())
    booking, _ = book(server, service), book(server, service, TEN + 2 * HOUR)
    before = await contents(db, *WRITTEN)
    for starts_at, code in ((TEN + 90 * (HOUR / 60), "SLOT_TAKEN"), (TEN - 9 * HOUR, "SLOT_UNAVAILABLE")):
        answer = server.ask(RESCHEDULE, by=booking.by, startsAt=starts_at.isoformat())["answer"]
        assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [(code, ["startsAt"])]
    assert await contents(db, *WRITTEN) == before
    assert _moved(server, booking, TEN) == ("CONFIRMED", 1), "it is there already"
    assert await contents(db, *WRITTEN) == before
    assert _moved(server, booking, TEN + HALF_AN_HOUR) == ("CONFIRMED", 2)
    assert [row.busy_from for row in await occupied(db)] == [TEN + HALF_AN_HOUR, TEN + 2 * HOUR]


async def test_a_booking_that_is_moved_does_not_stand_in_its_own_way(server: Server, db: Database) -> None:
    """Neither as the one booking of its day nor by its seats."""
    [course] = await open_studio(db, a_service("Course", max_per_day=1, capacity=3))
    booking = book(server, course, partySize=3)
    assert _moved(server, booking, TEN + HALF_AN_HOUR) == ("CONFIRMED", 2)
    sessions = (await contents(db, "booking_sessions"))["booking_sessions"]
    assert [(one.seats_taken, one.bookings) for one in sessions] == [(0, 0), (3, 1)]


async def test_a_booking_that_is_moved_lasts_as_long_as_it_was_booked_for(server: Server, db: Database) -> None:
    [service] = await open_studio(db, a_service())
    [longer] = await with_options(db, service, an_option(extra_minutes=30))
    booking = book(server, service, optionIds=[longer])
    async with db.transaction() as tx:
        await tx.services.options.write(service, [], now=THEN)
        await tx.services.note(service, duration_minutes=15)
    assert _moved(server, booking, TEN + 2 * HOUR) == ("CONFIRMED", 2)
    [row] = await occupied(db)
    assert (row.busy_from, row.busy_until) == (TEN + 2 * HOUR, TEN + 3 * HOUR + HALF_AN_HOUR)


async def test_a_pending_booking_that_is_moved_waits_no_longer(server: Server, db: Database, clock: Clock) -> None:
    [service] = await open_studio(db, a_service(requires_confirmation=True))
    booking = book(server, service, TEN + DAYS_7)
    before = clock.now + timedelta(hours=24)
    clock.now += HOUR
    assert _moved(server, booking, TEN + DAYS_7 + HOUR) == ("PENDING", 2)
    [row] = (await contents(db, "bookings"))["bookings"]
    assert row.expires_at == before


def _moved(server: Server, booking: Any, starts_at: datetime) -> tuple[str, int]:
    answer = server.ask(RESCHEDULE, by=booking.by, startsAt=starts_at.isoformat())["answer"]
    assert answer["userErrors"] == []
    assert answer["booking"]["startsAt"] == starts_at.isoformat()
    return answer["booking"]["status"], answer["booking"]["version"]


def _can(server: Server, by: dict[str, Any]) -> Any:
    return server.ask("query ($by: BookingBy!) { booking(by: $by) { viewerCanCancel viewerCanReschedule } }", by=by)[
        "booking"
    ]
