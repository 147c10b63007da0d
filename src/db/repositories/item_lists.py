"""Collections: one page of items, or one page for each of several categories."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Select, bindparam, func, null, select, union

from db.filters import Every, Indexed, Not, Test, express, parametrise
from db.item_conditions import CONDITIONS, COUNTED, VALUES, index_conditions, index_suffices, index_visible
from db.item_orders import ItemList, ValueOrder, rank, sorts
from db.narrowing import narrowed
from db.paging import Page, Window, WindowShape, order_by, windowed, windowed_each
from db.repositories.categories import in_categories, subtree, with_slug
from db.repositories.items import Items
from db.repositories.repository import Repository
from db.sources import CATEGORIES, ITEMS, Fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, FromClause

    from db.connection import Build, Row
    from db.scope import Sight

TABLE = ITEMS.table
CATEGORY = CATEGORIES.table


class ItemLists(Repository):
    """Items in pages, as far as they are seen."""

    source = ITEMS

    async def page(self, fields: Fields, wanted: ItemList, window: Window) -> Page:
        """The visible items within the window; those without the value that they are ordered by come last."""
        listed = replace(wanted, where=await narrowed(self.connection, wanted.where))
        shape, values = listed.parametrised()
        rows: list[Row] = []
        for build, part in _parts(wanted, window):
            if len(rows) <= window.size:
                rows += await self.visible_rows(build, fields, shape, part.shape, **values, **part.parameters)
        return window.page(rows)

    async def page_for_each(
        self, fields: Fields, wanted: ItemList, window: Window, categories: Sequence[str]
    ) -> dict[str, Page]:
        """For each category the first (or last) items in it, by the category's id; one statement for all."""
        shape, values = wanted.parametrised()
        rows = await self.visible_rows(
            _page_for_each, fields, shape, window.shape, categories=list(categories), **values
        )
        found: dict[str, list[Row]] = {category: [] for category in categories}
        for row in rows:
            found[row.within].append(row)
        return {category: window.page(several) for category, several in found.items()}

    async def total(self, wanted: ItemList) -> int:
        """How many visible items there are."""
        shape, values = _in_any_order(wanted).parametrised()
        return int((await self.visible_rows(_total, shape, **values))[0].total)

    async def total_for_each(self, wanted: ItemList, categories: Sequence[str]) -> dict[str, int]:
        """How many visible items each category has, by its id."""
        shape, values = _in_any_order(wanted).parametrised()
        rows = await self.visible_rows(_total_for_each, shape, categories=list(categories), **values)
        return dict.fromkeys(categories, 0) | {row.within: row.total for row in rows}

    async def around(self, place: Test) -> set[str]:
        """The ids of a category and of all above it; where `place` is a branch, also of all below it."""
        values: dict[str, Any] = {}
        return {row.id for row in await self.connection.all(_around, parametrise(place, values), **values)}


def _in_any_order(wanted: ItemList) -> ItemList:
    """The same items as one statement counts them, whatever their order."""
    return ItemList(wanted.where, reach=wanted.reach)


def _parts(wanted: ItemList, window: Window) -> Iterator[tuple[Build, Window]]:
    """What a window is read with: those that have the value that is ordered by, then those that have none."""
    if not wanted.by:
        yield _page, window
        return
    after, before = window.after, window.before
    after_value, before_value = after and after[0] is not None, before and before[0] is not None
    parts: list[tuple[Build, Window]] = []
    if after_value or not after:
        parts.append((_page_with_value, replace(window, before=before if before_value else None)))
    if not before_value:
        rest = replace(window, after=after[1:] if after and not after_value else None)
        parts.append((_page_without_value, replace(rest, before=before[1:] if before else None)))
    yield from reversed(parts) if window.backward else parts


def _page(sight: Sight, fields: Fields, wanted: ItemList, window: WindowShape) -> Executable:
    leading = rank(wanted.words)
    return windowed(_chosen(sight, fields, wanted, leading), sorts(wanted, leading), window)


def _page_with_value(sight: Sight, fields: Fields, wanted: ItemList, window: WindowShape) -> Executable:
    """The page is found in the index, row after row in its own order; only then are its items read."""
    values, by = VALUES.alias(), _by(wanted)
    leading = by.leading(values)
    found = _in_index(sight, wanted, values).where(by.rows(values))
    found = found.add_columns(leading.label("leading"), values.c.item)
    page = windowed(found, sorts(wanted, leading, values.c.item), window).subquery()
    rows = ITEMS.select(fields | {key.column for key in wanted.order}).add_columns(page.c.leading)
    ordered = order_by(sorts(wanted, page.c.leading, page.c.item), backward=window.backward)
    visible = Items.visible(sight)
    seen = rows if visible is None else rows.where(visible)
    return seen.where(TABLE.c.number == page.c.item).order_by(*ordered)


def _page_without_value(sight: Sight, fields: Fields, wanted: ItemList, window: WindowShape) -> Executable:
    """Whether an item has a value is looked up first: most have one."""
    without = Every((Not(Indexed(_by(wanted).editions)), wanted.where))
    return windowed(_chosen(sight, fields, replace(wanted, where=without), null()), sorts(wanted), window)


def _page_for_each(sight: Sight, fields: Fields, wanted: ItemList, window: WindowShape) -> Executable:
    leading = wanted.by.of_item() if wanted.by else rank(wanted.words)
    statement, within = in_categories(_chosen(sight, fields, wanted, leading), TABLE.c.category_id, wanted.reach)
    ordered = [replace(sort, nullable=sort.nullable or sort.column is leading) for sort in sorts(wanted, leading)]
    return windowed_each(statement, within, ordered, window)


def _total(sight: Sight, wanted: ItemList) -> Select[Any]:
    counted = select(func.count().label("total")).select_from(TABLE).where(express(wanted.where, COUNTED))
    visible = Items.visible(sight)
    return counted if visible is None else counted.where(visible)


def _total_for_each(sight: Sight, wanted: ItemList) -> Executable:
    statement, within = in_categories(_total(sight, wanted), TABLE.c.category_id, wanted.reach)
    return statement.add_columns(within.label("within")).group_by(within)


def _around(place: Test) -> Executable:
    by_id = bindparam(place.value, type_=CATEGORY.c.id.type)
    start = with_slug(place.value) if place.field == "category_slug" else by_id
    way = select(CATEGORY.c.id, CATEGORY.c.parent_id).where(CATEGORY.c.id == start).cte(recursive=True)
    parent = CATEGORY.alias()
    above = way.union_all(select(parent.c.id, parent.c.parent_id).where(parent.c.id == way.c.parent_id))
    return union(select(above.c.id), subtree(start)) if place.operator == "within" else select(above.c.id)


def _chosen(sight: Sight, fields: Fields, wanted: ItemList, leading: ColumnElement[Any] | None) -> Select[Any]:
    """The fields, and what cursors are made of: what leads, and the columns of the order."""
    needed = fields | {key.column for key in wanted.order}
    chosen = Items.chosen(sight, needed).where(express(wanted.where, CONDITIONS))
    return chosen if leading is None else chosen.add_columns(leading.label("leading"))


def _in_index(sight: Sight, wanted: ItemList, values: FromClause) -> Select[Any]:
    """Rows of the index of visible items; together with these only where they must be asked, too."""
    visible = index_visible(values, sight)
    rows = select() if visible is None else select().where(visible)
    if index_suffices(wanted.where) and not wanted.order:
        return rows.select_from(values).where(express(wanted.where, index_conditions(values)))
    joined = rows.select_from(values.join(TABLE, TABLE.c.number == values.c.item))
    return joined.where(express(wanted.where, CONDITIONS))


def _by(wanted: ItemList) -> ValueOrder:
    if wanted.by is None:
        raise ValueError("This list is not ordered by a value.")
    return wanted.by
