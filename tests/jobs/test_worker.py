"""The worker: every event is delivered, at least once, whoever dies on the way."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app import utc_now
from db import migrations
from db.database import open_database
from db.events import LEASE, MAX_ATTEMPTS
from jobs import worker as worker_module
from jobs.worker import Futile, Lane, Worker
from services.postgresql import PostgreSQL
from services.process import environment
from services.rows import THEN
from services.waiting import until_it_holds
from services.working import MOMENT, Clock, as_recorded, deliver_all, noting, record, state

if TYPE_CHECKING:
    from pathlib import Path

    from db.connection import Row
    from db.database import Database

SECONDS = 10.0
HANGING = """
import asyncio, sys
from datetime import UTC, datetime
from db.database import open_database
from jobs.worker import Worker

async def hang(event):
    print(event.id, flush=True)
    await asyncio.Event().wait()

async def work():
    async with open_database(sys.argv[1], 2) as db:
        await Worker(db, [{"easy": hang}], lambda: datetime.now(UTC)).run(asyncio.Event())

asyncio.run(work())
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivered() -> list[str]:
    return []


@pytest.fixture
def lane(db: Database, clock: Clock, delivered: list[str]) -> Lane:
    """A lane that notes what it delivers, and fails at what is too hard."""
    return Lane(db, {"easy": noting(delivered), "hard": _fail, "senseless": _refuse}, clock)


async def test_delivers_what_is_due_in_its_order_and_once(db: Database, lane: Lane, delivered: list[str]) -> None:
    first, second = await record(db, "easy", THEN - timedelta(seconds=1)), await record(db, "easy", THEN)
    assert [await lane.deliver_next() for _ in range(3)] == [True, True, False]
    assert delivered == [first, second]
    assert await state(db, first) == as_recorded(THEN - timedelta(seconds=1)) | {
        "attempts": 1,
        "leased_until": THEN + LEASE,
        "delivered_at": THEN,
    }


async def test_leaves_alone_what_is_not_due_yet(db: Database, lane: Lane, clock: Clock) -> None:
    later = THEN + timedelta(minutes=1)
    event = await record(db, "easy", later)
    assert not await lane.deliver_next()
    assert await state(db, event) == as_recorded(later)
    clock.go_on(timedelta(minutes=1))
    assert await lane.deliver_next()


async def test_tries_again_what_failed_twice_as_late_each_time(db: Database, lane: Lane, clock: Clock) -> None:
    event = await record(db, "hard", THEN)
    for attempt in (1, 2, 3):
        assert await lane.deliver_next()
        wait = timedelta(seconds=2**attempt)
        assert await state(db, event) == as_recorded(clock.now + wait) | {
            "attempts": attempt,
            "last_error": "ArithmeticError: too hard",
        }
        clock.go_on(wait - timedelta(microseconds=1))
        assert not await lane.deliver_next()
        clock.go_on(timedelta(microseconds=1))


async def test_gives_up_after_the_last_attempt(db: Database, lane: Lane, clock: Clock) -> None:
    event = await record(db, "hard", THEN)
    for _ in range(MAX_ATTEMPTS):
        assert await lane.deliver_next()
        died_at = clock.now
        clock.go_on(timedelta(days=1))
    assert not await lane.deliver_next()
    left = await state(db, event)
    assert (left["attempts"], left["dead_at"], left["delivered_at"]) == (MAX_ATTEMPTS, died_at, None)


async def test_gives_up_what_no_worker_has_survived(
    db: Database, lane: Lane, clock: Clock, delivered: list[str]
) -> None:
    event = await record(db, "easy", THEN)
    for _ in range(MAX_ATTEMPTS):
        async with db.transaction() as tx:
            await tx.events.claim(clock.now, ["easy"])  # and it was never heard of again
        clock.go_on(LEASE + timedelta(microseconds=1))
    assert await lane.deliver_next()
    left = await state(db, event)
    assert (delivered, left["dead_at"], left["delivered_at"]) == ([], clock.now, None)
    assert left["last_error"] == "no worker has survived its delivery"


async def test_an_event_of_no_known_kind_waits_for_a_version_that_knows_it(db: Database, lane: Lane) -> None:
    event = await record(db, "unheard.of", THEN)
    assert not await lane.deliver_next()
    assert await state(db, event) == as_recorded(THEN)


async def test_gives_up_at_once_what_is_futile(db: Database, lane: Lane) -> None:
    event = await record(db, "senseless", THEN)
    assert [await lane.deliver_next() for _ in range(2)] == [True, False]
    told = {"attempts": 1, "dead_at": THEN, "last_error": "nobody is there"}
    assert await state(db, event) == as_recorded(THEN) | told


async def test_what_is_for_later_is_delivered_then_without_anybodys_ringing(db: Database, delivered: list[str]) -> None:
    stop = asyncio.Event()
    later = utc_now() + timedelta(seconds=1)
    event = await record(db, "easy", later)
    running = asyncio.create_task(Worker(db, [{"easy": noting(delivered)}], utc_now).run(stop))
    try:
        await until_it_holds(lambda: delivered)
        assert (delivered, utc_now() >= later) == ([event], True)
    finally:
        stop.set()
        await asyncio.wait_for(running, SECONDS)


async def test_a_worker_killed_in_the_middle_of_a_delivery_loses_nothing(
    database_url: str, db: Database, tmp_path: Path, clock: Clock, delivered: list[str]
) -> None:
    event = await record(db, "easy", THEN)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HANGING, database_url, env=environment(tmp_path), stdout=PIPE
    )
    assert process.stdout
    assert await asyncio.wait_for(process.stdout.readline(), SECONDS * 6) == f"{event}\n".encode()
    process.kill()
    await process.wait()
    assert (await state(db, event))["attempts"] == 1
    lane = Lane(db, {"easy": noting(delivered)}, clock)
    clock.now = utc_now()
    assert not await lane.deliver_next()
    clock.go_on(LEASE + MOMENT)
    assert await lane.deliver_next()
    assert (delivered, (await state(db, event))["attempts"]) == ([event], 2)


async def test_takes_up_what_another_worker_died_over_when_its_lease_is_over(
    db: Database, lane: Lane, clock: Clock, delivered: list[str]
) -> None:
    event = await record(db, "easy", THEN)
    async with db.transaction() as tx:
        await tx.events.claim(THEN, ["easy"])  # and it was never heard of again
    assert not await lane.deliver_next()
    clock.go_on(LEASE)
    assert not await lane.deliver_next()
    clock.go_on(timedelta(microseconds=1))
    assert await lane.deliver_next()
    assert (delivered, (await state(db, event))["attempts"]) == ([event], 2)


async def test_several_workers_share_the_events(database_url: str, db: Database, clock: Clock) -> None:
    events = {await record(db, "easy", THEN) for _ in range(20)}
    delivered: list[str] = []
    async with open_database(database_url, 2) as one, open_database(database_url, 2) as other:
        lanes = [Lane(each, {"easy": noting(delivered)}, clock) for each in (one, other)]
        await asyncio.gather(*(deliver_all(each) for each in lanes))
    assert (len(delivered), {*delivered}) == (20, events)


async def test_a_long_delivery_keeps_its_lease(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        worker_module, "LEASE", timedelta(milliseconds=30)
    )  # how soon it is renewed, not how long it is
    event = await record(db, "long", THEN)

    async def renewed() -> bool:
        return bool((await state(db, event))["leased_until"] == clock.now + LEASE)

    async def take_long(_event: Row) -> None:
        clock.go_on(timedelta(hours=1))
        await until_it_holds(renewed)

    assert await Lane(db, {"long": take_long}, clock).deliver_next()
    assert (await state(db, event))["delivered_at"] == clock.now


async def test_stops_in_the_middle_of_a_delivery_which_is_then_taken_up_again(db: Database, clock: Clock) -> None:
    event = await record(db, "endless", THEN)
    began, stop = asyncio.Event(), asyncio.Event()

    async def never_end(_event: Row) -> None:
        began.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(Worker(db, [{"endless": never_end}], clock).run(stop))
    await asyncio.wait_for(began.wait(), SECONDS)
    stop.set()
    await asyncio.wait_for(running, SECONDS)
    assert await state(db, event) == as_recorded(THEN) | {"attempts": 1, "leased_until": THEN + LEASE}


async def test_goes_on_when_the_database_is_there_at_last(delivered: list[str]) -> None:
    postgresql, clock, stop = PostgreSQL(), Clock(), asyncio.Event()

    async with open_database(postgresql.url("studio"), 2) as db:
        running = asyncio.create_task(Worker(db, [{"easy": noting(delivered)}], clock).run(stop))
        try:
            await until_it_holds(lambda: clock.asked > 1)
            await asyncio.to_thread(_start_migrated, postgresql)
            event = await record(db, "easy", THEN)
            await until_it_holds(lambda: delivered)
            assert delivered == [event]
        finally:
            stop.set()
            await asyncio.wait_for(running, SECONDS)
            postgresql.stop()


async def _fail(_event: Row) -> None:
    raise ArithmeticError("too hard")


async def _refuse(_event: Row) -> None:
    raise Futile("nobody is there")


def _start_migrated(postgresql: PostgreSQL) -> None:
    migrations.upgrade(postgresql.start().create("studio"))
