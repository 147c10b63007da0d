"""The worker: every event is delivered, at least once, whoever dies on the way."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from db import migrations
from db.database import open_database
from db.events import LEASE, MAX_ATTEMPTS
from db.ids import new_id
from jobs import worker as worker_module
from jobs.worker import Worker
from services.postgresql import PostgreSQL
from services.rows import THEN
from services.waiting import until_it_holds

if TYPE_CHECKING:
    from db.connection import Row
    from db.database import Database
    from jobs.worker import Deliver

SECONDS = 10.0
STATE = frozenset({"attempts", "due_at", "leased_until", "delivered_at", "dead_at", "last_error"})


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = THEN
        self.asked = 0

    def __call__(self) -> datetime:
        """The time."""
        self.asked += 1
        return self.now

    def go_on(self, duration: timedelta) -> None:
        """Let time pass."""
        self.now += duration


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivered() -> list[str]:
    return []


@pytest.fixture
def worker(db: Database, clock: Clock, delivered: list[str]) -> Worker:
    """A worker that notes what it delivers, and fails at what is too hard."""
    return Worker(db, {"easy": _noting(delivered), "hard": _fail}, clock)


async def test_delivers_what_is_due_in_its_order_and_once(db: Database, worker: Worker, delivered: list[str]) -> None:
    first, second = await _record(db, "easy", THEN - timedelta(seconds=1)), await _record(db, "easy", THEN)
    assert [await worker.deliver_next() for _ in range(3)] == [True, True, False]
    assert delivered == [first, second]
    assert await _state(db, first) == _as_recorded(THEN - timedelta(seconds=1)) | {
        "attempts": 1,
        "leased_until": THEN + LEASE,
        "delivered_at": THEN,
    }


async def test_leaves_alone_what_is_not_due_yet(db: Database, worker: Worker, clock: Clock) -> None:
    later = THEN + timedelta(minutes=1)
    event = await _record(db, "easy", later)
    assert not await worker.deliver_next()
    assert await _state(db, event) == _as_recorded(later)
    clock.go_on(timedelta(minutes=1))
    assert await worker.deliver_next()


async def test_tries_again_what_failed_twice_as_late_each_time(db: Database, worker: Worker, clock: Clock) -> None:
    event = await _record(db, "hard", THEN)
    for attempt in (1, 2, 3):
        assert await worker.deliver_next()
        wait = timedelta(seconds=2**attempt)
        assert await _state(db, event) == _as_recorded(clock.now + wait) | {
            "attempts": attempt,
            "last_error": "ArithmeticError: too hard",
        }
        clock.go_on(wait - timedelta(microseconds=1))
        assert not await worker.deliver_next()
        clock.go_on(timedelta(microseconds=1))


async def test_gives_up_after_the_last_attempt(db: Database, worker: Worker, clock: Clock) -> None:
    event = await _record(db, "hard", THEN)
    for _ in range(MAX_ATTEMPTS):
        assert await worker.deliver_next()
        died_at = clock.now
        clock.go_on(timedelta(days=1))
    assert not await worker.deliver_next()
    state = await _state(db, event)
    assert (state["attempts"], state["dead_at"], state["delivered_at"]) == (MAX_ATTEMPTS, died_at, None)


async def test_gives_up_what_no_worker_has_survived(
    db: Database, worker: Worker, clock: Clock, delivered: list[str]
) -> None:
    event = await _record(db, "easy", THEN)
    for _ in range(MAX_ATTEMPTS):
        async with db.transaction() as tx:
            await tx.events.claim(clock.now)  # and it was never heard of again
        clock.go_on(LEASE + timedelta(microseconds=1))
    assert await worker.deliver_next()
    state = await _state(db, event)
    assert (delivered, state["dead_at"], state["delivered_at"]) == ([], clock.now, None)
    assert state["last_error"] == "no worker has survived its delivery"


async def test_an_event_of_no_known_kind_waits_for_a_version_that_knows_it(db: Database, worker: Worker) -> None:
    event = await _record(db, "unheard.of", THEN)
    assert await worker.deliver_next()
    assert (await _state(db, event))["last_error"] == "KeyError: 'unheard.of'"


async def test_takes_up_what_another_worker_died_over_when_its_lease_is_over(
    db: Database, worker: Worker, clock: Clock, delivered: list[str]
) -> None:
    event = await _record(db, "easy", THEN)
    async with db.transaction() as tx:
        await tx.events.claim(THEN)  # and it was never heard of again
    assert not await worker.deliver_next()
    clock.go_on(LEASE)
    assert not await worker.deliver_next()
    clock.go_on(timedelta(microseconds=1))
    assert await worker.deliver_next()
    assert (delivered, (await _state(db, event))["attempts"]) == ([event], 2)


async def test_several_workers_share_the_events(database_url: str, db: Database, clock: Clock) -> None:
    events = {await _record(db, "easy", THEN) for _ in range(20)}
    delivered: list[str] = []
    async with open_database(database_url, 2) as one, open_database(database_url, 2) as other:
        workers = [Worker(each, {"easy": _noting(delivered)}, clock) for each in (one, other)]
        await asyncio.gather(*(_deliver_all(each) for each in workers))
    assert (len(delivered), {*delivered}) == (20, events)


async def test_a_long_delivery_keeps_its_lease(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        worker_module, "LEASE", timedelta(milliseconds=30)
    )  # how soon it is renewed, not how long it is
    event = await _record(db, "long", THEN)

    async def renewed() -> bool:
        return bool((await _state(db, event))["leased_until"] == clock.now + LEASE)

    async def take_long(_event: Row) -> None:
        clock.go_on(timedelta(hours=1))
        await until_it_holds(renewed)

    assert await Worker(db, {"long": take_long}, clock).deliver_next()
    assert (await _state(db, event))["delivered_at"] == clock.now


async def test_stops_in_the_middle_of_a_delivery_which_is_then_taken_up_again(db: Database, clock: Clock) -> None:
    event = await _record(db, "endless", THEN)
    began, stop = asyncio.Event(), asyncio.Event()

    async def never_end(_event: Row) -> None:
        began.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(Worker(db, {"endless": never_end}, clock).run(stop))
    await asyncio.wait_for(began.wait(), SECONDS)
    stop.set()
    await asyncio.wait_for(running, SECONDS)
    assert await _state(db, event) == _as_recorded(THEN) | {"attempts": 1, "leased_until": THEN + LEASE}


async def test_goes_on_when_the_database_is_there_at_last(delivered: list[str]) -> None:
    postgresql, clock, stop = PostgreSQL(), Clock(), asyncio.Event()

    async with open_database(postgresql.url("studio"), 2) as db:
        running = asyncio.create_task(Worker(db, {"easy": _noting(delivered)}, clock).run(stop))
        try:
            await until_it_holds(lambda: clock.asked > 1)
            await asyncio.to_thread(_start_migrated, postgresql)
            event = await _record(db, "easy", THEN)
            await until_it_holds(lambda: delivered)
            assert delivered == [event]
        finally:
            stop.set()
            await asyncio.wait_for(running, SECONDS)
            postgresql.stop()


def _noting(delivered: list[str]) -> Deliver:
    async def note(event: Row) -> None:
        delivered.append(event.id)

    return note


async def _fail(_event: Row) -> None:
    raise ArithmeticError("too hard")


async def _deliver_all(worker: Worker) -> None:
    while await worker.deliver_next():
        pass


async def _record(db: Database, kind: str, due: datetime) -> str:
    """Record an event; its id."""
    row = {"id": new_id(), "created_at": THEN, "updated_at": THEN, "kind": kind, "subject_id": None, "payload": {}}
    async with db.transaction() as tx:
        await tx.events.add([row | {"due_at": due, "attempts": 0}])
    return str(row["id"])


async def _state(db: Database, event: str) -> dict[str, Any]:
    row = (await db.read().events.by_ids(STATE, [event]))[event]
    return {name: getattr(row, name) for name in STATE}


def _as_recorded(due: datetime) -> dict[str, Any]:
    return dict.fromkeys(STATE, None) | {"attempts": 0, "due_at": due}


def _start_migrated(postgresql: PostgreSQL) -> None:
    migrations.upgrade(postgresql.start().create("studio"))
