"""Following events: each once, whoever committed it and in whichever order, through every outage; and nothing older."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from db.connection import TALLY, Tally
from db.database import open_database
from db.ids import new_id
from db.tail import MOST_WAITING, Tail, TooSlow
from db.unavailable import DatabaseUnavailable
from services.events import an_event, next_event, numbers, reading_along, write
from services.postgresql import PostgreSQL
from services.rows import THEN
from services.waiting import until_it_holds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from db.conftest import Look
    from db.database import Database

LISTENERS = "FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN \"studiograph_events\"'"


@pytest.fixture
async def tail(db: Database) -> AsyncIterator[Tail]:
    """A tail of `db` that reads along."""
    async with reading_along(db) as tail:
        yield tail


async def test_tells_whole_events_from_now_on_and_nothing_older(db: Database, tail: Tail) -> None:
    subject, payload = new_id(), {"name": "한복 ü", "list": [1, None]}
    await write(db, "written", number=1)
    async with aclosing(await tail.follow("written")) as events:
        await write(db, "other")
        await write(db, "written", subject, **payload)
        await write(db, "written", number=2)
        first, second = await next_event(events), await next_event(events)
    assert first._asdict() == {"id": first.id, "kind": "written", "subject_id": subject, "payload": payload}
    assert second._asdict() == {"id": second.id, "kind": "written", "subject_id": None, "payload": {"number": 2}}
    assert await db.read().events.count() == 4


async def test_of_a_kind_that_nobody_followed_so_far_nothing_older_is_told(db: Database, tail: Tail) -> None:
    async with aclosing(await tail.follow("written")) as one:
        for kind in ("other", "written"):
            await write(db, kind, number=1)
        assert await numbers(one, 1) == [1]
        async with aclosing(await tail.follow("other")) as two:
            for kind in ("other", "written"):
                await write(db, kind, number=2)
            assert (await numbers(one, 1), await numbers(two, 1)) == ([2], [2])


async def test_what_was_undone_is_not_told(db: Database, tail: Tail) -> None:
    async with aclosing(await tail.follow("written")) as events:
        with pytest.raises(ZeroDivisionError):
            await _write_and_fail(db)
        await write(db, "written", number=2)
        assert await numbers(events, 1) == [2]


async def test_only_what_is_wanted_is_told(db: Database, tail: Tail) -> None:
    async with aclosing(await tail.follow("written", lambda event: bool(event.payload["number"] % 2))) as events:
        for number in range(6):
            await write(db, "written", number=number)
        assert await numbers(events, 3) == [1, 3, 5]


async def test_an_event_that_becomes_visible_after_later_ones_is_told_and_once(db: Database, tail: Tail) -> None:
    async with aclosing(await tail.follow("written")) as events:
        early = new_id()
        for number, event_id in ((2, new_id()), (1, early), (3, new_id())):
            async with db.transaction() as tx:
                await tx.events.add([an_event(event_id, number)])
            assert await numbers(events, 1) == [number]
        await write(db, "written", number=4)
        assert await numbers(events, 1) == [4]


async def test_nobody_can_follow_a_database_that_is_not_there() -> None:
    absent = PostgreSQL()
    async with open_database(absent.url("studio"), 1) as db:
        with pytest.raises(DatabaseUnavailable):
            await Tail(db).follow("written")
    absent.stop()


async def test_who_takes_nothing_is_given_up_and_others_go_on(db: Database, tail: Tail) -> None:
    async with aclosing(await tail.follow("written")) as slow, aclosing(await tail.follow("written")) as other:
        for start in (0, MOST_WAITING // 2):
            async with db.transaction() as tx:
                await tx.events.add([an_event(new_id(), start + number) for number in range(MOST_WAITING // 2)])
            assert await numbers(other, MOST_WAITING // 2) == [*range(start, start + MOST_WAITING // 2)]
        await write(db, "written", number=MOST_WAITING)
        assert await numbers(other, 1) == [MOST_WAITING]
        with pytest.raises(TooSlow):
            await next_event(slow)
        await write(db, "written", number=MOST_WAITING + 1)
        assert await numbers(other, 1) == [MOST_WAITING + 1]
        with pytest.raises(TooSlow):
            await next_event(slow)


async def test_who_is_cut_off_leaves_nothing_behind(
    db: Database, tail: Tail, kind: str, database_url: str, look: Look
) -> None:
    """Neither a task nor, on PostgreSQL, a connection."""

    async def follow() -> None:
        async with aclosing(await tail.follow("written")) as events:
            async for _event in events:
                pass

    async def nobody_listens() -> bool:
        return await look(database_url, f"SELECT count(*) {LISTENERS}") == [(0,)]

    for _ in range(3):
        following = asyncio.create_task(follow())
        await until_it_holds(lambda: _tasks() == {"Tail.run", "Tail._listen"})
        following.cancel()
        await asyncio.wait([following])
        await until_it_holds(lambda: _tasks() == {"Tail.run"})
    if kind == "postgresql":
        await until_it_holds(nobody_listens)
    async with aclosing(await tail.follow("written")) as events:
        await write(db, "written", number=1)
        assert await numbers(events, 1) == [1]


async def test_while_nobody_follows_nothing_is_read_and_nobody_listens(db: Database) -> None:
    tally = Tally()
    token = TALLY.set(tally)
    async with reading_along(db) as tail:
        TALLY.reset(token)
        for number in range(10):
            await write(db, "written", number=number)
        assert tally.statements == 0
        async with aclosing(await tail.follow("written")) as events:
            await write(db, "written", number=10)
            assert await numbers(events, 1) == [10]
        read = tally.statements
        assert read > 0
        for number in range(10):
            await write(db, "written", number=number)
        assert tally.statements == read


async def _write_and_fail(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.events.announce("written", None, now=THEN, number=1)
        assert 1 / 0


def _tasks() -> set[str]:
    """The tail's own."""
    names = (task.get_coro().__qualname__ for task in asyncio.all_tasks())  # type: ignore[union-attr]
    return {name for name in names if name.startswith("Tail.")}
