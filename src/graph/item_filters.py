"""Which items a list holds."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from db.filters import About, Either, Every, Filter, Indexed, Not, Test
from db.search import search_filter
from graph.declaring import input_field, input_type
from graph.filters import MAX_DEPTH, DateTimeFilter, conditions, searched, tests
from graph.items import ItemCondition, Visibility
from graph.specification_filters import Known, SpecificationFilter, require_few_texts, specification_condition
from rules.global_ids import row_id

if TYPE_CHECKING:
    from graph.categories import CategoryBy


@input_type()
class ItemWhere:
    """Which items; all conditions that are given must hold."""

    and_: "list[ItemWhere] | None" = input_field("All of these; of none: true.", name="and")
    or_: "list[ItemWhere] | None" = input_field("At least one of these; of none: false.", name="or")
    not_: "ItemWhere | None" = input_field("Not this; what is missing matches what is negated.", name="not")
    category: Annotated["CategoryBy", strawberry.lazy("graph.categories")] | None = input_field("In this category.")
    include_descendants: bool | None = input_field("With `category`: also in the branches below it.")
    deleted: bool | None = input_field(
        "true: only deleted ones, as far as the viewer may see them; where it is left out everywhere, none of them."
    )
    owner_id: strawberry.ID | None = input_field("In this member's collection.")
    condition: list[ItemCondition] | None = input_field("In one of these states.")
    visibility: list[Visibility] | None = input_field("Shown to one of these, as far as the viewer may see them.")
    specification: SpecificationFilter | None = input_field("By what is worth knowing about it; several under `and`.")
    search: str | None = input_field(
        "All of these words are somewhere in its texts; any script, from one character on, whatever the case."
    )
    created_at: DateTimeFilter | None = input_field("By when it was entered.")


def item_condition(where: ItemWhere | None, known: Known) -> Filter:
    """The input as one condition; `known` are the specifications that it names (`specification_keys`)."""
    require_few_texts(part.specification for part in _within(where) if part.specification)
    return conditions(where, lambda name, value, part: _tests(name, value, part, known))


def specification_keys(where: ItemWhere | None) -> list[str]:
    """The keys of the specifications that are filtered by."""
    return [part.specification.key for part in _within(where) if part.specification]


def tells_of_deleted(where: ItemWhere | None) -> bool:
    """Whether a condition on what is deleted is given anywhere within."""
    return any(isinstance(part.deleted, bool) for part in _within(where))


def in_category(by: "CategoryBy", where: ItemWhere) -> Test:
    """In this category, with its branches where `where` has it so."""
    field, wanted = ("category_slug", by.slug) if by.slug else ("category", row_id("Category", by.id or ""))
    return Test(field, "within" if where.include_descendants else "eq", wanted)


def without_editions(where: Filter) -> Filter:
    """The condition whatever edition of the index it is asked of: a list goes on when the index was built anew."""
    if isinstance(where, Every | Either):
        return type(where)(tuple(map(without_editions, where.parts)))
    if isinstance(where, Not | About | Indexed):
        return replace(where, part=without_editions(where.part))
    return Every() if where.field == "edition" else where


def _within(where: ItemWhere | None, depth: int = 1) -> Iterator[ItemWhere]:
    """An input and all that are nested in it, as deep as they may be."""
    if where and depth <= MAX_DEPTH:
        yield where
        for part in (*(where.and_ or ()), *(where.or_ or ()), where.not_):
            yield from _within(part or None, depth + 1)


def _tests(name: str, value: Any, where: ItemWhere, known: Known) -> Iterator[Filter]:
    if name == "category":
        yield About("category", in_category(value, where))
    elif name == "deleted":
        yield Test("deleted_at", "not_null" if value else "is_null")
    elif name == "owner_id":
        yield Test("owner", "eq", row_id("User", value))
    elif name in ("condition", "visibility"):
        yield About(name, Test(name, "in", tuple(one.value for one in value)))
    elif name == "specification":
        yield specification_condition(value, known)
    elif name == "search":
        yield search_filter(searched(value))
    elif name != "include_descendants":
        yield from tests(name, value)
