"""Categories with specifications, and items with values, as they stand in the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from db.ids import new_id
from db.item_writing import add_items
from rules.specifications import definition
from services.rows import THEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.database import Transaction

Content: TypeAlias = Mapping[str, Any] | str
"""Of a value, as it is stored; a str is a text."""


def a_specification(category_id: str, key: str = "brand", type: str = "TEXT", **named: Any) -> dict[str, Any]:  # noqa: A002  (the column's name)
    """A definition that is neither required nor unique nor filterable."""
    row = {"id": new_id(), "created_at": THEN, "updated_at": THEN, "version": 1, "category_id": category_id}
    told: dict[str, Any] = {"key": key, "label": key.title(), "type": type, "unit": None, "options": []}
    flags = dict.fromkeys(("required", "unique", "filterable", "archived"), False)
    bounds = dict.fromkeys(("min", "max", "max_length"))
    editions = dict.fromkeys(("edition_id", "next_edition_id"))
    return row | told | flags | bounds | {"position": 0} | editions | named


def an_option(key: str, label: str | None = None, *, archived: bool = False) -> dict[str, Any]:
    """An option, as a definition's row holds it."""
    return {"key": key, "label": label or key.title(), "archived": archived}


def an_entry(specification: Mapping[str, Any], content: Content) -> dict[str, Any]:
    """A value that was entered under this definition."""
    told = {"text": content} if isinstance(content, str) else dict(content)
    return {"key": specification["key"], "type": specification["type"], "content": told}


def an_item(category_id: str, owner_id: str, name: str = "Leica M3", **named: Any) -> dict[str, Any]:
    """A public item without values, links and photos, as `add_items` takes it."""
    row = {"id": new_id(), "name": name, "description": None, "owner_id": owner_id, "category_id": category_id}
    told = {"condition": None, "quantity": 1, "visibility": "PUBLIC", "acquired_on": None, "external": None}
    price = {"price_amount": None, "price_currency": None}
    return row | told | price | {"specification_values": {}, "deleted_at": None} | named


async def define(tx: Transaction, *specifications: Mapping[str, Any]) -> None:
    """Write these definitions; those that are filterable have an index from the first item on."""
    for row in specifications:
        await tx.specifications.add([row])
        if row["filterable"]:
            await tx.editions.begin(row["id"], row["category_id"], row["version"], definition(row), now=THEN)


async def plant_items(
    tx: Transaction, category_id: str, owner_id: str, values: Sequence[Mapping[str, Content]], **named: Any
) -> list[dict[str, Any]]:
    """Write an item for each of `values`, which are by the keys of the definitions that the category has.

    They are called "Item 0", "Item 1" and so on, in the order of their ids; `named` is the same in all. Whatever two
    items may not both have is left to the first.
    """
    known = await tx.specifications.kept([category_id])
    by_key = {row.key: row._asdict() for row in known[category_id]}
    items = [an_item(category_id, owner_id, f"Item {place}", **named) for place in range(len(values))]
    rows = [item | {"specification_values": _entries(by_key, one)} for item, one in zip(items, values, strict=True)]
    await add_items(tx, rows, known, now=THEN)
    return rows


def _entries(by_key: Mapping[str, Mapping[str, Any]], values: Mapping[str, Content]) -> dict[str, Any]:
    return {by_key[key]["id"]: an_entry(by_key[key], content) for key, content in values.items()}
