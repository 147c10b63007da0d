"""The studio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT DO NOTHING is the same on SQLite

from db.repositories.repository import Repository
from db.sources import STUDIOS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Executable

    from db.connection import Row
    from db.sources import Fields

TABLE = STUDIOS.table


class Studios(Repository):
    """One row."""

    source = STUDIOS

    async def get(self, fields: Fields) -> Row | None:
        """The studio; None before the first start has made it."""
        return await self.connection.first(_get, fields)

    async def found(self, row: Mapping[str, Any]) -> bool:
        """Write the studio unless it is there, whoever else does so at the same time; whether this call did."""
        return await self.connection.value(_found, **row) is not None


def _found() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in TABLE.c}
    return insert(TABLE).values(row).on_conflict_do_nothing().returning(TABLE.c.id)


def _get(fields: Fields) -> Executable:
    return STUDIOS.select(fields).limit(1)
