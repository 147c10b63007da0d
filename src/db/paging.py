"""Keyset paging: a page begins after a row's own values, never at an offset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import ColumnElement, and_, bindparam, false, func, literal_column, or_, select, tuple_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Select

    from db.connection import Row

Values: TypeAlias = tuple[Any, ...]
"""Where a cursor stands: a value for each key of the order, then the id."""


@dataclass(frozen=True, slots=True)
class Key:
    """A column to order by."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of an ordered list: `size` rows from its start or, `backward`, from its end, between two cursors."""

    size: int
    backward: bool = False
    after: Values | None = None
    before: Values | None = None

    @property
    def shape(self) -> WindowShape:
        """What of it decides the statement."""
        return WindowShape(self.size, self.backward, _nulls(self.after), _nulls(self.before))

    @property
    def parameters(self) -> dict[str, Any]:
        """The cursors' values under the names that the statement gives them."""
        return {
            f"{name}_{index}": value
            for name, values in (("after", self.after), ("before", self.before))
            for index, value in enumerate(values or ())
        }

    def page(self, rows: list[Row]) -> Page:
        """The page from its rows and one more, which only tells that there are more."""
        more, rows = len(rows) > self.size, rows[: self.size]
        if self.backward:
            return Page(rows[::-1], has_next=self.before is not None, has_previous=more)
        return Page(rows, has_next=more, has_previous=self.after is not None)


@dataclass(frozen=True, slots=True)
class WindowShape:
    """A window without its values; of the cursors it knows which values are null."""

    size: int
    backward: bool
    after: tuple[bool, ...] | None
    before: tuple[bool, ...] | None


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive rows of a list."""

    rows: Sequence[Row]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class Sort:
    """A column within an ORDER BY; nulls come last, whatever the direction.

    `at` makes of a cursor's value (by the name of its parameter) what the column is compared with, where that is
    something else.
    """

    column: ColumnElement[Any]
    descending: bool
    nullable: bool
    at: Callable[[str], ColumnElement[Any]] | None = None

    def bound(self, name: str) -> ColumnElement[Any]:
        """What the column is compared with."""
        return self.at(name) if self.at else bindparam(name, type_=self.column.type)

    def ordered(self, *, backward: bool) -> ColumnElement[Any]:
        """Its term of the ORDER BY, turned round when the list is read from its end."""
        term = self.column.desc() if self.descending != backward else self.column.asc()
        if not self.nullable:
            return term
        return term.nulls_first() if backward else term.nulls_last()


def order_by(sorts: Sequence[Sort], *, backward: bool) -> Iterator[ColumnElement[Any]]:
    """The terms of the ORDER BY."""
    return (sort.ordered(backward=backward) for sort in sorts)


def windowed(statement: Select[Any], sorts: Sequence[Sort], shape: WindowShape) -> Select[Any]:
    """The statement bounded by the cursors, ordered, and limited to one row more than asked.

    The limit is a literal: PostgreSQL would plan anew for each value of a parameter.
    """
    if shape.after:
        statement = statement.where(_beyond(sorts, shape.after, "after", backward=False))
    if shape.before:
        statement = statement.where(_beyond(sorts, shape.before, "before", backward=True))
    ordered = statement.order_by(*order_by(sorts, backward=shape.backward))
    return ordered.limit(literal_column(str(shape.size + 1)))


def windowed_each(
    statement: Select[Any], within: ColumnElement[Any], sorts: Sequence[Sort], window: WindowShape
) -> Select[Any]:
    """The first rows (or the last) of each part of a list, one more than asked; `within` tells a row's part."""
    terms = tuple(order_by(sorts, backward=window.backward))
    place = func.row_number().over(partition_by=within, order_by=terms).label("place")
    ranked = statement.add_columns(within.label("within"), place).subquery()
    columns = [column for column in ranked.c if column.key != "place"]
    first = ranked.c.place <= literal_column(str(window.size + 1))
    chosen = select(*columns).where(first).order_by(ranked.c.within, ranked.c.place)
    return chosen.execution_options(**statement.get_execution_options())


def _beyond(sorts: Sequence[Sort], nulls: tuple[bool, ...], cursor: str, *, backward: bool) -> ColumnElement[bool]:
    """The rows strictly behind the cursor, or before it when `backward`."""
    values = [sort.bound(f"{cursor}_{index}") for index, sort in enumerate(sorts)]
    descending = {sort.descending for sort in sorts}
    if len(descending) == 1 and not any(sort.nullable for sort in sorts):
        row, at = tuple_(*(sort.column for sort in sorts)), tuple_(*values)
        return row < at if descending.pop() != backward else row > at
    steps = []
    same: list[ColumnElement[bool]] = []
    for sort, value, null in zip(sorts, values, nulls, strict=True):
        steps.append(and_(*same, _past(sort, value, null=null, backward=backward)))
        same.append(sort.column.is_(None) if null else sort.column == value)
    return or_(*steps)


def _past(sort: Sort, value: Any, *, null: bool, backward: bool) -> ColumnElement[bool]:
    if null:
        return sort.column.is_not(None) if backward else false()
    past = sort.column < value if sort.descending != backward else sort.column > value
    return or_(past, sort.column.is_(None)) if sort.nullable and not backward else past


def _nulls(values: Values | None) -> tuple[bool, ...] | None:
    return None if values is None else tuple(value is None for value in values)
