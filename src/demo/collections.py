"""The demo studio's collections: what its members keep at home, as they would have entered it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from db.item_writing import add_items
from demo.cabinets import CABINETS, COLLECTIONS, OF_ALL
from demo.catalogue import identity
from demo.tree import TREE, Branch
from rules.items import BLANK as PLAIN
from rules.items import changed_entries, columns
from rules.services import Price
from rules.specification_inputs import BLANK
from rules.specifications import definition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from db.database import Transaction
    from rules.specifications import Definition

ENTERED, OWNED = 500, 3_000
"""So many days ago, at most, things were entered; and acquired, before that."""


async def write_collections(tx: Transaction, epoch: datetime) -> None:
    """Write the cabinets and what is in them, each thing at a moment of its own; nothing if the cabinets are there."""
    tree = categories(epoch)
    if await tx.categories.by_ids(frozenset(), [tree[0]["id"]]):
        return
    await tx.categories.add(tree)
    for row in specifications(epoch):
        await tx.specifications.add([row])
        if row["filterable"]:
            await tx.editions.begin(row["id"], row["category_id"], row["version"], definition(row), now=epoch)
    known = await tx.specifications.kept([row["id"] for row in tree])
    for entered_at, item in items(epoch):
        await add_items(tx, [item], known, now=entered_at)


def categories(epoch: datetime) -> list[dict[str, Any]]:
    """The rows of the cabinets, behind that of what holds them; they stand behind the catalogue's own branches."""
    above = identity("category", COLLECTIONS)
    root = Branch(COLLECTIONS, "Collections", None, "What members keep at home.")
    branches = [root, *(Branch(one.slug, one.name, above, one.description) for one in CABINETS)]
    return [
        _recorded("category", slug, epoch)
        | {"slug": slug, "name": name, "description": description, "parent_id": parent, "position": place}
        for place, (slug, name, parent, description) in enumerate(branches, start=len(TREE))
    ]


def specifications(epoch: datetime) -> list[dict[str, Any]]:
    """The rows of what is asked, inherited ones first."""
    asked = {COLLECTIONS: OF_ALL} | {cabinet.slug: cabinet.asked for cabinet in CABINETS}
    return [
        _recorded("specification", f"{slug}/{key}", epoch) | _asked(slug, key, named) | {"position": place}
        for slug, keys in asked.items()
        for place, (key, named) in enumerate(keys.items())
    ]


def items(epoch: datetime) -> list[tuple[datetime, dict[str, Any]]]:
    """The rows of the things, each with the moment at which it was entered, the first first."""
    rows = specifications(epoch)
    found = []
    for cabinet in CABINETS:
        category_id, above = (identity("category", slug) for slug in (cabinet.slug, COLLECTIONS))
        known = [definition(row) for row in rows if row["category_id"] in (above, category_id)]
        for thing in _lines(cabinet.things):
            rng = Random(thing["name"])  # noqa: S311  (no secret)
            entered_at = epoch - timedelta(minutes=rng.randrange(60, ENTERED * 1_440))
            acquired_on = entered_at.date() - timedelta(days=rng.randrange(OWNED))
            found.append((entered_at, _item(thing, known) | {"category_id": category_id, "acquired_on": acquired_on}))
    return sorted(found, key=lambda entry: entry[0])


def _asked(slug: str, key: str, named: Mapping[str, Any]) -> dict[str, Any]:
    options = [{"key": one, "label": label, "archived": False} for one, label in named.get("options", {}).items()]
    least = Decimal(named["min"]) if "min" in named else None
    where = {"category_id": identity("category", slug), "key": key}
    return {**BLANK, **where, **named, "options": options, "min": least}


def _lines(table: str) -> Iterator[dict[str, str]]:
    """What each line of a table says, by the columns; empty cells are left out."""
    names, *lines = ([cell.strip() for cell in line.split(";")] for line in table.strip().splitlines())
    for cells in lines:
        yield {name: cell for name, cell in zip(names, cells, strict=True) if cell}


def _item(thing: dict[str, str], known: Sequence[Definition]) -> dict[str, Any]:
    price = {"price": Price(Decimal(thing["price"]), "KRW")} if "price" in thing else {}
    own = {name: thing[name] for name in ("name", "visibility", "condition")}
    given = [(one.key, {"text": thing[one.key]}) for one in known if one.key in thing]
    entries = {"specification_values": changed_entries({}, known, given, creating=True)}
    ids = {"id": identity("item", thing["name"]), "owner_id": identity("user", thing["owner"])}
    return columns(PLAIN | own | price) | entries | ids


def _recorded(kind: str, name: str, at: datetime) -> dict[str, Any]:
    return {"id": identity(kind, name), "created_at": at, "updated_at": at, "version": 1}
