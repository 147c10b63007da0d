"""Pictures for the demo studio: drawn, stored, and hung where they belong."""

from __future__ import annotations

import asyncio
import hashlib
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import blurhash
from PIL import Image

from db.repositories.images import Wall
from demo.catalogue import identity
from demo.weave import weave
from storage.storage import image_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from db.database import Database
    from demo.catalogue import Sample
    from demo.weave import Piece
    from storage.storage import Storage

SIZES = {"DESIGN": (1600, 2000), "SERVICE": (1600, 2000), "AVATAR": (400, 400)}
THUMBNAIL, COMPONENTS = (16, 20), (4, 5)
"""What a blurhash is made from: it keeps so few waves that a larger thumbnail gives the same."""


class Picture(NamedTuple):
    """The bytes of a JPEG, and its blurhash."""

    data: bytes
    blurhash: str


class Hanging(NamedTuple):
    """A picture to be drawn, and whose it is."""

    purpose: str
    sample: Sample
    piece: Piece


async def hang(db: Database, storage: Storage, hangings: Sequence[Hanging], now: datetime) -> None:
    """Draw these pictures at the same time, each in a thread; store them, and show whose they are by them."""
    pictures = await asyncio.gather(*(asyncio.to_thread(_drawn, hanging) for hanging in hangings))
    for hanging, picture in zip(hangings, pictures, strict=True):
        row = _image(hanging, picture, now)
        await storage.put(row["key"], picture.data)
        await _show(db, hanging, row, now)


def _drawn(hanging: Hanging) -> Picture:
    data = weave(hanging.piece, SIZES[hanging.purpose])
    thumbnail = Image.open(BytesIO(data)).reduce(8).resize(THUMBNAIL)
    width, height = THUMBNAIL
    pixels = [[thumbnail.getpixel((x, y)) for x in range(width)] for y in range(height)]
    return Picture(data, blurhash.encode(pixels, *COMPONENTS))


def _image(hanging: Hanging, picture: Picture, now: datetime) -> dict[str, Any]:
    """The row; its key does not depend on the time, so that a second attempt overwrites the file of the first."""
    owner = hanging.sample.row
    image_id = identity("image", owner["id"])
    width, height = SIZES[hanging.purpose]
    return {
        "id": image_id,
        "created_at": now,
        "updated_at": now,
        "version": 1,
        "key": image_key(hanging.purpose, "jpg", now=owner["created_at"], unique=image_id),
        "width": width,
        "height": height,
        "content_type": "image/jpeg",
        "byte_size": len(picture.data),
        "sha256": hashlib.sha256(picture.data).hexdigest(),
        "alt_text": hanging.sample.alt_text,
        "blurhash": picture.blurhash,
        "focal_x": 0.5,
        "focal_y": 0.5,
        "purpose": hanging.purpose,
        "status": "READY",
        "uploaded_by_id": owner["id"] if hanging.purpose == "AVATAR" else owner.get("created_by_id"),
    }


async def _show(db: Database, hanging: Hanging, image: dict[str, Any], now: datetime) -> None:
    owner = hanging.sample.row["id"]
    async with db.transaction() as tx:
        await tx.images.add([image])
        if hanging.purpose == "AVATAR":
            await tx.users.set_avatar(owner, image["id"], now=now)
            return
        place = {"id": identity("place", owner), "created_at": now, "updated_at": now, "position": 0}
        wall = Wall[hanging.purpose]
        await tx.images.hang([place | {wall.thing_id.name: owner, "image_id": image["id"]}], wall)
        things = tx.designs if wall is Wall.DESIGN else tx.services
        await things.change(owner, now=now, cover_image_id=image["id"])
