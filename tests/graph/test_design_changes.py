"""Changing, publishing, deleting and restoring designs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from db.scope import STAFF
from services.accounts import an_account
from services.design_mutations import (
    CREATE,
    DELETE,
    FOUND,
    NOT_THERE,
    RESTORE,
    UPDATE,
    an_error,
    answer_of,
    audited,
    done,
    id_of,
    stored,
    today,
)
from services.rows import THEN, a_category, a_design, a_hanging, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server


@pytest.fixture
async def staff(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="STAFF")


@pytest.fixture
async def category(db: Database) -> str:
    """The global id of a category."""
    row = a_category()
    async with db.transaction() as tx:
        await tx.categories.add([row])
    return f"Category_{row['id']}"


async def test_changes_what_is_given_and_nothing_else(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    row = a_design(category.removeprefix("Category_"), "Durumagi", style="Classic", colour="Red", slug="durumagi")
    async with db.transaction() as tx:
        await tx.designs.add([row])
    given = {"title": "Jeogori", "colour": None, "expectedVersion": 1}
    design = done(server, UPDATE, staff, id=id_of(row), input=given)
    changed = {name: design[name] for name in ("title", "slug", "style", "colour", "status", "version")}
    assert changed == {
        "title": "Jeogori",
        "slug": "durumagi",
        "style": "Classic",
        "colour": None,
        "status": "PUBLISHED",
        "version": 2,
    }
    assert await audited(db) == [
        (
            "design.updated",
            [
                {"field": "colour", "before": "Red", "after": None},
                {"field": "title", "before": "Durumagi", "after": "Jeogori"},
            ],
        )
    ]


async def test_a_renamed_design_is_found_by_its_new_title_only(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    row = a_design(category.removeprefix("Category_"), "Durumagi")
    async with db.transaction() as tx:
        await tx.designs.add([row])
    done(server, UPDATE, staff, id=id_of(row), input={"title": "ÄRMEL 저고리"})
    for where, found in (
        ({"search": "urumag"}, []),
        ({"title": {"eq": "durumagi"}}, []),
        ({"search": "저고리"}, [{"title": "ÄRMEL 저고리"}]),
        ({"title": {"startsWith": "ärmel"}}, [{"title": "ÄRMEL 저고리"}]),
    ):
        assert server.ask(FOUND, where=where) == {"designs": {"nodes": found}}


async def test_a_change_that_changes_nothing_writes_nothing(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    image = an_image()
    row = a_design(category.removeprefix("Category_"), "Durumagi", cover_image_id=image["id"])
    async with db.transaction() as tx:
        await tx.images.add([image])
        await tx.designs.add([row])
        await tx.images.hang([a_hanging(row["id"], image["id"])])
    same = {"title": " Durumagi", "imageIds": [f"Image_{image['id']}"], "status": "PUBLISHED", "slug": row["slug"]}
    for given in ({}, same):
        assert done(server, UPDATE, staff, id=id_of(row), input=given)["version"] == 1
    assert (await stored(db, row["id"])).updated_at == THEN
    assert (await audited(db), await db.read().events.count()) == ([], 0)


@pytest.mark.parametrize("field", ["title", "slug", "categoryId", "featured", "status"])
async def test_what_is_needed_cannot_be_cleared(
    field: str, server: Server, db: Database, staff: Account, category: str
) -> None:
    row = a_design(category.removeprefix("Category_"))
    async with db.transaction() as tx:
        await tx.designs.add([row])
    answer = answer_of(server, UPDATE, staff, id=id_of(row), input={field: None})
    message = "This is needed: give a value, or leave the field out."
    assert answer == {"design": None, "userErrors": [an_error("REQUIRED", message, field)]}
    assert (await stored(db, row["id"])).version == 1


async def test_pictures_are_put_in_a_new_order(server: Server, db: Database, staff: Account, category: str) -> None:
    images = [an_image() for _ in range(3)]
    row = a_design(category.removeprefix("Category_"), cover_image_id=images[0]["id"])
    async with db.transaction() as tx:
        await tx.images.add(images)
        await tx.designs.add([row])
        await tx.images.hang([a_hanging(row["id"], image["id"], place) for place, image in enumerate(images[:2])])
    ids = [f"Image_{image['id']}" for image in images]
    for wanted in ([ids[1], ids[0]], [ids[2], ids[1]], None):
        design = done(server, UPDATE, staff, id=id_of(row), input={"imageIds": wanted})
        assert design["images"] == [{"id": one} for one in wanted or []]
        assert design["coverImage"] == ({"id": wanted[0]} if wanted else None)
    assert (await audited(db))[-1] == (
        "design.updated",
        [{"field": "imageIds", "before": f"{ids[2]}, {ids[1]}", "after": None}],
    )


async def test_publishing_tells_when_it_first_was_and_announces_it_each_time(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    design = done(server, CREATE, staff, input={"title": "Gown", "categoryId": category})
    first = done(server, UPDATE, staff, id=design["id"], input={"status": "PUBLISHED"})["publishedAt"]
    assert datetime.fromisoformat(first).date() in today()
    for status in ("ARCHIVED", "DRAFT", "PUBLISHED"):
        assert done(server, UPDATE, staff, id=design["id"], input={"status": status})["publishedAt"] == first
        assert len(server.ask(FOUND)["designs"]["nodes"]) == (status == "PUBLISHED")
    assert await db.read().events.count() == 2
    assert await db.read().events.lag(datetime.now(UTC)) == 0


async def test_a_stale_version_is_refused(server: Server, db: Database, staff: Account, category: str) -> None:
    row = a_design(category.removeprefix("Category_"), version=3)
    async with db.transaction() as tx:
        await tx.designs.add([row])
    for stale in (2, 0):
        answer = answer_of(server, UPDATE, staff, id=id_of(row), input={"title": "New", "expectedVersion": stale})
        (error,) = answer["userErrors"]
        assert (error["code"], error["currentVersion"]) == ("STALE_VERSION", 3)
        assert error["path"][-1] == "expectedVersion"
    assert (await stored(db, row["id"])).title == row["title"]


async def test_what_is_deleted_is_gone_until_it_is_restored(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    row = a_design(category.removeprefix("Category_"), "Durumagi")
    async with db.transaction() as tx:
        await tx.designs.add([row])
    assert answer_of(server, DELETE, staff, id=id_of(row)) == {"deletedId": id_of(row), "userErrors": []}
    shown = {"nodes": [{"title": "Durumagi"}]}
    assert server.ask(FOUND, where={"deleted": True}) == {"designs": {"nodes": []}}
    either = {"or": [{"deleted": False}, {"featured": True}]}
    hiding: tuple[dict[str, Any], ...] = ({}, {"search": "durumagi"}, {"deleted": False}, either)
    for where in hiding:
        assert server.ask(FOUND, headers=staff.headers, where=where) == {"designs": {"nodes": []}}
    searched: dict[str, Any] = {"search": "durumagi", "or": [{"deleted": True}]}
    for where in ({"deleted": True}, searched, {"not": {"deleted": False}}):
        assert server.ask(FOUND, headers=staff.headers, where=where) == {"designs": shown}
    restored = done(server, RESTORE, staff, id=id_of(row))
    assert (restored["deletedAt"], restored["version"]) == (None, 3)
    assert server.ask(FOUND, where={"search": "durumagi"}) == {"designs": shown}
    assert await audited(db) == [("design.deleted", []), ("design.restored", [])]


async def test_refuses_to_change_what_is_deleted(server: Server, db: Database, staff: Account, category: str) -> None:
    gone = a_design(category.removeprefix("Category_"), deleted_at=THEN)
    live = a_design(category.removeprefix("Category_"))
    async with db.transaction() as tx:
        await tx.designs.add([gone, live])
    deleted = "This design is deleted: restore it first."
    for query, row, message in ((DELETE, gone, deleted), (RESTORE, live, "This design is not deleted.")):
        answer = answer_of(server, query, staff, id=id_of(row))
        assert answer["userErrors"] == [an_error("STATE", message) | {"path": ["id"]}]
    answer = answer_of(server, UPDATE, staff, id=id_of(gone), input={"title": "New"})
    assert answer["userErrors"] == [an_error("STATE", deleted) | {"path": ["id"]}]
    assert await audited(db) == []


@pytest.mark.parametrize("wanted", ["", "Design_" + "0" * 32, "Category_" + "0" * 32])
async def test_what_is_not_there_cannot_be_changed(wanted: str, server: Server, staff: Account) -> None:
    asked: tuple[tuple[str, dict[str, Any]], ...] = ((UPDATE, {"input": {}}), (DELETE, {}), (RESTORE, {}))
    for query, variables in asked:
        answer = answer_of(server, query, staff, id=wanted, **variables)
        assert answer["userErrors"] == [an_error("NOT_FOUND", NOT_THERE) | {"path": ["id"]}]


@pytest.mark.parametrize("role", ["MEMBER", None])
async def test_only_staff_may_write(role: str | None, server: Server, db: Database, category: str) -> None:
    row = a_design(category.removeprefix("Category_"))
    async with db.transaction() as tx:
        await tx.designs.add([row])
    headers = (await an_account(server, db, role=role)).headers if role else {}
    code = "FORBIDDEN" if role else "UNAUTHENTICATED"
    for query, variables in (
        (CREATE, {"input": {"title": "Gown", "categoryId": category}}),
        (UPDATE, {"id": id_of(row), "input": {"title": "New"}}),
        (DELETE, {"id": id_of(row)}),
        (RESTORE, {"id": id_of(row)}),
    ):
        answer = server.answer(query, headers, **variables)
        assert answer["data"] == {"answer": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert (await db.read(STAFF).designs.count(), (await stored(db, row["id"])).version) == (1, 1)


async def test_cursors_of_staff_and_of_the_public_are_not_interchangeable(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    branch = category.removeprefix("Category_")
    drafts = [a_design(branch, f"Draft {number}", status="DRAFT", published_at=None) for number in range(3)]
    shown = [a_design(branch, f"Shown {number}") for number in range(2)]
    async with db.transaction() as tx:
        await tx.designs.add([*drafts, *shown])
    query = """query ($after: String) {
      designs(first: 2, after: $after, orderBy: [{field: PUBLISHED_AT, direction: DESC}]) {
        nodes { title } pageInfo { endCursor hasNextPage } totalCount
      }
    }"""
    pages: list[dict[str, Any]] = []
    after = None
    while not pages or pages[-1]["pageInfo"]["hasNextPage"]:
        pages.append(server.ask(query, headers=staff.headers, after=after)["designs"])
        after = pages[-1]["pageInfo"]["endCursor"]
    titles = [node["title"] for page in pages for node in page["nodes"]]
    assert [title.split()[0] for title in titles] == ["Shown", "Shown", "Draft", "Draft", "Draft"]
    assert len({*titles}) == 5
    for headers, cursor in (({}, pages[0]), (staff.headers, server.ask(query)["designs"])):
        answer = server.answer(query, headers, after=cursor["pageInfo"]["endCursor"])
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
