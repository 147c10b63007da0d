"""Uploading a picture with the request itself."""

from __future__ import annotations

import time
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from db.scope import STAFF
from services.accounts import an_account
from services.pictures import HTML, OWNER, PLACE, SECRET, chequered, encoded, huge_png, phone_jpeg, turned, zipped
from services.uploading import sent, uploaded

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database
    from services.accounts import Account
    from services.server import Server
    from settings import Settings

UNSUPPORTED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html as png": HTML,
    "polyglot": encoded(chequered()) + HTML,
    "zip": zipped(),
    "truncated": encoded(chequered())[:-20],
    "empty": b"",
}


@pytest.fixture
async def member(server: Server, db: Database) -> Account:
    return await an_account(server, db)


@pytest.fixture
def media(settings: Settings) -> Path:
    """The storage's folder."""
    return settings.data_dir / "media"


async def test_an_uploaded_picture_is_told_whole_and_served(server: Server, member: Account) -> None:
    image = uploaded(server.client, member, encoded(chequered(), "PNG"), altText=" 나 \r\n me ")
    row_id = image["id"].removeprefix("Image_")
    served = server.client.get(image["url"])
    assert served.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(served.content)).size == (64, 48)
    assert image == {
        "id": image["id"],
        "key": image["key"],
        "url": f"/media/{image['key']}",
        "width": 64,
        "height": 48,
        "contentType": "image/png",
        "byteSize": len(served.content),
        "sha256": sha256(served.content).hexdigest(),
        "altText": "나 \n me",
        "focalX": 0.5,
        "focalY": 0.5,
        "purpose": "AVATAR",
        "status": "READY",
        "version": 1,
    }
    folder, _year, _month, name = image["key"].split("/")
    assert (folder, name.partition("_")[2]) == ("avatars", f"{row_id}.png")


async def test_a_picture_from_a_phone_is_served_without_a_byte_of_what_came_with_it(
    server: Server, member: Account
) -> None:
    served = server.client.get(uploaded(server.client, member, phone_jpeg())["url"]).content
    assert [word for word in (b"Exif", b"http://ns.adobe.com", PLACE, OWNER, SECRET) if word in served] == []
    assert (Image.open(BytesIO(served)).info.keys() & {"exif", "xmp", "comment", "icc_profile"}) == set()


async def test_a_picture_held_sideways_is_served_upright(server: Server, member: Account) -> None:
    image = uploaded(server.client, member, turned(6))
    assert (image["width"], image["height"]) == (64, 48)
    served = Image.open(BytesIO(server.client.get(image["url"]).content)).convert("RGB")
    red, green, blue = served.crop((4, 4, 5, 5)).tobytes()
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", UNSUPPORTED)
async def test_what_is_no_picture_is_refused(
    name: str, server: Server, db: Database, member: Account, media: Path
) -> None:
    error = _only_error(sent(server.client, member.headers, UNSUPPORTED[name]))
    assert (error["code"], error["path"]) == ("UNSUPPORTED_MEDIA", ["file"])
    await _assert_nothing_is_kept(db, media)


async def test_a_picture_of_too_many_pixels_is_refused_at_once(
    server: Server, db: Database, member: Account, media: Path
) -> None:
    began = time.perf_counter()
    error = _only_error(sent(server.client, member.headers, huge_png()))
    assert time.perf_counter() - began < 1
    assert (error["code"], error["path"], error["max"]) == ("TOO_LARGE", ["file"], "40000000")
    await _assert_nothing_is_kept(db, media)


async def test_a_file_of_too_many_bytes_is_refused(server: Server, db: Database, member: Account, media: Path) -> None:
    error = _only_error(sent(server.client, member.headers, encoded(chequered()) + bytes(10_000_000)))
    assert (error["code"], error["path"], error["max"]) == ("TOO_LARGE", ["file"], "10000000")
    await _assert_nothing_is_kept(db, media)


async def test_a_text_that_is_too_long_is_refused(server: Server, db: Database, member: Account, media: Path) -> None:
    error = _only_error(sent(server.client, member.headers, encoded(chequered()), altText="가" * 501))
    assert error == {
        "__typename": "OutOfRange", "code": "TOO_LONG", "message": "At most 500 characters.", "path": ["altText"],
        "min": "0", "max": "500",
    }  # fmt: skip
    await _assert_nothing_is_kept(db, media)


@pytest.mark.parametrize("purpose", ["DESIGN", "ITEM", "SERVICE", "GALLERY", "AVATAR", "MEAL", "TEMP"])
async def test_who_may_upload_for_what(purpose: str, server: Server, db: Database, member: Account) -> None:
    staff, data = await an_account(server, db, role="STAFF"), encoded(chequered())
    answers = [sent(server.client, headers, data, purpose=purpose) for headers in ({}, member.headers)]
    codes = [[error["extensions"]["code"] for error in answer.get("errors", ())] for answer in answers]
    assert codes == [["UNAUTHENTICATED"], [] if purpose in {"AVATAR", "ITEM", "MEAL"} else ["FORBIDDEN"]]
    before = await db.read(STAFF).images.count()
    assert before == (0 if codes[1] else 1)
    assert uploaded(server.client, staff, data, purpose=purpose)["purpose"] == purpose
    assert await db.read(STAFF).images.count() == before + 1


@pytest.fixture
def _broken_storage(media: Path) -> None:
    media.parent.mkdir(exist_ok=True)
    media.touch()  # a file in the folder's place


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("_broken_storage")
async def test_a_storage_out_of_order_is_told_plainly(server: Server, db: Database, member: Account) -> None:
    answer = sent(server.client, member.headers, encoded(chequered()))
    (error,) = answer["errors"]
    assert answer["data"] == {"answer": None}
    assert error["extensions"]["code"] == "UNAVAILABLE"
    told, _, quoted = error["message"].partition(" Quote ")
    assert told == "Pictures cannot be read or stored at the moment: try again later."
    assert quoted.endswith(" when it goes on.")
    assert await db.read(STAFF).images.count() == 0


def _only_error(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer.get("errors") is None
    assert answer["data"]["answer"]["image"] is None
    (error,) = answer["data"]["answer"]["userErrors"]
    return dict(error)


async def _assert_nothing_is_kept(db: Database, media: Path) -> None:
    assert await db.read(STAFF).images.count() == 0
    assert [path for path in media.parent.rglob("*") if path.is_file() and path.name != "secret"] == []
