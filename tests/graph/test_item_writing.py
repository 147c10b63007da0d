"""Entering items, and who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account, contents
from services.item_mutations import (
    CATEGORY,
    CREATE,
    NOT_THERE,
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
from services.rows import THEN, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

NOBODY = "0" * 32
TAKEN = "Another item has this Serial number already: give another one."
NEWBORN: dict[str, Any] = {
    "name": "Leica M3",
    "description": None,
    "viewerCanEdit": True,
    "category": {"id": f"Category_{CATEGORY}"},
    "condition": None,
    "quantity": 1,
    "visibility": "PRIVATE",
    "acquiredOn": None,
    "price": None,
    "specifications": [],
    "urls": [],
    "photos": [],
    "deletedAt": None,
    "version": 1,
}
EVERYTHING: dict[str, Any] = {
    "name": "Leica M3",
    "description": "Two\r\nlines",
    "categoryId": f"Category_{CATEGORY}",
    "condition": "GOOD",
    "quantity": 2,
    "visibility": "PUBLIC",
    "acquiredOn": "1987-05-01",
    "price": {"amount": "1500000"},
    "specifications": [
        {"key": "weight", "value": {"quantity": {"value": "580", "unit": "g"}}},
        {"key": "finish", "value": {"options": ["black", "chrome"]}},
        {"key": "year", "value": {"integer": 1954}},
        {"key": "brand", "value": {"text": " Leica "}},
        {"key": "serial", "value": None},
    ],
    "urls": [{"url": "https://example.com/m3", "label": " Manual "}, {"id": None, "url": "http://example.com/"}],
}


@pytest.fixture
async def member(server: Server, db: Database) -> Account:
    return await an_account(server, db)


@pytest.fixture(autouse=True)
async def cameras(db: Database) -> dict[str, str]:
    """The ids of definitions by key."""
    return await define_cameras(db)


async def test_enters_an_item_of_the_least(server: Server, db: Database, member: Account) -> None:
    least = {"name": " Leica M3 ", "categoryId": f"Category_{CATEGORY}"}
    made = done(server, CREATE, member, input=least)
    assert made == NEWBORN | {"id": made["id"], "owner": {"id": member.global_id}}
    secret = {"before": "(private)", "after": "(private)"}
    assert await audited(db) == [
        (
            "item.created",
            [
                {"field": "categoryId", "before": None, "after": f"Category_{CATEGORY}"},
                {"field": "name", **secret},
                {"field": "quantity", "before": None, "after": "1"},
                {"field": "visibility", "before": None, "after": "PRIVATE"},
            ],
        )
    ]
    events = [(event.kind, event.subject_id, event.payload) for event in (await contents(db, "events"))["events"]]
    assert ("item.created", made["id"].removeprefix("Item_"), {}) in events
    nothing_said = least | dict.fromkeys(
        ("description", "quantity", "visibility", "specifications", "urls", "photoIds")
    )
    assert done(server, CREATE, member, input=nothing_said)["quantity"] == 1


async def test_enters_an_item_with_everything(server: Server, db: Database, member: Account) -> None:
    photos = [an_image(purpose="ITEM", uploaded_by_id=member.id) for _ in range(2)]
    async with db.transaction() as tx:
        await tx.images.add(photos)
    given = EVERYTHING | {"photoIds": [f"Image_{photo['id']}" for photo in photos]}
    made = done(server, CREATE, member, input=given)
    _require_every_value(made.pop("specifications"))
    assert made == {
        **{name: value for name, value in NEWBORN.items() if name != "specifications"},
        "id": made["id"],
        "owner": {"id": member.global_id},
        "description": "Two\nlines",
        "condition": "GOOD",
        "quantity": 2,
        "visibility": "PUBLIC",
        "acquiredOn": "1987-05-01",
        "price": {"amount": "1500000", "currency": "KRW"},
        "urls": [
            {"id": made["urls"][0]["id"], "url": "https://example.com/m3", "label": "Manual"},
            {"id": made["urls"][1]["id"], "url": "http://example.com/", "label": None},
        ],
        "photos": [{"id": photo} for photo in given["photoIds"]],
    }
    ask = "query ($id: ID!) { node(id: $id) { ... on Item { name } ... on ItemUrl { label } } }"
    assert server.ask(ask, id=made["id"]) == {"node": {"name": "Leica M3"}}
    assert server.ask(ask, id=made["urls"][0]["id"]) == {"node": {"label": "Manual"}}


async def test_tells_all_that_is_wrong_at_once_and_writes_nothing(
    server: Server, db: Database, member: Account
) -> None:
    mine, avatar = (an_image(purpose=purpose, uploaded_by_id=member.id) for purpose in ("ITEM", "AVATAR"))
    async with db.transaction() as tx:
        await tx.images.add([mine, avatar])
    before = await written(db)
    wrong: dict[str, Any] = {
        "name": "\u3000",
        "quantity": -1,
        "price": {"amount": "0.5"},
        "specifications": [
            {"key": "year", "value": {"text": "old"}},
            {"key": "nothing", "value": {"text": "x"}},
            {"key": "year"},
        ],
        "urls": [{"url": "ftp://example.com/"}, {"id": "nonsense", "url": "http://example.com/"}],
        "photoIds": [f"Image_{mine['id']}", f"Image_{NOBODY}", f"Image_{avatar['id']}", "nonsense"],
    }
    answer = answer_of(server, CREATE, member, input=a_camera() | wrong)
    assert answer["item"] is None
    assert sorted(codes(answer)) == [
        ("CONFLICT", "input.specifications.2.key"),
        ("INVALID", "input.photoIds.2"),
        ("INVALID", "input.price.amount"),
        ("INVALID", "input.specifications.0.value"),
        ("INVALID", "input.urls.0.url"),
        ("NOT_FOUND", "input.photoIds.1"),
        ("NOT_FOUND", "input.photoIds.3"),
        ("NOT_FOUND", "input.specifications.1.key"),
        ("OUT_OF_RANGE", "input.quantity"),
        ("TOO_SHORT", "input.name"),
    ]
    link = [{"id": f"ItemUrl_{NOBODY}", "url": "http://example.com/"}]
    assert codes(answer_of(server, CREATE, member, input=a_camera() | {"urls": link})) == [
        ("NOT_FOUND", "input.urls.0.id")
    ]
    assert await written(db) == before


@pytest.mark.parametrize("category", [f"Category_{NOBODY}", f"Item_{CATEGORY}", "nonsense", ""])
async def test_there_is_no_item_without_a_category(
    server: Server, db: Database, member: Account, category: str
) -> None:
    before = await written(db)
    answer = answer_of(server, CREATE, member, input=a_camera(brand="Leica") | {"categoryId": category})
    assert answer == {"item": None, "userErrors": [an_error("NOT_FOUND", NOT_THERE, "categoryId")]}
    assert await written(db) == before


async def test_what_is_required_is_asked_for(server: Server, db: Database, member: Account, cameras: Any) -> None:
    async with db.transaction() as tx:
        for key in ("brand", "year"):
            await tx.specifications.change(cameras[key], now=THEN, required=True)
        await tx.specifications.change(cameras["year"], now=THEN, archived=True)
    before = await written(db)
    needed = "Brand is needed: give a value under the key brand."
    assert answer_of(server, CREATE, member, input=a_camera()) == {
        "item": None,
        "userErrors": [an_error("REQUIRED", needed, "specifications")],
    }
    assert codes(answer_of(server, CREATE, member, input=a_camera(brand=" "))) == [
        ("REQUIRED", "input.specifications.0.value")
    ]
    assert codes(answer_of(server, CREATE, member, input=a_camera(brand="Leica", year="1954"))) == [
        ("STATE", "input.specifications.1.value")
    ]
    assert await written(db) == before
    assert values_of(done(server, CREATE, member, input=a_camera(brand="Leica"))) == {"brand": "Leica"}


async def test_a_unique_value_is_had_once_whoever_owns_the_items(server: Server, db: Database, member: Account) -> None:
    other = await an_account(server, db)
    done(server, CREATE, member, input=a_camera(serial="700 000"))
    before = await written(db)
    taken = an_error("NOT_UNIQUE", TAKEN, "specifications", "1", "value")
    answer = answer_of(server, CREATE, other, input=a_camera(brand="Leica", serial="700 000"))
    assert answer == {"item": None, "userErrors": [taken]}
    assert await written(db) == before
    assert values_of(done(server, CREATE, other, input=a_camera(serial="700 001"))) == {"serial": "700 001"}


async def test_a_retry_gives_the_same_item(server: Server, db: Database, member: Account) -> None:
    given = a_camera(serial="700 000") | {"idempotencyKey": "one"}
    made = done(server, CREATE, member, input=given)
    before = await written(db)
    assert done(server, CREATE, member, input=given)["id"] == made["id"]
    assert codes(answer_of(server, CREATE, member, input=given | {"name": "Other"})) == [
        ("IDEMPOTENCY_MISMATCH", "input.idempotencyKey")
    ]
    assert await written(db) == before


async def test_an_item_has_no_pictures_that_others_uploaded(server: Server, db: Database, member: Account) -> None:
    """What its owner shows to few would be seen by more."""
    other, staff = await an_account(server, db), await an_account(server, db, role="STAFF")
    photo, temporary = an_image(purpose="ITEM", uploaded_by_id=other.id), an_image(purpose="TEMP")
    async with db.transaction() as tx:
        await tx.images.add([photo, temporary])
    with_it = a_camera() | {"photoIds": [f"Image_{photo['id']}"]}
    done(server, CREATE, other, input=with_it | {"visibility": "MEMBERS"})
    before = await written(db)
    foreign = "Somebody else uploaded this picture: upload it yourself, with the purpose ITEM."
    assert answer_of(server, CREATE, member, input=with_it) == {
        "item": None,
        "userErrors": [an_error("INVALID", foreign, "photoIds", "0")],
    }
    assert await written(db) == before
    by_staff = a_camera() | {"photoIds": [f"Image_{temporary['id']}", *with_it["photoIds"]]}
    assert [one["id"] for one in done(server, CREATE, staff, input=by_staff)["photos"]] == by_staff["photoIds"]


async def test_nobody_enters_an_item_without_an_account(server: Server, db: Database) -> None:
    before = await written(db)
    [error] = server.answer(CREATE, input=a_camera())["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert await written(db) == before


@pytest.mark.parametrize("url", [5, ["http://example.com"], {"url": "x"}])
async def test_a_link_is_a_text(server: Server, member: Account, url: Any) -> None:
    given = a_camera() | {"urls": [{"url": url}]}
    [error] = server.answer(CREATE, member.headers, input=given)["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


def _require_every_value(values: list[dict[str, Any]]) -> None:
    texts = ["brand", "text", "integer", "decimal", "boolean", "date", "options", "url", "unit"]
    told = [{name: value[name] for name in ("display", "fits", *texts[1:])} for value in values]
    nothing = dict.fromkeys(texts[2:]) | {"options": [], "fits": True}
    chosen = [{"key": key, "label": key.title(), "archived": False} for key in ("black", "chrome")]
    assert told == [
        nothing | {"display": " Leica ", "text": " Leica "},
        nothing | {"display": "1954", "text": "1954", "integer": 1954},
        nothing | {"display": "Black, Chrome", "text": "black|chrome", "options": chosen},
        nothing | {"display": "580 g", "text": "580 g", "decimal": "580", "unit": "g"},
    ]
