"""The studio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT DO NOTHING is the same on SQLite

from db.repositories.repository import Repository
from db.repositories.resources import Resources
from db.sources import STUDIOS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Executable

    from db.connection import Row
    from db.sources import Fields

TABLE = STUDIOS.table
STUDIO_ID = "019a0000000070008000000000000001"
"""The same everywhere: there is one studio, and two founders at once meet on its id."""
OFFICE_HOURS = [
    {"weekday": weekday, "opens_at": "09:00", "closes_at": "18:00"}
    for weekday in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
]
UNNAMED: dict[str, Any] = {
    "name": "My studio",
    "time_zone": "UTC",
    "currency": "USD",
    "locales": ["en"],
    "translations": {},
    "email": None,
    "phone": None,
    "address": None,
    "logo_id": None,
    "weekly_hours": OFFICE_HOURS,
}


class Studios(Repository):
    """One row."""

    source = STUDIOS

    async def get(self, fields: Fields) -> Row | None:
        """The studio; None before the first start has made it."""
        return await self.connection.first(_get, fields)

    async def found(self, now: datetime, **named: Any) -> bool:
        """Write the studio unless it is there, whoever else does so at the same time; whether this call did.

        The resource that stands for it is there afterwards in any case.
        """
        await Resources(self.connection, self.scope).ensure_studio(now)
        row = {"id": STUDIO_ID, "created_at": now, "updated_at": now, "version": 1, **UNNAMED, **named}
        return await self.connection.value(_found, **row) is not None


def _found() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in TABLE.c}
    return insert(TABLE).values(row).on_conflict_do_nothing().returning(TABLE.c.id)


def _get(fields: Fields) -> Executable:
    return STUDIOS.select(fields).limit(1)
