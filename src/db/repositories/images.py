"""Pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Executable, bindparam, delete, exists, insert, or_, select

from db.among import Among
from db.models import Base
from db.repositories.designs import Designs
from db.repositories.repository import Repository
from db.scope import Sight, the_viewer
from db.sources import IMAGES, USERS, Fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.connection import Row

TABLE = IMAGES.table
HANGING = Base.metadata.tables["design_images"]


class Images(Repository):
    """Pictures: seen where they hang on something that is seen, by who uploaded them, and by staff."""

    source = IMAGES

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """On a visible design, somebody's avatar, or one's own."""
        designs, shown = Designs.source.table, Designs.visible(sight)
        if shown is None:
            return None
        on_design = exists(select(HANGING.c.id).join(designs, designs.c.id == HANGING.c.design_id)).where(
            HANGING.c.image_id == TABLE.c.id, shown
        )
        avatar = exists().where(USERS.table.c.avatar_id == TABLE.c.id)
        own = (TABLE.c.uploaded_by_id == the_viewer(),) if sight is Sight.MEMBER else ()
        return or_(on_design, avatar, *own)

    async def of_designs(self, fields: Fields, designs: Sequence[str]) -> dict[str, list[Row]]:
        """The pictures of each of these designs, in their order, by the design's id."""
        rows = await self.connection.all(_of_designs, fields, designs=list(designs))
        found: dict[str, list[Row]] = {design: [] for design in designs}
        for row in rows:
            found[row.design_id].append(row)
        return found

    async def hang(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put pictures on designs: rows of `design_images`."""
        await self.connection.each(_hang, rows=rows)

    async def unhang(self, design_id: str) -> None:
        """Take all pictures off a design."""
        await self.connection.run(_unhang, design_id=design_id)

    async def hanging_on(self, design_id: str) -> list[str]:
        """The ids of a design's pictures, in their order."""
        return [row.image_id for row in await self.connection.all(_hanging_on, design_id=design_id)]

    async def purposes(self, ids: Sequence[str]) -> dict[str, str]:
        """What these were uploaded for, as far as they are seen, by id; they stay until the transaction ends."""
        return {row.id: row.purpose for row in await self.visible_rows(_purposes, ids=list(ids))}


def _hang() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in HANGING.c}
    return insert(HANGING).values(row).inline()


def _unhang() -> Executable:
    return delete(HANGING).where(_on_the_design())


def _hanging_on() -> Executable:
    return select(HANGING.c.image_id).where(_on_the_design()).order_by(HANGING.c.position)


def _on_the_design() -> ColumnElement[bool]:
    hangs: ColumnElement[bool] = HANGING.c.design_id == bindparam("design_id", type_=HANGING.c.design_id.type)
    return hangs


def _purposes(sight: Sight) -> Executable:
    chosen = Images.chosen(sight, frozenset({"purpose"})).where(Among(TABLE.c.id, "ids")).order_by(TABLE.c.id)
    return chosen.with_for_update(read=True, key_share=True, of=TABLE)


def _of_designs(fields: Fields) -> Executable:
    chosen = IMAGES.select(fields).add_columns(HANGING.c.design_id.label("design_id"))
    hanging = chosen.where(HANGING.c.image_id == TABLE.c.id, Among(HANGING.c.design_id, "designs"))
    return hanging.order_by(HANGING.c.design_id, HANGING.c.position)
