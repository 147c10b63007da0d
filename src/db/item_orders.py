"""In which order items come: by columns of theirs, by an indexed value, or by how well they match a search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, bindparam, case, func, literal_column, or_, select

from db.containing import Holds
from db.filters import EVERYTHING, Filter, express, parametrise
from db.item_conditions import VALUES
from db.paging import Key, Sort
from db.repositories.categories import Reach
from db.sources import ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, FromClause

TABLE = ITEMS.table
NEWEST = (Key("created_at", descending=True),)


@dataclass(frozen=True, slots=True)
class ValueOrder:
    """By an indexed value, in rows of the editions that `editions` tests; of options by their place among `options`."""

    editions: Filter
    descending: bool = False
    options: tuple[str, ...] = ()

    def rows(self, values: FromClause) -> ColumnElement[bool]:
        """Which rows of the index are ordered by."""
        return express(self.editions, {"edition": values.c.edition})

    def leading(self, values: FromClause) -> ColumnElement[Any]:
        """The value itself; for an option its place, behind which comes what is no option any more."""
        if not self.options:
            return values.c.value
        named = [bindparam(name, type_=values.c.value.type) for name in self.options]
        places = ((values.c.value == name, _number(place)) for place, name in enumerate(named))
        return case(*places, else_=_number(len(named)))

    def of_item(self) -> ColumnElement[Any]:
        """Of each item what leads, or null."""
        values = VALUES.alias()
        return select(self.leading(values)).where(values.c.item == TABLE.c.number, self.rows(values)).scalar_subquery()


@dataclass(frozen=True, slots=True)
class ItemList:
    """Which items, and in which order: first `by` a value or by where the searched `words` are, then by `order`.

    Where the list is asked for of categories, `reach` tells whether what is below them counts.
    """

    where: Filter = EVERYTHING
    order: tuple[Key, ...] = NEWEST
    by: ValueOrder | None = None
    words: tuple[str, ...] = ()
    reach: Reach = Reach.ITSELF

    @property
    def leads(self) -> bool:
        """Whether rows have a `leading` value, by which they are ordered before any column."""
        return bool(self.by or self.words)

    def parametrised(self) -> tuple[ItemList, dict[str, Any]]:
        """What of it shapes a statement, and the values that it is run with."""
        values: dict[str, Any] = {}
        shape = replace(self, where=parametrise(self.where, values))
        if self.by:
            options = _named("option", self.by.options, values)
            by = replace(self.by, editions=parametrise(self.by.editions, values), options=options)
            shape = replace(shape, by=by)
        return replace(shape, words=_named("word", self.words, values)), values


def rank(words: tuple[str, ...]) -> ColumnElement[int] | None:
    """2: all words are in the name; 1: in name and values; 0: some only elsewhere. None where nothing is searched."""
    if not words:
        return None
    name, values = TABLE.c.name_folded, TABLE.c.values_folded
    in_name = and_(*(Holds(name, word) for word in words))
    in_values = and_(*(or_(Holds(name, word), Holds(values, word)) for word in words))
    return case((in_name, _number(2)), (in_values, _number(1)), else_=_number(0))


def sorts(
    wanted: ItemList, leading: ColumnElement[Any] | None = None, number: ColumnElement[Any] = TABLE.c.number
) -> list[Sort]:
    """What leads, the order's columns, then the id, so that no two rows are equal.

    Right behind a value the `number` stands for the id: so the index is read in its own order.
    """
    descending = wanted.by.descending if wanted.by else wanted.order[0].descending
    columns = [(TABLE.c[key.column], key.descending) for key in wanted.order]
    keys = [Sort(column, down, nullable=bool(column.nullable)) for column, down in columns]
    if wanted.by and not keys:
        last = Sort(number, descending, nullable=False, at=_number_at)
    else:
        last = Sort(TABLE.c.id, descending, nullable=False)
    return [*keys, last] if leading is None else [Sort(leading, descending, nullable=False), *keys, last]


def _number_at(name: str) -> ColumnElement[Any]:
    """The number of the item that a cursor names by its id, as numbers tell nobody how many there are.

    Where that is gone for good: of the item before it.
    """
    until = TABLE.alias()
    at_most = until.c.id <= bindparam(name, type_=until.c.id.type)
    found = select(until.c.number).where(at_most).order_by(until.c.id.desc()).limit(literal_column("1"))
    return func.coalesce(found.scalar_subquery(), literal_column("0"))


def _named(name: str, given: Iterable[str], values: dict[str, Any]) -> tuple[str, ...]:
    """The names of parameters for these values, which go into `values`."""
    parameters = {f"{name}_{place}": value for place, value in enumerate(given)}
    values |= parameters
    return tuple(parameters)


def _number(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer)
