"""What is personal is erased when its time is over, and what the law needs stays."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from db.booking_steps import Step, take
from db.database import open_database
from db.ids import new_id
from db.repositories.bookings import ERASED
from jobs import erasure
from jobs.erasure import RETENTION_DUE, begin_erasing, erase_what_is_past
from jobs.worker import Lane
from services.accounts import contents
from services.planting import a_booking
from services.rows import THEN, a_service
from services.working import Clock, deliver_all

if TYPE_CHECKING:
    from db.database import Database

TABLES = ("bookings", "booking_events", "inquiries")
DAY = timedelta(days=1)
LONG_AGO = timedelta(days=731)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_bookings_and_inquiries_lose_what_is_personal_after_the_retention(db: Database, clock: Clock) -> None:
    old, new = await _kept(db, clock, LONG_AGO), await _kept(db, clock, LONG_AGO - 2 * DAY)
    before = await _rows(db)
    await _look(db, clock)
    after = await _rows(db)
    booking, inquiry = (before[table][old[name]] for table, name in (("bookings", "booking"), ("inquiries", "inquiry")))
    erased = {"erased_at": clock.now, "updated_at": clock.now, "version": booking["version"] + 1}
    assert after["bookings"][old["booking"]] == booking | ERASED | erased
    assert "Mina" not in str([after["bookings"][old["booking"]], after["inquiries"][old["inquiry"]]])
    assert after["inquiries"][old["inquiry"]]["created_at"] == inquiry["created_at"]
    reasons = [row["reason"] for row in after["booking_events"].values() if row["booking_id"] == old["booking"]]
    assert reasons == [None, None]
    for table, name in (("bookings", "booking"), ("inquiries", "inquiry")):
        assert after[table][new[name]] == before[table][new[name]]
    await _look(db, clock)
    assert await _rows(db) == after


async def test_more_is_erased_than_goes_at_once(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "AT_ONCE", 2)
    for _ in range(5):
        await _kept(db, clock, LONG_AGO)
    await _look(db, clock)
    rows = await _rows(db)
    assert [row["erased_at"] for table in ("bookings", "inquiries") for row in rows[table].values()] == [clock.now] * 10


async def test_the_studio_says_how_long(db: Database, clock: Clock) -> None:
    await _kept(db, clock, 5 * DAY)
    before = await _rows(db)
    await _set_retention(db, "6")
    await _look(db, clock)
    assert await _rows(db) == before
    await _set_retention(db, "0")
    await _look(db, clock)
    assert await _rows(db) == before
    await _set_retention(db, "4")
    await _look(db, clock)
    assert "Mina" not in str(await _rows(db))


async def test_looks_once_a_day_however_many_begin(database_url: str, db: Database, clock: Clock) -> None:
    others = [open_database(database_url, 1) for _ in range(3)]
    await asyncio.gather(*(begin_erasing(each, clock) for each in (db, *others)))
    assert await _planned(db) == [clock.now]
    lanes = [Lane(each, {RETENTION_DUE: partial(erase_what_is_past, each, clock)}, clock) for each in (db, *others)]
    for day in range(1, 4):
        await asyncio.gather(*map(deliver_all, lanes))
        await asyncio.gather(*(begin_erasing(each, clock) for each in (db, *others)))
        assert await _planned(db) == [THEN + day * DAY]
        clock.now = THEN + day * DAY
    await asyncio.gather(*(each.close() for each in others))
    assert await db.read().events.count() == 4


async def test_a_look_that_is_cut_off_and_begun_again_plans_no_second(db: Database, clock: Clock) -> None:
    await begin_erasing(db, clock)
    async with db.transaction() as tx:
        event = await tx.events.claim(clock.now, [RETENTION_DUE])
    for _ in range(2):
        await erase_what_is_past(db, clock, event)
    assert sorted(await _planned(db)) == [clock.now, clock.now + DAY]


async def _look(db: Database, clock: Clock) -> None:
    async with db.transaction() as tx:
        await tx.events.record(RETENTION_DUE, None, now=clock.now)
        event = await tx.events.claim(clock.now, [RETENTION_DUE])
    await erase_what_is_past(db, clock, event)
    async with db.transaction() as tx:
        await tx.events.delivered(event, clock.now)


async def _kept(db: Database, clock: Clock, ago: timedelta) -> dict[str, str]:
    """The ids of a booking and an inquiry of so long ago."""
    then, service = clock.now - ago, a_service()
    who = {"customer_name": "Mina Kim", "customer_email": "mina@example.com", "note": "Mina brings a dog."}
    inquiry = {"id": new_id(), "created_at": then, "updated_at": then, "version": 1, "service_id": service["id"]}
    asked = {"name": "Mina Kim", "email": "mina@example.com", "phone": None, "message": "Does Mina need a coat?"}
    state = {"preferred_date": None, "status": "OPEN", "locale": "ko", "erased_at": None}
    async with db.transaction() as tx:
        await tx.services.add([service])
        await tx.inquiries.add([inquiry | asked | state])
        booking = await a_booking(tx, service["id"], starts_at=then, ends_at=then, **who)
        row = await tx.bookings.locked(booking["id"])
        await take(tx, row, Step("cancelled", then, reason="Mina is ill"))
    return {"booking": booking["id"], "inquiry": str(inquiry["id"])}


async def _planned(db: Database) -> list[Any]:
    """When the looks that wait are due."""
    waiting = await db.read().events.of_state(dead=False, most=100)
    return [event.due_at for event in waiting if event.kind == RETENTION_DUE]


async def _rows(db: Database) -> dict[str, dict[str, dict[str, Any]]]:
    return {table: {row.id: row._asdict() for row in rows} for table, rows in (await contents(db, *TABLES)).items()}


async def _set_retention(db: Database, days: str) -> None:
    async with db.transaction() as tx:
        await tx.settings.put("bookings.retention_days", days, now=THEN)
