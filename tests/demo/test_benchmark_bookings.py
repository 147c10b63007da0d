"""The benchmark's bookings: so many, by the rules, and time is left between them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from db.availability import calendars, studio_clock
from demo.benchmark_bookings import DAYS, ROOMS, SLOTS, WHOLE_HOUSE, load_benchmark_bookings
from demo.benchmark_set import NotEmptyError
from demo.studio import found_studio
from graph.slots import TERMS, terms_of
from rules.booking_slots import slots
from services.accounts import contents
from services.rows import a_service

if TYPE_CHECKING:
    from db.database import Database
    from rules.booking_slots import Slot

NOW = datetime(2026, 3, 8, 10, 0, tzinfo=UTC)
TOMORROW = date(2026, 3, 9)
BOOKINGS = 2 * DAYS * ROOMS


async def test_loads_as_many_as_were_asked_for_over_62_days(db: Database) -> None:
    told = await _loaded(db)

    assert told == [(2_000, BOOKINGS), (BOOKINGS, BOOKINGS)]
    written = await contents(db, "bookings", "booking_sessions", "occupancies", "booking_events", "events")
    assert {name: len(rows) for name, rows in written.items()} == {
        **dict.fromkeys(("bookings", "booking_sessions", "occupancies", "booking_events"), BOOKINGS),
        "events": 0,
    }
    days = Counter(row.day for row in written["booking_sessions"])
    assert days == {TOMORROW + timedelta(days=passed): 2 * ROOMS for passed in range(DAYS)}
    assert len({row.code for row in written["bookings"]}) == BOOKINGS
    assert {row.customer_email for row in written["bookings"]} == {None}


async def test_every_slot_is_free_or_taken_in_all_rooms(db: Database) -> None:
    await _loaded(db)

    for slug in (WHOLE_HOUSE, "room-1", f"room-{ROOMS}"):
        found = await _slots(db, slug)
        assert len(found) == (SLOTS - 2) * DAYS
        assert {(slot.local_start.hour, slot.local_start.minute) for slot in found} & {(9, 0), (12, 30)} == set()


async def test_refuses_a_database_that_has_services(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.services.add([a_service()])

    with pytest.raises(NotEmptyError, match="The database has 1 services"):
        await _loaded(db)
    assert await db.read().bookings.count() == 0


async def _loaded(db: Database) -> list[tuple[int, int]]:
    """What `progress` was told."""
    told: list[tuple[int, int]] = []
    async with db.transaction() as tx:
        await found_studio(tx, NOW, with_demo=False)
    await load_benchmark_bookings(db, BOOKINGS, NOW, lambda done, total: told.append((done, total)))
    return told


async def _slots(db: Database, slug: str) -> list[Slot]:
    """What a customer can book on the 62 days."""
    reader, days = db.read(), (TOMORROW, TOMORROW + timedelta(days=DAYS - 1))
    service = await reader.services.by_slug(frozenset(TERMS), slug)
    terms = terms_of(service)
    known = await calendars(reader, await studio_clock(reader), [terms], days, now=NOW)
    return slots(terms, known[terms.service_id], *days, 1, NOW)
