"""Items in every state that belong to somebody, and an item with all that can hang on it: for tests of all types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db.ids import new_id
from db.repositories.images import Wall
from services.collections import Content, a_specification, an_option, define, plant_items
from services.rows import THEN, a_category, a_hanging, an_image

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.database import Transaction

STATES: dict[str, dict[str, Any]] = {
    "private": {"visibility": "PRIVATE"},
    "for members": {"visibility": "MEMBERS"},
    "public": {},
    "deleted": {"deleted_at": THEN},
}
OF_EACH_TYPE: dict[str, tuple[dict[str, Any], Content]] = {
    "maker": ({"type": "TEXT", "unique": True}, "Leica"),
    "shots": ({"type": "INTEGER"}, {"integer": 36}),
    "ratio": ({"type": "DECIMAL"}, {"decimal": "12.50"}),
    "boxed": ({"type": "BOOLEAN"}, {"boolean": True}),
    "made": ({"type": "DATE"}, {"date": "1987-05"}),
    "finish": ({"type": "ENUM", "options": [an_option("black"), an_option("chrome")]}, {"option": "black"}),
    "extras": ({"type": "MULTI_ENUM", "options": [an_option("case"), an_option("strap")]}, {"options": ["case"]}),
    "manual": ({"type": "URL"}, {"url": "https://example.com/m3.pdf"}),
    "weight": ({"type": "QUANTITY", "unit": "g"}, {"quantity": {"value": "580", "unit": "g"}}),
}
"""By its key a definition of each type, and a value of it."""


async def plant_each_type(tx: Transaction, owner_id: str, category_id: str) -> tuple[list[str], list[str]]:
    """A definition of each type with an index, and two items, of which one has a value of each; the ids of both."""
    rows = [a_specification(category_id, key, filterable=True, **named) for key, (named, _) in OF_EACH_TYPE.items()]
    await define(tx, *rows)
    values = {key: content for key, (_, content) in OF_EACH_TYPE.items()}
    items = await plant_items(tx, category_id, owner_id, [values, {}])
    return [row["id"] for row in rows], [item["id"] for item in items]


async def plant_collection(tx: Transaction, owner_id: str, role: str) -> dict[tuple[str, str], str]:
    """An item in each state, with a link, a photo and a value where it is private or public; row ids by type."""
    category = a_category(f"Collection of {role}")
    brand = a_specification(category["id"], filterable=True)
    await tx.categories.add([category])
    await define(tx, brand)
    planted = {("Specification", ""): brand["id"]}
    for state, named in STATES.items():
        [item] = await plant_items(tx, category["id"], owner_id, [{"brand": "secret Leica"}], **named)
        planted |= {("Item", state): item["id"]}
        if state in ("private", "public"):
            url, image = await _furnish(tx, item, owner_id)
            planted |= {("Image", f"on a {state} item"): image, ("ItemUrl", f"of a {state} item"): url}
            planted |= {("SpecificationValue", f"of a {state} item"): item["id"] + brand["id"]}
    return planted


async def plant_collected(tx: Transaction, number: int, image: str, owner_id: str, category_id: str) -> None:
    """A unique definition with an index, and an item that has a value of it, a link and a picture."""
    serial = a_specification(category_id, f"serial-{number}", unique=True, filterable=True, position=number)
    await define(tx, serial)
    [item] = await plant_items(tx, category_id, owner_id, [{serial["key"]: "1234567"}])
    await _link(tx, item)
    await tx.images.hang([a_hanging(item["id"], image, kind="item")], Wall.ITEM)


async def _furnish(tx: Transaction, item: Mapping[str, Any], owner_id: str) -> tuple[str, str]:
    image = an_image(uploaded_by_id=owner_id, purpose="ITEM")
    await tx.images.add([image])
    await tx.images.hang([a_hanging(item["id"], image["id"], kind="item")], Wall.ITEM)
    return await _link(tx, item), image["id"]


async def _link(tx: Transaction, item: Mapping[str, Any]) -> str:
    url = new_id()
    await tx.items.urls.write(item["id"], [{"id": url, "url": "https://example.com/m3", "label": None}], now=THEN)
    return url
