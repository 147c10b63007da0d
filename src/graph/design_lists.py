"""Lists of designs: which ones, and in which order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from db.connection import Row
from db.design_facets import counted
from db.facets import Count
from db.filters import Every, Filter, Test
from db.paging import Page, Window
from db.repositories.categories import Reach
from db.repositories.designs import NEWEST, DesignList
from db.scope import Sight
from db.search import search_filter
from db.sources import Fields
from graph.context import Context, Info
from graph.cursors import identity, instant
from graph.declaring import enum_type, input_field, input_type
from graph.filters import DateTimeFilter, IntFilter, StringFilter, conditions, given, searched, tests
from graph.ordering import OrderDirection, order_keys
from graph.publication import PublicationStatus
from rules.global_ids import row_id

if TYPE_CHECKING:
    from graph.categories import CategoryBy


@input_type()
class DesignWhere:
    """Which designs; all conditions that are given must hold."""

    and_: "list[DesignWhere] | None" = input_field("All of these; of none: true.", name="and")
    or_: "list[DesignWhere] | None" = input_field("At least one of these; of none: false.", name="or")
    not_: "DesignWhere | None" = input_field(
        "Not this; a text that is missing does not match what is negated.", name="not"
    )
    category: Annotated["CategoryBy", strawberry.lazy("graph.categories")] | None = input_field("In this category.")
    include_descendants: bool | None = input_field("With `category`: also in the branches below it.")
    deleted: bool | None = input_field(
        "true: only deleted ones, as far as the viewer may see them; where it is left out everywhere, none of them."
    )
    title: StringFilter | None = input_field("By the title.")
    style: StringFilter | None = input_field("By the manner.")
    colour: StringFilter | None = input_field("By the main colour.")
    fabric: StringFilter | None = input_field("By what it is made of.")
    occasion: StringFilter | None = input_field("By what it is worn for.")
    season: StringFilter | None = input_field("By when it is worn.")
    designer_name: StringFilter | None = input_field("By who designed it.")
    collection_name: StringFilter | None = input_field("By the collection.")
    featured: bool | None = input_field("Whether the studio shows it first.")
    status: list[PublicationStatus] | None = input_field("One of these, as far as the viewer may see them.")
    like_count: IntFilter | None = input_field("By how many members keep it.")
    created_at: DateTimeFilter | None = input_field("By when it was entered.")
    search: str | None = input_field(
        "All of these words are somewhere in its texts; any script, from one character on, whatever the case."
    )


@enum_type(
    CREATED_AT="When it was entered.",
    PUBLISHED_AT="When it was first published.",
    TITLE="By title, whatever the case, in the order of Unicode.",
    LIKE_COUNT="How many members keep it.",
    VIEW_COUNT="How often it was looked at.",
    TRENDING="What is liked and looked at now.",
)
class DesignOrderField(Enum):
    """What designs can be ordered by."""

    CREATED_AT = "CREATED_AT"
    PUBLISHED_AT = "PUBLISHED_AT"
    TITLE = "TITLE"
    LIKE_COUNT = "LIKE_COUNT"
    VIEW_COUNT = "VIEW_COUNT"
    TRENDING = "TRENDING"


@input_type()
class DesignOrder:
    """One key of an order."""

    field: DesignOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(description="Which end comes first.")


ORDER_COLUMNS = {
    DesignOrderField.CREATED_AT: "created_at",
    DesignOrderField.PUBLISHED_AT: "published_at",
    DesignOrderField.TITLE: "title_folded",
    DesignOrderField.LIKE_COUNT: "like_count",
    DesignOrderField.VIEW_COUNT: "view_count",
    DesignOrderField.TRENDING: "trending_score",
}
INSTANTS = {"created_at", "published_at"}
MOVING = {"like_count", "view_count", "trending_score"}
"""Keys that move: cursors of such an order carry when the list was begun, and what was made later stays out of it."""


@dataclass
class DesignListing:
    """Designs as a list that can be paged."""

    designs: DesignList
    begun: datetime
    sight: Sight

    @property
    def identity(self) -> bytes:
        """Its conditions, its order, and how much is seen of it."""
        return identity("designs", self.designs, self.sight is Sight.STAFF)

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        """The rows within the window."""
        return await context.read().designs.page(fields, self._as_of_its_beginning(), window)

    async def total(self, context: Context) -> int:
        """How many designs there are."""
        return await context.read().designs.total(self.designs)

    async def counts(self, context: Context, field: str) -> list[Count]:
        """How often each value of a field occurs."""
        return await counted(context.read().designs, self.designs, field)

    def values(self, row: Row) -> tuple[Any, ...]:
        """The keys of the order, the id and, where keys move, when the list was begun."""
        keys = tuple(getattr(row, key.column) for key in self.designs.order)
        return (*keys, row.id, self.begun) if self._moves else (*keys, row.id)

    def position(self, values: list[Any]) -> tuple[Any, ...]:
        """The keys and the id; the list goes on as of the moment that the cursor carries."""
        if self._moves:
            self.begun = min(self.begun, instant(values.pop()))
        columns = (*(key.column for key in self.designs.order), "id")
        return tuple(
            instant(value) if column in INSTANTS and value else value
            for column, value in zip(columns, values, strict=True)
        )

    @property
    def _moves(self) -> bool:
        return any(key.column in MOVING for key in self.designs.order)

    def _as_of_its_beginning(self) -> DesignList:
        return replace(self.designs, as_of=self.begun) if self._moves else self.designs


@dataclass
class CategoryDesigns(DesignListing):
    """The designs of one category among several, which are all read at once."""

    category: str

    async def page(self, context: Context, fields: Fields, window: Window) -> Page:
        """The rows within the window."""
        page: Page = await context.batched(_pages, fields, self._as_of_its_beginning(), window, key=self.category)
        return page

    async def total(self, context: Context) -> int:
        """How many designs there are."""
        total: int = await context.batched(_totals, self.designs, key=self.category)
        return total

    @property
    def identity(self) -> bytes:
        """Its category, its conditions and its order."""
        return self.alone().identity

    def alone(self) -> DesignListing:
        """The same designs as a list of its own."""
        inside = Test("branch", "eq" if self.designs.reach is Reach.ITSELF else "within", self.category)
        return DesignListing(replace(self.designs, where=Every((self.designs.where, inside))), self.begun, self.sight)


def design_listing(info: Info, where: DesignWhere | None, order_by: list[DesignOrder] | None) -> DesignListing:
    """The list that these arguments ask for."""
    order = order_keys(order_by, ORDER_COLUMNS) or NEWEST
    reach = Reach.BRANCH if where and where.include_descendants else Reach.ITSELF
    sight = info.context.scope.sight
    condition = conditions(where, _tests)
    if sight is Sight.STAFF and not _says(where, "deleted"):
        condition = Every((condition, Test("deleted_at", "is_null")))
    return DesignListing(DesignList(condition, order, reach=reach), info.context.now, sight)


def _says(where: DesignWhere | None, name: str) -> bool:
    """Whether a condition on a field is given anywhere within."""
    if not where:
        return False
    fields = dict(given(where))
    within = [*fields.get("and_", ()), *fields.get("or_", ()), fields.get("not_")]
    return name in fields or any(_says(part, name) for part in within)


def _tests(name: str, value: Any, where: DesignWhere) -> Iterator[Filter]:
    if name == "category":
        by, wanted = ("category_slug", value.slug) if value.slug else ("category", row_id("Category", value.id or ""))
        yield Test(by, "within" if where.include_descendants else "eq", wanted)
    elif name == "deleted":
        yield Test("deleted_at", "not_null" if value else "is_null")
    elif name == "search":
        yield search_filter(searched(value))
    elif name == "status":
        yield Test("status", "in", tuple(status.value for status in value))
    elif name == "featured":
        yield Test("featured", "eq", value)
    elif name != "include_descendants":
        yield from tests(name, value)


async def _pages(
    context: Context, fields: Fields, wanted: DesignList, window: Window, categories: list[str]
) -> Mapping[str, Page]:
    return await context.read().designs.page_for_each(fields, wanted, window, categories)


async def _totals(context: Context, wanted: DesignList, categories: list[str]) -> Mapping[str, int]:
    return await context.read().designs.total_for_each(wanted, categories)
