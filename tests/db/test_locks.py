"""Turns: one transaction after the other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from db.database import open_database
from db.locks import take_turn

if TYPE_CHECKING:
    from db.database import Database
    from services.postgresql import PostgreSQL

ROUNDS = 20


async def test_a_turn_is_one_transactions_at_a_time(database_url: str) -> None:
    """Each is connected for itself, as processes are, and lingers while the other waits."""
    inside: list[int] = []
    async with open_database(database_url, 1) as one, open_database(database_url, 1) as two:
        for _ in range(ROUNDS):
            await asyncio.gather(*(_linger(db, "tree", inside) for db in (one, two)))
    assert max(inside) == 1


async def test_turns_of_other_names_do_not_wait(postgresql: PostgreSQL) -> None:
    url = postgresql.create("turns", template="migrated")
    async with open_database(url, 2) as db, asyncio.timeout(10), db.transaction() as one, db.transaction() as two:
        await take_turn(one.connection, "tree")
        await take_turn(two.connection, "leaves")
    postgresql.drop("turns")


async def _linger(db: Database, name: str, inside: list[int]) -> None:
    async with db.transaction() as tx:
        await take_turn(tx.connection, name)
        inside.append(1 if not inside or inside[-1] == 0 else 2)
        for _ in range(50):
            await asyncio.sleep(0)
        inside.append(0)
