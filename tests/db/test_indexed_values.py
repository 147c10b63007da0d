"""By what items are found: their values as each edition reads them, and those that only one of them may have."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from db.connection import TALLY, Tally
from db.database import open_database
from db.repositories.indexed_values import INDEXED, Clash
from db.repositories.specifications import definitions
from services.collections import an_entry, an_option
from services.indexing import (
    a_shelf,
    claimed,
    edit,
    follow,
    index_rows,
    indexed,
    plant,
    put,
    redefine,
    specification,
)
from services.rows import THEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.database import Database
    from services.indexing import Shelf

ROUNDS = 20 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 3
RACERS = 20
SERIAL = {"key": "serial", "unique": True}


async def test_what_fits_is_found(db: Database) -> None:
    shelf = await a_shelf(
        db,
        {"key": "brand"},
        {"key": "colours", "type": "MULTI_ENUM", "options": [an_option("red"), an_option("black")]},
        {"key": "year", "type": "INTEGER"},
        {"key": "note", "filterable": False},
    )
    long = "Ä" * 300
    await put(db, shelf, {"brand": "Leica", "colours": {"options": ["red", "black"]}, "year": "old", "note": "mine"})
    await put(db, shelf, {"brand": long, "year": {"integer": 1954}})
    rows = await index_rows(db)
    assert [row[:3] for row in rows if not row[3]] == [
        ("brand", "leica", "PUBLIC"),
        ("colours", "black", "PUBLIC"),
        ("colours", "red", "PUBLIC"),
        ("year", "1531954", "PUBLIC"),
    ]
    [(key, value, audience, text)] = [row for row in rows if row[3]]
    assert (key, value[:200], audience, text) == ("brand", "ä" * 200, "PUBLIC", "ä" * 300)
    assert await claimed(db) == []


async def test_the_index_knows_who_sees_an_item(db: Database) -> None:
    shelf = await a_shelf(db, {"key": "brand"})
    [item] = await put(db, shelf, {"brand": "Leica"}, visibility="PRIVATE")
    assert await index_rows(db) == [("brand", "leica", "PRIVATE", None)]
    await edit(db, item, visibility="MEMBERS")
    assert await index_rows(db) == [("brand", "leica", "MEMBERS", None)]
    await edit(db, item, deleted_at=THEN)
    assert await index_rows(db) == [("brand", "leica", "DELETED", None)]


async def test_values_that_change_or_go_leave_nothing_behind(db: Database) -> None:
    shelf = await a_shelf(db, {"key": "brand"}, {"key": "year", "type": "INTEGER"})
    item, other = await put(db, shelf, {"brand": "Leica", "year": "1954"}, {"brand": "Leica"})
    brand = await specification(db, shelf.specifications["brand"])
    await edit(db, item, specification_values={brand.id: an_entry(brand._asdict(), "Contax")})
    assert await indexed(db, brand.edition_id) == [("contax", item), ("leica", other)]
    await edit(db, item, specification_values={})
    assert await index_rows(db) == [("brand", "leica", "PUBLIC", None)]


async def test_while_an_edition_is_built_both_are_written_each_under_its_own_definition(db: Database) -> None:
    shelf = await a_shelf(db, {"key": "year"})
    [old] = await put(db, shelf, {"year": "1954"})
    await redefine(db, shelf.specifications["year"], type="INTEGER")
    [new] = await put(db, shelf, {"year": "1931"})
    await edit(db, old, visibility="PRIVATE")
    row = await specification(db, shelf.specifications["year"])
    assert await indexed(db, row.edition_id) == [("1931", new), ("1954", old)]
    assert await indexed(db, row.next_edition_id) == [("1531931", new), ("1531954", old)]


async def test_what_is_outdated_is_left_to_who_still_reads_it(db: Database) -> None:
    shelf = await a_shelf(db, {"key": "brand"})
    [item] = await put(db, shelf, {"brand": "Leica"})
    brand = await specification(db, shelf.specifications["brand"])
    async with db.transaction() as tx:
        await tx.editions.drop(brand.id, now=THEN)
    await edit(db, item, specification_values={brand.id: an_entry(brand._asdict(), "Contax")})
    assert await indexed(db, brand.edition_id) == [("leica", item)]


async def test_what_is_outdated_is_shown_to_nobody_who_may_not_see_the_item_any_more(db: Database) -> None:
    shelf = await a_shelf(db, {"key": "brand"})
    item, other = await put(db, shelf, {"brand": "Leica"}, {"brand": "Contax"})
    async with db.transaction() as tx:
        await tx.editions.drop(shelf.specifications["brand"], now=THEN)
    await edit(db, item, visibility="PRIVATE")
    assert await index_rows(db) == [("brand", "contax", "PUBLIC", None), ("brand", "leica", "PRIVATE", None)]
    await edit(db, other, deleted_at=THEN)
    assert await index_rows(db) == [("brand", "contax", "DELETED", None), ("brand", "leica", "PRIVATE", None)]


async def test_a_moved_item_is_found_by_what_its_new_category_asks(db: Database) -> None:
    here = await a_shelf(db, {"key": "brand"}, {"key": "mount"})
    there = await a_shelf(db, {"key": "brand"}, {"key": "mount", "type": "BOOLEAN"})
    [item] = await put(db, here, {"brand": "Leica", "mount": "M"})
    await edit(db, item, category_id=there.category)
    brand, mount = [await specification(db, there.specifications[key]) for key in ("brand", "mount")]
    assert await indexed(db, brand.edition_id) == [("leica", item)]
    assert await indexed(db, mount.edition_id) == []
    assert await index_rows(db) == [("brand", "leica", "PUBLIC", None)]


async def test_a_unique_value_is_one_items_alone(db: Database) -> None:
    shelf = await a_shelf(db, SERIAL)
    serial = shelf.specifications["serial"]
    [first] = await put(db, shelf, {"serial": "No 1"})
    async with db.transaction() as tx:
        second, third = await plant(tx, shelf, {"serial": "no 1"}, {"serial": "No 3"})
        assert await follow(tx, second, third) == [Clash(second, serial)]
    assert await claimed(db) == [("no 1", first), ("no 3", third)]


async def test_a_value_twice_among_new_items_is_the_firsts(db: Database) -> None:
    shelf = await a_shelf(db, SERIAL)
    async with db.transaction() as tx:
        first, second = await plant(tx, shelf, {"serial": "No 1"}, {"serial": "No 1"})
        assert await follow(tx, first, second) == [Clash(second, shelf.specifications["serial"])]
    assert await claimed(db) == [("no 1", first)]


async def test_two_items_may_change_values_with_each_other(db: Database) -> None:
    shelf = await a_shelf(db, SERIAL)
    first, second = await put(db, shelf, {"serial": "No 1"}, {"serial": "No 2"})
    row = (await specification(db, shelf.specifications["serial"]))._asdict()
    async with db.transaction() as tx:
        for item, number in ((first, "No 2"), (second, "No 1")):
            await tx.items.note(item, specification_values={row["id"]: an_entry(row, number)})
        assert await follow(tx, first, second) == []
    assert await claimed(db) == [("no 1", second), ("no 2", first)]


async def test_deleted_items_let_their_values_go_and_may_miss_them_when_restored(db: Database) -> None:
    shelf = await a_shelf(db, SERIAL)
    [first] = await put(db, shelf, {"serial": "No 1"})
    assert await edit(db, first, deleted_at=THEN) == []
    [second] = await put(db, shelf, {"serial": "No 1"})
    assert await claimed(db) == [("no 1", second)]
    assert await edit(db, first, deleted_at=None) == [Clash(first, shelf.specifications["serial"])]
    assert await claimed(db) == [("no 1", second)]


async def test_what_does_not_fit_is_nobodys_alone(db: Database) -> None:
    shelf = await a_shelf(db, {"key": "number", "type": "INTEGER", "unique": True, "filterable": False})
    await put(db, shelf, {"number": "one"}, {"number": "one"}, {})
    assert (await claimed(db), await index_rows(db)) == ([], [])


async def test_a_definition_that_becomes_unique_claims_what_is_there(db: Database) -> None:
    shelf = await a_shelf(db, {"key": "serial"}, {"key": "body", "unique": True})
    told = (("1", "a"), ("2", "b"), ("1", "c"))
    items = await put(db, shelf, *({"serial": serial, "body": body} for serial, body in told))
    [gone] = await put(db, shelf, {"serial": "4"}, deleted_at=THEN)
    serial = shelf.specifications["serial"]
    async with db.transaction() as tx:
        await tx.specifications.change(serial, now=THEN, unique=True)
        known = await tx.specifications.kept([shelf.category])
        [unique] = [one for one in definitions(known[shelf.category]) if one.id == serial]
        rows = await tx.items.below(INDEXED, shelf.category, None, 10)
        assert [row.id for row in rows] == [*items, gone]
        assert await tx.indexed_values.claim_all(unique, rows, known) == [Clash(items[2], serial)]
    bodies = [(value, item) for item, value in zip(items, "abc", strict=True)]
    assert sorted(await claimed(db)) == sorted([*bodies, ("1", items[0]), ("2", items[1])])
    async with db.transaction() as tx:
        await tx.indexed_values.release(serial)
    assert await claimed(db) == bodies


async def test_goes_through_a_branch_in_the_order_of_ids(db: Database) -> None:
    shelf = await a_shelf(db)
    below = await a_shelf(db, parent=shelf.category)
    elsewhere = await a_shelf(db)
    items: list[str] = []
    for place in range(6):
        await put(db, elsewhere, {})
        items += await put(db, (shelf, below)[place % 2], {}, deleted_at=THEN if place == 3 else None)
    reader = db.read().items
    assert await reader.count_below(shelf.category) == 6
    assert await reader.ids_below(shelf.category, None, 4) == items[:4]
    assert await reader.ids_below(shelf.category, items[3], 4) == items[4:]
    assert [row.id for row in await reader.below(INDEXED, shelf.category, items[1], 3)] == items[2:5]
    assert await reader.below(INDEXED, shelf.category, items[5], 4) == []


async def test_thousands_take_as_few_statements_as_one(db: Database) -> None:
    told = [{"key": f"s{place}"} for place in range(4)]
    shelf = await a_shelf(db, *told, SERIAL)
    await put(db, shelf, {"s0": "x"})
    await redefine(db, shelf.specifications["s0"], type="INTEGER")
    counts = [await _statements(db, shelf, number) for number in (1, 40)]
    assert counts[0] == counts[1] <= 8


async def test_of_twenty_who_want_one_value_at_once_one_gets_it(database_url: str, db: Database) -> None:
    shelf = await a_shelf(db, SERIAL)
    serial = shelf.specifications["serial"]
    async with open_database(database_url, RACERS) as racing:
        for turn in range(ROUNDS):
            async with db.transaction() as tx:
                items = await plant(tx, shelf, *[{"serial": f"No {turn}"}] * RACERS)
            clashes = await asyncio.gather(*(_claim(racing, item) for item in items))
            [winner] = [item for item, found in zip(items, clashes, strict=True) if not found]
            assert clashes == [[] if item == winner else [Clash(item, serial)] for item in items]
            assert (f"no {turn}", winner) in await claimed(db)
    assert len(await claimed(db)) == ROUNDS


async def _claim(db: Database, item: str) -> Sequence[Clash]:
    async with db.transaction() as tx:
        return await follow(tx, item)


async def _statements(db: Database, shelf: Shelf, number: int) -> int:
    values = [{f"s{place}": str(one) for place in range(4)} | {"serial": f"{number} {one}"} for one in range(number)]
    async with db.transaction() as tx:
        items = await plant(tx, shelf, *values)
        rows, known = await tx.items.all_locked(items), await tx.specifications.kept([shelf.category])
        tally = Tally()
        token = TALLY.set(tally)
        assert await tx.indexed_values.follow(rows, known) == []
        TALLY.reset(token)
    return tally.statements
