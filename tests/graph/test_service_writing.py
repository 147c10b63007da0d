"""Making services, and who may."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from db.repositories.resources import STUDIO_RESOURCE_ID
from db.scope import STAFF
from services.accounts import an_account
from services.at_once import at_once
from services.rows import THEN, a_resource, a_service, an_image
from services.service_mutations import (
    CREATE,
    DELETE,
    FULL,
    NEW,
    NEWBORN,
    UPDATE,
    a_range,
    an_error,
    answer_of,
    audited,
    codes,
    done,
    id_of,
    plant,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

NOT_THERE = "There is no such thing, or it is not yours to see."
NOBODY = "0" * 32


@pytest.fixture
async def staff(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="STAFF")


@pytest.fixture(autouse=True)
async def studio(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.found(THEN, currency="KRW", locales=["en", "ko"])


async def test_makes_a_service_of_the_least(server: Server, db: Database, staff: Account) -> None:
    made = done(server, CREATE, staff, input=NEW)
    assert made == NEWBORN | {"id": made["id"], "slug": "portrait", "position": 0}
    assert await audited(db) == [
        (
            "service.created",
            [
                {"field": "durationMinutes", "before": None, "after": "60"},
                {"field": "name", "before": None, "after": "Portrait"},
                {"field": "position", "before": None, "after": "0"},
                {"field": "slug", "before": None, "after": "portrait"},
            ],
        )
    ]
    nothing_said = NEW | dict.fromkeys(("slug", "capacity", "price", "options", "imageIds", "status", "maxPerDay"))
    second = done(server, CREATE, staff, input=nothing_said)
    assert second == NEWBORN | {"id": second["id"], "slug": "portrait-2", "position": 1}


async def test_makes_a_service_with_everything(server: Server, db: Database, staff: Account) -> None:
    images, resources = [an_image(purpose="SERVICE"), an_image(purpose="TEMP")], [a_resource("B"), a_resource("A")]
    await plant(db, images=images, resources=resources)
    lists: dict[str, Any] = {
        "price": {"amount": "150000"},
        "imageIds": [id_of(image, "Image") for image in images],
        "resourceIds": [id_of(row, "Resource") for row in resources],
        "options": [
            {"name": " Print ", "price": {"amount": "5000", "currency": "KRW"}, "extraMinutes": 15}
            | {"translations": [{"locale": "KO", "field": "name", "value": " 인화 "}]},
            {"name": "Retouching"},
        ],
        "translations": [
            {"locale": "ko", "name": "가족사진", "summary": "", "description": "두\r\n줄"},
            {"locale": "hi", "name": " "},
        ],
    }
    made = done(server, CREATE, staff, input=FULL | lists)
    ids = [option["id"] for option in made["options"]]
    print_name = {"locale": "ko", "field": "name", "value": "인화"}
    expected = FULL | {
        "id": made["id"],
        "name": "Family portrait",
        "description": "Two\nlines",
        "price": {"amount": "150000", "currency": "KRW"},
        "coverImage": {"id": lists["imageIds"][0]},
        "images": [{"id": one} for one in lists["imageIds"]],
        "resources": [{"id": one} for one in reversed(lists["resourceIds"])],
        "options": [
            {"id": ids[0], "name": "Print", "price": {"amount": "5000", "currency": "KRW"}, "extraMinutes": 15}
            | {"translations": [print_name]},
            {"id": ids[1], "name": "Retouching", "price": None, "extraMinutes": 0, "translations": []},
        ],
        "translations": [{"locale": "ko", "name": "가족사진", "summary": None, "description": "두\n줄"}],
        "version": 1,
    }
    assert made == expected
    ask = 'query ($id: ID!) { node(id: $id) { ... on Service { slug } ... on ServiceOption { name(locale: "ko") } } }'
    assert server.ask(ask, id=made["id"]) == {"node": {"slug": "family"}}
    assert server.ask(ask, id=ids[0]) == {"node": {"name": "인화"}}


async def test_slugs_that_are_made_at_once_are_unique_and_so_are_places(server: Server, staff: Account) -> None:
    made = await at_once([partial(done, server, CREATE, staff, input=NEW)] * 8)
    assert {one["slug"] for one in made} == {"portrait", *(f"portrait-{number}" for number in range(2, 9))}
    assert sorted(one["position"] for one in made) == [*range(8)]
    assert done(server, CREATE, staff, input=NEW | {"name": "🌸"})["slug"] == "service"


async def test_of_two_at_once_with_one_slug_one_is_refused(server: Server, db: Database, staff: Account) -> None:
    for number in range(5):
        given = NEW | {"slug": f"family-{number}"}
        answers = await at_once([partial(answer_of, server, CREATE, staff, input=given)] * 2)
        assert sorted(codes(answer) for answer in answers) == [[], [("NOT_UNIQUE", "input.slug")]]
    assert await db.read(STAFF).services.count() == 5


ALL_WRONG: dict[str, Any] = {
    "name": "\u3000",
    "slug": "taken",
    "summary": "x" * 501,
    "durationMinutes": 4,
    "maxPerDay": 0,
    "capacity": 501,
    "price": {"amount": "0.5", "currency": "KRW"},
    "resourceIds": [f"Resource_{NOBODY}", f"Resource_{STUDIO_RESOURCE_ID}", "nonsense"],
    "options": [{"name": "a\u0007"}, {"name": "Print", "extraMinutes": 1441, "price": {"amount": "-1"}}],
    "translations": [{"locale": "ko", "name": "x" * 201}, {"locale": "hi"}],
}


async def test_tells_all_that_is_wrong_at_once(server: Server, db: Database, staff: Account) -> None:
    avatar = an_image(purpose="AVATAR")
    await plant(db, images=[avatar], services=[a_service(slug="taken")])
    before = await written(db)
    given = ALL_WRONG | {"imageIds": [f"Image_{NOBODY}", id_of(avatar, "Image")]}
    too_long = an_error("TOO_LONG", "At most 500 characters.", "summary")
    too_long_too = an_error("TOO_LONG", "At most 200 characters.", "translations", "0", "name")
    too_short = an_error("TOO_SHORT", "This cannot be empty.", "name")
    misused = "This picture was uploaded for something else: upload it once more, with the purpose SERVICE."
    assert answer_of(server, CREATE, staff, input=given) == {
        "service": None,
        "userErrors": [
            _bounded(too_short, 1, 200),
            _bounded(too_long, 0, 500),
            a_range(5, 10_080, "durationMinutes"),
            a_range(1, 1_000, "maxPerDay"),
            a_range(1, 500, "capacity"),
            an_error("INVALID", "This currency has 0 decimals.", "price", "amount"),
            an_error("INVALID", "This text holds control characters: take them out.", "options", "0", "name"),
            a_range(0, 10**12, "options", "1", "price", "amount"),
            a_range(0, 1_440, "options", "1", "extraMinutes"),
            _bounded(too_long_too, 0, 200),
            an_error("NOT_UNIQUE", "Another service has this slug already: choose another.", "slug"),
            an_error("NOT_FOUND", NOT_THERE, "imageIds", "0"),
            an_error("INVALID", misused, "imageIds", "1"),
            *(an_error("NOT_FOUND", NOT_THERE, "resourceIds", place) for place in "012"),
        ],
    }
    assert await written(db) == before


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"price": {"amount": "1", "currency": "XYZ"}}, [("INVALID", "input.price.currency")]),
        ({"price": {"amount": "1", "currency": ""}}, [("INVALID", "input.price.currency")]),
        ({"options": [{"name": "A"}] * 31}, [("TOO_LONG", "input.options")]),
        ({"options": [{"name": "A", "id": "nonsense"}]}, [("NOT_FOUND", "input.options.0.id")]),
        ({"options": [{"name": "A", "id": ""}]}, [("NOT_FOUND", "input.options.0.id")]),
        ({"resourceIds": [f"Resource_{NOBODY}"] * 2}, [("CONFLICT", "input.resourceIds.1")]),
        ({"resourceIds": [f"Resource_{number:032x}" for number in range(21)]}, [("TOO_LONG", "input.resourceIds")]),
        ({"imageIds": [f"Image_{number:032x}" for number in range(51)]}, [("TOO_LONG", "input.imageIds")]),
        ({"translations": [{"locale": "ko"}, {"locale": "KO"}]}, [("CONFLICT", "input.translations.1.locale")]),
        (
            {"options": [{"name": "A", "translations": [{"locale": "ko", "field": "price", "value": "1"}]}]},
            [("INVALID", "input.options.0.translations.0.field")],
        ),
        (
            {"price": {"amount": "1"}, "options": [{"name": "A", "price": {"amount": "1", "currency": "USD"}}]},
            [("CONFLICT", "input.options.0.price")],
        ),
        (
            {"options": [{"name": "A", "price": {"amount": "1", "currency": one}} for one in ("USD", "KRW", "USD")]},
            [("CONFLICT", "input.options.1.price")],
        ),
    ],
)
async def test_what_cannot_be_is_refused_and_writes_nothing(
    given: dict[str, Any], refused: list[tuple[str, str]], server: Server, db: Database, staff: Account
) -> None:
    before = await written(db)
    assert codes(answer_of(server, CREATE, staff, input=NEW | given)) == refused
    assert await written(db) == before


@pytest.mark.parametrize("mutation", [CREATE, UPDATE, DELETE])
async def test_only_staff_may(mutation: str, server: Server, db: Database) -> None:
    row = a_service()
    await plant(db, services=[row])
    before = await written(db)
    given: dict[str, Any] = {"id": id_of(row), "input": NEW if mutation == CREATE else {"name": "Mine"}}
    if mutation == CREATE:
        del given["id"]
    member = await an_account(server, db)
    for headers, code in (({}, "UNAUTHENTICATED"), (member.headers, "FORBIDDEN")):
        answer = server.answer(mutation, headers, **given)
        assert answer["data"] == {"answer": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert await written(db) == before


def _bounded(error: Mapping[str, Any], least: int, most: int) -> dict[str, Any]:
    return {**error, "__typename": "OutOfRange", "min": str(least), "max": str(most)}
