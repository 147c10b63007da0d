"""Events: there with the change they tell of, leased to one at a time, tried again ever later, given up at last."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from db.database import open_database
from db.events import LEASE, MAX_ATTEMPTS, _due
from db.ids import new_id
from services.rows import THEN, a_user

if TYPE_CHECKING:
    from datetime import datetime

    from db.conftest import Look
    from db.connection import Row
    from db.database import Database

MOMENT = timedelta(microseconds=1)
KINDS = ("user.added", "written", "first", "second", "third", *(f"event {number}" for number in range(5)))


async def test_an_event_is_claimed_as_it_was_recorded(db: Database) -> None:
    user = a_user()
    payload: dict[str, Any] = {"name": "한복 ü", "list": [1, 2.5, None], "deep": {"b": True, "a": {}}}
    async with db.transaction() as tx:
        await tx.users.add([user])
        await tx.events.record("user.added", user["id"], now=THEN, **payload)
    event = await _claimed(db, THEN)
    assert event is not None
    assert event._asdict() == {
        "id": event.id,
        "created_at": THEN,
        "updated_at": THEN,
        "kind": "user.added",
        "subject_id": user["id"],
        "payload": payload,
        "due_at": THEN,
        "attempts": 1,
        "leased_until": THEN + LEASE,
        "delivered_at": None,
        "dead_at": None,
        "last_error": None,
    }


async def test_what_is_only_announced_is_there_and_waits_for_nobody(db: Database) -> None:
    subject = new_id()
    async with db.transaction() as tx:
        await tx.events.announce("design.published", subject, now=THEN)
        await tx.events.record("written", None, now=THEN)
    assert await db.read().events.count() == 2
    event = await _claimed(db, THEN)
    assert event is not None
    assert event.kind == "written"
    assert await _claimed(db, THEN) is None


async def test_only_events_of_the_kinds_that_are_asked_for_are_claimed(db: Database) -> None:
    await _record(db, "first", THEN - MOMENT)
    await _record(db, "second", THEN)
    assert not await db.read().events.waiting(THEN, ["third"])
    async with db.transaction() as tx:
        assert await tx.events.claim(THEN, ["third"]) is None
        claimed = await tx.events.claim(THEN, ["second", "third"])
        assert (claimed and claimed.kind) == "second"


async def test_what_waits_is_found_by_its_index_among_many(db: Database, database_url: str, look: Look) -> None:
    recorded = {"created_at": THEN, "updated_at": THEN, "payload": {}, "attempts": 1, "subject_id": None}
    done = {**recorded, "kind": "written", "due_at": THEN, "delivered_at": THEN}
    async with db.transaction() as tx:
        await tx.events.add([{"id": new_id(), **done} for _ in range(3_000)])
    await _record(db, "written", THEN)
    await look(database_url, "ANALYZE")
    assert "ix_events_waiting" in await _plan(db, database_url)


async def test_an_outage_counts_no_attempt_and_leaves_it_due(db: Database, database_url: str, look: Look) -> None:
    await _record(db, "written", THEN)
    event = await _claimed(db, THEN)
    assert event is not None
    async with db.transaction() as tx:
        await tx.events.put_off(event, "away", THEN + timedelta(minutes=1), THEN)
    assert await look(database_url, "SELECT attempts, last_error FROM events") == [(0, "away")]
    assert not await db.read().events.waiting(THEN + timedelta(minutes=1), KINDS)
    again = await _claimed(db, THEN + timedelta(minutes=1) + MOMENT)
    assert again is not None
    assert (again.id, again.attempts, again.due_at) == (event.id, 1, THEN)


async def test_what_was_undone_did_not_happen(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _record_and_fail(db)
    assert await db.read().events.count() == 0
    assert not await db.read().events.waiting(THEN, KINDS)


async def test_nothing_waits_where_nothing_happened(db: Database) -> None:
    assert not await db.read().events.waiting(THEN, KINDS)
    assert await _claimed(db, THEN) is None


async def test_the_event_that_is_due_first_comes_first(db: Database) -> None:
    for kind, days in (("second", 2), ("first", 1), ("third", 3)):
        await _record(db, kind, THEN + timedelta(days))
    assert not await db.read().events.waiting(THEN + timedelta(1) - MOMENT, KINDS)
    assert await _claimed(db, THEN + timedelta(1) - MOMENT) is None
    assert [getattr(await _claimed(db, THEN + timedelta(3)), "kind", None) for _ in range(4)] == [
        "first", "second", "third", None,
    ]  # fmt: skip


async def test_a_leased_event_is_nobody_elses_until_the_lease_ends(db: Database) -> None:
    await _record(db, "written", THEN)
    first = await _claimed(db, THEN)
    assert not await db.read().events.waiting(THEN + LEASE, KINDS)
    assert await _claimed(db, THEN + LEASE) is None
    assert await db.read().events.waiting(THEN + LEASE + MOMENT, KINDS)
    second = await _claimed(db, THEN + LEASE + MOMENT)
    assert first is not None
    assert second is not None
    assert (second.id, second.attempts) == (first.id, 2)


async def test_a_lease_that_is_extended_ends_later(db: Database) -> None:
    await _record(db, "written", THEN)
    event = await _claimed(db, THEN)
    assert event is not None
    async with db.transaction() as tx:
        await tx.events.extend(event, THEN + LEASE)
    assert not await db.read().events.waiting(THEN + 2 * LEASE, KINDS)
    assert await db.read().events.waiting(THEN + 2 * LEASE + MOMENT, KINDS)


async def test_a_delivered_event_is_done(db: Database) -> None:
    await _record(db, "written", THEN)
    event = await _claimed(db, THEN)
    assert event is not None
    async with db.transaction() as tx:
        await tx.events.delivered(event, THEN + MOMENT)
    assert not await db.read().events.waiting(THEN + timedelta(365), KINDS)
    assert await _claimed(db, THEN + timedelta(365)) is None


async def test_who_lost_the_lease_settles_nothing_any_more(db: Database, database_url: str, look: Look) -> None:
    await _record(db, "written", THEN)
    late = await _claimed(db, THEN)
    assert late is not None
    assert await _claimed(db, THEN + LEASE + MOMENT) is not None
    before = await look(database_url, "SELECT * FROM events")
    async with db.transaction() as tx:
        await tx.events.extend(late, THEN + 2 * LEASE)
        await tx.events.failed(late, "too late", THEN + 2 * LEASE)
        await tx.events.delivered(late, THEN + 2 * LEASE)
    assert await look(database_url, "SELECT * FROM events") == before


async def test_what_fails_is_tried_again_twice_as_late_each_time_and_given_up_at_last(
    db: Database, database_url: str, look: Look
) -> None:
    await _record(db, "written", THEN)
    now = THEN
    for attempt in range(1, MAX_ATTEMPTS + 1):
        event = await _claimed(db, now)
        assert event is not None
        assert event.attempts == attempt
        async with db.transaction() as tx:
            await tx.events.failed(event, f"Refused {attempt} times", now)
        later = now + timedelta(seconds=2**attempt)
        assert not await db.read().events.waiting(later - MOMENT, KINDS)
        assert await db.read().events.waiting(later, KINDS) is (attempt < MAX_ATTEMPTS)
        now = later
    assert await _claimed(db, THEN + timedelta(365)) is None
    kept = "SELECT last_error, attempts FROM events WHERE dead_at IS NOT NULL AND delivered_at IS NULL"
    assert await look(database_url, kept) == [(f"Refused {MAX_ATTEMPTS} times", MAX_ATTEMPTS)]


@pytest.mark.parametrize("events", [1, 2, 5])
async def test_claimers_at_once_never_get_the_same_event(events: int, database_url: str) -> None:
    """Each is connected for itself, as processes are, and stays in its transaction while the others claim."""
    async with open_database(database_url, 1) as one, open_database(database_url, 1) as two:
        for number in range(events):
            await _record(one, f"event {number}", THEN)
        claimed = await asyncio.gather(*(_claimed(db, THEN, linger=True) for db in (one, two, one, two)))
    ids = [event.id for event in claimed if event]
    assert len(ids) == len(set(ids)) == min(events, 4)


async def test_a_claim_that_is_undone_leaves_the_event_to_others(db: Database) -> None:
    await _record(db, "written", THEN)
    with pytest.raises(ZeroDivisionError):
        await _claim_and_fail(db)
    event = await _claimed(db, THEN)
    assert event is not None
    assert event.attempts == 1


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
async def test_an_idle_worker_disturbs_no_writer_and_waits_for_none(
    begin: str, migrated_sqlite: Any, tmp_path: Any
) -> None:
    path = tmp_path / "studiograph.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    async with open_database(f"sqlite:///{path}", 1) as db:
        await _record(db, "written", THEN)
        writer = sqlite3.connect(path, isolation_level=None, timeout=0)
        writer.execute(begin)
        assert not await db.read().events.waiting(THEN - MOMENT, KINDS)
        assert await db.read().events.waiting(THEN, KINDS)
        writer.execute("DELETE FROM events")
        writer.execute("COMMIT")
        assert not await db.read().events.waiting(THEN, KINDS)
        writer.execute(begin)  # at once: nobody holds a lock
        writer.close()


async def _record(db: Database, kind: str, now: datetime) -> None:
    async with db.transaction() as tx:
        await tx.events.record(kind, None, now=now)


async def _claimed(db: Database, now: datetime, *, linger: bool = False) -> Row | None:
    async with db.transaction() as tx:
        event = await tx.events.claim(now, KINDS)
        for _ in range(100 * linger):
            await asyncio.sleep(0)
    return event


async def _plan(db: Database, url: str) -> str:
    """How the database looks for what is due."""
    statement = db.read().connection.statements.get(_due, ())
    arguments = statement.arguments({"now": THEN, "kinds": ["written"]})
    if url.startswith("sqlite"):
        driver = sqlite3.connect(url.removeprefix("sqlite:///"))
        plan = driver.execute(f"EXPLAIN QUERY PLAN {statement.sql}", arguments).fetchall()
        driver.close()
        return str(plan)
    connection = await asyncpg.connect(url)
    records = await connection.fetch(f"EXPLAIN {statement.sql}", *arguments)
    await connection.close()
    return str(records)


async def _record_and_fail(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.users.add([a_user()])
        await tx.events.record("user.added", None, now=THEN)
        assert 1 / 0


async def _claim_and_fail(db: Database) -> None:
    async with db.transaction() as tx:
        assert await tx.events.claim(THEN, KINDS)
        assert 1 / 0
