"""In which order a list comes."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from db.paging import Key
from graph.declaring import enum_type


@enum_type(ASC="The smallest, the earliest or the first of the alphabet first.", DESC="The other way round.")
class OrderDirection(Enum):
    """Which end comes first."""

    ASC = "ASC"
    DESC = "DESC"


def order_keys(order_by: Iterable[Any] | None, columns: Mapping[Any, str]) -> tuple[Key, ...]:
    """The keys of an order, whose fields are these columns; of two mentions of a field the first counts."""
    keys: dict[str, Key] = {}
    for wanted in order_by or ():
        column = columns[wanted.field]
        keys.setdefault(column, Key(column, wanted.direction is OrderDirection.DESC))
    return tuple(keys.values())
