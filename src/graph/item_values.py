"""What an item says under its specifications: each value as it was entered, read as the definition is today."""

import asyncio
import datetime as dt
from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import strawberry

from db.connection import Row
from db.repositories.specifications import DEFINITION, definitions
from db.sources import Fields
from graph.context import Context
from graph.declaring import attribute, object_type
from graph.node import FETCH, Node
from graph.pricing import TEXT
from graph.scalars import URL, Decimal
from rules.access import Permission
from rules.specification_values import value_of
from rules.specifications import Definition, matched

if TYPE_CHECKING:
    from graph.specifications import Specification, SpecificationOption

ID_LENGTH = 32
OF_ITEM = frozenset({"category_id", "specification_values"})
"""What of an item its values are made of."""


@object_type(Permission.ANYONE)
class SpecificationValue(Node):
    """What an item says under a specification. It is kept as it was entered, whatever becomes of the definition."""

    specification: Annotated["Specification", strawberry.lazy("graph.specifications")] = attribute(
        "What it is a value of.", joined=True
    )
    display: str = attribute("As people read it: with its unit, and options by their labels.", weight=TEXT)
    text: str | None = attribute("As it was entered, whatever the type.", weight=TEXT)
    integer: int | None = attribute("The number, where the type is INTEGER.")
    decimal: Decimal | None = attribute("The number, where the type is DECIMAL or QUANTITY.")
    boolean: bool | None = attribute("Whether it holds, where the type is BOOLEAN.")
    date: dt.date | None = attribute("The day, where the type is DATE and the whole of it is known.")
    options: "list[Annotated[SpecificationOption, strawberry.lazy('graph.specifications')]]" = attribute(
        "What was chosen, where the type is ENUM or MULTI_ENUM."
    )
    url: URL | None = attribute("The link, where the type is URL.")
    unit: str | None = attribute("What the number counts, where the type is QUANTITY.")
    fits: bool = attribute(
        "Whether it is a value by today's definition. One that is not stays as it is, and counts again when it fits."
    )


class _Known(NamedTuple):
    """Specifications as rows, and as rules know them."""

    rows: Sequence[Row]
    definitions: Sequence[Definition]


async def values_of(context: Context, fields: Fields, item: Any, key: str | None = None) -> list[Row]:
    """The values of an item: of what its category asks for, in that order, then what is left from before.

    With a `key` those alone that have it: to read a value takes time.
    """
    wanted = _below("specification", fields) | DEFINITION
    known: _Known = await context.batched(_of_categories, wanted, key=item.category_id)
    entries = item.specification_values
    under = matched(entries, known.definitions)
    own = [
        _value(item, row, entries[under[row.id]], definition)
        for row, definition in zip(*known, strict=True)
        if row.id in under and key in (None, row.key)
    ]
    left = sorted(one for one in entries.keys() - under.values() if key in (None, entries[one]["key"]))
    found = await asyncio.gather(*(context.batched(_by_ids, wanted, key=one) for one in left)) if left else ()
    return own + [_value(item, row, entries[row.id], rule, residue=True) for row, rule in filter(None, found)]


def _below(name: str, fields: Fields) -> Fields:
    start = f"{name}."
    return frozenset(field.removeprefix(start) for field in fields if field.startswith(start))


_Row = namedtuple(  # type: ignore[name-match]  # noqa: PYI024  (rows are named after their type)
    "SpecificationValue", "id specification display text integer decimal boolean date options url unit fits"
)


def _value(item: Any, row: Row, entry: Any, definition: Definition, *, residue: bool = False) -> Row:
    value = value_of(entry, definition, residue=residue)
    return _Row(item.id + row.id, row, *(getattr(value, name) for name in _Row._fields[2:]))


async def _of_categories(context: Context, fields: Fields, categories: list[str]) -> Mapping[str, _Known]:
    found = await context.read().specifications.of_categories(fields, categories)
    return {category: _Known(rows, definitions(rows)) for category, rows in found.items()}


async def _by_ids(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, tuple[Row, Definition] | None]:
    rows = list((await context.read().specifications.by_ids(fields, ids)).values())
    return dict.fromkeys(ids) | {row.id: (row, known) for row, known in zip(rows, definitions(rows), strict=True)}


async def _fetch(context: Context, fields: Fields, ids: Sequence[str]) -> Mapping[str, Row]:
    """Those of items that the viewer may see."""
    items = await context.read().items.by_ids(OF_ITEM, sorted({one[:ID_LENGTH] for one in ids}))
    found = await asyncio.gather(*(values_of(context, fields, item) for item in items.values()))
    return {value.id: value for values in found for value in values if value.id in ids}


FETCH["SpecificationValue"] = _fetch
