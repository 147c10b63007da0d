"""Entering, changing, publishing and deleting designs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from db.repositories.audit_events import AuditEvents
from db.scope import STAFF
from services.accounts import an_account
from services.rows import THEN, a_category, a_design, a_hanging, an_image

if TYPE_CHECKING:
    from db.conftest import Look
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

ERRORS = """
userErrors { __typename code message path ... on StaleVersion { currentVersion } ... on OutOfRange { min max } }
"""
DESIGN = """
design {
  id slug title description category { id } images { id } coverImage { id } style colour fabric occasion season
  designerName collectionName featured status viewCount likeCount createdBy { id } publishedAt deletedAt version
}
"""
CREATE = f"mutation ($input: DesignInput!) {{ answer: createDesign(input: $input) {{ {DESIGN} {ERRORS} }} }}"
UPDATE = (
    "mutation ($id: ID!, $input: UpdateDesignInput!) "
    f"{{ answer: updateDesign(id: $id, input: $input) {{ {DESIGN} {ERRORS} }} }}"
)
DELETE = f"mutation ($id: ID!) {{ answer: deleteDesign(id: $id) {{ deletedId {ERRORS} }} }}"
RESTORE = f"mutation ($id: ID!) {{ answer: restoreDesign(id: $id) {{ {DESIGN} {ERRORS} }} }}"
FOUND = "query ($where: DesignWhere) { designs(where: $where) { nodes { title } } }"
EVERY_TEXT = {
    "style": "Classic",
    "colour": "붉은",
    "fabric": "रेशम",
    "occasion": "Wedding",
    "season": "Spring",
    "designerName": "김민아",
    "collectionName": "Haneul",
}
NOT_THERE = "There is no such thing, or it is not yours to see."


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


async def test_enters_a_design_with_everything(server: Server, db: Database, staff: Account, category: str) -> None:
    images = [an_image(), an_image(purpose="TEMP")]
    async with db.transaction() as tx:
        await tx.images.add(images)
    ids = [f"Image_{image['id']}" for image in images]
    given = {"title": "  두루마기 Coat ", "description": "Two\r\nlines", "categoryId": category, "imageIds": ids}
    design = _done(server, CREATE, staff, input=given | EVERY_TEXT | {"featured": True, "status": "PUBLISHED"})
    assert datetime.fromisoformat(design.pop("publishedAt")).date() in _today()
    assert design == EVERY_TEXT | {
        "id": design["id"],
        "slug": "두루마기-coat",
        "title": "두루마기 Coat",
        "description": "Two\nlines",
        "category": {"id": category},
        "images": [{"id": one} for one in ids],
        "coverImage": {"id": ids[0]},
        "featured": True,
        "status": "PUBLISHED",
        "viewCount": 0,
        "likeCount": 0,
        "createdBy": {"id": staff.global_id},
        "deletedAt": None,
        "version": 1,
    }
    assert server.ask(FOUND, where={"search": "두루마"}) == {"designs": {"nodes": [{"title": "두루마기 Coat"}]}}


async def test_a_new_design_is_a_draft_that_the_public_does_not_see(
    server: Server, staff: Account, category: str
) -> None:
    design = _done(server, CREATE, staff, input={"title": "Durumagi", "categoryId": category, "status": None})
    assert (design["status"], design["publishedAt"], design["featured"], design["images"]) == ("DRAFT", None, False, [])
    ask = "query ($id: ID!, $slug: String!) { node(id: $id) { id } design(by: {slug: $slug}) { id } }"
    named = {"id": design["id"], "slug": design["slug"]}
    assert server.ask(ask, **named) == {"node": None, "design": None}
    found = {"id": design["id"]}
    assert server.ask(ask, headers=staff.headers, **named) == {"node": found, "design": found}
    for where in ({"status": ["DRAFT"]}, {"not": {"status": ["PUBLISHED"]}}):
        assert server.ask(FOUND, where=where) == {"designs": {"nodes": []}}
        assert server.ask(FOUND, headers=staff.headers, where=where)["designs"]["nodes"] == [{"title": "Durumagi"}]


async def test_slugs_that_are_made_are_unique(server: Server, staff: Account, category: str) -> None:
    given = {"title": "Silk – Évening!", "categoryId": category}
    assert [_done(server, CREATE, staff, input=given)["slug"] for _ in range(3)] == [
        "silk-évening", "silk-évening-2", "silk-évening-3",
    ]  # fmt: skip
    assert _done(server, CREATE, staff, input=given | {"title": "🌸"})["slug"] == "design"


async def test_slugs_that_are_made_at_once_are_unique(server: Server, staff: Account, category: str) -> None:
    given = {"title": "Gown", "categoryId": category}
    made = await _at_once(8, lambda: _done(server, CREATE, staff, input=given)["slug"])
    assert {*made} == {"gown", *(f"gown-{number}" for number in range(2, 9))}


async def test_of_two_at_once_with_one_slug_one_is_refused(server: Server, staff: Account, category: str) -> None:
    for number in range(5):
        given = {"title": "Gown", "categoryId": category, "slug": f"gown-{number}"}
        answers = await _at_once(2, lambda given=given: _answer(server, CREATE, staff, input=given))
        assert sorted(_codes(answer) for answer in answers) == [[], ["NOT_UNIQUE"]]


async def test_tells_all_that_is_wrong_at_once(server: Server, db: Database, staff: Account, category: str) -> None:
    avatar = an_image(purpose="AVATAR")
    async with db.transaction() as tx:
        await tx.images.add([avatar])
        await tx.designs.add([a_design(category.removeprefix("Category_"), slug="taken")])
    images = [f"Image_{'0' * 32}", f"Image_{avatar['id']}", "nonsense"]
    given = {"title": "\u3000", "slug": "taken", "description": "x" * 10_001, "style": "a\u0007b", "imageIds": images}
    answer = _answer(server, CREATE, staff, input=given | {"categoryId": f"Category_{'0' * 32}"})
    assert answer == {
        "design": None,
        "userErrors": [
            _range("TOO_SHORT", "This cannot be empty.", "title", least="1", most="200"),
            _range("TOO_LONG", "At most 10000 characters.", "description", least="0", most="10000"),
            _error("INVALID", "This text holds control characters: take them out.", "style"),
            _error("NOT_UNIQUE", "Another design has this slug already: choose another.", "slug"),
            _error("NOT_FOUND", NOT_THERE, "categoryId"),
            _error("NOT_FOUND", NOT_THERE, "imageIds", "0"),
            _error(
                "INVALID",
                "This picture was uploaded for something else: upload it once more, for a design.",
                "imageIds",
                "1",
            ),
            _error("NOT_FOUND", NOT_THERE, "imageIds", "2"),
        ],
    }
    assert (await db.read(STAFF).designs.count(), await _audited(db)) == (1, [])


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"slug": "Not a slug"}, "INVALID", ["slug"]),
        ({"slug": "a--b"}, "INVALID", ["slug"]),
        ({"slug": "x" * 81}, "TOO_LONG", ["slug"]),
        ({"imageIds": ["a", "b", "a"]}, "CONFLICT", ["imageIds", "2"]),
        ({"imageIds": [str(number) for number in range(51)]}, "TOO_LONG", ["imageIds"]),
        ({"idempotencyKey": "k" * 201}, "TOO_LONG", ["idempotencyKey"]),
    ],
)
async def test_refuses_what_cannot_be(
    given: dict[str, Any], code: str, path: list[str], server: Server, db: Database, staff: Account, category: str
) -> None:
    answer = _answer(server, CREATE, staff, input={"title": "Gown", "categoryId": category} | given)
    assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [(code, ["input", *path])]
    assert (answer["design"], await db.read(STAFF).designs.count(), await _audited(db)) == (None, 0, [])


async def test_changes_what_is_given_and_nothing_else(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    row = a_design(category.removeprefix("Category_"), "Durumagi", style="Classic", colour="Red", slug="durumagi")
    async with db.transaction() as tx:
        await tx.designs.add([row])
    given = {"title": "Jeogori", "colour": None, "expectedVersion": 1}
    design = _done(server, UPDATE, staff, id=_id(row), input=given)
    changed = {name: design[name] for name in ("title", "slug", "style", "colour", "status", "version")}
    assert changed == {
        "title": "Jeogori",
        "slug": "durumagi",
        "style": "Classic",
        "colour": None,
        "status": "PUBLISHED",
        "version": 2,
    }
    assert await _audited(db) == [
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
    _done(server, UPDATE, staff, id=_id(row), input={"title": "ÄRMEL 저고리"})
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
        assert _done(server, UPDATE, staff, id=_id(row), input=given)["version"] == 1
    assert (await _stored(db, row["id"])).updated_at == THEN
    assert (await _audited(db), await db.read().events.count()) == ([], 0)


@pytest.mark.parametrize("field", ["title", "slug", "categoryId", "featured", "status"])
async def test_what_is_needed_cannot_be_cleared(
    field: str, server: Server, db: Database, staff: Account, category: str
) -> None:
    row = a_design(category.removeprefix("Category_"))
    async with db.transaction() as tx:
        await tx.designs.add([row])
    answer = _answer(server, UPDATE, staff, id=_id(row), input={field: None})
    message = "This is needed: give a value, or leave the field out."
    assert answer == {"design": None, "userErrors": [_error("REQUIRED", message, field)]}
    assert (await _stored(db, row["id"])).version == 1


async def test_pictures_are_put_in_a_new_order(server: Server, db: Database, staff: Account, category: str) -> None:
    images = [an_image() for _ in range(3)]
    row = a_design(category.removeprefix("Category_"), cover_image_id=images[0]["id"])
    async with db.transaction() as tx:
        await tx.images.add(images)
        await tx.designs.add([row])
        await tx.images.hang([a_hanging(row["id"], image["id"], place) for place, image in enumerate(images[:2])])
    ids = [f"Image_{image['id']}" for image in images]
    for wanted in ([ids[1], ids[0]], [ids[2], ids[1]], None):
        design = _done(server, UPDATE, staff, id=_id(row), input={"imageIds": wanted})
        assert design["images"] == [{"id": one} for one in wanted or []]
        assert design["coverImage"] == ({"id": wanted[0]} if wanted else None)
    assert (await _audited(db))[-1] == (
        "design.updated",
        [{"field": "imageIds", "before": f"{ids[2]}, {ids[1]}", "after": None}],
    )


async def test_publishing_tells_when_it_first_was_and_announces_it_each_time(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    design = _done(server, CREATE, staff, input={"title": "Gown", "categoryId": category})
    first = _done(server, UPDATE, staff, id=design["id"], input={"status": "PUBLISHED"})["publishedAt"]
    assert datetime.fromisoformat(first).date() in _today()
    for status in ("ARCHIVED", "DRAFT", "PUBLISHED"):
        assert _done(server, UPDATE, staff, id=design["id"], input={"status": status})["publishedAt"] == first
        assert len(server.ask(FOUND)["designs"]["nodes"]) == (status == "PUBLISHED")
    assert await db.read().events.count() == 2
    assert not await db.read().events.waiting(datetime.now(UTC))


async def test_a_stale_version_is_refused(server: Server, db: Database, staff: Account, category: str) -> None:
    row = a_design(category.removeprefix("Category_"), version=3)
    async with db.transaction() as tx:
        await tx.designs.add([row])
    for stale in (2, 0):
        answer = _answer(server, UPDATE, staff, id=_id(row), input={"title": "New", "expectedVersion": stale})
        (error,) = answer["userErrors"]
        assert (error["code"], error["currentVersion"]) == ("STALE_VERSION", 3)
        assert error["path"][-1] == "expectedVersion"
    assert (await _stored(db, row["id"])).title == row["title"]


async def test_what_is_deleted_is_gone_until_it_is_restored(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    row = a_design(category.removeprefix("Category_"), "Durumagi")
    async with db.transaction() as tx:
        await tx.designs.add([row])
    assert _answer(server, DELETE, staff, id=_id(row)) == {"deletedId": _id(row), "userErrors": []}
    shown = {"nodes": [{"title": "Durumagi"}]}
    assert server.ask(FOUND, where={"deleted": True}) == {"designs": {"nodes": []}}
    for where in ({}, {"search": "durumagi"}, {"deleted": False}, {"or": [{"deleted": False}, {"featured": True}]}):
        assert server.ask(FOUND, headers=staff.headers, where=where) == {"designs": {"nodes": []}}
    for where in ({"deleted": True}, {"search": "durumagi", "or": [{"deleted": True}]}, {"not": {"deleted": False}}):
        assert server.ask(FOUND, headers=staff.headers, where=where) == {"designs": shown}
    restored = _done(server, RESTORE, staff, id=_id(row))
    assert (restored["deletedAt"], restored["version"]) == (None, 3)
    assert server.ask(FOUND, where={"search": "durumagi"}) == {"designs": shown}
    assert await _audited(db) == [("design.deleted", []), ("design.restored", [])]


async def test_refuses_to_change_what_is_deleted(server: Server, db: Database, staff: Account, category: str) -> None:
    gone = a_design(category.removeprefix("Category_"), deleted_at=THEN)
    live = a_design(category.removeprefix("Category_"))
    async with db.transaction() as tx:
        await tx.designs.add([gone, live])
    deleted = "This design is deleted: restore it first."
    for query, row, message in ((DELETE, gone, deleted), (RESTORE, live, "This design is not deleted.")):
        answer = _answer(server, query, staff, id=_id(row))
        assert answer["userErrors"] == [_error("STATE", message) | {"path": ["id"]}]
    answer = _answer(server, UPDATE, staff, id=_id(gone), input={"title": "New"})
    assert answer["userErrors"] == [_error("STATE", deleted) | {"path": ["id"]}]
    assert await _audited(db) == []


@pytest.mark.parametrize("wanted", ["", "Design_" + "0" * 32, "Category_" + "0" * 32])
async def test_what_is_not_there_cannot_be_changed(wanted: str, server: Server, staff: Account) -> None:
    for query, variables in ((UPDATE, {"input": {}}), (DELETE, {}), (RESTORE, {})):
        answer = _answer(server, query, staff, id=wanted, **variables)
        assert answer["userErrors"] == [_error("NOT_FOUND", NOT_THERE) | {"path": ["id"]}]


async def test_a_key_makes_one_design_however_often_it_comes(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    given = {"title": "Gown", "slug": "gown", "categoryId": category, "idempotencyKey": "one"}
    made = await _at_once(20, lambda: _done(server, CREATE, staff, input=given)["id"])
    assert len({*made}) == 1
    assert (await db.read(STAFF).designs.count(), len(await _audited(db))) == (1, 1)


async def test_a_key_with_another_input_is_refused(server: Server, db: Database, staff: Account, category: str) -> None:
    given = {"title": "Gown", "categoryId": category, "idempotencyKey": "one"}
    _done(server, CREATE, staff, input=given)
    for other in ({"title": "Suit"}, {"style": None}, {"featured": False}):
        assert _codes(_answer(server, CREATE, staff, input=given | other)) == ["IDEMPOTENCY_MISMATCH"]
    assert await db.read(STAFF).designs.count() == 1
    other_staff = await an_account(server, db, role="STAFF")
    _done(server, CREATE, other_staff, input=given | {"title": "Suit"})
    assert await db.read(STAFF).designs.count() == 2


async def test_a_key_is_free_again_where_the_write_was_refused(server: Server, staff: Account, category: str) -> None:
    given = {"title": "", "categoryId": category, "idempotencyKey": "one"}
    assert _codes(_answer(server, CREATE, staff, input=given)) == ["TOO_SHORT"]
    _done(server, CREATE, staff, input=given | {"title": "Gown"})


@pytest.mark.parametrize("role", ["MEMBER", None])
async def test_only_staff_may_write(role: str | None, server: Server, db: Database, category: str) -> None:
    row = a_design(category.removeprefix("Category_"))
    async with db.transaction() as tx:
        await tx.designs.add([row])
    headers = (await an_account(server, db, role=role)).headers if role else {}
    code = "FORBIDDEN" if role else "UNAUTHENTICATED"
    for query, variables in (
        (CREATE, {"input": {"title": "Gown", "categoryId": category}}),
        (UPDATE, {"id": _id(row), "input": {"title": "New"}}),
        (DELETE, {"id": _id(row)}),
        (RESTORE, {"id": _id(row)}),
    ):
        answer = server.answer(query, headers, **variables)
        assert answer["data"] == {"answer": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert (await db.read(STAFF).designs.count(), (await _stored(db, row["id"])).version) == (1, 1)


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
    pages, after = [], None
    while not pages or pages[-1]["pageInfo"]["hasNextPage"]:
        pages.append(server.ask(query, headers=staff.headers, after=after)["designs"])
        after = pages[-1]["pageInfo"]["endCursor"]
    titles = [node["title"] for page in pages for node in page["nodes"]]
    assert [title.split()[0] for title in titles] == ["Shown", "Shown", "Draft", "Draft", "Draft"]
    assert len({*titles}) == 5
    for headers, cursor in (({}, pages[0]), (staff.headers, server.ask(query)["designs"])):
        answer = server.answer(query, headers, after=cursor["pageInfo"]["endCursor"])
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_a_refusal_is_told_in_korean(server: Server, staff: Account, category: str) -> None:
    korean = staff.headers | {"accept-language": "ko-KR"}
    given = {"title": "", "slug": "A", "categoryId": category}
    answer = server.ask(CREATE, headers=korean, input=given)["answer"]
    assert [error["message"] for error in answer["userErrors"]] == [
        "비워 둘 수 없습니다.",
        "슬러그는 소문자와 숫자로 쓰고, 사이에 하이픈을 하나씩만 넣을 수 있습니다.",
    ]


def _done(server: Server, query: str, account: Account, **variables: Any) -> Any:
    """The design of an answer without refusals."""
    answer = _answer(server, query, account, **variables)
    assert answer["userErrors"] == []
    return answer["design"]


def _answer(server: Server, query: str, account: Account, **variables: Any) -> Any:
    return server.ask(query, headers=account.headers, **variables)["answer"]


async def _at_once(times: int, ask: Any) -> list[Any]:
    return await asyncio.gather(*(asyncio.to_thread(ask) for _ in range(times)))


async def _audited(db: Database) -> list[tuple[str, Any]]:
    """What was done to designs, the first first."""
    async with db.transaction() as tx:
        rows = await tx.connection.all(_audit_rows)
    return [(row.action, row.changes) for row in rows]


def _audit_rows() -> Any:
    table = AuditEvents.source.table
    return table.select().where(table.c.action.like("design.%")).order_by(table.c.id)


async def _stored(db: Database, design: str) -> Any:
    async with db.transaction() as tx:
        return await tx.designs.locked(design)


def _error(code: str, message: str, *path: str) -> dict[str, Any]:
    return {"__typename": "InputError", "code": code, "message": message, "path": ["input", *path]}


def _range(code: str, message: str, *path: str, least: str, most: str) -> dict[str, Any]:
    return _error(code, message, *path) | {"__typename": "OutOfRange", "min": least, "max": most}


def _codes(answer: dict[str, Any]) -> list[str]:
    return [error["code"] for error in answer["userErrors"]]


def _id(row: dict[str, Any]) -> str:
    return f"Design_{row['id']}"


def _today() -> set[Any]:
    """The day, and the next one: a test may run over midnight."""
    now = datetime.now(UTC)
    return {now.date(), (now - timedelta(minutes=1)).date()}
