"""How often designs are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Executable, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT is the same on SQLite

from db.among import Among
from db.ids import new_id
from db.models import DesignViewer
from db.models import DesignViews as DesignViewsModel
from db.repositories.repository import Repository
from db.sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import Table

DESIGN_VIEWS = Source(DesignViewsModel)
TABLE = DESIGN_VIEWS.table
VIEWERS = Source(DesignViewer).table


class DesignViews(Repository):
    """Views of each design and day, each viewer counted once an hour."""

    source = DESIGN_VIEWS

    async def admit(self, views: Iterable[tuple[str, str, datetime]], *, now: datetime) -> list[tuple[str, datetime]]:
        """Those of these views (design, viewer, hour) that nobody has told of yet, as (design, hour).

        They are written in one order, so that two that tell of the same do not wait for each other.
        """
        rows = [
            {"id": new_id(), "created_at": now, "updated_at": now, "design_id": design, "viewer": viewer, "hour": hour}
            for design, viewer, hour in sorted(views)
        ]
        await self.connection.each(_admit, rows=rows)
        new = await self.connection.all(_admitted, ids=[row["id"] for row in rows])
        return [(row.design_id, row.hour) for row in new]

    async def add_views(self, counts: Mapping[tuple[str, date], int], *, now: datetime) -> None:
        """Add to what designs have on days."""
        rows = [
            {"id": new_id(), "created_at": now, "updated_at": now, "design_id": design, "day": day, "views": views}
            for (design, day), views in sorted(counts.items())
        ]
        await self.connection.each(_add_views, rows=rows)

    async def forget_viewers(self, before: datetime) -> None:
        """Take away who looked at what in the hours before; what somebody else is taking away is left to them."""
        await self.connection.run(_forget, before=before)


def _admit() -> Executable:
    return insert(VIEWERS).values(_row(VIEWERS)).on_conflict_do_nothing()


def _admitted() -> Executable:
    return select(VIEWERS.c.design_id, VIEWERS.c.hour).where(Among(VIEWERS.c.id, "ids"))


def _add_views() -> Executable:
    added = insert(TABLE).values(_row(TABLE))
    more = {"views": TABLE.c.views + added.excluded.views, "updated_at": added.excluded.updated_at}
    return added.on_conflict_do_update(index_elements=["design_id", "day"], set_=more)


def _forget() -> Executable:
    old = select(VIEWERS.c.id).where(VIEWERS.c.hour < bindparam("before", type_=VIEWERS.c.hour.type))
    return delete(VIEWERS).where(VIEWERS.c.id.in_(old.with_for_update(skip_locked=True)))


def _row(table: Table) -> dict[str, object]:
    return {column.name: bindparam(column.name, type_=column.type) for column in table.c}
