"""Pictures."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    union,
)

from db.among import Among
from db.filters import Filter, Test, express, parametrise
from db.models import Base
from db.paging import Page, Sort, Window, WindowShape, windowed
from db.repositories.designs import Designs
from db.repositories.items import Items
from db.repositories.repository import Repository
from db.repositories.services import Services
from db.scope import Sight, the_viewer
from db.sources import IMAGES, STUDIOS, USERS, Fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.connection import Row

TABLE = IMAGES.table


class Wall(Enum):
    """What pictures hang on in an order: each kind of thing has a table of its own for that."""

    DESIGN = Designs
    SERVICE = Services
    ITEM = Items

    @property
    def things(self) -> Table:
        """The table of what they hang on."""
        table: Table = self.value.source.table
        return table

    @property
    def hangings(self) -> Table:
        """The table that says what hangs where."""
        return Base.metadata.tables[f"{self.name.lower()}_images"]

    @property
    def thing_id(self) -> ColumnElement[Any]:
        """The column of that table which names what a picture hangs on."""
        return self.hangings.c[f"{self.name.lower()}_id"]


SHOWING = (
    *((wall.thing_id, wall.hangings.c.image_id) for wall in Wall),
    *((wall.things.c.id, wall.things.c.cover_image_id) for wall in Wall if "cover_image_id" in wall.things.c),
    (USERS.table.c.id, USERS.table.c.avatar_id),
    (STUDIOS.table.c.id, STUDIOS.table.c.logo_id),
)
"""What shows pictures: the column that names it, and the one that points to the picture."""


class Images(Repository):
    """Pictures: seen where they hang on something that is seen, by who uploaded them, and by staff."""

    source = IMAGES

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """On something visible, the studio's logo, somebody's avatar, or one's own."""
        if sight is Sight.STAFF:
            return None
        on_walls = (_hangs_in_sight(wall, sight) for wall in Wall)
        pointers = (USERS.table.c.avatar_id, STUDIOS.table.c.logo_id)
        own = (TABLE.c.uploaded_by_id == the_viewer(),) if sight is Sight.MEMBER else ()
        return or_(*on_walls, *(exists().where(pointer == TABLE.c.id) for pointer in pointers), *own)

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
        """How many things show it: designs and items, deleted ones too, services, users, the studio."""
        return int(await self.connection.value(_uses, id=image_id))

    async def keys_after(self, key: str, number: int) -> list[str]:
        """So many keys behind this one, in their order."""
        return [row.key for row in await self.connection.all(_keys_after, number, key=key)]

    async def keys_among(self, keys: Sequence[str]) -> set[str]:
        """Those of these keys under which a picture is kept."""
        return {row.key for row in await self.connection.all(_keys_among, keys=list(keys))}

    async def of_designs(self, fields: Fields, designs: Sequence[str]) -> dict[str, list[Row]]:
        """The pictures of each of these designs, in their order, by the design's id."""
        return await self._on(Wall.DESIGN, fields, designs)

    async def of_services(self, fields: Fields, services: Sequence[str]) -> dict[str, list[Row]]:
        """The pictures of each of these services, in their order, by the service's id."""
        return await self._on(Wall.SERVICE, fields, services)

    async def of_items(self, fields: Fields, items: Sequence[str]) -> dict[str, list[Row]]:
        """The photos of each of these items, in their order, by the item's id."""
        return await self._on(Wall.ITEM, fields, items)

    async def hang(self, rows: Sequence[Mapping[str, Any]], on: Wall = Wall.DESIGN) -> None:
        """Put pictures on things: rows of `design_images`, `service_images` or `item_images`."""
        await self.connection.each(_hang, on, rows=rows)

    async def unhang(self, thing: str, on: Wall = Wall.DESIGN) -> None:
        """Take all pictures off something."""
        await self.connection.run(_unhang, on, thing=thing)

    async def hanging_on(self, thing: str, on: Wall = Wall.DESIGN) -> list[str]:
        """The ids of something's pictures, in their order."""
        return [row.image_id for row in await self.connection.all(_hanging_on, on, thing=thing)]

    async def purposes(self, ids: Sequence[str]) -> dict[str, str]:
        """What these were uploaded for, as far as they are seen, by id; they stay until the transaction ends."""
        return {row.id: row.purpose for row in await self.visible_rows(_purposes, ids=list(ids))}

    async def _on(self, wall: Wall, fields: Fields, things: Sequence[str]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {thing: [] for thing in things}
        for row in await self.connection.all(_on, wall, fields, things=list(things)):
            found[row.thing_id].append(row)
        return found


def _page(sight: Sight, fields: Fields, where: Filter, shape: WindowShape) -> Executable:
    sorts = [Sort(TABLE.c[name], descending=True, nullable=False) for name in ("created_at", "id")]
    chosen = Images.chosen(sight, fields | {"created_at"}).where(express(where, CONDITIONS))
    return windowed(chosen, sorts, shape)


def _total(where: Filter) -> Executable:
    return select(func.count()).select_from(TABLE).where(express(where, CONDITIONS))


def _by_key(sight: Sight, fields: Fields) -> Executable:
    return Images.chosen(sight, fields).where(TABLE.c.key == _given_key())


def _hangs_in_sight(wall: Wall, sight: Sight) -> ColumnElement[bool]:
    hanging = select(wall.hangings.c.id).join(wall.things, wall.things.c.id == wall.thing_id)
    return exists(hanging).where(wall.hangings.c.image_id == TABLE.c.id, wall.value.visible(sight))


def _uses() -> Executable:
    """Each thing counts once, whichever ways it shows the picture: no two have the same id."""
    image = bindparam("id", type_=TABLE.c.id.type)
    return select(func.count()).select_from(
        union(*(select(thing).where(at == image) for thing, at in SHOWING)).subquery()
    )


def _keys_after(number: int) -> Executable:
    return select(TABLE.c.key).where(TABLE.c.key > _given_key()).order_by(TABLE.c.key).limit(number)


def _keys_among() -> Executable:
    return select(TABLE.c.key).where(Among(TABLE.c.key, "keys"))


def _given_key() -> ColumnElement[Any]:
    return bindparam("key", type_=TABLE.c.key.type)


def _hang(wall: Wall) -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in wall.hangings.c}
    return insert(wall.hangings).values(row).inline()


def _unhang(wall: Wall) -> Executable:
    return delete(wall.hangings).where(_on_the_thing(wall))


def _hanging_on(wall: Wall) -> Executable:
    return select(wall.hangings.c.image_id).where(_on_the_thing(wall)).order_by(wall.hangings.c.position)


def _on_the_thing(wall: Wall) -> ColumnElement[bool]:
    return wall.thing_id == bindparam("thing", type_=wall.thing_id.type)


def _purposes(sight: Sight) -> Executable:
    chosen = Images.chosen(sight, frozenset({"purpose"})).where(Among(TABLE.c.id, "ids")).order_by(TABLE.c.id)
    return chosen.with_for_update(read=True, key_share=True, of=TABLE)


def _on(wall: Wall, fields: Fields) -> Executable:
    chosen = IMAGES.select(fields).add_columns(wall.thing_id.label("thing_id"))
    hanging = chosen.where(wall.hangings.c.image_id == TABLE.c.id, Among(wall.thing_id, "things"))
    return hanging.order_by(wall.thing_id, wall.hangings.c.position)


def _shown(test: Test) -> ColumnElement[bool]:
    """Whether anything shows it."""
    shown = or_(*(exists().where(pointer == TABLE.c.id) for _, pointer in SHOWING))
    return not_(shown) if test.operator == "is_null" else shown


CONDITIONS: dict[str, Any] = {"purpose": TABLE.c.purpose, "status": TABLE.c.status, "shown": _shown}
