"""Changing, moving, deleting and restoring items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.ids import new_id
from services.accounts import an_account
from services.collections import a_specification, define
from services.item_mutations import (
    CATEGORY,
    CREATE,
    DELETE,
    NOT_THERE,
    RESTORE,
    UPDATE,
    a_camera,
    an_error,
    answer_of,
    audited,
    codes,
    define_cameras,
    done,
    values_of,
    written,
)
from services.rows import THEN, a_category, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

LENSES = "d" * 32
TAKEN = "Another item has this Serial number already: give another one."
TAKEN_MEANWHILE = "Another item has the Serial number 7 now: change that item first, then restore this one."


@pytest.fixture
async def owner(server: Server, db: Database) -> Account:
    return await an_account(server, db)


@pytest.fixture(autouse=True)
async def cameras(db: Database) -> dict[str, str]:
    """The ids of definitions by key."""
    return await define_cameras(db)


async def test_changes_what_is_given_and_nothing_else(server: Server, db: Database, owner: Account) -> None:
    given = a_camera(brand="Leica", year="1954") | {"visibility": "MEMBERS", "description": "Mine"}
    item = done(server, CREATE, owner, input=given)
    values = [{"key": "year", "value": {"integer": 1955}}, {"key": "brand", "value": None}]
    changed = {"name": "Leica M2", "description": None, "specifications": values, "expectedVersion": 1}
    after = done(server, UPDATE, owner, id=item["id"], input=changed)
    assert values_of(after) == {"year": "1955"}
    assert {**after, "specifications": []} == {
        **item,
        "name": "Leica M2",
        "description": None,
        "specifications": [],
        "version": 2,
    }
    assert (await audited(db))[1:] == [
        (
            "item.updated",
            [
                {"field": "description", "before": "Mine", "after": None},
                {"field": "name", "before": "Leica M3", "after": "Leica M2"},
                {"field": "specifications.brand", "before": "Leica", "after": None},
                {"field": "specifications.year", "before": "1954", "after": "1955"},
            ],
        )
    ]


async def test_what_is_as_it_was_is_not_written(server: Server, db: Database, owner: Account) -> None:
    given = a_camera(brand="Leica", serial="1") | {"price": {"amount": "5"}, "urls": [{"url": "http://a.example"}]}
    item = done(server, CREATE, owner, input=given)
    before = await written(db)
    urls = [{"id": item["urls"][0]["id"], "url": "http://a.example"}]
    same = given | {"urls": urls, "quantity": 1, "photoIds": None, "expectedVersion": 1}
    assert done(server, UPDATE, owner, id=item["id"], input=same) == item
    assert done(server, UPDATE, owner, id=item["id"], input={"specifications": None}) == item
    assert await written(db) == before


async def test_links_and_photos_are_taken_as_they_are_given(server: Server, db: Database, owner: Account) -> None:
    photos = [an_image(purpose="ITEM", uploaded_by_id=owner.id) for _ in range(3)]
    async with db.transaction() as tx:
        await tx.images.add(photos)
    ids = [f"Image_{photo['id']}" for photo in photos]
    links = [{"url": "http://a.example", "label": "A"}, {"url": "http://b.example", "label": "B"}]
    item = done(server, CREATE, owner, input=a_camera() | {"urls": links, "photoIds": ids[:2]})
    first, second = item["urls"]
    anew = [{"url": "http://c.example"}, {"id": second["id"], "url": "http://d.example"}]
    after = done(server, UPDATE, owner, id=item["id"], input={"urls": anew, "photoIds": [ids[2], ids[0]]})
    assert after["photos"] == [{"id": ids[2]}, {"id": ids[0]}]
    assert after["urls"] == [
        {"id": after["urls"][0]["id"], "url": "http://c.example", "label": None},
        {"id": second["id"], "url": "http://d.example", "label": "B"},
    ]
    again = answer_of(server, UPDATE, owner, id=item["id"], input={"urls": [{**first, "label": None}]})
    assert codes(again) == [("NOT_FOUND", "input.urls.0.id")]
    cleared = done(server, UPDATE, owner, id=item["id"], input={"urls": None, "photoIds": None})
    assert (cleared["urls"], cleared["photos"]) == ([], [])


async def test_a_change_meant_for_another_version_is_refused(server: Server, db: Database, owner: Account) -> None:
    item = done(server, CREATE, owner, input=a_camera())
    before = await written(db)
    [error] = answer_of(server, UPDATE, owner, id=item["id"], input={"name": "X", "expectedVersion": 7})["userErrors"]
    assert (error["code"], error["currentVersion"]) == ("STALE_VERSION", 1)
    assert await written(db) == before


async def test_an_item_that_moves_keeps_every_value(server: Server, db: Database, owner: Account) -> None:
    """What has the same key and type stands for it; the rest is left, and is in place again when it moves back."""
    lenses = [a_specification(LENSES, "brand", position=0), a_specification(LENSES, "year", "TEXT", position=1)]
    async with db.transaction() as tx:
        await tx.categories.add([a_category("Lenses", id=LENSES)])
        await define(tx, *lenses)
    item = done(server, CREATE, owner, input=a_camera(brand="Leica", year="1954", finish="black"))
    there = done(server, UPDATE, owner, id=item["id"], input={"categoryId": f"Category_{LENSES}"})
    told = [(one["specification"]["key"], one["text"], one["fits"]) for one in there["specifications"]]
    assert told[0] == ("brand", "Leica", True)
    assert sorted(told[1:]) == [("finish", "black", False), ("year", "1954", False)]
    back = done(server, UPDATE, owner, id=item["id"], input={"categoryId": f"Category_{CATEGORY}"})
    assert back["specifications"] == item["specifications"]
    assert [changes for _, changes in await audited(db)][1:] == [
        [{"field": "categoryId", "before": f"Category_{CATEGORY}", "after": f"Category_{LENSES}"}],
        [{"field": "categoryId", "before": f"Category_{LENSES}", "after": f"Category_{CATEGORY}"}],
    ]


async def test_an_item_does_not_move_to_where_its_value_is_taken(server: Server, db: Database, owner: Account) -> None:
    serial = a_specification(LENSES, "serial", unique=True, label="Serial number")
    async with db.transaction() as tx:
        await tx.categories.add([a_category("Lenses", id=LENSES)])
        await define(tx, serial)
    done(server, CREATE, owner, input=a_camera(serial="7") | {"categoryId": f"Category_{LENSES}"})
    item = done(server, CREATE, owner, input=a_camera(serial="7"))
    before = await written(db)
    moved = {"categoryId": f"Category_{LENSES}"}
    answer = answer_of(server, UPDATE, owner, id=item["id"], input=moved)
    assert answer == {"item": None, "userErrors": [an_error("NOT_UNIQUE", TAKEN, "categoryId")]}
    both = moved | {"specifications": [{"key": "serial", "value": {"text": "7"}}]}
    assert codes(answer_of(server, UPDATE, owner, id=item["id"], input=both)) == [
        ("NOT_UNIQUE", "input.specifications.0.value")
    ]
    assert await written(db) == before
    nowhere = answer_of(server, UPDATE, owner, id=item["id"], input={"categoryId": None})
    assert codes(nowhere) == [("REQUIRED", "input.categoryId")]


async def test_what_became_required_is_asked_for_only_where_it_is_cleared(
    server: Server, db: Database, owner: Account, cameras: Any
) -> None:
    without, having = (done(server, CREATE, owner, input=a_camera(**values)) for values in ({}, {"brand": "Leica"}))
    async with db.transaction() as tx:
        await tx.specifications.change(cameras["brand"], now=THEN, required=True)
    clear = {"specifications": [{"key": "brand", "value": None}]}
    assert done(server, UPDATE, owner, id=without["id"], input=clear | {"name": "M2"})["version"] == 2
    before = await written(db)
    assert codes(answer_of(server, UPDATE, owner, id=having["id"], input=clear)) == [
        ("REQUIRED", "input.specifications.0.value")
    ]
    assert await written(db) == before


async def test_a_deleted_item_lets_its_unique_values_go_and_has_them_back_while_they_are_free(
    server: Server, db: Database, owner: Account
) -> None:
    item = done(server, CREATE, owner, input=a_camera(brand="Leica", serial="7"))
    assert answer_of(server, DELETE, owner, id=item["id"]) == {"deletedId": item["id"], "userErrors": []}
    before = await written(db)
    gone = "This item is deleted: restore it first."
    for query, more in ((DELETE, {}), (UPDATE, {"input": {"name": "X"}})):
        answer = answer_of(server, query, owner, id=item["id"], **more)
        assert [(one["code"], one["message"], one["path"]) for one in answer["userErrors"]] == [("STATE", gone, ["id"])]
    assert await written(db) == before
    other = done(server, CREATE, owner, input=a_camera(serial="7"))
    before = await written(db)
    [error] = answer_of(server, RESTORE, owner, id=item["id"])["userErrors"]
    assert (error["code"], error["message"], error["path"]) == ("NOT_UNIQUE", TAKEN_MEANWHILE, ["id"])
    assert await written(db) == before
    answer_of(server, DELETE, owner, id=other["id"])
    assert done(server, RESTORE, owner, id=item["id"]) == item | {"version": 3}
    assert codes(answer_of(server, RESTORE, owner, id=item["id"])) == [("STATE", "id")]
    actions = [action for action, _ in await audited(db)]
    assert actions == ["item.created", "item.deleted", "item.created", "item.deleted", "item.restored"]


@pytest.mark.parametrize("visibility", ["PRIVATE", "PUBLIC"])
async def test_nobody_else_changes_an_item_but_staff(
    server: Server, db: Database, owner: Account, visibility: str
) -> None:
    other, staff = await an_account(server, db), await an_account(server, db, role="STAFF")
    item = done(server, CREATE, owner, input=a_camera(brand="Leica") | {"visibility": visibility})
    before = await written(db)
    for query, more in ((UPDATE, {"input": {"name": "X"}}), (DELETE, {}), (RESTORE, {})):
        [error] = answer_of(server, query, other, id=item["id"], **more)["userErrors"]
        assert (error["code"], error["message"], error["path"]) == ("NOT_FOUND", NOT_THERE, ["id"])
        [error] = server.answer(query, id=item["id"], **more)["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
        assert codes(answer_of(server, query, owner, id=f"Item_{new_id()}", **more)) == [("NOT_FOUND", "id")]
        assert codes(answer_of(server, query, owner, id=item["id"][5:], **more)) == [("NOT_FOUND", "id")]
    assert await written(db) == before
    changed = done(server, UPDATE, staff, id=item["id"], input={"name": "Leica M2"})
    assert (changed["name"], changed["owner"], changed["viewerCanEdit"]) == ("Leica M2", {"id": owner.global_id}, True)
    assert answer_of(server, DELETE, staff, id=item["id"])["deletedId"] == item["id"]
    assert done(server, RESTORE, staff, id=item["id"])["version"] == 4


async def test_a_photo_that_staff_hung_stays_when_the_owner_says_so(
    server: Server, db: Database, owner: Account
) -> None:
    staff = await an_account(server, db, role="STAFF")
    photo = an_image(purpose="TEMP", uploaded_by_id=staff.id)
    async with db.transaction() as tx:
        await tx.images.add([photo])
    item = done(server, CREATE, owner, input=a_camera())
    photos = {"photoIds": [f"Image_{photo['id']}"]}
    done(server, UPDATE, staff, id=item["id"], input=photos)
    kept = done(server, UPDATE, owner, id=item["id"], input=photos | {"name": "M2"})
    assert kept["photos"] == [{"id": photos["photoIds"][0]}]
