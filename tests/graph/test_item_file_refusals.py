"""Files of items that are refused: each row with its reason, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from services.accounts import an_account
from services.item_files import (
    ELSEWHERE,
    VALUES,
    a_file,
    bring,
    brought,
    counted,
    define_types,
    exported,
    refused,
    rows_of,
)
from services.item_mutations import DELETE, NOT_THERE, written
from services.rows import THEN

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

WHOLE = {"external": "K-1", "name": "Leica M3", **VALUES}
COMMAND = "For more, on the server: studiograph items import FILE --category SLUG --owner USERNAME"
WRONG = (
    "id,external,name,condition,quantity,visibility,acquired_on,price,currency,serial,shutter,film,urls\n"
    "Item_00000000000000000000000000000000,,A,,,,,,,,,,\n"
    ",,,,,,,,,,,,\n"
    ",,,SHINY,many,,yesterday,cheap,,,12.5,135,ftp://studio.example\n"
    ',,"two\nlines",,-1,SECRET,2026-02-30,-5,XXX,-7e1,,,\n'
    ",K-2,Good,,,,,,,,,,\n"
    ",K-2,Again,,,,,,,,,,\n"
    ",,Too long,,,,,,,,,,,surplus\n"
)
UNKNOWN = "These columns are neither fields of items nor keys of specifications here"
KNOWN = (
    "There are id, external, name, description, condition, quantity, visibility, acquired_on, price, currency, urls, "
    "brand, serial, shutter, aperture, boxed, made, mount, finish, manual, weight, film."
)


@pytest.fixture
async def member(server: Server, db: Database) -> Account:
    return await an_account(server, db)


@pytest.fixture(autouse=True)
async def types(db: Database) -> dict[str, str]:
    """The ids of definitions by key."""
    return await define_types(db)


async def test_tells_each_row_that_is_wrong_and_writes_nothing(server: Server, db: Database, member: Account) -> None:
    brought(server, member, a_file(WHOLE))
    before = await written(db)
    options = "There is no such option: choose from {}."
    expected = refused(
        (2, "NOT_FOUND", "id", NOT_THERE),
        (4, "REQUIRED", "name", "This is needed: give a value, or leave the field out."),
    )
    answer = brought(server, member, WRONG)
    assert [(error["row"], error["code"], *error["path"]) for error in answer["rowErrors"]] == [
        (2, "NOT_FOUND", "id"),
        (4, "REQUIRED", "name"),
        (4, "INVALID", "condition"),
        (4, "INVALID", "quantity"),
        (4, "INVALID", "acquired_on"),
        (4, "INVALID", "urls"),
        (4, "INVALID", "price"),
        (4, "INVALID", "shutter"),
        (4, "NOT_FOUND", "film"),
        (5, "INVALID", "name"),
        (5, "OUT_OF_RANGE", "quantity"),
        (5, "INVALID", "visibility"),
        (5, "INVALID", "acquired_on"),
        (5, "INVALID", "currency"),
        (5, "NOT_UNIQUE", "serial"),
        (7, "CONFLICT", "external"),
        (8, "INVALID"),
    ]
    assert answer | {"rowErrors": []} == counted()
    assert (answer["rowErrors"][0], answer["rowErrors"][1]) == tuple(expected["rowErrors"])
    assert answer["rowErrors"][2]["message"] == options.format("NEW, EXCELLENT, GOOD, FAIR, POOR")
    assert answer["rowErrors"][-2]["message"] == "Row 6 is about the same item: leave one of them away."
    assert await written(db) == before


@pytest.mark.parametrize("dry_run", [True, False])
async def test_unique_values_are_refused_whoever_has_them(
    server: Server, db: Database, member: Account, *, dry_run: bool
) -> None:
    other = await an_account(server, db, name="other")
    brought(server, other, a_file({"name": "M3", "serial": "700"}))
    before = await written(db)
    file = a_file({"name": "A", "serial": "700"}, {"name": "B", "serial": "701"}, {"name": "C", "serial": "701"})
    message = "Another item has this Serial number already: give another one."
    expected = refused((2, "NOT_UNIQUE", "serial", message), (4, "NOT_UNIQUE", "serial", message))
    assert brought(server, member, file, dry_run=dry_run) == expected
    assert await written(db) == before


async def test_required_values_are_needed_by_new_items_only(
    server: Server, db: Database, member: Account, types: dict[str, str]
) -> None:
    brought(server, member, a_file({"name": "A", "external": "a"}))
    async with db.transaction() as tx:
        await tx.specifications.change(types["brand"], required=True, now=THEN)
    assert brought(server, member, a_file({"external": "a", "name": "B", "brand": ""})) == counted(updated=1)
    message = "Brand is needed: give a value under the key brand."
    assert brought(server, member, a_file({"name": "C"})) == refused((2, "REQUIRED", "brand", message))


async def test_tells_a_hundred_errors_and_how_many_more(server: Server, member: Account) -> None:
    file = a_file(*({"name": "A", "quantity": "x"} for _ in range(103)))
    errors = brought(server, member, file)["rowErrors"]
    assert [error["row"] for error in errors] == [*range(2, 102), 101]
    more = {"code": "INVALID", "path": [], "message": "3 more errors are not listed: mend these first."}
    assert errors[-1] == {"row": 101, **more}


async def test_others_items_are_not_there_but_for_staff(server: Server, db: Database, member: Account) -> None:
    staff = await an_account(server, db, "STAFF", name="staff")
    brought(server, member, a_file({"name": "M3", "external": "a", "visibility": "PUBLIC"}))
    other, (row,) = await an_account(server, db, name="other"), rows_of(exported(server, member))
    before = await written(db)
    assert brought(server, other, a_file(row | {"name": "Mine"})) == refused((2, "NOT_FOUND", "id", NOT_THERE))
    assert await written(db) == before
    assert brought(server, other, a_file({"name": "Mine", "external": "a"})) == counted(created=1)
    assert brought(server, staff, a_file(row | {"name": "Tended"})) == counted(updated=1)
    assert rows_of(exported(server, member)) == [row | {"name": "Tended"}]


async def test_an_external_name_belongs_to_one_item_of_an_owner(server: Server, db: Database, member: Account) -> None:
    brought(server, member, a_file({"name": "A", "external": "a"}, {"name": "B", "external": "b"}))
    first, _ = rows_of(exported(server, member))
    before = await written(db)
    taken = (2, "NOT_UNIQUE", "external", "Another item has this external name already.")
    assert brought(server, member, a_file(first | {"external": "b"})) == refused(taken)
    assert await written(db) == before
    assert brought(server, member, a_file(first | {"external": ""})) == counted(updated=1)
    assert brought(server, member, a_file({"name": "A again", "external": "a"})) == counted(created=1)


@pytest.mark.parametrize("dry_run", [True, False])
async def test_an_item_of_another_category_is_not_moved(
    server: Server, db: Database, member: Account, *, dry_run: bool
) -> None:
    brought(server, member, a_file({"name": "B", "external": "b"}), category=ELSEWHERE)
    (row,) = rows_of(exported(server, member, "elsewhere"))
    before = await written(db)
    message = "This item is in another category: import the file there, or move it with updateItem."
    for column in ("id", "external"):
        file = a_file({column: row[column], "name": "C"})
        assert brought(server, member, file, dry_run=dry_run) == refused((2, "CONFLICT", column, message))
    assert await written(db) == before


async def test_the_column_that_is_wrong_is_named(server: Server, db: Database, member: Account) -> None:
    brought(server, member, a_file({"name": "A", "external": "a"}))
    before = await written(db)
    number = "This is no id of an item here: what you call it yourself goes into the column external."
    assert brought(server, member, a_file({"id": "41", "name": "B"})) == refused((2, "INVALID", "id", number))
    twice = "Row 2 is about the same item: leave one of them away."
    file = a_file({"external": "a", "name": "B"}, {"external": "a", "name": "C"})
    assert brought(server, member, file) == refused((3, "CONFLICT", "external", twice))
    assert await written(db) == before


async def test_a_deleted_item_is_neither_changed_nor_exported(server: Server, db: Database, member: Account) -> None:
    brought(server, member, a_file({"name": "A", "external": "a"}))
    (row,) = rows_of(exported(server, member))
    server.ask(DELETE, headers=member.headers, id=row["id"])
    before = await written(db)
    message = "This item is deleted: restore it first."
    assert brought(server, member, a_file(row | {"name": "B"})) == refused((2, "STATE", "id", message))
    named = a_file({"name": "B", "external": "a"})
    assert brought(server, member, named) == refused((2, "STATE", "external", message))
    assert await written(db) == before
    assert rows_of(exported(server, member)) == []


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"name\n\xff", ("INVALID", "This file is not in UTF-8: save it as CSV UTF-8.")),
        (b"", ("INVALID", "The first row of the file has to name its columns.")),
        (b"name,name\nM3,M3", ("CONFLICT", "The file names columns twice: name.")),
        (b"name,colour,Price,size\nM3,red,5,big", ("INVALID", f"{UNKNOWN}: colour, size. {KNOWN}")),
        (b"name," + b"x" * 65 + b"\nM3,red", ("INVALID", f"{UNKNOWN}: {'x' * 64}. {KNOWN}")),
        (b"name\n" + b"M3\n" * 5_001, ("TOO_LARGE", f"A file may have at most 5000 rows here. {COMMAND}")),
        (b"name\n" + b"x" * 20_000_000, ("TOO_LARGE", f"A file may have at most 20 MB here. {COMMAND}")),
    ],
    ids=["encoding", "empty", "twice", "unknown", "unknown-long", "rows", "bytes"],
)
async def test_refuses_a_file_that_is_none(
    server: Server, db: Database, member: Account, file: bytes, reason: tuple[str, str]
) -> None:
    before = await written(db)
    answer = brought(server, member, file)
    (error,) = answer["userErrors"]
    assert ((error["code"], error["message"]), error["path"]) == (reason, ["file"])
    assert answer | {"userErrors": []} == counted()
    assert await written(db) == before


async def test_refuses_a_category_that_is_not_there(server: Server, member: Account) -> None:
    answer = brought(server, member, a_file({"name": "A"}), category="0" * 32)
    assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [("NOT_FOUND", ["categoryId"])]


async def test_files_are_for_members(server: Server, db: Database) -> None:
    before = await written(db)
    answer = bring(server.client, None, a_file({"name": "A"})).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert await written(db) == before
