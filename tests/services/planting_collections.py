"""Items in every state that belong to somebody, and an item with all that can hang on it: for tests of all types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db.ids import new_id
from db.repositories.images import Wall
from services.collections import a_specification, define, plant_items
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


async def plant_collection(tx: Transaction, owner_id: str, role: str) -> dict[tuple[str, str], str]:
    """An item in each state, with a link, a photo and a value where it is private or public; row ids by type."""
    category = a_category(f"Collection of {role}")
    brand = a_specification(category["id"])
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
    url = {"id": new_id(), "url": "https://example.com/m3", "label": None}
    await tx.items.urls.write(item["id"], [url], now=THEN)
    return url["id"]
