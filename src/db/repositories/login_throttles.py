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
    from collections.abc import Sequence
    from datetime import datetime

    from db.connection import Row

LOGIN_THROTTLES = Source(LoginThrottle)
TABLE = LOGIN_THROTTLES.table


class LoginThrottles(Repository):
    """One counter for each account and each address that has failed."""

    source = LOGIN_THROTTLES

    async def counters(self, counted: Sequence[str], *, now: datetime) -> list[Row]:
        """The counters of these, made where there are none yet; nobody else counts until the transaction ends.

        They are taken in sorted order, so that two log-ins cannot wait for each other.
        """
        rows = []
        for each in sorted(counted):
            await self.connection.run(_make, id=new_id(), created_at=now, updated_at=now, counted=each)
            rows.append(await self.connection.first(_counter, counted=each))
        return rows


def _make() -> Executable:
    names = ("id", "created_at", "updated_at", "counted")
    row: dict[str, Any] = {name: bindparam(name, type_=TABLE.c[name].type) for name in names}
    row |= {"failures": 0, "since": row["created_at"]}
    return insert(TABLE).values(row).on_conflict_do_nothing()


def _counter() -> Executable:
    return select(TABLE).where(TABLE.c.counted == bindparam("counted", type_=TABLE.c.counted.type)).with_for_update()
