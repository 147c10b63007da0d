"""The category tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.filters import Filter, Test
from db.paging import Page, Window
from db.sources import Fields
from engine.selection import within_a_list
from engine.strawberry_types import core_info
from graph.context import Context, Info
from graph.cursors import identity
from graph.declaring import argument, attribute, computed, input_field, input_type, object_type
from graph.design_facets import DesignConnection
from graph.design_lists import CategoryDesigns, DesignListing, DesignOrder, DesignWhere, design_listing
from graph.filters import conditions, searched
from graph.item_facets import ItemConnection
from graph.item_lists import CategoryItems, InOrder, ItemListing, WhichItems, item_listing
from graph.node import FETCH, Node, by_id_or_slug
from graph.paging import connection
from graph.pricing import BRANCHES, LONG_TEXT
from graph.selecting import row_fields
from graph.specifications import Specification, of_categories
from rules.access import Permission
from rules.global_ids import row_id


@object_type(Permission.ANYONE)
class Category(Node):
    """A branch of the catalogue's tree."""

    slug: str = attribute("The name in URLs; unique.")
    name: str = attribute("The name that visitors read.")
    description: str | None = attribute("What is found in this branch.", weight=LONG_TEXT)
    parent: "Category | None" = attribute("The branch above; null at the root.", joined=True)
    position: int = attribute("Its place among its siblings; the smallest comes first.")
    version: int = attribute("Grows by one with every change; send it as `expectedVersion`.")
    created_at: datetime = attribute("When it was made.")
    updated_at: datetime = attribute("When it was last changed.")

    @computed("id")
    async def ancestors(self, info: Info) -> "list[Category]":
        """The branches above, from the root down to the parent."""
        found: list[Category] = await info.context.batched(_ancestors, row_fields(info), key=self.id)
        return found

    @computed("id", size=BRANCHES)
    async def children(self, info: Info) -> "list[Category]":
        """The branches right below, by position, then name."""
        found: list[Category] = await info.context.batched(_children, row_fields(info), key=self.id)
        return found

    @computed("id")
    async def specifications(self, info: Info) -> list[Specification]:
        """What is worth knowing about its items: inherited ones first, from the root down, each by position."""
        found: list[Specification] = await info.context.batched(of_categories, row_fields(info), key=self.id)
        return found

    @connection(DesignConnection, "id")
    async def designs(
        self,
        info: Info,
        where: Annotated[DesignWhere | None, argument("Only designs that match.")] = strawberry.UNSET,
        order_by: Annotated[
            list[DesignOrder] | None, argument("In which order; the newest first when left out.")
        ] = strawberry.UNSET,
    ) -> DesignListing:
        """The designs in this branch; with `includeDescendants` also those of the branches below."""
        whole = design_listing(info, where, order_by)
        listing = CategoryDesigns(whole.designs, whole.begun, whole.sight, str(self.id))
        return listing if within_a_list(core_info(info)) else listing.alone()

    @connection(ItemConnection, "id")
    async def items(
        self,
        info: Info,
        where: WhichItems = strawberry.UNSET,
        order_by: InOrder = strawberry.UNSET,
    ) -> ItemListing:
        """The items in this branch; with `includeDescendants` also those of the branches below."""
        category, alone = str(self.id), not within_a_list(core_info(info))
        whole = await item_listing(info, where, order_by, category if alone else None)
        listing = CategoryItems(whole.items, whole.sight, whole.key, category)
        return listing.alone() if alone else listing


@input_type(one_of=True)
class CategoryBy:
    """Names one category."""

    id: strawberry.ID | None = input_field("By its id.")
    slug: str | None = input_field("By its slug.")


@input_type()
class CategoryWhere:
    """Which categories; all conditions that are given must hold."""

    parent: CategoryBy | None = input_field("Right below this one.")
    root: bool | None = input_field("true: without a parent. false: with one.")
    search: str | None = input_field("Whose name and description hold all of these words.")


@dataclass(frozen=True)
class _Categories:
    where: Filter

    @property
    def identity(self) -> bytes:
        return identity("categories", self.where)

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        return await context.read().categories.page(fields, self.where, window)

    async def total(self, context: Context) -> int:
        return await context.read().categories.total(self.where)

    def values(self, row: Row) -> tuple[Any, ...]:
        return row.position, row.name_folded, row.id

    def position(self, values: list[Any]) -> tuple[Any, ...]:
        return tuple(values)


async def categories(
    info: Info,  # noqa: ARG001  (Strawberry's signature for connections)
    where: Annotated[CategoryWhere | None, argument("Only categories that match.")] = strawberry.UNSET,
) -> _Categories:
    """The categories of the catalogue, by position, then name."""
    return _Categories(conditions(where, _tests))


async def category(info: Info, by: Annotated[CategoryBy, argument("Which one.")]) -> Category | None:
    """One category; null when there is none."""
    found: Category | None = await by_id_or_slug(info, "Category", info.context.read().categories, by)
    return found


def _tests(name: str, value: Any, _where: CategoryWhere) -> Iterator[Filter]:
    if name == "root":
        yield Test("parent", "is_null" if value else "not_null")
    elif name == "search":
        yield from (Test("search_text", "contains", word) for word in searched(value))
    elif value.slug:
        yield Test("parent_slug", "eq", value.slug)
    else:
        yield Test("parent", "eq", row_id("Category", value.id or ""))


async def _ancestors(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().categories.ancestors(fields, ids)


async def _children(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().categories.children(fields, ids)


FETCH["Category"] = lambda context, fields, ids: context.read().categories.by_ids(fields, ids)
