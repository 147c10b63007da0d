"""Adding, changing, archiving and restoring specifications."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from rules.specification_inputs import MAX_OF_A_CATEGORY
from services.accounts import an_account
from services.at_once import at_once
from services.collections import a_specification, an_option, define
from services.rows import a_category
from services.specification_mutations import (
    ADD,
    ARCHIVE,
    NEWBORN,
    RESTORE,
    TEXT,
    UPDATE,
    an_error,
    an_impact,
    answer_of,
    audited,
    codes,
    done,
    id_of,
    written,
)

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

COLOUR = {
    "key": "colour",
    "label": " Colour ",
    "type": "ENUM",
    "options": [{"key": "red", "label": "Red"}, {"key": "blue", "label": "Blue", "archived": True}],
    "required": True,
    "filterable": True,
    "position": 7,
}
ARCHIVED = "This specification is archived: restore it first."
ARCHIVED_ALREADY = "This specification is archived already."
TAKEN = "A specification of this category, or of one above or below it, has this key already: choose another."
NOT_THERE = "There is no such thing, or it is not yours to see."


@pytest.fixture
async def staff(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="STAFF")


@pytest.fixture
async def cameras(db: Database) -> dict[str, Any]:
    """A category."""
    row = a_category("Cameras")
    await _plant(db, row)
    return row


async def test_adds_a_specification(server: Server, db: Database, staff: Account, cameras: dict[str, Any]) -> None:
    place = id_of(cameras, "Category")
    answer = answer_of(server, ADD, staff, id=place, input=TEXT)
    made = answer["specification"]
    assert answer == {
        "specification": NEWBORN | {"id": made["id"]},
        "category": {"id": place},
        "impact": an_impact(0, 0, 0),
        "userErrors": [],
    }
    assert await audited(db) == [
        (
            "specification.added",
            [
                {"field": "archived", "before": None, "after": "false"},
                {"field": "categoryId", "before": None, "after": place},
                {"field": "filterable", "before": None, "after": "false"},
                {"field": "key", "before": None, "after": "brand"},
                {"field": "label", "before": None, "after": "Brand"},
                {"field": "position", "before": None, "after": "0"},
                {"field": "required", "before": None, "after": "false"},
                {"field": "type", "before": None, "after": "TEXT"},
                {"field": "unique", "before": None, "after": "false"},
            ],
        )
    ]


async def test_adds_one_with_all_that_it_can_have(server: Server, staff: Account, cameras: dict[str, Any]) -> None:
    place = id_of(cameras, "Category")
    made = done(server, ADD, staff, id=place, input=COLOUR)
    options = [
        {"key": "red", "label": "Red", "archived": False}, {"key": "blue", "label": "Blue", "archived": True},
    ]  # fmt: skip
    assert made == NEWBORN | COLOUR | {"id": made["id"], "label": "Colour", "options": options}
    weight = {"key": "weight", "label": "Weight", "type": "QUANTITY", "unit": "KG", "min": "0.5", "max": "12.50"}
    made = done(server, ADD, staff, id=place, input=weight | {"unique": True})
    assert made == NEWBORN | weight | {"id": made["id"], "unit": "kg", "unique": True, "position": 8}


async def test_tells_all_that_is_wrong_at_once(
    server: Server, db: Database, staff: Account, cameras: dict[str, Any]
) -> None:
    before = await written(db)
    given = {
        "key": "Bad key",
        "label": " ",
        "type": "QUANTITY",
        "unit": "stone",
        "options": [{"key": "A", "label": ""}, {"key": "a--b", "label": "x"}],
        "maxLength": 0,
        "position": -1,
    }
    answer = answer_of(server, ADD, staff, id=id_of(cameras, "Category"), input=given)
    assert codes(answer) == [
        ("INVALID", "input.key"), ("TOO_SHORT", "input.label"), ("INVALID", "input.unit"),
        ("INVALID", "input.options.0.key"), ("TOO_SHORT", "input.options.0.label"), ("INVALID", "input.options.1.key"),
        ("OUT_OF_RANGE", "input.maxLength"), ("OUT_OF_RANGE", "input.position"),
    ]  # fmt: skip
    assert (answer["specification"], answer["category"], answer["impact"]) == (None, None, None)
    assert await written(db) == before


@pytest.mark.parametrize("place", ["above", "itself", "below"])
async def test_a_key_is_there_once_on_every_way_through_the_tree(
    place: str, server: Server, db: Database, staff: Account
) -> None:
    above = a_category("Things")
    itself = a_category("Cameras", parent_id=above["id"])
    below, beside = a_category("Leicas", parent_id=itself["id"]), a_category("Lenses", parent_id=above["id"])
    places = {"above": above, "itself": itself, "below": below}
    await _plant(db, above, itself, below, beside)
    done(server, ADD, staff, id=id_of(places[place], "Category"), input=TEXT)
    before = await written(db)
    answer = answer_of(server, ADD, staff, id=id_of(itself, "Category"), input=TEXT)
    assert answer["userErrors"] == [an_error("NOT_UNIQUE", TAKEN, "input", "key")]
    assert await written(db) == before
    if place != "above":
        done(server, ADD, staff, id=id_of(beside, "Category"), input=TEXT)


async def test_one_key_added_above_and_below_at_once_is_there_once(
    server: Server, db: Database, staff: Account
) -> None:
    for _ in range(5):
        above = a_category("Things")
        below = a_category("Cameras", parent_id=above["id"])
        await _plant(db, above, below)
        adds = [partial(answer_of, server, ADD, staff, id=id_of(one, "Category"), input=TEXT) for one in (above, below)]
        assert sorted(codes(answer) for answer in await at_once(adds)) == [[], [("NOT_UNIQUE", "input.key")]]


async def test_a_category_has_at_most_so_many(
    server: Server, db: Database, staff: Account, cameras: dict[str, Any]
) -> None:
    async with db.transaction() as tx:
        await define(tx, *(a_specification(cameras["id"], f"k{number}") for number in range(MAX_OF_A_CATEGORY)))
    answer = answer_of(server, ADD, staff, id=id_of(cameras, "Category"), input=TEXT)
    message = "A category has at most 100 specifications of its own."
    assert answer["userErrors"] == [an_error("QUOTA", message, "categoryId")]


async def test_changes_what_is_given_and_nothing_else(
    server: Server, db: Database, staff: Account, cameras: dict[str, Any]
) -> None:
    made = done(server, ADD, staff, id=id_of(cameras, "Category"), input=COLOUR)
    given = {"label": "색", "position": 1, "required": False}
    answer = answer_of(server, UPDATE, staff, id=made["id"], input=given)
    assert answer["specification"] == made | given | {"version": 2}
    assert answer["impact"] == an_impact(0, 0, 0)
    assert (await audited(db))[1:] == [
        (
            "specification.updated",
            [
                {"field": "label", "before": "Colour", "after": "색"},
                {"field": "position", "before": "7", "after": "1"},
                {"field": "required", "before": "true", "after": "false"},
            ],
        )
    ]


async def test_a_change_that_changes_nothing_writes_nothing(
    server: Server, db: Database, staff: Account, cameras: dict[str, Any]
) -> None:
    made = done(server, ADD, staff, id=id_of(cameras, "Category"), input=COLOUR)
    before = await written(db)
    same = {name: made[name] for name in ("label", "type", "unit", "required", "unique", "min", "max", "position")}
    for given in ({}, same, {"options": COLOUR["options"]}):
        assert done(server, UPDATE, staff, id=made["id"], input=given) == made
    assert await written(db) == before


async def test_with_another_type_goes_what_belonged_to_the_old_one(
    server: Server, staff: Account, cameras: dict[str, Any]
) -> None:
    weight = {"key": "weight", "label": "Weight", "type": "QUANTITY", "unit": "kg", "min": "1", "max": "2"}
    made = done(server, ADD, staff, id=id_of(cameras, "Category"), input=weight)
    number = done(server, UPDATE, staff, id=made["id"], input={"type": "DECIMAL"})
    assert number == made | {"type": "DECIMAL", "unit": None, "version": 2}
    text = done(server, UPDATE, staff, id=made["id"], input={"type": "TEXT", "maxLength": 20})
    assert text == number | {"type": "TEXT", "min": None, "max": None, "maxLength": 20, "version": 3}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"type": "QUANTITY"}, [("REQUIRED", "input.unit")]),
        ({"type": "ENUM"}, [("REQUIRED", "input.options")]),
        ({"type": "BOOLEAN", "unique": True}, [("INVALID", "input.unique")]),
        ({"unit": "kg", "min": "1"}, [("INVALID", "input.unit"), ("INVALID", "input.min")]),
        ({"type": "DECIMAL", "min": "2", "max": "1"}, [("CONFLICT", "input.min")]),
        ({"label": None, "type": None}, [("REQUIRED", "input.label"), ("REQUIRED", "input.type")]),
    ],
)
async def test_what_does_not_go_together_is_refused(
    given: dict[str, Any], refused: list[tuple[str, str]], server: Server, db: Database, cameras: dict[str, Any]
) -> None:
    staff = await an_account(server, db, role="STAFF")
    made = done(server, ADD, staff, id=id_of(cameras, "Category"), input=TEXT)
    before = await written(db)
    assert codes(answer_of(server, UPDATE, staff, id=made["id"], input=given)) == refused
    assert await written(db) == before


async def test_a_stale_version_is_refused(
    server: Server, db: Database, staff: Account, cameras: dict[str, Any]
) -> None:
    made = done(server, ADD, staff, id=id_of(cameras, "Category"), input=TEXT)
    done(server, UPDATE, staff, id=made["id"], input={"label": "Maker", "expectedVersion": 1})
    before = await written(db)
    answer = answer_of(server, UPDATE, staff, id=made["id"], input={"label": "Firm", "expectedVersion": 1})
    assert [(error["code"], error["currentVersion"]) for error in answer["userErrors"]] == [("STALE_VERSION", 2)]
    assert await written(db) == before


async def test_archives_and_restores(server: Server, db: Database, staff: Account, cameras: dict[str, Any]) -> None:
    made = done(server, ADD, staff, id=id_of(cameras, "Category"), input=COLOUR)
    assert done(server, ARCHIVE, staff, id=made["id"]) == made | {"archived": True, "version": 2}
    before = await written(db)
    for query, given, why in ((ARCHIVE, {}, ARCHIVED_ALREADY), (UPDATE, {"input": {"label": "Shade"}}, ARCHIVED)):
        answer = answer_of(server, query, staff, id=made["id"], **given)
        assert answer["userErrors"] == [an_error("STATE", why, "id")]
    assert await written(db) == before
    assert done(server, RESTORE, staff, id=made["id"]) == made | {"version": 3}
    answer = answer_of(server, RESTORE, staff, id=made["id"])
    assert answer["userErrors"] == [an_error("STATE", "This specification is not archived.", "id")]
    assert (await audited(db))[1:] == [
        ("specification.archived", [{"field": "archived", "before": "false", "after": "true"}]),
        ("specification.restored", [{"field": "archived", "before": "true", "after": "false"}]),
    ]


async def test_what_is_not_there_cannot_be_written(server: Server, db: Database, staff: Account) -> None:
    before = await written(db)
    for given in ("Specification_1", f"Specification_{'0' * 32}", f"Category_{'0' * 32}"):
        for query, variables in ((UPDATE, {"input": {"label": "New"}}), (ARCHIVE, {}), (RESTORE, {})):
            answer = answer_of(server, query, staff, id=given, **variables)
            assert answer["userErrors"] == [an_error("NOT_FOUND", NOT_THERE, "id")]
    answer = answer_of(server, ADD, staff, id=f"Category_{'0' * 32}", input=TEXT)
    assert answer["userErrors"] == [an_error("NOT_FOUND", NOT_THERE, "categoryId")]
    assert await written(db) == before


@pytest.mark.parametrize("role", ["MEMBER", None])
async def test_only_staff_may_write(role: str | None, server: Server, db: Database, cameras: dict[str, Any]) -> None:
    row = a_specification(cameras["id"], "colour", "ENUM", options=[an_option("red")])
    async with db.transaction() as tx:
        await define(tx, row)
    headers = (await an_account(server, db, role=role)).headers if role else {}
    before = await written(db)
    for query, variables in (
        (ADD, {"id": id_of(cameras, "Category"), "input": TEXT}),
        (UPDATE, {"id": id_of(row), "input": {"label": "New"}}),
        (UPDATE, {"id": id_of(row), "input": {"label": "New"}, "dry": True}),
        (ARCHIVE, {"id": id_of(row)}),
        (RESTORE, {"id": id_of(row)}),
    ):
        answer = server.answer(query, headers, **variables)
        code = "FORBIDDEN" if role else "UNAUTHENTICATED"
        assert answer["data"] == {"answer": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert await written(db) == before


async def _plant(db: Database, *rows: dict[str, Any]) -> None:
    async with db.transaction() as tx:
        for row in rows:
            await tx.categories.add([row])
