"""Failed log-ins, counted for each account and each address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT DO NOTHING is the same on SQLite

from db.ids import new_id
from db.models import LoginThrottle
from db.repositories.repository import Repository
from db.sources import Source

if TYPE_CHECKING:
    from datetime import datetime

    from db.connection import Row

LOGIN_THROTTLES = Source(LoginThrottle)
TABLE = LOGIN_THROTTLES.table


class LoginThrottles(Repository):
    """One counter for each account and each address that has failed."""

    source = LOGIN_THROTTLES

    async def counter(self, counted: str, *, now: datetime) -> Row:
        """The counter of this, made where there is none yet; nobody else counts it until the transaction ends."""
        await self.connection.run(_make, id=new_id(), created_at=now, updated_at=now, counted=counted)
        return await self.connection.first(_counter, counted=counted)


def _make() -> Executable:
    names = ("id", "created_at", "updated_at", "counted")
    row: dict[str, Any] = {name: bindparam(name, type_=TABLE.c[name].type) for name in names}
    row |= {"failures": 0, "since": row["created_at"]}
    return insert(TABLE).values(row).on_conflict_do_nothing()


def _counter() -> Executable:
    return select(TABLE).where(TABLE.c.counted == bindparam("counted", type_=TABLE.c.counted.type)).with_for_update()
