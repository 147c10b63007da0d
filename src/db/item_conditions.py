"""Conditions on items, asked of the items themselves or of the index by which they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, func, literal_column, or_, select, true

from db.filters import About, Either, Every, Indexed, Not, express
from db.models import IndexedValue
from db.repositories.categories import subtree, with_slug
from db.scope import Sight, the_viewer
from db.search import index_condition
from db.sources import ITEMS, Source
from rules.index_values import LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, FromClause, Select

    from db.filters import Filter, Test

TABLE = ITEMS.table
VALUES = Source(IndexedValue).table


def index_suffices(condition: Filter) -> bool:
    """Whether it can be asked of the index alone, by `index_conditions`."""
    if isinstance(condition, Every | Either):
        return all(map(index_suffices, condition.parts))
    if isinstance(condition, Not | About):
        return index_suffices(condition.part)
    return isinstance(condition, Indexed) or condition.field in ("deleted_at", "number")


def index_conditions(values: FromClause) -> Mapping[str, Any]:
    """For `express`: conditions on the items of rows of the index."""
    deleted = values.c.audience == literal_column("'DELETED'")
    return {
        "number": values.c.item,
        "indexed": lambda condition: has_indexed(values.c.item, condition),
        "deleted_at": lambda test: deleted if test.operator == "not_null" else ~deleted,
    }


def index_visible(values: FromClause, sight: Sight) -> ColumnElement[bool] | None:
    """Which rows of the index belong to items that are seen, as `Items.visible` has it; None: all."""
    if sight is Sight.STAFF:
        return None
    if sight is Sight.PUBLIC:
        return values.c.audience == literal_column("'PUBLIC'")
    hidden = or_(TABLE.c.visibility == literal_column("'PRIVATE'"), TABLE.c.deleted_at.is_not(None))
    own = select(TABLE.c.number).where(TABLE.c.owner_id == the_viewer(), hidden)
    return or_(values.c.audience.in_((literal_column("'PUBLIC'"), literal_column("'MEMBERS'"))), values.c.item.in_(own))


def has_indexed(item: ColumnElement[Any], condition: Indexed) -> ColumnElement[bool]:
    """Whether the item with this number has such a value, which is looked up item by item: best for a page of them.

    Left to itself, PostgreSQL would make a join of it and read all that have one.
    """
    values = VALUES.alias()
    found: Select[Any] = select(literal_column("1")).where(
        values.c.item == item, express(condition.part, index_columns(values))
    )
    return found.suffix_with("OFFSET 0", dialect="postgresql").exists()


def is_indexed(item: ColumnElement[Any], condition: Indexed) -> ColumnElement[bool]:
    """Whether it is one of those that have such a value, which are all read once: best where all are counted.

    IS TRUE, lest a database makes a join of it.
    """
    return item.in_(_having(condition)).is_(true())


def _having(condition: Indexed) -> Select[Any]:
    values = VALUES.alias()
    return select(values.c.item).where(express(condition.part, index_columns(values)))


def index_columns(values: FromClause) -> Mapping[str, ColumnElement[Any]]:
    """For `express`: what an Indexed tests."""
    return {
        "edition": values.c.edition,
        "value": values.c.value,
        "whole": func.coalesce(values.c.text, values.c.value, type_=String()),
        "last_day": func.substr(values.c.value, literal_column(str(LAST_DAY)), type_=String()),
    }


def _category(test: Test) -> ColumnElement[bool]:
    return _in_branch(test, bindparam(test.value, type_=TABLE.c.category_id.type))


def _category_slug(test: Test) -> ColumnElement[bool]:
    return _in_branch(test, with_slug(test.value))


def _in_branch(test: Test, category: ColumnElement[Any]) -> ColumnElement[bool]:
    return TABLE.c.category_id.in_(subtree(category)) if test.operator == "within" else TABLE.c.category_id == category


CONDITIONS: dict[str, Any] = {
    **{name: TABLE.c[name] for name in ("condition", "visibility", "created_at", "deleted_at", "search_text")},
    "number": TABLE.c.number,
    "owner": TABLE.c.owner_id,
    "category": _category,
    "category_slug": _category_slug,
    "branch": _category,
    "search_index": lambda test: index_condition(TABLE.c.id, test),
    "indexed": lambda condition: has_indexed(TABLE.c.number, condition),
}
"""For `express`: conditions on rows of `items`."""
COUNTED: dict[str, Any] = CONDITIONS | {"indexed": lambda condition: is_indexed(TABLE.c.number, condition)}
"""The same, where the whole list is read."""
