"""Lists of items: which ones, and in which order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.filters import Every, Test
from db.item_orders import ItemList, ValueOrder
from db.paging import Page, Window
from db.repositories.categories import Reach
from db.scope import Sight
from db.sources import Fields
from graph.context import Context, Info
from graph.cursors import identity, instant
from graph.declaring import argument
from graph.item_filters import (
    ItemWhere,
    in_category,
    item_condition,
    specification_keys,
    tells_of_deleted,
    without_editions,
)
from graph.item_orders import ItemOrder, column_order, specification_key, value_order
from graph.specification_filters import definitions_of, usable
from rules.text import terms

WhichItems = Annotated[ItemWhere | None, argument("Only items that match.")]
InOrder = Annotated[
    list[ItemOrder] | None,
    argument("In which order; when left out, of a search what matches best first, else the newest first."),
]
FROM_TEXT: dict[str, Callable[[str], Any]] = {"created_at": instant, "price_amount": Decimal}
"""How the values that JSON has no form for come out of a cursor."""


@dataclass(frozen=True)
class ItemListing:
    """Items as a list that can be paged."""

    items: ItemList
    sight: Sight
    key: str | None
    """That of the specification that they are ordered by."""

    @property
    def identity(self) -> bytes:
        """Its conditions, its order, and how much is seen of it."""
        lasting = replace(self.items, where=without_editions(self.items.where), by=None)
        by = self.items.by and replace(self.items.by, editions=Every())
        return identity("items", lasting, self.key, by, self.sight is Sight.STAFF)

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        """The rows within the window."""
        return await context.read().item_lists.page(fields, self.items, window)

    async def total(self, context: Context) -> int:
        """How many items there are."""
        return await context.read().item_lists.total(self.items)

    def values(self, row: Row) -> tuple[Any, ...]:
        """What leads the order, its columns, and the id; amounts as texts, which stay exact."""
        leading = (row.leading,) if self.items.leads else ()
        keys = (getattr(row, key.column) for key in self.items.order)
        return (*leading, *(str(value) if isinstance(value, Decimal) else value for value in keys), row.id)

    def position(self, values: list[Any]) -> tuple[Any, ...]:
        """The same from a cursor."""
        leading = ("leading",) if self.items.leads else ()
        columns = (*leading, *(key.column for key in self.items.order), "id")
        return tuple(
            FROM_TEXT[column](value) if column in FROM_TEXT and value is not None else value
            for column, value in zip(columns, values, strict=True)
        )


@dataclass(frozen=True)
class CategoryItems(ItemListing):
    """The items of one category among several, which are all read at once."""

    category: str

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        """The rows within the window."""
        page: Page = await context.batched(_pages, fields, self.items, window, key=self.category)
        return page

    async def total(self, context: Context) -> int:
        """How many items there are."""
        total: int = await context.batched(_totals, self.items, key=self.category)
        return total

    @property
    def identity(self) -> bytes:
        """Its category, its conditions and its order."""
        return self.alone().identity

    def alone(self) -> ItemListing:
        """The same items as a list of its own."""
        inside = Test("branch", "eq" if self.items.reach is Reach.ITSELF else "within", self.category)
        return ItemListing(replace(self.items, where=Every((self.items.where, inside))), self.sight, self.key)


async def items(
    info: Info,
    where: WhichItems = strawberry.UNSET,
    order_by: InOrder = strawberry.UNSET,
) -> ItemListing:
    """The items of all collections, as far as the viewer may see them."""
    return await item_listing(info, where, order_by)


async def item_listing(
    info: Info, where: ItemWhere | None, order_by: Sequence[ItemOrder] | None, category: str | None = None
) -> ItemListing:
    """The list that these arguments ask for; `category` is the only one whose items it will be narrowed to."""
    key = specification_key(order_by)
    known = await definitions_of(info.context, [*specification_keys(where), *filter(None, (key,))])
    condition = item_condition(where, known)
    sight = info.context.scope.sight
    if sight is not Sight.PUBLIC and not tells_of_deleted(where):
        condition = Every((condition, Test("deleted_at", "is_null")))
    by = None
    if key and order_by:
        by = await _by_value(info.context, order_by[0], usable(key, known), _place(where, category))
    words = terms(where.search) if where and where.search and not order_by else ()
    reach = Reach.BRANCH if where and where.include_descendants else Reach.ITSELF
    return ItemListing(ItemList(condition, column_order(order_by), by, words, reach), sight, key)


async def own_items(info: Info, where: ItemWhere | None, user_id: str) -> ItemListing:
    """What somebody has, whoever may see it."""
    whole = await item_listing(info, where, None)
    own = Every((whole.items.where, Test("owner", "eq", user_id)))
    return replace(whole, items=replace(whole.items, where=own))


async def _by_value(context: Context, wanted: ItemOrder, rows: Sequence[Row], place: Test | None) -> ValueOrder:
    """By a specification; of several with its key by those only that items in this place have."""
    if len(rows) > 1 and place:
        around = await context.read().item_lists.around(place)
        rows = [row for row in rows if row.category_id in around] or rows[:1]  # any: no item there has a value
    return value_order(wanted, rows)


def _place(where: ItemWhere | None, category: str | None) -> Test | None:
    """The category, or the branch, that all items of a list are in."""
    if category:
        return Test("category", "within" if where and where.include_descendants else "eq", category)
    return in_category(where.category, where) if where and where.category else None


async def _pages(
    context: Context, fields: Fields, wanted: ItemList, window: Window, categories: list[str]
) -> Mapping[str, Page]:
    return await context.read().item_lists.page_for_each(fields, wanted, window, categories)


async def _totals(context: Context, wanted: ItemList, categories: list[str]) -> Mapping[str, int]:
    return await context.read().item_lists.total_for_each(wanted, categories)
