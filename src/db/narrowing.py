"""Which conditions leave few items: a statement that begins with those need not go through all others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, func, literal_column, select

from db.filters import About, Every, Indexed, express, parametrise
from db.item_conditions import VALUES, index_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import ColumnElement, Select

    from db.connection import Connection
    from db.filters import Filter

FEW = 2_000
"""So many items are looked up and sorted as fast as a page is found among all."""


async def narrowed(connection: Connection, where: Filter) -> Filter:
    """The same condition, in which what few items meet is known as such; one statement, which counts no further."""
    asked = tuple(dict.fromkeys(_needed(where)))
    if not asked:
        return where
    values: dict[str, Any] = {}
    shape = tuple(parametrise(one, values) for one in asked)
    [counts] = await connection.all(_counts, shape, **values)
    return _marked(where, {one for one, count in zip(asked, counts, strict=True) if count <= FEW})


def _needed(where: Filter) -> Iterator[Indexed]:
    """What must hold of the index, whatever else does."""
    if isinstance(where, Indexed):
        yield where
    elif isinstance(where, About):
        yield from _needed(where.part)
    elif isinstance(where, Every):
        for part in where.parts:
            yield from _needed(part)


def _marked(where: Filter, few: Collection[Indexed]) -> Filter:
    if isinstance(where, Indexed):
        return replace(where, few=where in few)
    if isinstance(where, About):
        return _marked(where.part, few)
    return Every(tuple(_marked(part, few) for part in where.parts)) if isinstance(where, Every) else where


def _counts(asked: tuple[Indexed, ...]) -> Executable:
    return select(*(_count(one).label(f"count_{place}") for place, one in enumerate(asked)))


def _count(asked: Indexed) -> ColumnElement[int]:
    """How many rows of the index there are, as long as they are few."""
    values = VALUES.alias()
    rows: Select[Any] = select(literal_column("1").label("one")).select_from(values)
    few = rows.where(express(asked.part, index_columns(values))).limit(literal_column(str(FEW + 1))).subquery()
    return select(func.count()).select_from(few).scalar_subquery()
