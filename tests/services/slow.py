"""A read that would go on for a long time, on either database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Executable, func, literal, select

if TYPE_CHECKING:
    from db.connection import Connection

NUMBERS = 1_000_000_000
SECONDS = 60


async def read_slowly(connection: Connection) -> None:
    """Count to a billion on SQLite, sleep for a minute on PostgreSQL."""
    slow = {"sqlite": _counting, "postgresql": _sleeping}[connection.statements.dialect.name]
    await connection.run(slow)


def _counting() -> Executable:
    numbers = select(literal(1, BigInteger).label("number")).cte("numbers", recursive=True)
    following = select(numbers.c.number + 1).where(numbers.c.number < NUMBERS)
    return select(func.count()).select_from(numbers.union_all(following))


def _sleeping() -> Executable:
    return select(func.pg_sleep(SECONDS))
