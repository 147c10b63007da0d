"""Items from files: what is exported and brought back changes nothing, and where a row is wrong nothing is written."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, select, update

from db.item_import import batches
from db.item_writing import edit_items
from db.sources import ITEM_URLS, ITEMS
from db.types import Id
from graph.item_files import AT_ONCE
from rules.item_files import FileRow
from services.accounts import an_account
from services.item_files import (
    BELOW,
    CATEGORY,
    ELSEWHERE,
    VALUES,
    a_file,
    brought,
    counted,
    define_types,
    exported,
    refused,
    rows_of,
)
from services.item_mutations import written
from services.rows import THEN

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

WHOLE = {
    "external": "K-1",
    "name": "Leica M3",
    "description": '=SUM(A1), with\n"quotes"',
    "condition": "GOOD",
    "quantity": "2",
    "visibility": "PUBLIC",
    "acquired_on": "2020-02-29",
    "price": "1200000",
    "currency": "KRW",
    **VALUES,
    "urls": "https://studio.example/a\nhttps://studio.example/b With, a label",
}
LEAST = dict.fromkeys(WHOLE, "") | {"name": "Leica M6", "quantity": "1", "visibility": "PRIVATE"}


@pytest.fixture
async def member(server: Server, db: Database) -> Account:
    return await an_account(server, db)


@pytest.fixture(autouse=True)
async def types(db: Database) -> dict[str, str]:
    """The ids of definitions by key."""
    return await define_types(db)


async def test_what_is_exported_changes_nothing_when_it_is_brought_back(
    server: Server, db: Database, member: Account
) -> None:
    assert brought(server, member, a_file(WHOLE, {"name": "Leica M6"})) == counted(created=2)
    file, before = exported(server, member), await written(db)
    assert [{name: row[name] for name in WHOLE} for row in rows_of(file)] == [WHOLE, LEAST]
    assert brought(server, member, file) == counted(unchanged=2)
    assert await written(db) == before


async def test_a_change_is_written_once(server: Server, db: Database, member: Account) -> None:
    brought(server, member, a_file(WHOLE, {"name": "Leica M6"}))
    first, second = rows_of(exported(server, member))
    other = {
        "description": "",
        "condition": "poor",
        "quantity": "0",
        "acquired_on": "",
        "price": "12.5",
        "currency": "usd",
        "aperture": "1.4",
        "mount": "Screw",
        "finish": "black",
        "weight": "",
        "urls": "https://studio.example/b",
    }
    file = a_file(first | other, second | {"visibility": "MEMBERS"})
    assert brought(server, member, file, dry_run=True) == counted(updated=2)
    assert rows_of(exported(server, member)) == [first, second]
    assert brought(server, member, file) == counted(updated=2)
    as_written = other | {"condition": "POOR", "price": "12.50", "currency": "USD", "mount": "screw"}
    assert rows_of(exported(server, member)) == [first | as_written, second | {"visibility": "MEMBERS"}]
    before = await written(db)
    assert brought(server, member, file) == counted(unchanged=2)
    assert await written(db) == before


async def test_columns_that_are_missing_leave_things_alone(server: Server, member: Account) -> None:
    brought(server, member, a_file(WHOLE))
    assert brought(server, member, a_file({"external": "K-1", "quantity": "7"})) == counted(updated=1)
    assert brought(server, member, a_file({"external": "K-1", "price": "5"})) == counted(updated=1)
    (row,) = rows_of(exported(server, member))
    assert {name: row[name] for name in WHOLE} == WHOLE | {"quantity": "7", "price": "5"}


async def test_links_that_stay_are_the_same_links(server: Server, db: Database, member: Account) -> None:
    brought(server, member, a_file(WHOLE))
    before = {row.url: row.id for row in await db.read().connection.all(_links)}
    urls = "https://studio.example/c\nhttps://studio.example/a Now with a label"
    assert brought(server, member, a_file({"external": "K-1", "urls": urls})) == counted(updated=1)
    after = {row.url: row.id for row in await db.read().connection.all(_links)}
    assert after == {"https://studio.example/c": after["https://studio.example/c"]} | {
        "https://studio.example/a": before["https://studio.example/a"]
    }


async def test_residue_is_exported_and_stays(
    server: Server, db: Database, member: Account, types: dict[str, str]
) -> None:
    brought(server, member, a_file({"name": "M3", "shutter": "12", "film": "135"}), category=BELOW)
    async with db.transaction() as tx:
        await tx.specifications.change(types["shutter"], type="BOOLEAN", now=THEN)
        (item,) = await tx.connection.all(_items)
        await edit_items(tx, [(item, {"category_id": ELSEWHERE})], await tx.specifications.kept([ELSEWHERE]), now=THEN)
    for category in (ELSEWHERE, CATEGORY, BELOW):
        slug = {ELSEWHERE: "elsewhere", CATEGORY: "cameras", BELOW: "film-cameras"}[category]
        async with db.transaction() as tx:
            await tx.connection.run(_move, category_id=category)
        file, before = exported(server, member, slug), await written(db)
        (row,) = rows_of(file)
        assert (row["shutter"], row["film"]) == ("12", "135")
        assert brought(server, member, file, category=category) == counted(unchanged=1)
        assert await written(db) == before
    assert brought(server, member, a_file(row | {"film": "120"}), category=BELOW) == counted(updated=1)
    (row,) = rows_of(exported(server, member))
    assert (row["shutter"], row["film"]) == ("12", "120")


async def test_a_value_and_residue_under_one_key_are_both_exported(
    server: Server, db: Database, member: Account
) -> None:
    brought(server, member, a_file({"name": "M3", "brand": "Leica"}))
    async with db.transaction() as tx:
        (item,) = await tx.connection.all(_items)
        stray = {"key": "brand", "type": "INTEGER", "content": {"integer": 7}}
        entries = item.specification_values | {"f" * 32: stray}
        known = await tx.specifications.kept([item.category_id])
        await edit_items(tx, [(item, {"specification_values": entries})], known, now=THEN)
    file, before = exported(server, member), await written(db)
    (row,) = rows_of(file)
    assert (row["brand"], row["brand:2"]) == ("Leica", "7")
    assert brought(server, member, file) == counted(unchanged=1)
    message = "Items of this category have no specification with this key."
    assert brought(server, member, a_file(row | {"brand:2": "8"})) == refused((2, "NOT_FOUND", "brand:2", message))
    assert await written(db) == before


async def test_a_unique_value_passes_from_one_item_to_another(server: Server, member: Account) -> None:
    brought(server, member, a_file({"name": "A", "external": "a", "serial": "1"}))
    file = a_file({"external": "b", "name": "B", "serial": "1"}, {"external": "a", "name": "A", "serial": "2"})
    assert brought(server, member, file) == counted(created=1, updated=1)


async def test_an_item_stays_where_it_is_below_the_category(server: Server, member: Account) -> None:
    brought(server, member, a_file({"name": "A", "external": "a", "film": "135"}), category=BELOW)
    assert brought(server, member, a_file({"external": "a", "film": "120"})) == counted(updated=1)
    assert [row["film"] for row in rows_of(exported(server, member, "film-cameras"))] == ["120"]


async def test_the_same_file_may_come_again(server: Server, db: Database, member: Account) -> None:
    whole = WHOLE | {"quantity": "2.0", "mount": "M mount", "shutter": "12.0"}
    file = a_file(whole, dict.fromkeys(WHOLE, "") | {"name": "Leica M6", "external": "K-2", "price": "5"})
    assert brought(server, member, file) == counted(created=2)
    before = await written(db)
    assert brought(server, member, file) == counted(unchanged=2)
    assert await written(db) == before


async def test_a_unique_value_is_free_once_an_earlier_row_has_let_it_go(server: Server, member: Account) -> None:
    brought(server, member, a_file({"name": "A", "external": "a", "serial": "1"}))
    between = ({"name": f"Item {number}"} for number in range(AT_ONCE))
    file = a_file({"external": "a", "name": "A", "serial": "2"}, *between, {"name": "B", "serial": "1"})
    assert brought(server, member, file, dry_run=True) == counted(created=AT_ONCE + 1, updated=1)
    assert brought(server, member, file) == counted(created=AT_ONCE + 1, updated=1)


async def test_a_dry_run_needs_nobody_to_wait(server: Server, db: Database, member: Account) -> None:
    brought(server, member, a_file({"name": "A", "external": "a"}))
    async with db.transaction() as tx:
        (item,) = await tx.connection.all(_items)
        await tx.users.locked(member.id)
        await tx.items.note(item.id, quantity=7)
        file = a_file({"external": "a", "name": "A"}, {"name": "B", "external": "b"})
        answer = await to_thread(brought, server, member, file, dry_run=True)
    assert answer == counted(created=1, unchanged=1)


async def test_large_rows_leave_others_their_turn() -> None:
    rows = (FileRow(number, {"name": "x" * 20_000}) for number in range(2, 9))
    assert [[row.number for row in batch] async for batch in batches(rows, 100)] == [[2, 3], [4, 5], [6, 7], [8]]


async def test_five_thousand_rows_are_taken_in_time(server: Server, member: Account) -> None:
    rows = [{"name": f"Camera {n}", "external": f"K-{n}", **VALUES, "serial": str(n)} for n in range(5_000)]
    file = a_file(*rows)
    assert brought(server, member, file) == counted(created=5_000)
    assert brought(server, member, file) == counted(unchanged=5_000)


def _links() -> Executable:
    return select(ITEM_URLS.table)


def _items() -> Executable:
    return select(ITEMS.table)


def _move() -> Executable:
    return update(ITEMS.table).values(category_id=bindparam("category_id", type_=Id()))
