"""The two doors: a transaction is everything or nothing, and whoever waits is served."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Integer, bindparam, column, literal_column, select, text
from sqlalchemy.dialects.sqlite import pysqlite

from db.connection import TALLY, Statements, Tally
from db.database import Database, open_database
from services.rows import THEN, a_user, an_image

if TYPE_CHECKING:
    from sqlalchemy import Executable

ALL = frozenset({"username", "version"})


async def test_a_transaction_is_written_at_its_end(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.users.add([a_user("Mina"), a_user("Juno")])
        assert await tx.users.count() == 2
        assert await db.read().users.count() == 0, "readers see no uncommitted rows"
    assert await db.read().users.count() == 2


async def test_an_exception_undoes_the_transaction(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _divide_by_zero(db)
    async with db.transaction() as tx:
        assert await tx.users.count() == 0
        await tx.users.add([a_user("Juno")])
    assert await db.read().users.count() == 1


async def test_a_refusal_of_the_database_undoes_the_transaction(db: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)unique"):
        await _add(db, "Mina", "Juno", "MINA")
    assert await db.read().users.count() == 0
    await _add(db, "Mina")
    assert await db.read().users.count() == 1


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("steps", range(12))
async def test_a_transaction_cancelled_at_any_step_leaves_nothing_half_done(
    steps: int, times: int, database_url: str
) -> None:
    """Not even a connection that is still within the transaction, in which later writes would be lost."""
    async with open_database(database_url, 1) as db, open_database(database_url, 1) as observer:
        await db.read().users.count()
        cancelled = asyncio.create_task(_add(db, "Cancelled", "Cancelled too"))
        for _ in range(steps):
            await asyncio.sleep(0)
        for _ in range(times):
            cancelled.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([cancelled])
        async with asyncio.timeout(10):
            await _add(db, "Written after")
        found = await observer.read().users.count()
        assert found in ({1, 3} if cancelled.cancelled() else {3}), "cut off within COMMIT it may be written, but whole"
        assert await db.read().users.count() == found


async def test_a_transaction_cancelled_while_it_works_is_undone(db: Database) -> None:
    working = asyncio.Event()

    async def work() -> None:
        async with db.transaction() as tx:
            await tx.users.add([a_user("Mina")])
            working.set()
            await asyncio.Event().wait()

    cancelled = asyncio.create_task(work())
    async with asyncio.timeout(10):
        await working.wait()
        cancelled.cancel()
        await asyncio.wait([cancelled])
        assert await db.read().users.count() == 0
        await _add(db, "Mina")
    assert await db.read().users.count() == 1


async def test_no_acknowledged_write_is_lost_where_others_are_cut_off(db: Database, database_url: str) -> None:
    """Transactions of two rows, cancelled after 0 to 5 ms: those that ended are there, and none by half."""

    async def write(number: int) -> int:
        async with asyncio.timeout(number % 26 / 5_000):
            await _add(db, f"First {number}", f"Second {number}")
        return number

    outcomes = await asyncio.gather(*map(write, range(200)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {int, TimeoutError}
    await _add(db, "First 200", "Second 200")
    async with open_database(database_url, 1) as observer:
        names = {row.username for row in await observer.read().connection.all(_users)}
    written = {name.removeprefix("First ") for name in names if name.startswith("First")}
    assert written == {name.removeprefix("Second ") for name in names if name.startswith("Second")}
    assert {str(outcome) for outcome in outcomes if isinstance(outcome, int)} | {"200"} <= written


async def test_twenty_writers_at_once_neither_fail_nor_lose_anything(db: Database, database_url: str) -> None:
    user, image = a_user("Mina"), an_image()
    async with db.transaction() as tx:
        await tx.images.add([image])
        await tx.users.add([user])
    async with open_database(database_url, 4) as other:
        writers = [other if number % 2 else db for number in range(20)]
        await asyncio.gather(*(_change_five_times(writer, user["id"], image["id"]) for writer in writers))
    changed = await db.read().users.by_ids(ALL, [user["id"]])
    assert changed[user["id"]].version == 1 + 20 * 5


async def test_more_tasks_than_connections_are_all_served(db: Database) -> None:
    async with asyncio.timeout(30):
        writers = [_add(db, f"User {number}") for number in range(40)]
        readers = [db.read().connection.value(_number, number=number) for number in range(200)]
        answers = await asyncio.gather(*writers, *readers)
    assert answers == [None] * 40 + list(range(200))
    assert await db.read().users.count() == 40


async def test_a_reader_goes_on_while_somebody_writes(db: Database) -> None:
    async with db.transaction() as tx, asyncio.timeout(10):
        await tx.users.add([a_user("Mina")])
        assert await asyncio.gather(*(db.read().users.count() for _ in range(3))) == [0, 0, 0]


async def test_statements_are_counted_where_somebody_counts(db: Database) -> None:
    await db.read().users.count()
    tally = Tally()
    TALLY.set(tally)
    await asyncio.gather(db.read().users.count(), db.read().users.count())
    await _add(db, "Mina", "Juno")
    assert tally.statements == 4


def test_a_statement_is_compiled_once_and_the_least_used_one_goes_first() -> None:
    built = []

    def build(number: int) -> Executable:
        built.append(number)
        return select(literal_column(str(number)).label("number"))

    statements = Statements(pysqlite.dialect(), size=3)
    for number in (1, 2, 3, 1, 4, 1, 3, 4, 2, 5):
        assert statements.get(build, (number,)).sql == f"SELECT {number} AS number"
    assert built == [1, 2, 3, 4, 2, 5]


async def _add(db: Database, *names: str) -> None:
    async with db.transaction() as tx:
        for name in names:
            await tx.users.add([a_user(name)])


async def _divide_by_zero(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.users.add([a_user("Mina")])
        assert 1 / 0


async def _change_five_times(db: Database, user: str, image: str) -> None:
    for _ in range(5):
        async with db.transaction() as tx:
            await tx.users.set_avatar(user, image, now=THEN)


def _users() -> Executable:
    return text("SELECT username FROM users").columns(column("username"))


def _number() -> Executable:
    return select(bindparam("number", type_=Integer).label("number"))
