"""Entering designs."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from db.scope import STAFF
from services.accounts import an_account
from services.at_once import at_once
from services.design_mutations import (
    CREATE,
    FOUND,
    NOT_THERE,
    an_error,
    answer_of,
    audited,
    codes,
    done,
    today,
)
from services.rows import a_category, a_design, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

EVERY_TEXT = {
    "style": "Classic",
    "colour": "붉은",
    "fabric": "रेशम",
    "occasion": "Wedding",
    "season": "Spring",
    "designerName": "김민아",
    "collectionName": "Haneul",
}


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
    design = done(server, CREATE, staff, input=given | EVERY_TEXT | {"featured": True, "status": "PUBLISHED"})
    assert datetime.fromisoformat(design.pop("publishedAt")).date() in today()
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
    design = done(server, CREATE, staff, input={"title": "Durumagi", "categoryId": category, "status": None})
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
    given = {"title": "Silk — Évening!", "categoryId": category}
    assert [done(server, CREATE, staff, input=given)["slug"] for _ in range(3)] == [
        "silk-évening", "silk-évening-2", "silk-évening-3",
    ]  # fmt: skip
    assert done(server, CREATE, staff, input=given | {"title": "🌸"})["slug"] == "design"


async def test_slugs_that_are_made_at_once_are_unique(server: Server, staff: Account, category: str) -> None:
    given = {"title": "Gown", "categoryId": category}
    made = await at_once([lambda: done(server, CREATE, staff, input=given)["slug"]] * 8)
    assert {*made} == {"gown", *(f"gown-{number}" for number in range(2, 9))}


async def test_of_two_at_once_with_one_slug_one_is_refused(server: Server, staff: Account, category: str) -> None:
    for number in range(5):
        given = {"title": "Gown", "categoryId": category, "slug": f"gown-{number}"}
        answers = await at_once([partial(answer_of, server, CREATE, staff, input=given)] * 2)
        assert sorted(codes(answer) for answer in answers) == [[], ["NOT_UNIQUE"]]


async def test_tells_all_that_is_wrong_at_once(server: Server, db: Database, staff: Account, category: str) -> None:
    avatar = an_image(purpose="AVATAR")
    async with db.transaction() as tx:
        await tx.images.add([avatar])
        await tx.designs.add([a_design(category.removeprefix("Category_"), slug="taken")])
    images = [f"Image_{'0' * 32}", f"Image_{avatar['id']}", "nonsense"]
    given = {"title": "\u3000", "slug": "taken", "description": "x" * 10_001, "style": "a\u0007b", "imageIds": images}
    answer = answer_of(server, CREATE, staff, input=given | {"categoryId": f"Category_{'0' * 32}"})
    assert answer == {
        "design": None,
        "userErrors": [
            _range("TOO_SHORT", "This cannot be empty.", "title", least="1", most="200"),
            _range("TOO_LONG", "At most 10000 characters.", "description", least="0", most="10000"),
            an_error("INVALID", "This text holds control characters: take them out.", "style"),
            an_error("NOT_UNIQUE", "Another design has this slug already: choose another.", "slug"),
            an_error("NOT_FOUND", NOT_THERE, "categoryId"),
            an_error("NOT_FOUND", NOT_THERE, "imageIds", "0"),
            an_error(
                "INVALID",
                "This picture was uploaded for something else: upload it once more, with the purpose DESIGN.",
                "imageIds",
                "1",
            ),
            an_error("NOT_FOUND", NOT_THERE, "imageIds", "2"),
        ],
    }
    assert (await db.read(STAFF).designs.count(), await audited(db)) == (1, [])


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"slug": "Not a slug"}, "INVALID", ["slug"]),
        ({"slug": "a--b"}, "INVALID", ["slug"]),
        ({"slug": "x" * 81}, "TOO_LONG", ["slug"]),
        ({"imageIds": ["a", "b", "a"]}, "CONFLICT", ["imageIds", "2"]),
        ({"imageIds": [str(number) for number in range(51)]}, "TOO_LONG", ["imageIds"]),
        ({"idempotencyKey": ""}, "TOO_SHORT", ["idempotencyKey"]),
        ({"idempotencyKey": "k" * 201}, "TOO_LONG", ["idempotencyKey"]),
    ],
)
async def test_refuses_what_cannot_be(
    given: dict[str, Any], code: str, path: list[str], *, server: Server, db: Database, staff: Account, category: str
) -> None:
    answer = answer_of(server, CREATE, staff, input={"title": "Gown", "categoryId": category} | given)
    assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [(code, ["input", *path])]
    assert (answer["design"], await db.read(STAFF).designs.count(), await audited(db)) == (None, 0, [])


async def test_a_key_makes_one_design_however_often_it_comes(
    server: Server, db: Database, staff: Account, category: str
) -> None:
    given = {"title": "Gown", "slug": "gown", "categoryId": category, "idempotencyKey": "one"}
    made = await at_once([lambda: done(server, CREATE, staff, input=given)["id"]] * 20)
    assert len({*made}) == 1
    assert (await db.read(STAFF).designs.count(), len(await audited(db))) == (1, 1)


async def test_a_key_with_another_input_is_refused(server: Server, db: Database, staff: Account, category: str) -> None:
    given = {"title": "Gown", "categoryId": category, "idempotencyKey": "one"}
    done(server, CREATE, staff, input=given)
    for other in ({"title": "Suit"}, {"style": None}, {"featured": False}):
        assert codes(answer_of(server, CREATE, staff, input=given | other)) == ["IDEMPOTENCY_MISMATCH"]
    assert await db.read(STAFF).designs.count() == 1
    other_staff = await an_account(server, db, role="STAFF")
    done(server, CREATE, other_staff, input=given | {"title": "Suit"})
    assert await db.read(STAFF).designs.count() == 2


async def test_a_key_is_free_again_where_the_write_was_refused(server: Server, staff: Account, category: str) -> None:
    given = {"title": "", "categoryId": category, "idempotencyKey": "one"}
    assert codes(answer_of(server, CREATE, staff, input=given)) == ["TOO_SHORT"]
    done(server, CREATE, staff, input=given | {"title": "Gown"})


async def test_a_refusal_is_told_in_korean(server: Server, staff: Account, category: str) -> None:
    korean = staff.headers | {"accept-language": "ko-KR"}
    given = {"title": "", "slug": "A", "categoryId": category}
    answer = server.ask(CREATE, headers=korean, input=given)["answer"]
    assert [error["message"] for error in answer["userErrors"]] == [
        "비워 둘 수 없습니다.",
        "슬러그는 소문자와 숫자로 쓰고, 사이에 하이픈을 하나씩만 넣을 수 있습니다.",
    ]


def _range(code: str, message: str, *path: str, least: str, most: str) -> dict[str, Any]:
    return an_error(code, message, *path) | {"__typename": "OutOfRange", "min": least, "max": most}
