"""Items for the benchmark: one category with eight specifications and what is in it, the same on every database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from db.item_writing import add_items
from demo.benchmark_set import (
    COLOURS,
    FABRICS,
    FIRST_WORDS,
    GARMENTS,
    SECOND_WORDS,
    NotEmptyError,
    any_of,
    dated_id,
    recorded,
)
from rules.items import BLANK as PLAIN
from rules.items import columns
from rules.specification_inputs import BLANK
from rules.specification_values import entered
from rules.specifications import definition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from db.database import Database
    from rules.specifications import Definition

OWNERS, BATCH = 100, 1_000
BEGAN = datetime(2026, 2, 1, tzinfo=UTC)
SLUG = "wardrobe"
"""Of the category that they are in."""
SIZES = ("xs", "s", "m", "l", "xl", "xxl")
VISIBILITIES = ("PUBLIC",) * 14 + ("MEMBERS",) * 3 + ("PRIVATE",) * 3
"""Seven in ten are public, and of the rest half are for members."""
MAKERS = 40
ASKED: dict[str, dict[str, Any]] = {
    "colour": {"type": "ENUM", "options": COLOURS},
    "material": {"type": "ENUM", "options": FABRICS},
    "size": {"type": "ENUM", "options": SIZES},
    "weight": {"type": "QUANTITY", "unit": "g"},
    "year": {"type": "INTEGER"},
    "value": {"type": "DECIMAL"},
    "made": {"type": "DATE"},
    "maker": {"type": "TEXT"},
}
"""The specifications by key; all of them can be filtered by."""


class Owned(NamedTuple):
    """Where items are, what is asked of them, and whose they can be."""

    category_id: str
    definitions: dict[str, Definition]
    owners: list[str]


async def load_benchmark_items(db: Database, items: int, progress: Callable[[int, int], None]) -> None:
    """Add a category, 100 users and `items` items, a thousand at a time; NotEmptyError if any are there.

    While one batch is written the next one is made.
    """
    if there := await db.read().items.count():
        raise NotEmptyError(f"The database has {there} items; load the benchmark's into one that has none.")
    owned = await _found(db)
    batches = _batches(items, owned)
    done, batch = 0, next(batches, None)
    while batch:
        following = asyncio.create_task(asyncio.to_thread(next, batches, None))
        await _write(db, batch, owned.category_id, BEGAN + timedelta(minutes=done // BATCH))
        done += len(batch)
        progress(done, items)
        batch = await following


async def _found(db: Database) -> Owned:
    """Write what there has to be before there are items."""
    rng = Random("wardrobe")  # noqa: S311  (here and below: no secret, and the same every time)
    category_id = dated_id(BEGAN, rng)
    category = {"slug": SLUG, "name": "Wardrobe", "description": None, "parent_id": None, "position": 0}
    owners = [recorded(dated_id(BEGAN, rng), BEGAN) | _owner(number) for number in range(1, OWNERS + 1)]
    asked = [recorded(dated_id(BEGAN, rng), BEGAN) | _asked(key, category_id) for key in ASKED]
    async with db.transaction() as tx:
        await tx.categories.add([recorded(category_id, BEGAN) | category])
        await tx.users.add(owners)
        await tx.specifications.add(asked)
        for row in asked:
            await tx.editions.begin(row["id"], category_id, row["version"], definition(row), now=BEGAN)
    return Owned(category_id, {row["key"]: definition(row) for row in asked}, [row["id"] for row in owners])


async def _write(db: Database, batch: list[dict[str, Any]], category_id: str, now: datetime) -> None:
    async with db.transaction() as tx:
        await add_items(tx, batch, await tx.specifications.kept([category_id]), now=now)


def _owner(number: int) -> dict[str, Any]:
    name = f"collector{number}"
    return {"username": name, "display_name": name.capitalize(), "avatar_id": None, "status": "APPROVED"}


def _asked(key: str, category_id: str) -> dict[str, Any]:
    named = ASKED[key]
    options = [{"key": one, "label": one.capitalize(), "archived": False} for one in named.get("options", ())]
    told = {"category_id": category_id, "key": key, "label": key.capitalize(), "position": list(ASKED).index(key)}
    return BLANK | named | told | {"options": options, "filterable": True}


def _batches(items: int, owned: Owned) -> Iterator[list[dict[str, Any]]]:
    rng = Random(43)  # noqa: S311
    for start in range(1, items + 1, BATCH):
        yield [_item(number, owned, rng) for number in range(start, min(start + BATCH, items + 1))]


def _item(number: int, owned: Owned, rng: Random) -> dict[str, Any]:
    values = {
        "name": f"{any_of(FIRST_WORDS, rng)} {any_of(SECOND_WORDS, rng)} {any_of(GARMENTS, rng)} no. {number}",
        "visibility": any_of(VISIBILITIES, rng),
        "specification_values": _entries(owned.definitions, rng),
    }
    ids = {"id": dated_id(BEGAN + timedelta(milliseconds=60 * number), rng), "owner_id": any_of(owned.owners, rng)}
    return columns(PLAIN | values) | ids | {"category_id": owned.category_id}


def _entries(definitions: dict[str, Definition], rng: Random) -> dict[str, Any]:
    year, month, day = 1900 + int(rng.random() * 125), 1 + int(rng.random() * 12), 1 + int(rng.random() * 28)
    texts = {
        "colour": any_of(COLOURS, rng),
        "material": any_of(FABRICS, rng),
        "size": any_of(SIZES, rng),
        "weight": f"{1 + int(rng.random() * 10_000)} g",
        "year": str(year),
        "value": f"{rng.random() * 5_000:.2f}",
        "made": f"{year}-{month:02}-{day:02}",
        "maker": f"Maker {1 + int(rng.random() * MAKERS)}",
    }
    return {definitions[key].id: entered(definitions[key], {"text": text}) for key, text in texts.items()}
