"""What services need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Executable, bindparam, literal_column, select
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT DO NOTHING is the same on SQLite

from db.among import Among
from db.repositories.repository import Repository
from db.scope import Sight
from db.sources import RESOURCES
from rules.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from db.connection import Row
    from db.sources import Fields

TABLE = RESOURCES.table
STUDIO_RESOURCE_ID = "019a0000000070008000000000000002"
"""The studio itself as a resource: services that name none occupy it, so that there is always a row to hold."""
STUDIO: dict[str, Any] = {"name": "Studio", "kind": "STUDIO", "active": True, "weekly_hours": None}
NAMEABLE = TABLE.c.kind != literal_column("'STUDIO'")


class Resources(Repository):
    """People, rooms and equipment; everybody sees what can be had, staff see all. The studio itself is never seen."""

    source = RESOURCES

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool]:
        """What can be had."""
        return NAMEABLE if sight is Sight.STAFF else NAMEABLE & TABLE.c.active

    async def every(self, fields: Fields) -> list[Row]:
        """All visible ones, by name."""
        return await self.visible_rows(_every, fields)

    async def nameable(self, ids: Sequence[str]) -> set[str]:
        """Those of these ids that a service may name; they stay for good, for no resource is ever deleted."""
        return {row.id for row in await self.connection.all(_nameable, ids=list(ids))}

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New resources, without their folded names: those are made here."""
        await super().add([{**row, "name_folded": fold(row["name"])} for row in rows])

    async def edit(self, resource: Row, *, now: datetime, **columns: Any) -> None:
        """Set these columns of a whole row; its folded name follows."""
        folded = fold(columns.get("name", resource.name))
        await self.change(resource.id, now=now, **columns, name_folded=folded)

    async def ensure_studio(self, now: datetime) -> None:
        """Write the row of the studio itself unless it is there, whoever else does so at the same time."""
        row = {"id": STUDIO_RESOURCE_ID, "created_at": now, "updated_at": now, "version": 1, **STUDIO}
        await self.connection.run(_ensure, **row, name_folded=fold(STUDIO["name"]))


def _every(sight: Sight, fields: Fields) -> Executable:
    return Resources.chosen(sight, fields).order_by(TABLE.c.name_folded, TABLE.c.id)


def _nameable() -> Executable:
    return select(TABLE.c.id).where(Among(TABLE.c.id, "ids"), NAMEABLE)


def _ensure() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in TABLE.c}
    return insert(TABLE).values(row).on_conflict_do_nothing()
