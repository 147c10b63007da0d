"""Describing and deleting pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from db.events import FILE_DISCARDED
from db.repositories.audit_events import AuditEvents
from jobs.files import discard_file
from services.accounts import an_account
from services.at_once import at_once
from services.pictures import chequered, encoded
from services.rows import THEN, a_category, a_design, a_hanging, an_image
from services.uploading import ERRORS, uploaded
from storage.filesystem import FilesystemStorage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from db.database import Database
    from services.accounts import Account
    from services.server import Server
    from settings import Settings

UPDATE = (
    "mutation ($id: ID!, $input: UpdateImageInput!) { answer: updateImage(id: $id, input: $input) "
    f"{{ image {{ id altText focalX focalY version }} {ERRORS} }} }}"
)
DELETE = f"mutation ($by: ImageBy!) {{ answer: deleteImage(by: $by) {{ deletedId {ERRORS} }} }}"
HANG = f"mutation ($input: DesignInput!) {{ answer: createDesign(input: $input) {{ design {{ id }} {ERRORS} }} }}"
SHOW = "mutation ($id: ID!) { answer: updateProfile(input: {avatarId: $id}) { userErrors { code path } } }"
NOT_THERE = "There is no such thing, or it is not yours to see."
DONE: list[str] = []
ALLOWED = {
    True: [(DONE, [["NOT_FOUND"], ["NOT_FOUND"]])],
    False: [(["IN_USE"], [DONE, DONE])],
}
"""Whether the picture is gone: what is then told to who deletes it, and to those who show it."""


@pytest.fixture
async def member(server: Server, db: Database) -> Account:
    return await an_account(server, db)


@pytest.fixture
async def staff(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="STAFF")


@pytest.fixture
def media(settings: Settings) -> Path:
    """The storage's folder."""
    return settings.data_dir / "media"


async def test_what_is_told_of_a_picture_can_be_changed(server: Server, db: Database, member: Account) -> None:
    row = await _image(db, uploaded_by_id=member.id, alt_text="Before")
    given = {"altText": " e\u0301 ", "focalX": 0, "focalY": 1, "expectedVersion": 1}
    image = {"id": _id(row), "altText": "é", "focalX": 0.0, "focalY": 1.0, "version": 2}
    assert server.ask(UPDATE, member.headers, id=_id(row), input=given)["answer"] == {"image": image, "userErrors": []}
    same = server.ask(UPDATE, member.headers, id=_id(row), input={"altText": "é"})["answer"]
    assert same == {"image": image, "userErrors": []}
    cleared = server.ask(UPDATE, member.headers, id=_id(row), input={"altText": None})["answer"]["image"]
    assert cleared == image | {"altText": None, "version": 3}
    assert await _audited(db) == []


async def test_a_change_that_cannot_be_is_refused_with_all_that_is_wrong(
    server: Server, db: Database, member: Account
) -> None:
    row = await _image(db, uploaded_by_id=member.id)
    given = {"altText": "x" * 501, "focalX": 1.5, "focalY": None}
    errors = server.ask(UPDATE, member.headers, id=_id(row), input=given)["answer"]["userErrors"]
    assert [(error["code"], error["path"], error.get("min"), error.get("max")) for error in errors] == [
        ("TOO_LONG", ["input", "altText"], "0", "500"),
        ("OUT_OF_RANGE", ["input", "focalX"], "0", "1"),
        ("REQUIRED", ["input", "focalY"], None, None),
    ]
    stale = server.ask(UPDATE, member.headers, id=_id(row), input={"altText": "x", "expectedVersion": 7})["answer"]
    assert [error["code"] for error in stale["userErrors"]] == ["STALE_VERSION"]
    assert (await _stored(db, row)).version == 1


async def test_the_picture_of_somebody_else_is_not_there_for_members(
    server: Server, db: Database, member: Account
) -> None:
    other = await an_account(server, db, name="other")
    row = await _image(db, uploaded_by_id=other.id)
    await _hang(db, row)  # so that everybody sees it
    for query, variables, path in (
        (UPDATE, {"id": _id(row), "input": {"altText": "x"}}, ["id"]),
        (DELETE, {"by": {"id": _id(row)}}, ["by", "id"]),
        (DELETE, {"by": {"key": row["key"]}}, ["by", "key"]),
        (DELETE, {"by": {"id": "Image_none"}}, ["by", "id"]),
        (DELETE, {"by": {"key": "designs/none.jpg"}}, ["by", "key"]),
    ):
        errors = server.ask(query, member.headers, **variables)["answer"]["userErrors"]
        refused = {"__typename": "InputError", "code": "NOT_FOUND", "message": NOT_THERE, "path": path}
        assert errors == [refused]
    assert (await _stored(db, row)).version == 1


async def test_what_staff_do_with_pictures_is_recorded(
    server: Server, db: Database, staff: Account, member: Account
) -> None:
    row = await _image(db, uploaded_by_id=member.id, alt_text="Before")
    server.ask(UPDATE, staff.headers, id=_id(row), input={"altText": "After", "focalX": 0.5})
    deleted = server.ask(DELETE, staff.headers, by={"key": row["key"]})
    assert deleted == {"answer": {"deletedId": _id(row), "userErrors": []}}
    own = await _image(db, uploaded_by_id=staff.id)
    server.ask(UPDATE, staff.headers, id=_id(own), input={"altText": "After"})
    assert await _audited(db) == [
        ("image.updated", row["id"], staff.id, [{"field": "altText", "before": "Before", "after": "After"}]),
        ("image.deleted", row["id"], staff.id, []),
        ("image.updated", own["id"], staff.id, [{"field": "altText", "before": None, "after": "After"}]),
    ]


async def test_a_deleted_picture_loses_its_file_too(
    server: Server, db: Database, member: Account, media: Path, settings: Settings
) -> None:
    image = uploaded(server.client, member, encoded(chequered()))
    assert server.ask(DELETE, member.headers, by={"id": image["id"]})["answer"]["deletedId"] == image["id"]
    assert server.ask("query ($id: ID!) { node(id: $id) { id } }", member.headers, id=image["id"]) == {"node": None}
    assert (media / image["key"]).exists(), "until the worker delivers the event"
    async with db.transaction() as tx:
        event = await tx.events.claim(_later(), [FILE_DISCARDED])
    assert event
    assert (event.kind, event.payload) == (FILE_DISCARDED, {"key": image["key"]})
    for _ in range(2):  # at least once
        await discard_file(FilesystemStorage(settings.data_dir / "media", ""), event)
        assert not (media / image["key"]).exists()


async def test_a_picture_that_is_shown_is_not_deleted(server: Server, db: Database, member: Account) -> None:
    row = await _image(db, uploaded_by_id=member.id)
    await _hang(db, row, deleted_at=THEN)
    await _hang(db, row, cover_image_id=row["id"])
    async with db.transaction() as tx:
        await tx.users.set_avatar(member.id, row["id"], now=THEN)
    assert server.ask(DELETE, member.headers, by={"id": _id(row)})["answer"] == {
        "deletedId": None,
        "userErrors": [
            {
                "__typename": "InUse",
                "code": "IN_USE",
                "message": "3 things show this picture, deleted ones among them: take it off first.",
                "path": ["by", "id"],
                "count": 3,
            }
        ],
    }
    assert await _stored(db, row)
    assert not await db.read().events.waiting(_later(), [FILE_DISCARDED])


async def test_deleting_and_showing_at_once_ends_one_way_or_the_other(
    server: Server, db: Database, staff: Account
) -> None:
    category = a_category()
    async with db.transaction() as tx:
        await tx.categories.add([category])
    for _ in range(8):
        row = await _image(db, uploaded_by_id=staff.id)
        asks = [_deleting(server, staff, row), _hanging(server, staff, row, category), _showing(server, staff, row)]
        deleted, *shown = await at_once(asks)
        gone = await _stored(db, row) is None
        assert (deleted, shown) in ALLOWED[gone]


def _deleting(server: Server, account: Account, row: dict[str, Any]) -> Callable[[], list[str]]:
    return lambda: _codes(server.ask(DELETE, account.headers, by={"id": _id(row)}))


def _hanging(
    server: Server, account: Account, row: dict[str, Any], category: dict[str, Any]
) -> Callable[[], list[str]]:
    given = {"title": "Gown", "categoryId": f"Category_{category['id']}", "imageIds": [_id(row)]}
    return lambda: _codes(server.ask(HANG, account.headers, input=given))


def _showing(server: Server, account: Account, row: dict[str, Any]) -> Callable[[], list[str]]:
    return lambda: _codes(server.ask(SHOW, account.headers, id=_id(row)))


def _codes(data: dict[str, Any]) -> list[str]:
    return [error["code"] for error in data["answer"]["userErrors"]]


async def _image(db: Database, **named: Any) -> dict[str, Any]:
    row = an_image(**named)
    async with db.transaction() as tx:
        await tx.images.add([row])
    return row


async def _hang(db: Database, image: dict[str, Any], **named: Any) -> None:
    category = a_category()
    design = a_design(category["id"], **named)
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([design])
        await tx.images.hang([a_hanging(design["id"], image["id"])])


async def _stored(db: Database, row: dict[str, Any]) -> Any:
    async with db.transaction() as tx:
        return await tx.images.locked(row["id"])


async def _audited(db: Database) -> list[tuple[str, str, str, Any]]:
    """What was done to pictures, the first first."""
    async with db.transaction() as tx:
        rows = await tx.connection.all(_audit_rows)
    return [(row.action, row.subject_id, row.actor_id, row.changes) for row in rows]


def _audit_rows() -> Any:
    table = AuditEvents.source.table
    return table.select().where(table.c.action.like("image.%")).order_by(table.c.id)


def _later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


def _id(row: dict[str, Any]) -> str:
    return f"Image_{row['id']}"
