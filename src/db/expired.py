"""Rows whose time is over, and that nobody asks for any more."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Expiry:
    """Rows of a table that go so long after their time; `over` says whose time was over before a moment."""

    table: str
    kept: timedelta
    over: Callable[[Any, ColumnElement[Any]], ColumnElement[bool]]


EXPIRIES = {
    "uploads": Expiry("uploads", timedelta(days=1), lambda row, before: row.expires_at < before),
    "login_sessions": Expiry(
        "login_sessions", timedelta(days=30), lambda row, before: or_(row.ended_at < before, row.expires_at < before)
    ),
    "idempotency_keys": Expiry("idempotency_keys", timedelta(days=30), lambda row, before: row.created_at < before),
    "login_throttles": Expiry(
        "login_throttles", timedelta(days=1), lambda row, before: func.coalesce(row.last_at, row.since) < before
    ),
    "mailed_tokens": Expiry("mailed_tokens", timedelta(days=7), lambda row, before: row.expires_at < before),
    "guest_requests": Expiry("guest_requests", timedelta(days=1), lambda row, before: row.created_at < before),
    "delivered_events": Expiry("events", timedelta(days=7), lambda row, before: row.delivered_at < before),
    "dead_events": Expiry("events", timedelta(days=90), lambda row, before: row.dead_at < before),
}
"""What goes, by its name; what happened is kept longer where somebody may still have to see to it."""


async def count_expired(db: Database, name: str, now: datetime) -> int:
    """How many rows (of one of EXPIRIES) can go."""
    return int(await db.read().connection.value(_count, name, before=now - EXPIRIES[name].kept))


async def remove_expired(db: Database, name: str, now: datetime) -> int:
    """Take them away; how many. Those that somebody works with are left to the next time."""
    removed = 0
    while True:
        async with db.transaction() as tx:
            gone = await tx.connection.all(_remove, name, before=now - EXPIRIES[name].kept)
        removed += len(gone)
        if len(gone) < AT_ONCE:
            return removed


def _count(name: str) -> Executable:
    return select(func.count()).select_from(_expired(name).subquery())


def _remove(name: str) -> Executable:
    table = Base.metadata.tables[EXPIRIES[name].table]
    some = _expired(name).limit(AT_ONCE).with_for_update(skip_locked=True)
    return delete(table).where(table.c.id.in_(some)).returning(table.c.id)


def _expired(name: str) -> Select[Any]:
    row = Base.metadata.tables[EXPIRIES[name].table].c
    return select(row.id).where(EXPIRIES[name].over(row, bindparam("before", type_=Instant())))
