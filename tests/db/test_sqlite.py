"""What is SQLite's own: where a read runs, and that a long one holds up nobody."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Executable, Integer, Text, bindparam, column, func, literal, select, table

from db.containing import Holds
from db.database import open_database
from db.sqlite import HANDED_ON, PRAGMAS, SHORT, ShortReads, connect
from db.unavailable import DatabaseUnavailable
from services.rows import a_user

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import CTE

    from db.connection import Build
    from db.database import Database

LONG = 3_000_000
SECONDS = 10


@pytest.fixture
def path(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """A migrated file of the test's own."""
    return Path(shutil.copy(migrated_sqlite, tmp_path / "studiograph.sqlite3"))


@pytest.fixture
async def db(path: Path) -> AsyncIterator[Database]:
    """The database in it."""
    opened = open_database(f"sqlite:///{path}", 2)
    yield opened
    await opened.close()


@pytest.mark.parametrize("last", [1, 10, 1_000, SHORT, 5 * SHORT])
async def test_short_and_long_reads_give_the_same_rows(last: int, db: Database) -> None:
    for _ in range(3):
        rows = await db.read().connection.all(_numbers, last=last)
        assert [row.number for row in rows] == list(range(1, last + 1))


def test_only_a_short_read_is_done_at_once(path: Path) -> None:
    reads = ShortReads(path)
    numbers = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) FROM n"
    for _ in range(100):
        assert reads.fetch(numbers, [100]) == [(100,)]
    assert _refusal(reads, numbers, LONG) == sqlite3.SQLITE_INTERRUPT
    assert _refusal(reads, "DELETE FROM users WHERE id = ?", 0) == sqlite3.SQLITE_READONLY
    assert reads.fetch(numbers, [100]) == [(100,)]
    reads.close()


def test_few_steps_that_take_long_are_not_a_short_read(path: Path) -> None:
    reads = ShortReads(path)
    numbers = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    slow = f"{numbers} SELECT count(*) FROM n WHERE length(replace(hex(zeroblob(1000000 + i)), '00', 'x')) > 0"  # noqa: S608  (both parts stand here)
    assert _refusal(reads, slow, 200) == sqlite3.SQLITE_INTERRUPT
    assert reads.fetch(f"{numbers} SELECT count(*) FROM n WHERE length(hex(zeroblob(i))) > 0", [200]) == [(200,)]  # noqa: S608  (as above)
    reads.close()


async def test_what_looks_within_texts_is_read_in_a_thread_however_little_it_is(db: Database) -> None:
    await db.read().users.count()
    threads: dict[Build, int] = {}
    for build in (_is_held, _begins, _how_many):
        reading = asyncio.create_task(db.read().connection.value(build, piece="웨", last=1))
        await asyncio.sleep(0)  # it begins
        threads[build] = db.load().in_use
        assert await reading == 1
    assert threads == {_is_held: 1, _begins: 0, _how_many: 0}


async def test_a_search_through_texts_ends_when_nobody_waits_for_it(path: Path) -> None:
    async with open_database(f"sqlite:///{path}", 1) as db:
        searching = asyncio.create_task(db.read().connection.value(_how_many_hold, piece="a" * 99 + "b", last=LONG))
        await asyncio.sleep(0)
        assert db.load().in_use == 1
        searching.cancel()
        await asyncio.wait([searching])
        async with asyncio.timeout(SECONDS):
            assert await db.read().connection.value(_how_many_hold, piece="aa", last=3) == 3


async def test_a_request_of_many_searches_finds_room(db: Database) -> None:
    connection = db.read().connection
    found = await asyncio.gather(*(connection.value(_how_many_hold, piece="aa", last=5) for _ in range(100)))
    assert found == [5] * 100


async def test_a_long_read_does_not_hold_up_a_short_one(db: Database) -> None:
    await db.read().users.count()
    long = asyncio.create_task(db.read().connection.value(_how_many, last=LONG))
    await asyncio.sleep(0)  # it begins
    assert await db.read().users.count() == 0
    assert not long.done()
    assert await long == LONG


async def test_a_writer_waits_for_the_writer_of_another_process(path: Path, db: Database) -> None:
    other = connect(path)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with db.transaction() as tx:
            await tx.users.add([a_user()])

    writing = asyncio.create_task(write())
    for _ in range(100):
        assert await db.read().users.count() == 0
    assert not writing.done()
    other.execute("COMMIT")
    await writing
    assert await db.read().users.count() == 1
    other.close()


async def test_a_read_that_goes_wrong_goes_wrong_at_once(db: Database) -> None:
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="no such table: nowhere"):
            await db.read().connection.all(_from_nowhere)
    assert await db.read().users.count() == 0


def test_every_connection_keeps_what_it_acknowledged(path: Path) -> None:
    driver = connect(path)
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    kept = {pragma: driver.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in pragmas}
    assert kept == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    driver.close()


@pytest.mark.parametrize("spoil", ["a folder", "no folder", "no database"])
async def test_a_file_that_cannot_be_used_is_unavailable(spoil: str, tmp_path: Path) -> None:
    path = tmp_path / "somewhere" / "studiograph.sqlite3"
    if spoil == "a folder":
        path.mkdir(parents=True)
    elif spoil == "no database":
        path.parent.mkdir()
        path.write_text("Our best designs\n" * 1_000)
    async with open_database(f"sqlite:///{path}", 1) as db:
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable) as caught:
                await db.read().users.count()
            assert str(path) not in str(caught.value)
            with pytest.raises(DatabaseUnavailable):
                await _add(db)


async def test_a_file_is_read_as_soon_as_it_can_be(path: Path) -> None:
    later = path.with_name("later") / path.name
    async with open_database(f"sqlite:///{later}", 1) as db:
        with pytest.raises(DatabaseUnavailable):
            await db.read().users.count()
        shutil.copytree(path.parent, later.parent)
        await _add(db)
        assert await db.read().users.count() == 1


async def test_a_full_disk_is_unavailable_and_nothing_of_it_is_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.sqlite.PRAGMAS", (*PRAGMAS, "PRAGMA max_page_count = 1"))  # as many as there are
    async with open_database(f"sqlite:///{path}", 1) as db:
        with pytest.raises(DatabaseUnavailable):
            await _add(db, 10_000)
        assert await db.read().users.count() == 0


async def test_a_file_that_another_process_does_not_let_go_is_unavailable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.sqlite.PRAGMAS", (*PRAGMAS, "PRAGMA busy_timeout = 50"))
    with closing(connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with open_database(f"sqlite:///{path}", 1) as db:
            with pytest.raises(DatabaseUnavailable):
                await _add(db)
            other.execute("COMMIT")
            await _add(db)
            assert await db.read().users.count() == 1


async def test_a_reference_to_nothing_is_refused(db: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        async with db.transaction() as tx:
            await tx.users.add([a_user(avatar_id="0" * 32)])
    assert await db.read().users.count() == 0


async def _add(db: Database, number: int = 1) -> None:
    async with db.transaction() as tx:
        await tx.users.add([a_user(f"User {one}") for one in range(number)])


def _refusal(reads: ShortReads, sql: str, argument: int) -> int:
    with pytest.raises(sqlite3.OperationalError) as caught:
        reads.fetch(sql, [argument])
    assert caught.value.sqlite_errorcode & 0xFF in HANDED_ON
    return caught.value.sqlite_errorcode & 0xFF


def _numbers() -> Executable:
    return select(_counted().c.number)


def _from_nowhere() -> Executable:
    return select(column("id")).select_from(table("nowhere"))


def _how_many() -> Executable:
    return select(func.count()).select_from(_counted())


def _is_held() -> Executable:
    return select(Holds(literal("한복 웨딩"), "piece").label("held"))


def _begins() -> Executable:
    return select(literal("웨딩").startswith(bindparam("piece", type_=Text())).label("begins"))


def _how_many_hold() -> Executable:
    numbers = _counted()
    text = literal("a" * 10_000) + func.char(numbers.c.number)
    return select(func.count()).select_from(numbers).where(Holds(text, "piece"))


def _counted() -> CTE:
    numbers = select(literal(1).label("number")).cte("numbers", recursive=True)
    following = select(numbers.c.number + 1).where(numbers.c.number < bindparam("last", type_=Integer()))
    return numbers.union_all(following)
