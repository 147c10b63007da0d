"""Conditions as data: their structure makes the shape of a statement, their values its parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, and_, bindparam, false, func, not_, or_, true

from db.among import Among
from db.containing import Holds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Operator: TypeAlias = Literal[
    "eq", "ne", "in", "contains", "starts_with", "is_null", "not_null", "gt", "gte", "lt", "lte", "within", "matches"
]


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on one field; text is given folded."""

    field: str
    operator: Operator
    value: Any = None


@dataclass(frozen=True, slots=True)
class Every:
    """All of them; of none: true."""

    parts: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them; of none: false."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; what is unknown (a null) counts as false before it is turned round."""

    part: Filter


@dataclass(frozen=True, slots=True)
class About:
    """A condition, and the field that it is about: a count of that field's values leaves it aside."""

    field: str
    part: Filter


@dataclass(frozen=True, slots=True)
class Indexed:
    """Some indexed value of the row for which this holds, which tests columns of the index."""

    part: Filter


Filter: TypeAlias = Test | Every | Either | Not | About | Indexed
Columns: TypeAlias = "Mapping[str, ColumnElement[Any] | Callable[[Any], ColumnElement[bool]]]"
"""By the name of a field its column, or what makes a Test's condition; "indexed" makes that of an Indexed."""

EVERYTHING = Every()


def one_of(field: str, values: Sequence[Any]) -> Test:
    """That a field is one of these; where there is one alone, its statement need not know of others."""
    return Test(field, "eq", values[0]) if len(values) == 1 else Test(field, "in", tuple(values))


def parametrise(condition: Filter, values: dict[str, Any]) -> Filter:
    """The same condition with the name of a parameter in place of each value; the values go into `values`."""
    if isinstance(condition, Test):
        name = f"v{len(values)}"
        values[name] = _bound(condition)
        return Test(condition.field, condition.operator, name)
    if isinstance(condition, About):
        return parametrise(condition.part, values)
    if isinstance(condition, Not | Indexed):
        return replace(condition, part=parametrise(condition.part, values))
    return type(condition)(tuple(parametrise(part, values) for part in condition.parts))


def express(condition: Filter, columns: Columns) -> ColumnElement[bool]:
    """A parametrised condition as SQL; `columns` gives each field its column, or makes its condition."""
    if isinstance(condition, Test):
        column = columns[condition.field]
        return (
            OPERATORS[condition.operator](column, condition.value)
            if isinstance(column, ColumnElement)
            else column(condition)
        )
    if isinstance(condition, About):
        return express(condition.part, columns)
    if isinstance(condition, Indexed):
        return columns["indexed"](condition)  # type: ignore[operator]  # never a column
    if isinstance(condition, Not):
        return not_(func.coalesce(express(condition.part, columns), false()))
    parts = (express(part, columns) for part in condition.parts)
    return and_(true(), *parts) if isinstance(condition, Every) else or_(false(), *parts)


def starting_with(text: str) -> str:
    """The LIKE pattern of texts that begin with this one."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _bound(test: Test) -> Any:
    return starting_with(test.value) if test.operator == "starts_with" else test.value


def _like(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column.like(bindparam(name, type_=column.type), escape="\\")


def _value(column: ColumnElement[Any], name: str) -> Any:
    return bindparam(name, type_=column.type)


OPERATORS: dict[str, Callable[[ColumnElement[Any], str], ColumnElement[bool]]] = {
    "eq": lambda column, name: column == _value(column, name),
    "ne": lambda column, name: column.is_distinct_from(_value(column, name)),
    "in": Among,
    "contains": Holds,
    "starts_with": _like,
    "is_null": lambda column, _name: column.is_(None),
    "not_null": lambda column, _name: column.is_not(None),
    "gt": lambda column, name: column > _value(column, name),
    "gte": lambda column, name: column >= _value(column, name),
    "lt": lambda column, name: column < _value(column, name),
    "lte": lambda column, name: column <= _value(column, name),
}
