"""Dates with hours of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT DO UPDATE is the same on SQLite

from db.locks import take_turn
from db.repositories.repository import Repository
from db.sources import DATE_OVERRIDES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from db.connection import Row
    from db.sources import Fields

TABLE = DATE_OVERRIDES.table


class DateOverrides(Repository):
    """Days on which the studio is closed, or open at other hours; everybody sees them."""

    source = DATE_OVERRIDES

    async def between(self, fields: Fields, first: date, last: date) -> list[Row]:
        """Those from the first date to the last, both included, in their order."""
        return await self.connection.all(_between, fields, first=first, last=last)

    async def lock(self, day: date) -> Row | None:
        """The whole row of this date, or None; nobody else sets the date until the transaction ends."""
        await take_turn(self.connection, f"{TABLE.name} {day}")
        return await self.connection.first(_of_date, date=day)

    async def put(self, override_id: str, day: date, columns: Mapping[str, Any], *, now: datetime) -> None:
        """Set a date that is locked: `override_id` is the id of its row, a new one where there is none."""
        recorded = {"id": override_id, "created_at": now, "updated_at": now}
        await self.connection.run(_put, **recorded, date=day, **columns)


def _between(fields: Fields) -> Executable:
    day = TABLE.c.date
    first, last = (bindparam(name, type_=day.type) for name in ("first", "last"))
    return DATE_OVERRIDES.select(fields).where(day.between(first, last)).order_by(day)


def _of_date() -> Executable:
    return select(TABLE).where(TABLE.c.date == bindparam("date", type_=TABLE.c.date.type)).with_for_update()


def _put() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in TABLE.c}
    changed = {name: row[name] for name in ("updated_at", "closed", "opens_at", "closes_at", "note")}
    return insert(TABLE).values(row).on_conflict_do_update(index_elements=["date"], set_=changed)
