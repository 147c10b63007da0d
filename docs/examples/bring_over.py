"""Bring users, designs and favourites of an old backend over: docs/coming-from.md says which columns the files have.

`PYTHONPATH=src .venv/bin/python docs/examples/bring_over.py users users.csv`, with the settings of the new server.
"""

from __future__ import annotations

import asyncio
import csv
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

from auth.emails import normalised
from db.database import open_database
from db.ids import new_id
from rules.designs import ATTRIBUTES
from rules.designs import BLANK as BLANK_DESIGN
from rules.images import BLANK as BLANK_IMAGE
from rules.refusals import Refusal
from rules.trending import trending_score
from settings import Settings
from storage.images import clean
from storage.opening import open_storage
from storage.storage import Missing

if TYPE_CHECKING:
    from db.database import Database
    from storage.storage import Storage

Rows: TypeAlias = list[dict[str, str]]

ROLES = {"user": "MEMBER", "staff": "STAFF", "admin": "ADMIN"}
STATUSES = {"pending": "PENDING", "approved": "APPROVED", "rejected": "REJECTED", "suspended": "SUSPENDED"}


async def bring_over(kind: str, path: Path) -> None:
    """Bring all rows of a file over, or, when anything is wrong with one of them, none."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    settings = Settings()
    storage = open_storage(settings.storage_url, settings.public_url)
    async with open_database(settings.database_url, 1) as db:
        await KINDS[kind](db, storage, rows)
    await storage.close()


async def bring_users(db: Database, _storage: Storage, rows: Rows) -> None:
    """Accounts with their old bcrypt hashes, which are made anew at the first log-in."""
    async with db.transaction() as tx:
        await tx.users.add([_user(row) for row in rows])


async def bring_designs(db: Database, storage: Storage, rows: Rows) -> None:
    """Published designs with their dates and views, and pictures under the keys that they have."""
    pictures = {key: await _picture(storage, key) for key in sorted({row["image_key"] for row in rows} - {""})}
    async with db.transaction() as tx:
        await tx.images.add(list(pictures.values()))
        for row in rows:
            category = await tx.categories.by_slug(frozenset(), row["category"])
            if category is None:
                sys.exit(f"There is no such category: {row}")
            design = _design(row) | {"category_id": category.id}
            picture = pictures.get(row["image_key"])
            await tx.designs.add([design | {"cover_image_id": picture and picture["id"]}])
            if picture:
                hanging = {"design_id": design["id"], "image_id": picture["id"], "position": 0}
                await tx.images.hang([_recorded(design["created_at"]) | hanging])


async def bring_favorites(db: Database, _storage: Storage, rows: Rows) -> None:
    """What members keep; likes are counted by it."""
    async with db.transaction() as tx:
        for row in rows:
            user = await tx.users.to_log_in(row["username"])
            found = await tx.designs.by_slug(frozenset(), row["slug"])
            design = await tx.designs.locked(found.id if found else None)
            if user is None or design is None:
                sys.exit(f"There is no such user or no such design: {row}")
            if await tx.favorites.keep(user.id, design.id, now=_moment(row["created_at"])):
                await tx.designs.add_interest(design, likes=1)


def _user(row: dict[str, str]) -> dict[str, Any]:
    return _recorded(_moment(row["created_at"])) | {
        "version": 1,
        "username": row["username"],
        "display_name": row["display_name"] or row["username"],
        "email": normalised(row["email"]) if row["email"] else None,
        "role": ROLES[row["role"]],
        "status": STATUSES[row["status"]],
        "password_hash": row["password_hash"] or None,
    }


def _design(row: dict[str, str]) -> dict[str, Any]:
    made, views = _moment(row["created_at"]), int(row["view_count"] or 0)
    texts = {name: row.get(name) or None for name in ("description", *ATTRIBUTES)}
    shown = {"status": "PUBLISHED", "published_at": made, "featured": row["featured"] == "true"}
    counts = {"view_count": views, "trending_score": trending_score(0, views, made)}
    named = {"version": 1, "slug": row["slug"], "title": row["title"], "created_by_id": None}
    return BLANK_DESIGN | _recorded(made) | named | texts | shown | counts


async def _picture(storage: Storage, key: str) -> dict[str, Any]:
    """The row of a picture that is in the storage, written anew there: without EXIF, and nothing hidden in it."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "picture")
        try:
            file.write_bytes(b"".join([chunk async for chunk in storage.read(key)]))  # noqa: ASYNC240  (nothing else runs)
            picture = await clean(file, "image_key")
        except (Missing, Refusal, ValueError) as problem:
            sys.exit(f"{key}: {problem or 'there is no such file'}")
    await storage.put(key, picture.data)
    told = {name: getattr(picture, name) for name in ("width", "height", "content_type", "sha256", "blurhash")}
    size = {"key": key, "purpose": "DESIGN", "byte_size": len(picture.data)}
    return BLANK_IMAGE | _recorded(datetime.now(UTC)) | size | told


def _recorded(moment: datetime) -> dict[str, Any]:
    return {"id": new_id(), "created_at": moment, "updated_at": moment}


def _moment(text: str) -> datetime:
    """An instant; one without an offset is in UTC."""
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


KINDS = {"users": bring_users, "designs": bring_designs, "favorites": bring_favorites}

if __name__ == "__main__":
    asyncio.run(bring_over(sys.argv[1], Path(sys.argv[2])))
