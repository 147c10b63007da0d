"""What is worth knowing about items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, bindparam, func, literal, literal_column, select, union

from db.among import Among
from db.repositories.categories import Categories, subtree
from db.repositories.repository import Repository
from db.sources import CATEGORIES, SPECIFICATION_EDITIONS, SPECIFICATIONS, Fields
from rules.specifications import COLUMNS, Definition, definition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import CTE, ColumnElement

    from db.connection import Row
    from db.scope import Sight

TABLE = SPECIFICATIONS.table
EDITIONS = SPECIFICATION_EDITIONS.table
DEFINITION: Fields = frozenset(COLUMNS) | {"version", "edition_id", "next_edition_id"}


class Specifications(Repository):
    """Definitions; everybody sees them all."""

    source = SPECIFICATIONS

    async def by_ids(self, fields: Fields, ids: Sequence[str]) -> dict[str, Row]:
        """Those with these ids, by id, as their own categories have them."""
        found = await super().by_ids(fields, ids)
        return {one: _uninherited(row) for one, row in found.items()} if _tells_of_heritage(fields) else found

    async def of_categories(self, fields: Fields, categories: Sequence[str]) -> dict[str, list[Row]]:
        """Those that each category has, inherited ones first, in order; `below` is the category itself."""
        rows = await self.visible_rows(_of_categories, fields, categories=list(categories))
        if _tells_of_heritage(fields):
            rows = [_uninherited(row) if row.category_id == row.below else row for row in rows]
        return _nearest(categories, rows)

    async def kept(self, categories: Sequence[str]) -> dict[str, list[Row]]:
        """The same, whole; neither they nor the tree change until the transaction ends."""
        await Categories(self.connection, self.scope).keep_tree()
        return _nearest(categories, await self.connection.all(_kept, categories=list(categories)))

    async def indexed(self, keys: Sequence[str]) -> list[Row]:
        """Those with these keys that can be filtered by, with the definition that their index was made under.

        Rows of `id`, `category_id`, `key`, `label`, `options`, `edition_id`, `edition` (its number)
        and `definition`.
        """
        return await self.connection.all(_indexed, keys=list(keys))

    async def has_key(self, category_id: str, key: str) -> bool:
        """Whether this category, or one above or below it, has one with this key."""
        return (
            await self.connection.first(_with_key, category=category_id, categories=[category_id], key=key) is not None
        )

    async def own(self, category_id: str) -> Row:
        """How many a category has of its own (`number`), and where the last of them stands (`last`; None: nowhere)."""
        return await self.connection.first(_own, id=category_id)


def definitions(rows: Sequence[Row]) -> tuple[Definition, ...]:
    """Whole rows as rules know them."""
    return tuple(definition(row._asdict()) for row in rows)


def _tells_of_heritage(fields: Fields) -> bool:
    return any(name.startswith("inherited_from.") for name in fields)


def _uninherited(row: Row) -> Row:
    """The row of a category's own specification."""
    return row._replace(inherited_from=None)


def _nearest(categories: Sequence[str], rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows by category; of those with the same key the nearest."""
    found: dict[str, dict[str, Row]] = {category: {} for category in categories}
    for row in rows:
        found[row.below].pop(row.key, None)
        found[row.below][row.key] = row
    return {category: list(nearest.values()) for category, nearest in found.items()}


def _of_categories(sight: Sight, fields: Fields) -> Executable:
    way = _way()
    needed = fields | {"category_id", "key"}
    chosen = Specifications.chosen(sight, needed).add_columns(way.c.below.label("below"))
    return chosen.where(TABLE.c.category_id == way.c.id).order_by(*_in_order(way))


def _kept() -> Executable:
    way = _way()
    chosen = SPECIFICATIONS.select(DEFINITION).add_columns(way.c.below.label("below"))
    placed = chosen.where(TABLE.c.category_id == way.c.id).order_by(*_in_order(way))
    return placed.with_for_update(read=True, of=TABLE)


def _in_order(way: CTE) -> tuple[ColumnElement[Any], ...]:
    return way.c.below, way.c.height.desc(), TABLE.c.position, TABLE.c.key, TABLE.c.id


def _way() -> CTE:
    """Pairs (below, id) of each category of the parameter `categories` and all above it, with the steps between."""
    categories = CATEGORIES.table
    start = select(categories.c.id.label("below"), categories.c.id, categories.c.parent_id, literal(0).label("height"))
    way = start.where(Among(categories.c.id, "categories")).cte("way", recursive=True)
    parent = categories.alias()
    above = select(way.c.below, parent.c.id, parent.c.parent_id, way.c.height + 1)
    return way.union_all(above.where(parent.c.id == way.c.parent_id))


def _with_key() -> Executable:
    given = bindparam("category", type_=TABLE.c.category_id.type)
    branch = union(select(_way().c.id), subtree(given))
    named = select(TABLE.c.id).where(TABLE.c.key == bindparam("key", type_=TABLE.c.key.type))
    return named.where(TABLE.c.category_id.in_(branch)).limit(literal_column("1"))


def _own() -> Executable:
    numbers = select(func.count().label("number"), func.max(TABLE.c.position).label("last"))
    return numbers.where(TABLE.c.category_id == bindparam("id", type_=TABLE.c.category_id.type))


def _indexed() -> Executable:
    told = (TABLE.c[name] for name in ("id", "category_id", "key", "label", "options", "edition_id"))
    joined = select(*told, EDITIONS.c.number.label("edition"), EDITIONS.c.definition).join(
        EDITIONS, EDITIONS.c.id == TABLE.c.edition_id
    )
    usable = joined.where(Among(TABLE.c.key, "keys"), TABLE.c.archived.is_(False))
    return usable.order_by(TABLE.c.key, TABLE.c.id)
