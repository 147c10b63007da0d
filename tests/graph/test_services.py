"""Services as visitors and staff read them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from db.repositories.images import Wall
from db.repositories.studios import STUDIO_ID
from services.accounts import an_account
from services.rows import THEN, a_hanging, a_resource, a_service, an_image, an_option
from services.service_mutations import id_of

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

TEXTS = "query ($locale: Locale) { services { nodes { name(locale: $locale) summary(locale: $locale) } } }"
OPTION = "query ($locale: Locale) { services { nodes { options { name(locale: $locale) } } } }"
ALL = """query ($by: ServiceBy!) { service(by: $by) {
  __typename id slug name summary description durationMinutes bufferBeforeMinutes bufferAfterMinutes slotStepMinutes
  minNoticeMinutes maxDaysAhead maxPerDay capacity requiresConfirmation cancelNoticeMinutes
  price { amount currency } coverImage { key } images { key } resources { name active } options {
    id name price { amount currency } extraMinutes translations { locale field value }
  } status position translations { locale name summary description } version createdAt updatedAt
} }"""
SEEN = """query ($id: ID!, $slug: String!, $option: ID!) {
  node(id: $id) { id } service(by: {slug: $slug}) { id } option: node(id: $option) { id } services { nodes { id } }
}"""
IN_KOREAN = {"ko": {"name": "가족사진", "summary": ""}, "hi": {"summary": "परिवार"}, "ko-KR": {"name": "서울 가족사진"}}


@pytest.fixture(autouse=True)
async def studio(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.found(THEN, currency="KRW", locales=["en", "ko", "hi"])


async def test_tells_all_of_a_service(server: Server, db: Database) -> None:
    images = [an_image(purpose="SERVICE"), an_image(purpose="SERVICE")]
    row = a_service(
        "Family portrait", description="Two\nlines", price_amount=Decimal(150_000), price_currency="KRW", max_per_day=4,
        cover_image_id=images[0]["id"], translations=IN_KOREAN,
    )  # fmt: skip
    resources = [a_resource("Room"), a_resource("Mina", kind="STAFF"), a_resource("Broken", active=False)]
    dear = {"price_amount": Decimal(5_000), "price_currency": "KRW"}
    options = [an_option("Print", extra_minutes=15, **dear), an_option("Frame", translations={"ko": {"name": "액자"}})]
    async with db.transaction() as tx:
        await tx.images.add(images)
        await tx.resources.add(resources)
    await _sell(db, row, options, resources, images)
    whole = _whole(row, options, images)
    assert server.ask(ALL, by={"id": id_of(row)}) == {"service": whole}
    staff = await an_account(server, db, role="STAFF")
    found = server.ask(ALL, staff.headers, by={"slug": row["slug"]})["service"]
    assert found == whole | {"resources": [{"name": "Broken", "active": False}, *whole["resources"]]}


def _whole(row: dict[str, Any], options: list[dict[str, Any]], images: list[dict[str, Any]]) -> dict[str, Any]:
    """As the public reads it."""
    pictures = [{"key": image["key"]} for image in images]
    return {
        "__typename": "Service",
        "id": id_of(row),
        "slug": row["slug"],
        "name": "Family portrait",
        "summary": None,
        "description": "Two\nlines",
        "durationMinutes": 60,
        **dict.fromkeys(("bufferBeforeMinutes", "bufferAfterMinutes"), 0),
        "slotStepMinutes": 30,
        "minNoticeMinutes": 0,
        "maxDaysAhead": 60,
        "maxPerDay": 4,
        "capacity": 1,
        "requiresConfirmation": False,
        "cancelNoticeMinutes": 60,
        "price": {"amount": "150000", "currency": "KRW"},
        "coverImage": pictures[0],
        "images": pictures,
        "resources": [{"name": "Mina", "active": True}, {"name": "Room", "active": True}],
        "options": [
            {"id": id_of(options[0], "ServiceOption"), "name": "Print", "price": {"amount": "5000", "currency": "KRW"}}
            | {"extraMinutes": 15, "translations": []},
            {"id": id_of(options[1], "ServiceOption"), "name": "Frame", "price": None, "extraMinutes": 0}
            | {"translations": [{"locale": "ko", "field": "name", "value": "액자"}]},
        ],
        "status": "PUBLISHED",
        "position": 0,
        "translations": [
            {"locale": "hi", "name": None, "summary": "परिवार", "description": None},
            {"locale": "ko", "name": "가족사진", "summary": "", "description": None},
            {"locale": "ko-KR", "name": "서울 가족사진", "summary": None, "description": None},
        ],
        "version": 1,
        **dict.fromkeys(("createdAt", "updatedAt"), THEN.isoformat()),
    }


@pytest.mark.parametrize(
    ("accepted", "locale", "name", "summary"),
    [
        (None, None, "Family", "Together"),
        ("ko", None, "가족사진", "Together"),
        ("ko-KR,ko;q=0.9,en;q=0.8", None, "서울 가족사진", "Together"),
        ("en-GB,ko;q=0.9", None, "Family", "Together"),
        ("ko;q=0.1,en;q=0.9", None, "Family", "Together"),
        ("hi,ko;q=0.5", None, "가족사진", "परिवार"),
        ("fr", None, "Family", "Together"),
        ("en", "ko", "가족사진", "Together"),
        ("en", "ko-KP", "가족사진", "Together"),
        ("ko", "hi", "Family", "परिवार"),
        ("ko", "en", "Family", "Together"),
        (None, "fr", "Family", "Together"),
    ],
)
async def test_each_text_is_in_the_reader_s_language_where_it_is_there(  # noqa: PLR0917  (cases)
    accepted: str | None, locale: str | None, name: str, summary: str, server: Server, db: Database
) -> None:
    await _sell(db, a_service("Family", summary="Together", translations=IN_KOREAN))
    headers = {"accept-language": accepted} if accepted else {}
    assert server.ask(TEXTS, headers, locale=locale)["services"]["nodes"] == [{"name": name, "summary": summary}]


@pytest.mark.parametrize(
    ("accepted", "locale", "name"),
    [
        ("ko-KR", None, "인화"),
        (None, "ko", "인화"),
        ("hi", None, "Print"),
        (None, None, "Print"),
        ("ko", "en", "Print"),
    ],
)
async def test_so_are_the_names_of_options(
    accepted: str | None, locale: str | None, name: str, server: Server, db: Database
) -> None:
    await _sell(db, a_service(), [an_option("Print", translations={"ko": {"name": "인화"}, "hi": {"name": ""}})])
    headers = {"accept-language": accepted} if accepted else {}
    nodes = server.ask(OPTION, headers, locale=locale)["services"]["nodes"]
    assert nodes == [{"options": [{"name": name}]}]


@pytest.mark.parametrize("status", ["DRAFT", "PUBLISHED", "ARCHIVED"])
async def test_the_public_sees_what_is_published(status: str, server: Server, db: Database) -> None:
    row, option = a_service(status=status), an_option()
    await _sell(db, row, [option])
    found = {"id": id_of(row)}
    whole = {"node": found, "service": found, "option": {"id": id_of(option, "ServiceOption")}}
    seen = whole | {"services": {"nodes": [found]}}
    unseen = dict.fromkeys(whole) | {"services": {"nodes": []}}
    member, staff = await an_account(server, db), await an_account(server, db, role="STAFF")
    for headers in ({}, member.headers, staff.headers):
        visible = status == "PUBLISHED" or headers == staff.headers
        ids = {"id": id_of(row), "option": id_of(option, "ServiceOption")}
        assert server.ask(SEEN, headers, slug=row["slug"], **ids) == (seen if visible else unseen)


@pytest.mark.parametrize("by", [{"id": "Service_1"}, {"id": ""}, {"slug": "none"}, {"id": f"Design_{'0' * 32}"}])
async def test_what_is_not_there_is_null(by: dict[str, str], server: Server) -> None:
    assert server.ask("query ($by: ServiceBy!) { service(by: $by) { id } }", by=by) == {"service": None}


@pytest.mark.parametrize("status", ["DRAFT", "PUBLISHED"])
async def test_a_picture_is_seen_where_its_service_is(status: str, server: Server, db: Database) -> None:
    image, row = an_image(purpose="SERVICE"), a_service(status=status)
    async with db.transaction() as tx:
        await tx.images.add([image])
    await _sell(db, row, images=[image])
    ask = "query ($id: ID!) { image(by: {id: $id}) { key } }"
    seen = {"image": {"key": image["key"]}}
    assert server.ask(ask, id=id_of(image, "Image")) == (seen if status == "PUBLISHED" else {"image": None})
    staff = await an_account(server, db, role="STAFF")
    assert server.ask(ask, staff.headers, id=id_of(image, "Image")) == seen


async def test_everybody_sees_the_studio_s_logo(server: Server, db: Database) -> None:
    logo, other = an_image(purpose="TEMP"), an_image(purpose="TEMP")
    async with db.transaction() as tx:
        await tx.images.add([logo, other])
        await tx.studios.change(STUDIO_ID, now=THEN, logo_id=logo["id"])
    ask = "query ($id: ID!) { image(by: {id: $id}) { key } }"
    assert server.ask(ask, id=id_of(logo, "Image")) == {"image": {"key": logo["key"]}}
    assert server.ask(ask, id=id_of(other, "Image")) == {"image": None}


async def test_what_shows_a_picture_keeps_it(server: Server, db: Database) -> None:
    image = an_image(purpose="SERVICE")
    async with db.transaction() as tx:
        await tx.images.add([image])
        await tx.studios.change(STUDIO_ID, now=THEN, logo_id=image["id"])
    for _ in range(2):
        await _sell(db, a_service(cover_image_id=image["id"], status="ARCHIVED"), images=[image])
    staff = await an_account(server, db, role="STAFF")
    delete = """mutation ($id: ID!) {
      answer: deleteImage(by: {id: $id}) { deletedId userErrors { code message path ... on InUse { count } } }
    }"""
    orphaned = "{ images(where: {orphaned: true}) { nodes { id } } }"
    message = "3 things show this picture, deleted ones among them: take it off first."
    in_use = {"code": "IN_USE", "message": message, "path": ["by", "id"], "count": 3}
    answer = server.ask(delete, staff.headers, id=id_of(image, "Image"))["answer"]
    assert answer == {"deletedId": None, "userErrors": [in_use]}
    assert server.ask(orphaned, staff.headers) == {"images": {"nodes": []}}


async def _sell(
    db: Database,
    service: dict[str, Any],
    options: list[dict[str, Any]] | None = None,
    resources: list[dict[str, Any]] | None = None,
    images: list[dict[str, Any]] | None = None,
) -> None:
    async with db.transaction() as tx:
        await tx.services.add([service])
        await tx.services.options.write(service["id"], options or [], now=THEN)
        await tx.services.need(service["id"], [row["id"] for row in resources or ()], now=THEN)
        hangings = [a_hanging(service["id"], one["id"], place, "service") for place, one in enumerate(images or ())]
        await tx.images.hang(hangings, Wall.SERVICE)
