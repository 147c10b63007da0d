"""The demo studio's bookings: by the rules, on whichever day it is founded, and nobody is mailed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import combinations
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from db.availability import studio_clock
from demo.premises import date_overrides
from demo.services import OFFERS, options, services
from demo.studio import found_studio, open_for_bookings
from demo.visits import VISITS
from rules.checking import checked
from rules.opening_hours import OpeningHours, Override
from rules.services import CHECKS, OPTION_CHECKS
from services.accounts import contents

if TYPE_CHECKING:
    from db.connection import Row
    from db.database import Database

SEOUL = ZoneInfo("Asia/Seoul")
DAYS = [datetime(2026, 3, day, 10, 30, tzinfo=UTC) for day in range(8, 15)]
"""A founding on each day of the week."""
STATES = {"PENDING", "CONFIRMED", "DECLINED", "CANCELLED", "COMPLETED", "NO_SHOW", "EXPIRED"}
OVER = {"DECLINED", "CANCELLED", "EXPIRED"}


@pytest.mark.parametrize("founded", DAYS, ids=lambda day: f"{day:%A}")
async def test_every_visit_is_booked_and_fits_the_hours(founded: datetime, db: Database) -> None:
    bookings = await _opened(db, founded)

    assert len(bookings) == len(VISITS) == 28
    assert {booking.status for booking in bookings} == STATES
    openings = await _openings(db, founded)
    outside = [one for one in bookings if not any(a <= one.starts_at and one.ends_at <= b for a, b in openings)]
    assert outside == []
    for booking in bookings:
        before = booking.status in {"COMPLETED", "NO_SHOW"}
        assert booking.ends_at <= founded if before else booking.starts_at > founded or booking.status in OVER
        assert abs(booking.starts_at - founded) < timedelta(days=20)


async def test_a_founding_decides_all_of_a_booking(db: Database) -> None:
    told = {(one.customer_name, one.code, one.starts_at.isoformat()) for one in await _opened(db, DAYS[0])}

    assert ("박지훈", "BTFW-EGBE", "2026-03-01T01:00:00+00:00") in told
    assert ("Priya Menon", "4CYV-54BY", "2026-03-20T03:00:00+00:00") in told


async def test_no_resource_is_had_twice_and_no_seat_is_sold_twice(db: Database) -> None:
    bookings = await _opened(db, DAYS[0])

    written = await contents(db, "occupancies", "booking_sessions", "service_resources")
    active = [row for row in written["occupancies"] if row.active]
    assert [
        (one, other)
        for one, other in combinations(active, 2)
        if one.resource_id == other.resource_id
        and one.busy_from < other.busy_until
        and other.busy_from < one.busy_until
    ] == []
    seats = Counter[str]()
    for booking in bookings:
        seats[booking.session_id] += 0 if booking.status in OVER else booking.party_size
    assert {row.id: row.seats_taken for row in written["booking_sessions"]} == dict(seats)
    assert max(seats.values()) == 6
    assert {row.session_id for row in active} == {session for session, taken in seats.items() if taken}


async def test_every_step_stands_in_the_history(db: Database) -> None:
    bookings = await _opened(db, DAYS[0])

    steps = (await contents(db, "booking_events"))["booking_events"]
    assert len(steps) == sum(1 + len(visit.steps) for visit in VISITS)
    for booking in bookings:
        own = sorted((step for step in steps if step.booking_id == booking.id), key=lambda step: step.created_at)
        assert [step.from_status for step in own] == [None, *(step.to_status for step in own[:-1])]
        assert own[-1].to_status == booking.status


async def test_nobody_is_mailed(db: Database) -> None:
    bookings = await _opened(db, DAYS[0])

    assert {booking.customer_email for booking in bookings} == {None}
    kinds = Counter(event.kind for event in (await contents(db, "events"))["events"])
    assert kinds == {"demo.requested": 1, "booking.changed": 44, "booking.expires": 6}


async def test_opening_again_changes_nothing(db: Database) -> None:
    tables = "services", "resources", "date_overrides", "bookings", "booking_events", "events"
    await _opened(db, DAYS[0])
    before = await contents(db, *tables)

    await open_for_bookings(db, DAYS[0], SEOUL)

    assert await contents(db, *tables) == before


async def test_a_date_that_has_hours_of_its_own_keeps_them(db: Database) -> None:
    [monday, _] = date_overrides(DAYS[0], DAYS[0].date())
    ours = monday | {"closed": True, "opens_at": None, "closes_at": None, "note": "Ours"}
    async with db.transaction() as tx:
        await tx.date_overrides.add([ours])

    await _opened(db, DAYS[0])

    notes = [row.note for row in (await contents(db, "date_overrides"))["date_overrides"]]
    assert sorted(notes) == ["Ours", "The rooms are being painted."]


async def test_a_studio_that_was_founded_without_the_demo_is_booked_in_its_own_hours(db: Database) -> None:
    async with db.transaction() as tx:
        await found_studio(tx, DAYS[0], with_demo=False)
    await open_for_bookings(db, DAYS[0], ZoneInfo("UTC"))

    bookings = (await contents(db, "bookings"))["bookings"]
    assert len(bookings) > 20
    assert {booking.starts_at.weekday() for booking in bookings} <= {0, 1, 2, 3, 4}


def test_every_service_is_one_that_an_admin_could_have_made() -> None:
    given = [(sample.row, CHECKS) for sample in services(DAYS[0])]
    given += [(option, OPTION_CHECKS) for offer in OFFERS for option in options(offer)]

    for row, checks in given:
        names = row.keys() & checks.keys() - {"translations"}
        assert checked({name: row[name] for name in names}, checks) == ({name: row[name] for name in names}, [])
        assert {"ko", "hi"} == row["translations"].keys()


def test_there_is_one_of_each_kind_of_service() -> None:
    rows = [sample.row for sample in services(DAYS[0])]

    assert sum(row["capacity"] > 1 for row in rows) == 1
    assert sum(row["requires_confirmation"] for row in rows) == 1
    assert [offer.slug for offer in OFFERS if not offer.needs] == ["consultation"]


async def _opened(db: Database, founded: datetime) -> list[Row]:
    """The bookings of a studio that was founded then."""
    async with db.transaction() as tx:
        await found_studio(tx, founded, with_demo=True)
    await open_for_bookings(db, founded, SEOUL)
    return (await contents(db, "bookings"))["bookings"]


async def _openings(db: Database, founded: datetime) -> list[tuple[datetime, datetime]]:
    """When the studio is open around its founding."""
    clock = await studio_clock(db.read())
    rows = (await contents(db, "date_overrides"))["date_overrides"]
    overrides = {row.date: Override(row.closed, _time(row.opens_at), _time(row.closes_at)) for row in rows}
    first, last = ((founded + timedelta(days=days)).date() for days in (-20, 20))
    return [(one.since, one.until) for one in OpeningHours(SEOUL, clock.weekly, overrides).openings(first, last)]


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
