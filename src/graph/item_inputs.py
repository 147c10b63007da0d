"""What items are entered and changed with, and what is answered."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import strawberry

from graph.declaring import attribute, input_field, input_type, object_type
from graph.inputs import entered
from graph.items import Item, ItemCondition, Visibility
from graph.money import MoneyInput
from graph.mutations import Payload, result
from graph.scalars import URL, Decimal
from rules.access import Permission
from rules.global_ids import row_id


@input_type()
class QuantityInput:
    """A number of something."""

    value: Decimal = attribute("How many.")
    unit: str = attribute("Of what, such as kg; one of the specification's dimension.")


@input_type(one_of=True)
class SpecificationContentInput:
    """A value, in the field of its type; as a text it may come whatever the type."""

    text: str | None = input_field(
        "As people write it; for every type. Options by their keys or labels, several with | or commas between."
    )
    integer: int | None = input_field("Where the type is INTEGER; a whole number also where `decimal` can be given.")
    decimal: Decimal | None = input_field(
        "Where the type is DECIMAL; also for a QUANTITY: so many of the specification's own unit."
    )
    boolean: bool | None = input_field("Where the type is BOOLEAN.")
    date: dt.date | None = input_field("Where the type is DATE; a year or a month come as a text, such as 1987-05.")
    option: str | None = input_field("Where the type is ENUM: an option by its key.")
    options: list[str] | None = input_field(
        "Where the type is MULTI_ENUM: options by their keys; an empty list clears."
    )
    url: URL | None = input_field("Where the type is URL.")
    quantity: QuantityInput | None = input_field("Where the type is QUANTITY.")


@input_type()
class SpecificationValueInput:
    """A value under a specification."""

    key: str = attribute("The specification's key, among those of the item's category; each once.")
    value: SpecificationContentInput | None = input_field("The value; null or left out: none from now on.")


@input_type()
class ItemUrlInput:
    """A link that belongs to an item."""

    id: strawberry.ID | None = input_field(
        "The link that this is from now on, where the item has it already: what is left out stays as it is."
    )
    url: URL = attribute("Where it leads: http or https, at most 2,000 characters.")
    label: str | None = input_field("What it is called: at most 200 characters.")


@input_type()
class ItemInput:
    """An item to be entered; it belongs to the viewer."""

    name: str = attribute("What it is called: 1 to 200 characters.")
    description: str | None = input_field("What is special about it: at most 10,000 characters.")
    category_id: strawberry.ID = attribute(
        "The branch of the catalogue that it is in; it decides what is worth knowing about it."
    )
    condition: ItemCondition | None = input_field("How well it is kept.")
    quantity: int | None = input_field("How many there are of it, from 0 on; 1 when left out.")
    visibility: Visibility | None = input_field("Who sees it; PRIVATE when left out.")
    acquired_on: dt.date | None = input_field("Since when its owner has it.")
    price: MoneyInput | None = input_field("What it is worth, or was bought for.")
    specifications: list[SpecificationValueInput] | None = input_field(
        "What it says under the specifications of its category, at most 250."
    )
    urls: list[ItemUrlInput] | None = input_field("Links that belong to it, at most 50, in order.")
    photo_ids: list[strawberry.ID] | None = input_field(
        "Its pictures, at most 50, in order; the viewer's own, uploaded with the purpose ITEM or TEMP."
    )
    idempotency_key: str | None = input_field("Makes a retry safe: the same key and input give the same item.")


@input_type()
class UpdateItemInput:
    """What is to change; what is left out stays as it is, null clears."""

    name: str | None = input_field("What it is called: 1 to 200 characters.")
    description: str | None = input_field("What is special about it: at most 10,000 characters.")
    category_id: strawberry.ID | None = input_field(
        "The branch of the catalogue that it is in; moved elsewhere it keeps every value."
    )
    condition: ItemCondition | None = input_field("How well it is kept.")
    quantity: int | None = input_field("How many there are of it, from 0 on.")
    visibility: Visibility | None = input_field("Who sees it.")
    acquired_on: dt.date | None = input_field("Since when its owner has it.")
    price: MoneyInput | None = input_field("What it is worth, or was bought for.")
    specifications: list[SpecificationValueInput] | None = input_field(
        "Values that change, at most 250; under what is not named nothing does."
    )
    urls: list[ItemUrlInput] | None = input_field(
        "All of its links, in order: those it has by their ids, new ones without; the others go."
    )
    photo_ids: list[strawberry.ID] | None = input_field(
        "All of its pictures, in order, in the place of those it has; those it has, and the viewer's own."
    )
    expected_version: int | None = input_field("Refuse when it is at another version by now.")


@object_type(Permission.ANYONE)
class ItemPayload(Payload):
    """The item, as it is now."""

    item: Item | None = result("The item; null where it was refused.")


def plain(given: dict[str, Any]) -> dict[str, Any]:
    """What an input gives, with plain values in the place of the inputs within it."""
    within = {name: PLAIN[name](value) for name, value in given.items() if name in PLAIN and value is not None}
    return given | within


def _content(one: SpecificationValueInput) -> tuple[str, Mapping[str, Any] | None]:
    """A key, and what the one field that is given says."""
    if one.value in (None, strawberry.UNSET):
        return one.key, None
    ((field, given),) = entered(one.value).items()
    return one.key, {field: entered(given) if field == "quantity" else given}


def _url(one: ItemUrlInput) -> dict[str, Any]:
    """By the id of its row; null is no id."""
    given = entered(one)
    known = given.pop("id", None)
    return given if known is None else given | {"id": row_id("ItemUrl", known) or ""}


PLAIN: dict[str, Callable[[Any], Any]] = {
    "price": entered,
    "specifications": lambda values: [_content(one) for one in values],
    "urls": lambda urls: [_url(one) for one in urls],
}
