"""The demo studio's collections: entered by the rules, of every type and for every audience, and once only."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from db.models import Base
from demo.cabinets import CABINETS, COLLECTIONS
from demo.catalogue import categories as branches
from demo.catalogue import members
from demo.collections import categories, items, specifications, write_collections
from rules.checking import checked
from rules.items import CHECKS as ITEM_CHECKS
from rules.specification_inputs import CHECKS, problems
from rules.specification_values import value_of
from rules.specifications import definition

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from db.connection import Row
    from db.database import Database

EPOCH = datetime(2026, 3, 8, 10, 0, tzinfo=UTC)
ITEMS = [row for _, row in items(EPOCH)]
SPECIFICATIONS = {row["id"]: row for row in specifications(EPOCH)}
TYPES = {"TEXT", "INTEGER", "DECIMAL", "BOOLEAN", "DATE", "ENUM", "MULTI_ENUM", "URL", "QUANTITY"}
TABLES = (
    "categories", "specifications", "specification_editions", "items", "indexed_values", "unique_values", "events",
)  # fmt: skip


async def test_forty_things_are_written_with_all_by_which_they_are_found(db: Database) -> None:
    await _written(db)

    written = await _contents(db)
    assert {name: len(rows) for name, rows in written.items()} == {
        "categories": 46 + 4,
        "specifications": 20,
        "specification_editions": 19,
        "items": 40,
        "indexed_values": 301,
        "unique_values": 14 + 12 + 13,
        "events": 0,
    }
    assert {edition.whole_at for edition in written["specification_editions"]} == {EPOCH}
    assert max(written["categories"], key=lambda row: (row.parent_id is None, row.position)).slug == COLLECTIONS


async def test_writing_again_changes_nothing(db: Database) -> None:
    await _written(db)
    before = await _contents(db)

    async with db.transaction() as tx:
        await write_collections(tx, EPOCH + timedelta(days=1))

    assert await _contents(db) == before


def test_a_founding_decides_all_of_an_item() -> None:
    assert items(EPOCH) == items(EPOCH)
    assert {row["id"] for _, row in items(EPOCH + timedelta(days=1))} == {row["id"] for row in ITEMS}
    assert len({row["id"] for row in ITEMS}) == len(ITEMS) == 40


@pytest.mark.parametrize("row", SPECIFICATIONS.values(), ids=lambda row: str(row["key"]))
def test_every_specification_is_one_that_staff_could_have_added(row: dict[str, object]) -> None:
    given = {name: row[name] for name in CHECKS}

    assert checked(given, CHECKS) == (given, [])
    assert problems(row) == []


def test_every_item_is_one_that_a_member_could_have_entered() -> None:
    people = {member.row["id"] for member in members(EPOCH)}
    names = ITEM_CHECKS.keys() & ITEMS[0].keys()

    for row in ITEMS:
        given = {name: row[name] for name in names}
        assert checked(given, ITEM_CHECKS) == (given, [])
        assert row["owner_id"] in people


def test_all_types_are_asked_for_and_every_value_fits() -> None:
    entries = [(SPECIFICATIONS[under], entry) for row in ITEMS for under, entry in row["specification_values"].items()]

    assert {asked["type"] for asked, _ in entries} == TYPES
    assert all(value_of(entry, definition(asked)).fits for asked, entry in entries)
    assert {len(entry["content"]["date"]) for asked, entry in entries if asked["type"] == "DATE"} == {4, 7, 10}


def test_there_is_something_for_every_audience() -> None:
    found = Counter((_slug(row), row["visibility"]) for row in ITEMS)

    for cabinet in CABINETS:
        assert found[cabinet.slug, "PUBLIC"] > found[cabinet.slug, "PRIVATE"] > 0
        assert found[cabinet.slug, "MEMBERS"] > 0


def test_things_were_entered_before_the_founding_and_acquired_before_that() -> None:
    moments = [(row["acquired_on"], entered_at) for entered_at, row in items(EPOCH)]

    assert all(acquired_on <= entered_at.date() for acquired_on, entered_at in moments)
    assert [entered_at for _, entered_at in moments] == sorted({entered_at for _, entered_at in moments})
    assert moments[-1][1] < EPOCH


async def _written(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.categories.add(branches(EPOCH))
        await tx.users.add([member.row for member in members(EPOCH)])
        await write_collections(tx, EPOCH)


async def _contents(db: Database) -> dict[str, list[Row]]:
    return {name: await db.read().connection.all(_rows, name) for name in TABLES}


def _rows(name: str) -> Executable:
    table = Base.metadata.tables[name]
    return select(table).order_by(*table.primary_key)


def _slug(item: dict[str, object]) -> str:
    return next(str(row["slug"]) for row in categories(EPOCH) if row["id"] == item["category_id"])
