"""Pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Executable, bindparam, delete, exists, func, insert, not_, or_, select, union_all

from db.among import Among
from db.filters import Filter, Test, express, parametrise
from db.models import Base
from db.paging import Page, Sort, Window, WindowShape, windowed
from db.repositories.designs import Designs
from db.repositories.repository import Repository
from db.scope import Sight, the_viewer
from db.sources import IMAGES, USERS, Fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.connection import Row

TABLE = IMAGES.table
HANGING = Base.metadata.tables["design_images"]
SHOWING = (
    (HANGING.c.design_id, HANGING.c.image_id),
    (Designs.source.table.c.id, Designs.source.table.c.cover_image_id),
    (USERS.table.c.id, USERS.table.c.avatar_id),
)
"""What shows pictures: the column that names it, and the one that points to the picture."""


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

    async def page(self, fields: Fields, where: Filter, window: Window) -> Page:
        """The visible pictures within the window, the newest first."""
        values: dict[str, Any] = {}
        shape = parametrise(where, values)
        rows = await self.visible_rows(_page, fields, shape, window.shape, **values, **window.parameters)
        return window.page(rows)

    async def total(self, where: Filter) -> int:
        """How many match, seen or not."""
        values: dict[str, Any] = {}
        return int(await self.connection.value(_total, parametrise(where, values), **values))

    async def by_key(self, fields: Fields, key: str) -> Row | None:
        """The visible picture that is kept under this key."""
        rows = await self.visible_rows(_by_key, fields, key=key)
        return rows[0] if rows else None

    async def uses(self, image_id: str) -> int:
        """How many designs, deleted ones too, and users show it."""
        return int(await self.connection.value(_uses, id=image_id))

    async def keys_after(self, key: str, number: int) -> list[str]:
        """So many keys behind this one, in their order."""
        return [row.key for row in await self.connection.all(_keys_after, number, key=key)]

    async def keys_among(self, keys: Sequence[str]) -> set[str]:
        """Those of these keys under which a picture is kept."""
        return {row.key for row in await self.connection.all(_keys_among, keys=list(keys))}

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


def _page(sight: Sight, fields: Fields, where: Filter, shape: WindowShape) -> Executable:
    sorts = [Sort(TABLE.c[name], descending=True, nullable=False) for name in ("created_at", "id")]
    chosen = Images.chosen(sight, fields | {"created_at"}).where(express(where, CONDITIONS))
    return windowed(chosen, sorts, shape)


def _total(where: Filter) -> Executable:
    return select(func.count()).select_from(TABLE).where(express(where, CONDITIONS))


def _by_key(sight: Sight, fields: Fields) -> Executable:
    return Images.chosen(sight, fields).where(TABLE.c.key == _given_key())


def _uses() -> Executable:
    image = bindparam("id", type_=TABLE.c.id.type)
    hanging, covers, faces = (select(shows).where(pointer == image) for shows, pointer in SHOWING)
    once = hanging.union(covers).subquery()  # the cover of a design hangs on it too
    return select(func.count()).select_from(union_all(select(once), faces).subquery())


def _keys_after(number: int) -> Executable:
    return select(TABLE.c.key).where(TABLE.c.key > _given_key()).order_by(TABLE.c.key).limit(number)


def _keys_among() -> Executable:
    return select(TABLE.c.key).where(Among(TABLE.c.key, "keys"))


def _given_key() -> ColumnElement[Any]:
    return bindparam("key", type_=TABLE.c.key.type)


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


def _shown(test: Test) -> ColumnElement[bool]:
    """Whether anything shows it."""
    shown = or_(*(exists().where(pointer == TABLE.c.id) for _, pointer in SHOWING))
    return not_(shown) if test.operator == "is_null" else shown


CONDITIONS: dict[str, Any] = {"purpose": TABLE.c.purpose, "status": TABLE.c.status, "shown": _shown}
