"""Transactions that are in each other's way: one is begun anew, and nobody who asked learns of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest

from db.database import ATTEMPTS, open_database
from db.unavailable import DatabaseUnavailable
from services.rows import THEN, a_category, a_resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.database import Database, Transaction
    from services.postgresql import PostgreSQL

ROUNDS = 100


async def test_no_deadlock_reaches_who_locks_in_another_order(postgresql: PostgreSQL) -> None:
    """Each has locked what the other wants next, so that PostgreSQL has to undo one of them, a hundred times."""
    url = postgresql.create("deadlocks", template="migrated")
    staff, room = a_resource("Staff"), a_resource("Room")
    orders = [staff["id"], room["id"]], [room["id"], staff["id"]]
    async with open_database(url, 2) as db:
        await _impatient(url)
        async with db.transaction() as tx:
            await tx.resources.add([staff, room])
        tries = 0
        for _ in range(ROUNDS):
            both = asyncio.Barrier(2)
            pair = await asyncio.gather(*(_lock_slowly(db, order, both) for order in orders))
            tries += sum(pair)
        assert tries >= 3 * ROUNDS
        assert {row.name for row in await db.read().resources.every(frozenset({"name"}))} == {"Staff", "Room"}
    postgresql.drop("deadlocks")


@pytest.mark.parametrize("undone", [asyncpg.DeadlockDetectedError, asyncpg.SerializationError])
async def test_what_an_undone_attempt_wrote_is_gone(undone: type[Exception], db: Database) -> None:
    tries = 0

    async def work(tx: Transaction) -> str:
        nonlocal tries
        tries += 1
        await tx.categories.add([a_category(f"Try {tries}")])
        if tries < ATTEMPTS:
            raise undone
        return "done"

    assert await db.attempt(work) == "done"
    assert (tries, await db.read().categories.count()) == (ATTEMPTS, 1)


async def test_what_is_undone_again_and_again_is_told_as_an_outage(db: Database) -> None:
    tries = 0

    async def work(tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        await tx.categories.add([a_category()])
        raise asyncpg.DeadlockDetectedError

    with pytest.raises(DatabaseUnavailable):
        await db.attempt(work)
    assert (tries, await db.read().categories.count()) == (ATTEMPTS, 0)


async def test_any_other_error_is_not_tried_again(db: Database) -> None:
    tries = 0

    async def work(tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        await tx.events.record("written", None, now=THEN)
        raise LookupError

    with pytest.raises(LookupError):
        await db.attempt(work)
    assert (tries, await db.read().events.count()) == (1, 0)


async def _lock_slowly(db: Database, order: Sequence[str], both: asyncio.Barrier) -> int:
    """Lock one after the other, the first time not before the others hold their first; how often it was tried."""
    tries = 0

    async def work(tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        await tx.occupancies.lock(order[:1])
        if tries == 1:
            await both.wait()
        await tx.occupancies.lock(order[1:])
        for one in order:
            await tx.resources.change(one, now=THEN)

    await db.attempt(work)
    return tries


async def _impatient(url: str) -> None:
    """Let PostgreSQL look for deadlocks after ten milliseconds, not after a second, in connections to come."""
    connection = await asyncpg.connect(url)
    await connection.execute("ALTER DATABASE deadlocks SET deadlock_timeout = '10ms'")
    await connection.close()
