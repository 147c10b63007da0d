"""Which conditions leave few items: these are read first, and a page is looked for among them only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import BigInteger, Executable, Text, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from db.filters import About, Every, Indexed, Test, express, parametrise
from db.item_conditions import VALUES, index_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import ColumnElement, Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

    from db.connection import Connection
    from db.filters import Filter

FEW = 2_000
"""So many items are looked up and sorted as fast as a page is found among all."""


async def narrowed(connection: Connection, where: Filter) -> Filter:
    """The same condition; what few items meet is replaced by their numbers. One statement, which reads no more.

    Left to themselves databases walk through all items in their order, in search of those few.
    """
    asked = tuple(dict.fromkeys(_needed(where)))
    if not asked:
        return where
    values: dict[str, Any] = {}
    shape = tuple(parametrise(one, values) for one in asked)
    [listed] = await connection.all(_numbers, shape, **values)
    few = {one: numbers for one, numbers in zip(asked, listed, strict=True) if len(numbers) <= FEW}
    if not few:
        return where
    common = frozenset.intersection(*map(frozenset, few.values()))
    return Every((_without(where, few), Test("number", "in", tuple(sorted(common)))))


def _needed(where: Filter) -> Iterator[Indexed]:
    """What must hold of the index, whatever else does."""
    if isinstance(where, Indexed):
        yield where
    elif isinstance(where, About):
        yield from _needed(where.part)
    elif isinstance(where, Every):
        for part in where.parts:
            yield from _needed(part)


def _without(where: Filter, known: Collection[Indexed]) -> Filter:
    if isinstance(where, Indexed) and where in known:
        return Every()
    if isinstance(where, About):
        return _without(where.part, known)
    return Every(tuple(_without(part, known) for part in where.parts)) if isinstance(where, Every) else where


def _numbers(asked: tuple[Indexed, ...]) -> Executable:
    return select(*(_listed(one).label(f"numbers_{place}") for place, one in enumerate(asked)))


def _listed(asked: Indexed) -> ColumnElement[list[int]]:
    """The numbers of items that have such a value, and one more where they are not few."""
    values = VALUES.alias()
    found = select(values.c.item).where(express(asked.part, index_columns(values)))
    some = found.limit(literal_column(str(FEW + 1))).subquery()
    return select(_AsList(some.c.item)).scalar_subquery()


class _List(TypeDecorator[list[int]]):
    """Several numbers within one row."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array where the database has it, else JSON."""
        return dialect.type_descriptor(ARRAY(BigInteger()) if dialect.name == "postgresql" else Text())

    def process_result_value(self, value: Any, dialect: Dialect) -> list[int]:
        """The numbers; PostgreSQL has null for none."""
        numbers: list[int] = (value or []) if dialect.name == "postgresql" else orjson.loads(value)
        return numbers


class _AsList(FunctionElement[list[int]]):
    """A column of several rows as one value."""

    inherit_cache = True
    type = _List()


@compiles(_AsList, "postgresql")
def _array(element: _AsList, compiler: SQLCompiler, **options: Any) -> str:
    return f"array_agg({compiler.process(element.clauses, **options)})"


@compiles(_AsList, "sqlite")
def _json(element: _AsList, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"
