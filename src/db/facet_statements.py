"""Statements that count: each groups the rows of a list by what they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Executable,
    Integer,
    Select,
    String,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles

from db.among import Among
from db.sources import CATEGORIES

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler


def by_spelling(matching: Select[Any], known: Select[Any] | None) -> Executable:
    """Counts of texts that are alike when folded, each with the spelling that occurs most.

    `matching` are the list's rows as `value` (folded) and `label` (as it is spelled). Where values are selected
    (parameter `selected`), `known` tells in the same way how those are spelled that the list has none of.
    """
    spelled = _spelled(matching, func.count())
    counted = (spelled if known is None else union_all(spelled, _spelled(known, literal_column("0")))).subquery()
    best = counted.c.count.desc(), CodePoints(counted.c.label)
    placed = select(
        counted.c.value,
        counted.c.label,
        func.sum(counted.c.count).over(partition_by=counted.c.value).label("count"),
        func.row_number().over(partition_by=counted.c.value, order_by=best).label("place"),
    ).subquery()
    told = select(placed.c.value, placed.c.label, placed.c.count).where(placed.c.place == literal_column("1"))
    return first(told, placed.c.count, placed.c.value, None if known is None else Among(placed.c.value, "selected"))


def by_category(rows: Select[Any], *, branches: bool) -> Executable:
    """Counts of the list's rows, given as `category_id`: rows of id, slug (`value`), name (`label`) and count.

    With `branches` a category counts what is in it and below it. The parameters `selected` (ids) and `selected_slugs`
    name those that are told even where the list has nothing in them.
    """
    within = rows.subquery()
    direct = select(within.c.category_id.label("id"), func.count().label("count")).group_by(within.c.category_id).cte()
    counted = _with_what_is_below(direct) if branches else direct
    table = CATEGORIES.table
    selected = or_(Among(table.c.id, "selected"), Among(table.c.slug, "selected_slugs"))
    count = func.coalesce(counted.c.count, literal_column("0"))
    told = select(table.c.id, table.c.slug.label("value"), table.c.name.label("label"), count.label("count"))
    joined = told.select_from(table.outerjoin(counted, counted.c.id == table.c.id))
    return first(joined.where(or_(counted.c.count.is_not(None), selected)), count, table.c.slug, selected)


def by_word(rows: Select[Any]) -> Executable:
    """Counts of the list's rows by `value`, of which there are few."""
    within = rows.subquery()
    return select(within.c.value, func.count().label("count")).group_by(within.c.value)


def first(
    counts: Select[Any], count: ColumnElement[Any], value: ColumnElement[Any], selected: ColumnElement[bool] | None
) -> Select[Any]:
    """The selected ones, then the most frequent ones; as many as the parameter `most` says."""
    leading = () if selected is None else (selected.desc(),)
    return counts.order_by(*leading, count.desc(), value).limit(bindparam("most", type_=Integer))


class CodePoints(ColumnElement[str]):
    """A text as it is ordered by code point, whatever the server's locale."""

    inherit_cache = False
    type = String()

    def __init__(self, column: ColumnElement[str]) -> None:
        self.column = column


@compiles(CodePoints)
def _as_it_is(element: CodePoints, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.column, **options)


@compiles(CodePoints, "postgresql")
def _collated(element: CodePoints, compiler: SQLCompiler, **options: Any) -> str:
    return f'{compiler.process(element.column, **options)} COLLATE "C"'


def _spelled(rows: Select[Any], count: ColumnElement[Any]) -> Select[Any]:
    within = rows.subquery()
    return select(within.c.value, within.c.label, count.label("count")).group_by(within.c.value, within.c.label)


def _with_what_is_below(direct: CTE) -> CTE:
    table = CATEGORIES.table
    way = select(direct.c.id, direct.c.count).cte(recursive=True)
    above = select(table.c.parent_id, way.c.count).where(table.c.id == way.c.id, table.c.parent_id.is_not(None))
    way = way.union_all(above)
    return select(way.c.id, func.sum(way.c.count).label("count")).group_by(way.c.id).cte()
