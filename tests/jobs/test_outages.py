"""What is away for a while: nothing is lost by it, and nothing else is held up."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app import utc_now
from db.events import LEASE, MAX_ATTEMPTS, OUTAGE_KEPT
from jobs.worker import LONGEST_PUT_OFF, PATIENCE_SECONDS, Lane, Worker
from services.rows import THEN
from services.waiting import until_it_holds
from services.working import MOMENT, Clock, as_recorded, deliver_all, noting, record, state

if TYPE_CHECKING:
    from datetime import datetime

    from db.connection import Row
    from db.database import Database
    from jobs.worker import Deliver

SECONDS = 10.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivered() -> list[str]:
    return []


class MailServer:
    """Whatever letters are handed to; it is away, until it is there, and even then it does not take some of them."""

    def __init__(self) -> None:
        self.is_there = False
        self.not_taken: set[str] = set()
        self.tries = 0
        self.sent: list[str] = []

    async def send(self, event: Row) -> None:
        """Take a letter."""
        self.tries += 1
        if not self.is_there or event.id in self.not_taken:
            raise ConnectionRefusedError("away")
        self.sent.append(event.id)


async def test_an_outage_is_no_fault_of_the_event(db: Database, clock: Clock) -> None:
    server = MailServer()
    lane, event = Lane(db, {"mail": server.send}, clock), await record(db, "mail", THEN)
    for tries in range(2 * MAX_ATTEMPTS):
        pause = timedelta(seconds=min(2**tries, PATIENCE_SECONDS))
        assert await lane.deliver_next()
        told = {"leased_until": clock.now + pause, "last_error": "ConnectionRefusedError: away"}
        assert await state(db, event) == as_recorded(THEN) | told
        clock.go_on(pause)
        assert not await lane.deliver_next()
        clock.go_on(MOMENT)
    server.is_there = True
    assert await lane.deliver_next()
    assert (server.sent, (await state(db, event))["attempts"]) == ([event], 1)


async def test_an_outage_of_three_days_is_too_long(db: Database, clock: Clock) -> None:
    event = await record(db, "mail", THEN)
    lane = Lane(db, {"mail": MailServer().send}, clock)
    clock.go_on(OUTAGE_KEPT - MOMENT)
    assert await lane.deliver_next()
    assert (await state(db, event))["dead_at"] is None
    clock.go_on(timedelta(minutes=1))
    assert await lane.deliver_next()
    assert await state(db, event) == as_recorded(THEN) | {
        "attempts": 1,
        "dead_at": clock.now,
        "last_error": "ConnectionRefusedError: away",
    }


async def test_one_letter_that_is_not_taken_does_not_hold_up_the_others(db: Database, clock: Clock) -> None:
    server = MailServer()
    server.is_there = True
    refused, *others = [await record(db, "mail", THEN) for _ in range(5)]
    server.not_taken.add(refused)
    lane = Lane(db, {"mail": server.send}, clock)
    clock.go_on(timedelta(hours=1))
    await deliver_all(lane)
    assert server.sent == others
    clock.go_on(timedelta(seconds=1) + MOMENT)
    await deliver_all(lane)
    assert (await state(db, refused))["leased_until"] == clock.now + LONGEST_PUT_OFF


async def test_while_somebody_is_away_one_event_tries_and_then_all_go(db: Database) -> None:
    server, stop = MailServer(), asyncio.Event()
    events = {await record(db, "mail", utc_now()) for _ in range(100)}
    running = asyncio.create_task(Worker(db, [{"mail": server.send}], utc_now).run(stop))
    try:
        await until_it_holds(lambda: server.tries == 3)
        assert await _untouched(db) >= len(events) - 3
        server.is_there = True
        await until_it_holds(lambda: len(server.sent) == len(events), PATIENCE_SECONDS + SECONDS)
    finally:
        stop.set()
        await asyncio.wait_for(running, SECONDS)
    assert set(server.sent) == events


async def test_what_hangs_in_one_lane_holds_up_no_other(db: Database, delivered: list[str]) -> None:
    stop = asyncio.Event()

    async def hang(_event: Row) -> None:
        await asyncio.Event().wait()

    async def away(_event: Row) -> None:
        raise ConnectionRefusedError("away")

    for kind in ("hanging", "away"):
        await record(db, kind, THEN)
    lanes: list[dict[str, Deliver]] = [{"hanging": hang}, {"away": away}, {"easy": noting(delivered)}]
    running = asyncio.create_task(Worker(db, lanes, utc_now).run(stop))
    try:
        events = [await record(db, "easy", THEN) for _ in range(20)]
        await until_it_holds(lambda: delivered == events)
    finally:
        stop.set()
        await asyncio.wait_for(running, SECONDS)


async def test_who_lost_its_lease_to_an_outage_lets_nobody_in(db: Database, clock: Clock) -> None:
    """The count goes back with an outage: whoever holds the event later must still be told apart from who lost it."""
    event = await record(db, "easy", THEN)
    late = await _claimed(db, clock.now)
    clock.go_on(LEASE + MOMENT)
    other = await _claimed(db, clock.now)
    async with db.transaction() as tx:
        await tx.events.put_off(other, "away", clock.now, clock.now)
    clock.go_on(MOMENT)
    holder = await _claimed(db, clock.now)
    assert [one.attempts for one in (late, other, holder)] == [1, 2, 2]
    before = await state(db, event)
    async with db.transaction() as tx:
        await tx.events.failed(late, "too late", clock.now)
        await tx.events.delivered(late, clock.now)
    assert await state(db, event) == before


async def _untouched(db: Database) -> int:
    """How many events nobody has tried to deliver."""
    rows = await db.read().events.of_state(dead=False, most=1_000)
    return sum(row.last_error is None for row in rows)


async def _claimed(db: Database, now: datetime) -> Row:
    async with db.transaction() as tx:
        return await tx.events.claim(now, ["easy"])
