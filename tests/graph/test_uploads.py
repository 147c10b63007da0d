"""Uploads past the server: announced, brought to the store, looked at, and then a picture."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from db.events import FILE_DISCARDED
from db.ids import new_id
from db.scope import STAFF
from services.accounts import an_account
from services.at_once import at_once
from services.pictures import HTML, chequered, encoded, huge_png
from services.rows import THEN
from services.server import Server
from services.uploading import ANNOUNCE, COMPLETE, announced, bring
from storage.storage import incoming_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.database import Database
    from services.accounts import Account
    from settings import Settings

PICTURE = encoded(chequered(), "PNG")
NOT_THERE = "There is no such thing, or it is not yours to see."
NOTHING = "Nothing has come yet: first send the file by the upload's method, url and headers, then complete it."


@pytest.fixture
async def member(server: Server, db: Database) -> Account:
    return await an_account(server, db)


@pytest.fixture
def media(settings: Settings) -> Path:
    """The storage's folder."""
    return settings.data_dir / "media"


async def test_a_picture_goes_to_the_store_and_is_then_looked_at(
    server: Server, db: Database, member: Account, media: Path
) -> None:
    ticket = _ticket(server, member, PICTURE, altText=" Me ")
    assert ticket["method"] == "PUT"
    assert re.fullmatch(r"Upload_[0-9a-f]{32}", ticket["uploadId"])
    lasts = datetime.fromisoformat(ticket["expiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < lasts <= timedelta(minutes=15)
    assert bring(server.client, ticket, PICTURE).status_code == 200
    image = _completed(server, member, ticket)
    assert (image["altText"], image["purpose"], image["contentType"]) == ("Me", "AVATAR", "image/png")
    assert server.client.get(image["url"]).status_code == 200
    query = "query ($id: ID!) { node(id: $id) { ... on Image { uploadedBy { id } } } }"
    assert server.ask(query, member.headers, id=image["id"]) == {"node": {"uploadedBy": {"id": member.global_id}}}
    assert await _discarded(db) == [incoming_key(ticket["uploadId"].removeprefix("Upload_"))]
    assert _kept(media) == {image["key"], incoming_key(ticket["uploadId"].removeprefix("Upload_"))}


async def test_an_upload_completed_by_ten_at_once_becomes_one_picture(
    server: Server, db: Database, member: Account, media: Path
) -> None:
    ticket = _ticket(server, member, PICTURE)
    bring(server.client, ticket, PICTURE)
    images = await at_once([lambda: _completed(server, member, ticket)] * 10)
    images.append(_completed(server, member, ticket))
    assert images == [images[0]] * 11
    assert await db.read(STAFF).images.count() == 1
    needless = _kept(media) - {images[0]["key"]}
    assert needless == {*await _discarded(db)}, "the worker takes away what came, and what the slower ones made of it"


async def test_a_picture_that_was_deleted_does_not_come_back(server: Server, db: Database, member: Account) -> None:
    ticket = _ticket(server, member, PICTURE)
    bring(server.client, ticket, PICTURE)
    image = _completed(server, member, ticket)
    server.ask("mutation ($id: ID!) { deleteImage(by: {id: $id}) { deletedId } }", member.headers, id=image["id"])
    assert _refused(server, member, ticket) == ("NOT_FOUND", NOT_THERE)
    assert await db.read(STAFF).images.count() == 0


@pytest.mark.parametrize(
    ("changed", "code", "most"),
    [
        ({"contentType": "image/svg+xml"}, "UNSUPPORTED_MEDIA", None),
        ({"contentType": "text/html"}, "UNSUPPORTED_MEDIA", None),
        ({"byteSize": 10_000_001}, "TOO_LARGE", "10000000"),
        ({"byteSize": 0}, "OUT_OF_RANGE", "10000000"),
        ({"byteSize": -1}, "OUT_OF_RANGE", "10000000"),
        ({"sha256": "0" * 63}, "INVALID", None),
        ({"sha256": "g" * 64}, "INVALID", None),
        ({"filename": "x" * 256}, "TOO_LONG", "255"),
        ({"altText": "x" * 501}, "TOO_LONG", "500"),
    ],
)
async def test_an_announcement_that_cannot_be_is_refused(
    changed: dict[str, Any], code: str, most: str | None, server: Server, db: Database
) -> None:
    member = await an_account(server, db)
    answer = server.ask(ANNOUNCE, member.headers, input=announced(PICTURE, **changed))["answer"]
    assert answer["upload"] is None
    told = [(error["code"], error["path"], error.get("max")) for error in answer["userErrors"]]
    assert told == [(code, ["input", *changed], most)]
    assert await db.read(STAFF).uploads.count() == 0


async def test_all_that_is_wrong_is_told_at_once(server: Server, member: Account) -> None:
    given = announced(PICTURE, contentType="text/html", byteSize=0, sha256="")
    errors = server.ask(ANNOUNCE, member.headers, input=given)["answer"]["userErrors"]
    assert [error["path"][-1] for error in errors] == ["contentType", "byteSize", "sha256"]


async def test_types_and_digests_may_be_written_in_capitals(server: Server, member: Account) -> None:
    given = announced(PICTURE, contentType="IMAGE/PNG")
    ticket = server.ask(ANNOUNCE, member.headers, input=given | {"sha256": given["sha256"].upper()})["answer"]["upload"]
    assert bring(server.client, ticket, PICTURE).status_code == 200
    _completed(server, member, ticket)


@pytest.mark.parametrize("purpose", ["DESIGN", "TEMP"])
async def test_members_announce_only_what_is_theirs(
    purpose: str, server: Server, db: Database, member: Account
) -> None:
    for headers, code in ((member.headers, "FORBIDDEN"), ({}, "UNAUTHENTICATED")):
        answer = server.answer(ANNOUNCE, headers, input=announced(PICTURE, purpose=purpose))
        assert answer["data"] == {"answer": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    staff = await an_account(server, db, role="STAFF")
    _ticket(server, staff, PICTURE, purpose=purpose)
    assert await db.read(STAFF).uploads.count() == 1


async def test_twenty_uploads_may_be_under_way(server: Server, db: Database, member: Account) -> None:
    other, now = await an_account(server, db, name="other"), datetime.now(UTC)
    rows = [_row(member, now) for _ in range(18)]
    rows += [_row(member, now - timedelta(minutes=16)), _row(other, now)]  # these do not count
    async with db.transaction() as tx:
        await tx.uploads.add(rows)
    given = announced(PICTURE)
    answers = await at_once([lambda: server.ask(ANNOUNCE, member.headers, input=given)["answer"]] * 4)
    refused = [error for answer in answers for error in answer["userErrors"]]
    message = "You have 20 uploads under way: complete one, or wait until they expire after 15 minutes."
    quota = {"__typename": "OutOfRange", "code": "QUOTA", "message": message, "path": ["input"]}
    assert refused == [quota | {"min": None, "max": "20"}] * 2
    assert await db.read(STAFF).uploads.count() == 22


async def test_what_has_not_come_cannot_be_completed(server: Server, db: Database, member: Account) -> None:
    ticket = _ticket(server, member, PICTURE)
    assert _refused(server, member, ticket) == ("NOT_FOUND", NOTHING)
    late = _row(member, datetime.now(UTC) - timedelta(hours=1))
    async with db.transaction() as tx:
        await tx.uploads.add([late])
    over = "The time for this upload is over, and nothing came: ask for another one."
    assert _refused(server, member, {"uploadId": f"Upload_{late['id']}"}) == ("STATE", over)
    assert await db.read(STAFF).images.count() == 0


@pytest.mark.parametrize("came", [PICTURE[:-1], PICTURE + b"!", PICTURE.replace(b"IEND", b"iEND"), b""])
async def test_other_bytes_than_announced_are_refused(
    came: bytes, server: Server, db: Database, member: Account, media: Path
) -> None:
    ticket = _ticket(server, member, PICTURE)
    stored = media / incoming_key(ticket["uploadId"].removeprefix("Upload_"))
    stored.parent.mkdir(parents=True)
    stored.write_bytes(came)
    message = "The bytes that came are not those that were announced: send the file again."
    assert _refused(server, member, ticket) == ("CHECKSUM_MISMATCH", message)
    assert bring(server.client, ticket, PICTURE).status_code == 200
    _completed(server, member, ticket)
    assert await db.read(STAFF).images.count() == 1


@pytest.mark.parametrize(("data", "code"), [(HTML, "UNSUPPORTED_MEDIA"), (huge_png(), "TOO_LARGE")])
async def test_what_came_is_looked_at_before_anybody_sees_it(
    data: bytes, code: str, server: Server, db: Database, member: Account
) -> None:
    ticket = _ticket(server, member, data)
    assert bring(server.client, ticket, data).status_code == 200
    assert _refused(server, member, ticket)[0] == code
    assert server.client.get(ticket["url"].partition("?")[0]).status_code == 404
    assert await db.read(STAFF).images.count() == 0


async def test_only_who_announced_it_and_staff_complete_an_upload(
    server: Server, db: Database, member: Account
) -> None:
    other = await an_account(server, db, name="other")
    ticket = _ticket(server, member, PICTURE)
    bring(server.client, ticket, PICTURE)
    for upload in (ticket, {"uploadId": ticket["uploadId"].replace("Upload", "Image")}, {"uploadId": ""}):
        assert _refused(server, other, upload) == ("NOT_FOUND", NOT_THERE)
    assert await db.read(STAFF).images.count() == 0
    staff = await an_account(server, db, role="STAFF")
    image = _completed(server, staff, ticket)
    assert _completed(server, member, ticket) == image
    assert _refused(server, other, ticket) == ("NOT_FOUND", NOT_THERE)


@pytest.fixture
def over_s3(settings: Settings, bucket: str) -> Iterator[Server]:
    """A server whose pictures are in a bucket."""
    started = Server(settings.model_copy(update={"storage_url": bucket})).start()
    yield started
    started.stop()


async def test_with_s3_a_picture_goes_past_the_server(over_s3: Server, db: Database) -> None:
    member = await an_account(over_s3, db)
    ticket = _ticket(over_s3, member, PICTURE)
    assert _refused(over_s3, member, ticket) == ("NOT_FOUND", NOTHING)
    assert not ticket["url"].startswith((over_s3.url, "/"))
    with httpx2.Client(trust_env=False) as anybody:
        assert bring(anybody, ticket, PICTURE[:-1] + b"!").status_code in range(400, 500)
        assert bring(anybody, ticket, PICTURE).status_code == 200
    image = _completed(over_s3, member, ticket)
    assert _completed(over_s3, member, ticket) == image
    assert over_s3.client.get(image["url"]).headers["content-type"] == "image/png"
    assert await _discarded(db) == [incoming_key(ticket["uploadId"].removeprefix("Upload_"))]


def _ticket(server: Server, account: Account, data: bytes, **changed: Any) -> dict[str, Any]:
    answer = server.ask(ANNOUNCE, account.headers, input=announced(data, **changed))["answer"]
    assert answer["userErrors"] == []
    return dict(answer["upload"])


def _completed(server: Server, account: Account, ticket: dict[str, Any]) -> dict[str, Any]:
    answer = server.ask(COMPLETE, account.headers, id=ticket["uploadId"])["answer"]
    assert answer["userErrors"] == []
    return dict(answer["image"])


def _refused(server: Server, account: Account, ticket: dict[str, Any]) -> tuple[str, str]:
    answer = server.ask(COMPLETE, account.headers, id=ticket["uploadId"])["answer"]
    assert answer["image"] is None
    (error,) = answer["userErrors"]
    assert error["path"] == ["uploadId"]
    return error["code"], error["message"]


def _row(account: Account, now: datetime) -> dict[str, Any]:
    """An upload of now."""
    told = {"purpose": "AVATAR", "content_type": "image/png", "byte_size": 1, "sha256": "0" * 64, "alt_text": None}
    row = {"id": new_id(), "created_at": THEN, "updated_at": THEN, "user_id": account.id}
    return row | told | {"expires_at": now + timedelta(minutes=15)}


async def _discarded(db: Database) -> list[str]:
    """The keys of the files that the worker is to delete."""
    keys: list[str] = []
    async with db.transaction() as tx:
        while event := await tx.events.claim(datetime.now(UTC) + timedelta(seconds=1), [FILE_DISCARDED]):
            keys.append(event.payload["key"])
    return keys


def _kept(media: Path) -> set[str]:
    return {path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file()}
