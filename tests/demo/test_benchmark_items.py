"""The benchmark's items: as many as were asked for, the same everywhere, as members would have entered them."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from db.item_writing import add_items
from db.models import IndexedValue, Item
from demo import benchmark_items
from demo.benchmark_items import load_benchmark_items
from demo.benchmark_set import NotEmptyError
from rules.specification_values import FIELDS, value_of
from rules.specifications import COLUMNS, definition
from services.collections import an_item
from services.rows import THEN, a_category, a_user

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from db.database import Database

ITEMS = 400
DIGEST = "7643f2894125ad145bacafc7400415f76775534660f262b2afcc322f144767a2"
"""Of every item: they are the same on every database and in every process."""


@pytest.fixture(autouse=True)
def _several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark_items, "BATCH", 150)


async def test_loads_as_many_as_were_asked_for(db: Database) -> None:
    told = await _loaded(db)

    assert told == [(150, ITEMS), (300, ITEMS), (400, ITEMS)]
    read = db.read()
    counts = [await rows.count() for rows in (read.categories, read.users, read.specifications, read.items)]
    assert counts == [1, 100, 8, ITEMS]
    assert await read.connection.value(_index_rows) == ITEMS * 8
    assert await read.events.count() == 0


async def test_items_are_the_same_on_every_database(db: Database) -> None:
    await _loaded(db)

    assert hashlib.sha256(repr(await _items(db)).encode()).hexdigest() == DIGEST


async def test_every_item_has_a_fitting_value_of_each_specification(db: Database) -> None:
    await _loaded(db)

    found = await _items(db)
    rows = await db.read().specifications.of_categories(frozenset(COLUMNS), [found[0].category_id])
    known = {row.id: definition(row._asdict()) for row in rows[found[0].category_id]}
    assert {one.type for one in known.values()} == FIELDS.keys() - {"BOOLEAN", "MULTI_ENUM", "URL"}
    for item in found:
        assert item.specification_values.keys() == known.keys()
        assert all(value_of(entry, known[one]).fits for one, entry in item.specification_values.items())


async def test_most_are_public_and_everybody_has_some(db: Database) -> None:
    await _loaded(db)

    found = await _items(db)
    seen = Counter(item.visibility for item in found)
    assert 0.6 < seen["PUBLIC"] / ITEMS < 0.8
    assert seen.keys() == {"PUBLIC", "MEMBERS", "PRIVATE"}
    assert len({item.owner_id for item in found}) > 90
    assert len({item.id for item in found}) == len({item.name for item in found}) == ITEMS


async def test_refuses_a_database_that_has_items(db: Database) -> None:
    category, owner = a_category(), a_user()
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.users.add([owner])
        await add_items(tx, [an_item(category["id"], owner["id"])], {category["id"]: []}, now=THEN)

    with pytest.raises(NotEmptyError, match="The database has 1 items"):
        await _loaded(db)
    assert await db.read().users.count() == 1


async def _loaded(db: Database) -> list[tuple[int, int]]:
    """What `progress` was told."""
    told: list[tuple[int, int]] = []
    await load_benchmark_items(db, ITEMS, lambda done, total: told.append((done, total)))
    return told


async def _items(db: Database) -> list[Any]:
    return list(await db.read().connection.all(_rows))


def _rows() -> Executable:
    told = (Item.id, Item.created_at, Item.name, Item.owner_id, Item.category_id, Item.visibility)
    return select(*told, Item.specification_values).order_by(Item.number)


def _index_rows() -> Executable:
    return select(func.count()).select_from(IndexedValue)
