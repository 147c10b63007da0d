"""The constraint by itself: nothing that writes past every check occupies a resource twice."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from db.database import open_database
from db.unavailable import DatabaseUnavailable
from rules.refusals import SLOT_TAKEN, Refusal
from services.accounts import column
from services.agenda import a_session
from services.bookings import HALF_AN_HOUR, HOUR, TEN, a_resource, a_service, open_studio
from services.rows import THEN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Executable

    from db.database import Database, Transaction

FIFTY = 50
ROUNDS = 20 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 1
TAKEN = Refusal(SLOT_TAKEN, "Taken.")
DROPPED = {
    "sqlite": ("DROP TRIGGER occupancies_added_alone", "DROP TRIGGER occupancies_changed_alone"),
    "postgresql": ("ALTER TABLE occupancies DROP CONSTRAINT ex_occupancies_resource",),
}
MOMENT = timedelta(microseconds=1)


async def test_of_fifty_who_look_at_nothing_one_writes(db: Database, database_url: str) -> None:
    service, resources = await _service_with(db, 1)
    for number in range(ROUNDS):
        outcomes = await _fifty_at_once(database_url, service, resources, TEN + HOUR * number)
        assert outcomes.count(None) == 1
        assert await column(db, "occupancies", "active") == [True] * (number + 1)
        assert len(await column(db, "booking_sessions", "id")) == number + 1


async def test_without_the_constraint_all_fifty_write(kind: str, db: Database, database_url: str) -> None:
    """The test above is held by the constraint and by nothing else."""
    service, resources = await _service_with(db, 1)
    for statement in DROPPED[kind]:
        await _write(db, statement)
    assert await _fifty_at_once(database_url, service, resources, TEN) == [None] * FIFTY
    assert await column(db, "occupancies", "active") == [True] * FIFTY


async def test_ranges_touch_and_do_not_overlap(db: Database) -> None:
    service, resources = await _service_with(db, 1)
    await _occupy(db, service, resources, TEN)
    for starts_at in (TEN - HOUR, TEN + HOUR):
        await _occupy(db, service, resources, starts_at)
    for starts_at in (TEN, TEN + MOMENT, TEN - MOMENT, TEN + HALF_AN_HOUR, TEN + 2 * HOUR - MOMENT):
        with pytest.raises(Refusal) as refused:
            await _occupy(db, service, resources, starts_at)
        assert refused.value is TAKEN
    await _occupy(db, service, resources, TEN + HALF_AN_HOUR, raises=True, busy_until=TEN + HALF_AN_HOUR + MOMENT)
    await _occupy(db, service, resources, TEN - 2 * HOUR, raises=True, busy_until=TEN + 3 * HOUR)
    assert len(await column(db, "occupancies", "id")) == 3


async def test_one_of_several_resources_is_enough_to_be_refused(db: Database) -> None:
    service, resources = await _service_with(db, 3)
    await _occupy(db, service, resources[1:2], TEN)
    await _occupy(db, service, resources, TEN, raises=True)
    assert await column(db, "occupancies", "resource_id") == resources[1:2]
    await _occupy(db, service, [resources[0], resources[2]], TEN)


async def test_what_is_over_is_no_hindrance_and_cannot_come_back(db: Database) -> None:
    service, resources = await _service_with(db, 1)
    session = await _occupy(db, service, resources, TEN)
    async with db.transaction() as tx:
        await tx.occupancies.leave_seats(session, 1, now=THEN)
    await _occupy(db, service, resources, TEN)
    assert sorted(await column(db, "occupancies", "active")) == [False, True]
    with pytest.raises(Exception, match="ex_occupancies_resource"):
        await _write(db, f"UPDATE occupancies SET active = true WHERE session_id = '{session}'")  # noqa: S608  (ours)
    assert sorted(await column(db, "occupancies", "active")) == [False, True]


@pytest.mark.parametrize("seats", [3, 4, 5])
async def test_no_more_sit_down_than_there_are_seats(seats: int, db: Database) -> None:
    """The guard is in the statement, and the table has a check of its own."""
    service, resources = await _service_with(db, 1)
    session = await _occupy(db, service, resources, TEN, capacity=4)
    async with db.transaction() as tx:
        assert await tx.occupancies.take_seats(session, seats, now=THEN) is (seats <= 3)
    assert await column(db, "booking_sessions", "seats_taken") == [1 + seats if seats <= 3 else 1]
    with pytest.raises(Exception, match="ck_booking_sessions_seats_are_there"):
        await _write(db, "UPDATE booking_sessions SET seats_taken = 5")


async def test_fifty_take_seats_without_a_lock_and_ten_get_one(db: Database, database_url: str) -> None:
    service, resources = await _service_with(db, 1)
    session = await _occupy(db, service, resources, TEN, capacity=11)

    async def sit_down(tx: Transaction) -> bool:
        return await tx.occupancies.take_seats(session, 1, now=THEN)

    assert sorted(await _at_once(database_url, sit_down)) == [False] * 40 + [True] * 10
    assert await column(db, "booking_sessions", "seats_taken") == [11]


async def _service_with(db: Database, number: int) -> tuple[str, list[str]]:
    """A service and the resources that it needs."""
    [service] = await open_studio(db, a_service())
    return service, [await a_resource(db, service, name=f"Room {place}") for place in range(number)]


async def _fifty_at_once(url: str, service: str, resources: Sequence[str], starts_at: datetime) -> list[Refusal | None]:
    async def write(tx: Transaction) -> None:
        await tx.occupancies.occupy(a_session(service, starts_at), resources, now=THEN, taken=TAKEN)

    outcomes = await _at_once(url, write)
    others = [one for one in outcomes if one is not None and one is not TAKEN]
    assert [one for one in others if not isinstance(one, DatabaseUnavailable)] == []  # so many deadlock without locks
    return outcomes


async def _at_once(url: str, work: Callable[[Transaction], Awaitable[Any]]) -> list[Any]:
    """What becomes of it on fifty connections that are released together; errors too."""
    ready = asyncio.Barrier(FIFTY)

    async def attempt(db: Database) -> Any:
        await db.read().services.count()
        await ready.wait()
        return await db.attempt(work)

    async with AsyncExitStack() as opened:
        databases = [await opened.enter_async_context(open_database(url, 1)) for _ in range(FIFTY)]
        return await asyncio.gather(*map(attempt, databases), return_exceptions=True)


async def _occupy(
    db: Database,
    service: str,
    resources: Sequence[str],
    starts_at: datetime,
    *,
    raises: bool = False,
    **named: Any,
) -> str:
    """The id of the session that has them."""
    session = a_session(service, starts_at, **named)
    try:
        async with db.transaction() as tx:
            await tx.occupancies.occupy(session, resources, now=THEN, taken=TAKEN)
    except Refusal:
        if not raises:
            raise
    else:
        assert not raises
    return str(session["id"])


async def _write(db: Database, statement: str) -> None:
    async with db.transaction() as tx:
        await tx.connection.run(_raw, statement)


def _raw(statement: str) -> Executable:
    return text(statement)
