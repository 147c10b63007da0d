"""In which order items come."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from db.connection import Row
from db.item_orders import NEWEST, ValueOrder
from db.paging import Key
from engine.errors import BadUserInput
from graph.declaring import attribute, enum_type, input_field, input_type
from graph.ordering import OrderDirection, order_keys
from graph.specification_filters import of_editions
from rules.quantities import own_unit
from rules.specifications import Definition


@enum_type(
    CREATED_AT="When it was entered.",
    NAME="By name, whatever the case, in the order of Unicode.",
    PRICE="By the amount of the price, whatever the currency; those without a price come last.",
    SPECIFICATION="By the value of the specification that `specificationKey` names; those without one come last.",
)
class ItemOrderField(Enum):
    """What items can be ordered by."""

    CREATED_AT = "CREATED_AT"
    NAME = "NAME"
    PRICE = "PRICE"
    SPECIFICATION = "SPECIFICATION"


@input_type()
class ItemOrder:
    """One key of an order."""

    field: ItemOrderField = attribute("What to order by; SPECIFICATION comes first, and once.")
    direction: OrderDirection = attribute("Which end comes first.")
    specification_key: str | None = input_field(
        "With SPECIFICATION: its key. Numbers, dates and texts in their own order, options as they are placed."
    )


ORDER_COLUMNS = {
    ItemOrderField.CREATED_AT: "created_at",
    ItemOrderField.NAME: "name_folded",
    ItemOrderField.PRICE: "price_amount",
}


def column_order(order_by: Sequence[ItemOrder] | None) -> tuple[Key, ...]:
    """The columns of an order; the newest first where none is asked for."""
    if not order_by:
        return NEWEST
    return order_keys(order_by[1:] if specification_key(order_by) else order_by, ORDER_COLUMNS)


def specification_key(order_by: Sequence[ItemOrder] | None) -> str | None:
    """The key of the specification that an order begins with; BAD_USER_INPUT where there is one elsewhere, or none."""
    for place, wanted in enumerate(order_by or ()):
        if (wanted.field is ItemOrderField.SPECIFICATION) != bool(wanted.specification_key):
            raise BadUserInput("`specificationKey` goes with SPECIFICATION in `orderBy`, and only there.")
        if wanted.specification_key and place:
            raise BadUserInput("SPECIFICATION comes first in `orderBy`, and once; other fields may follow.")
    return (order_by[0].specification_key or None) if order_by else None


def value_order(wanted: ItemOrder, rows: Sequence[Row]) -> ValueOrder:
    """By the value of specifications with the same key; BAD_USER_INPUT where these cannot be compared."""
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if kind := _kind(row.definition, row.options):
            alike.setdefault(kind, []).append(row)
    if not alike:
        raise BadUserInput(f"{wanted.specification_key} has several options at once, which have no order.")
    if len(alike) > 1:
        raise BadUserInput(
            f"{wanted.specification_key} is not the same in every category: order within one, by `category` in `where`."
        )
    [(kind, ordered)] = alike.items()
    options = kind[1:] if kind[0] == "ENUM" else ()
    return ValueOrder(of_editions(ordered), wanted.direction is OrderDirection.DESC, options)


def _kind(asked: Definition, options: Sequence[dict[str, Any]]) -> tuple[Any, ...] | None:
    """The same for definitions whose values can be ordered together; None where they have no order."""
    if asked.type == "MULTI_ENUM":
        return None
    if asked.type == "ENUM":
        return ("ENUM", *(option["key"] for option in options))
    if asked.type == "QUANTITY":
        return ("QUANTITY", own_unit(asked).dimension)
    return (ALIKE.get(asked.type, asked.type),)


ALIKE = {"INTEGER": "number", "DECIMAL": "number", "TEXT": "text", "URL": "text"}
