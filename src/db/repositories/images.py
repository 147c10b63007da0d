"""Pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Executable, bindparam, exists, insert, or_, select

from db.among import Among
from db.models import Base
from db.repositories.designs import Designs
from db.repositories.repository import Repository
from db.sources import IMAGES, USERS, Fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.connection import Row

TABLE = IMAGES.table
HANGING = Base.metadata.tables["design_images"]


class Images(Repository):
    """Pictures, of which the public sees those that hang on something it sees."""

    source = IMAGES

    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        """On a visible design, or somebody's avatar."""
        designs = Designs.source.table
        on_design = exists(select(HANGING.c.id).join(designs, designs.c.id == HANGING.c.design_id)).where(
            HANGING.c.image_id == TABLE.c.id, Designs.visible()
        )
        return or_(on_design, exists().where(USERS.table.c.avatar_id == TABLE.c.id))

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


def _hang() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in HANGING.c}
    return insert(HANGING).values(row).inline()


def _of_designs(fields: Fields) -> Executable:
    chosen = IMAGES.select(fields).add_columns(HANGING.c.design_id.label("design_id"))
    hanging = chosen.where(HANGING.c.image_id == TABLE.c.id, Among(HANGING.c.design_id, "designs"))
    return hanging.order_by(HANGING.c.design_id, HANGING.c.position)
