"""Rows whose time is over, and that nobody asks for any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Executable, Select, bindparam, delete, func, or_, select

from db.models import Base
from db.types import Instant

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from db.database import Database

AT_ONCE = 1_000
"""How many rows one transaction takes away: others write in between."""

KEPT = {
    "uploads": timedelta(days=1),
    "login_sessions": timedelta(days=30),
    "idempotency_keys": timedelta(days=30),
    "login_throttles": timedelta(days=1),
}
"""How long the rows of each table are kept after their time."""

OVER: dict[str, Callable[[Any, ColumnElement[Any]], ColumnElement[bool]]] = {
    "uploads": lambda row, before: row.expires_at < before,
    "login_sessions": lambda row, before: or_(row.ended_at < before, row.expires_at < before),
    "idempotency_keys": lambda row, before: row.created_at < before,
    "login_throttles": lambda row, before: func.coalesce(row.last_at, row.since) < before,
}


async def count_expired(db: Database, table: str, now: datetime) -> int:
    """How many rows of a table (one of KEPT) can go."""
    return int(await db.read().connection.value(_count, table, before=now - KEPT[table]))


async def remove_expired(db: Database, table: str, now: datetime) -> int:
    """Take them away; how many. Those that somebody works with are left to the next time."""
    removed = 0
    while True:
        async with db.transaction() as tx:
            gone = await tx.connection.all(_remove, table, before=now - KEPT[table])
        removed += len(gone)
        if len(gone) < AT_ONCE:
            return removed


def _count(table: str) -> Executable:
    return select(func.count()).select_from(_expired(table).subquery())


def _remove(table: str) -> Executable:
    row = Base.metadata.tables[table].c
    some = _expired(table).limit(AT_ONCE).with_for_update(skip_locked=True)
    return delete(Base.metadata.tables[table]).where(row.id.in_(some)).returning(row.id)


def _expired(table: str) -> Select[Any]:
    row = Base.metadata.tables[table].c
    return select(row.id).where(OVER[table](row, bindparam("before", type_=Instant())))
