"""What is worth knowing about items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, literal, select

from db.among import Among
from db.repositories.repository import Repository
from db.sources import CATEGORIES, SPECIFICATION_EDITIONS, SPECIFICATIONS, Fields
from rules.specifications import Definition, definition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import CTE, ColumnElement

    from db.connection import Row
    from db.scope import Sight

TABLE = SPECIFICATIONS.table
EDITIONS = SPECIFICATION_EDITIONS.table
DEFINITION: Fields = frozenset(Definition.__slots__) | {"version", "edition_id", "next_edition_id"}


class Specifications(Repository):
    """Definitions; everybody sees them all."""

    source = SPECIFICATIONS

    async def of_categories(self, fields: Fields, categories: Sequence[str]) -> dict[str, list[Row]]:
        """Those that each category has, inherited ones first, in order; `below` is the category itself."""
        rows = await self.visible_rows(_of_categories, fields, categories=list(categories))
        return _nearest(categories, rows)

    async def kept(self, categories: Sequence[str]) -> dict[str, list[Row]]:
        """The same, whole; none of them changes until the transaction ends."""
        return _nearest(categories, await self.connection.all(_kept, categories=list(categories)))

    async def indexed(self, keys: Sequence[str]) -> list[Row]:
        """Those with these keys that can be filtered by, with the definition that their index was made under.

        Rows of `id`, `category_id`, `key`, `label`, `options`, `edition_id` and `definition`.
        """
        return await self.connection.all(_indexed, keys=list(keys))


def definitions(rows: Sequence[Row]) -> tuple[Definition, ...]:
    """Whole rows as rules know them."""
    return tuple(definition(row._asdict()) for row in rows)


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


def _indexed() -> Executable:
    told = (TABLE.c[name] for name in ("id", "category_id", "key", "label", "options", "edition_id"))
    joined = select(*told, EDITIONS.c.definition).join(EDITIONS, EDITIONS.c.id == TABLE.c.edition_id)
    usable = joined.where(Among(TABLE.c.key, "keys"), TABLE.c.archived.is_(False))
    return usable.order_by(TABLE.c.key, TABLE.c.id)
