"""Designs that members keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Select, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT DO NOTHING is the same on SQLite

from db.among import Among
from db.ids import new_id
from db.models import Favorite
from db.paging import Page, Sort, Window, WindowShape, windowed
from db.repositories.designs import Designs
from db.repositories.repository import Repository
from db.scope import Sight
from db.sources import Fields, Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

FAVORITES = Source(Favorite)
TABLE = FAVORITES.table
KEYS = {"kept_at": TABLE.c.created_at, "favorite_id": TABLE.c.id}
"""What their order and its cursors are made of."""


class Favorites(Repository):
    """Who keeps which design. What the public does not see is kept and not shown, to staff neither."""

    source = FAVORITES

    async def page(self, fields: Fields, user_id: str, window: Window) -> Page:
        """Designs that a user keeps, the last kept first; each row also has `kept_at` and `favorite_id`."""
        rows = await self.connection.all(_page, fields, window.shape, user_id=user_id, **window.parameters)
        return window.page(rows)

    async def total(self, user_id: str) -> int:
        """How many designs a user keeps."""
        return int(await self.connection.value(_total, user_id=user_id))

    async def kept_since(self, user_id: str, designs: Sequence[str]) -> dict[str, datetime | None]:
        """Since when a user keeps each of these designs, by the design's id; None: not at all."""
        rows = await self.connection.all(_kept_since, user_id=user_id, designs=list(designs))
        return dict.fromkeys(designs) | {row.design_id: row.created_at for row in rows}

    async def designs_kept(self, user_id: str) -> list[str]:
        """The ids of all designs that a user keeps, seen or not, sorted."""
        return [row.design_id for row in await self.connection.all(_designs_kept, user_id=user_id)]

    async def keep(self, user_id: str, design_id: str, *, now: datetime) -> bool:
        """Keep a design; False where it is kept already."""
        row = {"id": new_id(), "created_at": now, "updated_at": now, "user_id": user_id, "design_id": design_id}
        return await self.connection.first(_keep, **row) is not None

    async def let_go_all(self, user_id: str) -> None:
        """Keep no design any longer."""
        await self.connection.run(_let_go_all, user_id=user_id)

    async def let_go(self, user_id: str, design_id: str) -> bool:
        """Keep a design no longer; False where it was not kept."""
        return await self.connection.first(_let_go, user_id=user_id, design_id=design_id) is not None


def _page(fields: Fields, window: WindowShape) -> Executable:
    chosen = Designs.chosen(Sight.PUBLIC, fields).add_columns(*(column.label(name) for name, column in KEYS.items()))
    sorts = [Sort(column, descending=True, nullable=False) for column in KEYS.values()]
    return windowed(_kept(chosen), sorts, window)


def _total() -> Executable:
    designs = Designs.source.table
    return _kept(select(func.count()).select_from(designs).where(Designs.visible(Sight.PUBLIC)))  # type: ignore[arg-type]  # the public never sees all


def _kept(designs: Select[Any]) -> Select[Any]:
    return designs.where(TABLE.c.design_id == Designs.source.table.c.id, _the("user_id"))


def _designs_kept() -> Executable:
    return select(TABLE.c.design_id).where(_the("user_id")).order_by(TABLE.c.design_id)


def _kept_since() -> Executable:
    return select(TABLE.c.design_id, TABLE.c.created_at).where(_the("user_id"), Among(TABLE.c.design_id, "designs"))


def _keep() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in TABLE.c}
    return insert(TABLE).values(row).on_conflict_do_nothing().returning(TABLE.c.id)


def _let_go() -> Executable:
    return delete(TABLE).where(_the("user_id"), _the("design_id")).returning(TABLE.c.id)


def _let_go_all() -> Executable:
    return delete(TABLE).where(_the("user_id"))


def _the(column: str) -> ColumnElement[bool]:
    named: ColumnElement[bool] = TABLE.c[column] == bindparam(column, type_=TABLE.c[column].type)
    return named
