"""The benchmark set: many designs with a known distribution, the same on every database."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from rules.trending import trending_score
from storage.storage import image_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from db.database import Database

CATEGORIES, USERS, BATCH = 30, 1_000, 10_000
CREATED, UPDATED, JOINED = (datetime(year, 1, 1, tzinfo=UTC) for year in (2025, 2026, 2024))
FIRST_WORDS = ("Silk", "Linen", "Velvet", "Classic", "Modern", "Boho", "Royal", "Urban")
SECOND_WORDS = ("evening", "summer", "wedding", "office", "garden", "street")
GARMENTS = ("dress", "gown", "suit", "jacket", "coat", "skirt")
STYLES = ("minimal", "vintage", "boho", "formal", "casual", "avant", "romantic", "sport", "ethnic", "classic")
COLOURS = ("black", "white", "red", "blue", "green", "ivory", "gold", "rose")
FABRICS = ("silk", "linen", "cotton", "wool", "velvet", "denim")
OCCASIONS = ("wedding", "party", "work", "daily", "gala")
SEASONS = ("spring", "summer", "autumn", "winter")
DESCRIPTION = (
    'A carefully tailored piece with hand-finished seams, "signature" details and a relaxed fit. Reference {}. '
    "Made to measure in our studio \N{EN DASH} allow three weeks."
)


class NotEmptyError(Exception):
    """The database has designs already, so what is measured would not be the benchmark set."""


class Batch(NamedTuple):
    """Rows for three tables, one of each for every design."""

    designs: list[dict[str, Any]]
    images: list[dict[str, Any]]
    places: list[dict[str, Any]]


async def load_benchmark_set(db: Database, designs: int, progress: Callable[[int, int], None]) -> None:
    """Add 30 categories, 1,000 users and `designs` designs, whose covers have no bytes; NotEmptyError if any are there.

    While one batch is written the next one is made.
    """
    if there := await db.read().designs.count():
        raise NotEmptyError(f"The database has {there} designs; load the benchmark set into one that has none.")
    categories, users = _categories(), _users()
    async with db.transaction() as tx:
        await tx.categories.add(categories)
        await tx.users.add(users)
    batches = _batches(designs, [row["id"] for row in categories], users)
    done, batch = 0, next(batches, None)
    while batch:
        following = asyncio.create_task(asyncio.to_thread(next, batches, None))
        await _write(db, batch)
        done += len(batch.designs)
        progress(done, designs)
        batch = await following


async def _write(db: Database, batch: Batch) -> None:
    async with db.transaction() as tx:
        await tx.images.add(batch.images)
        await tx.designs.add(batch.designs)
        await tx.images.hang(batch.places)


def _categories() -> list[dict[str, Any]]:
    rng = Random("categories")  # noqa: S311  (here and below: no secret, and the same every time)
    return [
        recorded(dated_id(UPDATED, rng), UPDATED)
        | {
            "slug": f"category-{number}",
            "name": f"Category {number}",
            "description": None,
            "parent_id": None,
            "position": number,
        }
        for number in range(1, CATEGORIES + 1)
    ]


def _users() -> list[dict[str, Any]]:
    rng = Random("users")  # noqa: S311
    return [
        recorded(dated_id(joined, rng), joined)
        | {
            "username": f"designer{number}",
            "display_name": f"Designer Número {number}",
            "avatar_id": None,
            "status": "APPROVED",
        }
        for number in range(1, USERS + 1)
        for joined in (JOINED + timedelta(hours=number),)
    ]


def _batches(designs: int, categories: list[str], users: list[dict[str, Any]]) -> Iterator[Batch]:
    rng = Random(42)  # noqa: S311
    for start in range(1, designs + 1, BATCH):
        batch = Batch([], [], [])
        for number in range(start, min(start + BATCH, designs + 1)):
            design = _design(number, categories, users, rng)
            image = _cover(design, number, rng)
            batch.designs.append(design | {"cover_image_id": image["id"]})
            batch.images.append(image)
            batch.places.append(_place(design, image, rng))
        yield batch


def _design(number: int, categories: list[str], users: list[dict[str, Any]], rng: Random) -> dict[str, Any]:
    updated_at = UPDATED + timedelta(seconds=number)
    created_at = CREATED + timedelta(minutes=number * 37 % 100_003, milliseconds=number % 1_000)
    published = rng.random() < 0.9
    views, likes = int(rng.random() * 10_000), int(rng.random() * 800)
    designer = any_of(users, rng)
    return {
        "id": dated_id(updated_at, rng),
        "created_at": created_at,
        "updated_at": updated_at,
        "version": 1,
        "slug": f"design-{number}",
        "title": f"{any_of(FIRST_WORDS, rng)} {any_of(SECOND_WORDS, rng)} {any_of(GARMENTS, rng)} no. {number}",
        "description": DESCRIPTION.format(_md5(str(number))),
        "category_id": any_of(categories, rng),
        "style": any_of(STYLES, rng),
        "colour": any_of(COLOURS, rng),
        "fabric": any_of(FABRICS, rng),
        "occasion": any_of(OCCASIONS, rng),
        "season": any_of(SEASONS, rng),
        "designer_name": designer["display_name"],
        "collection_name": None,
        "featured": rng.random() < 0.05,
        "status": "PUBLISHED" if published else "DRAFT",
        "view_count": views,
        "like_count": likes,
        "trending_score": trending_score(likes, views, created_at),
        "created_by_id": designer["id"],
        "published_at": created_at if published else None,
        "deleted_at": None,
    }


def _cover(design: dict[str, Any], number: int, rng: Random) -> dict[str, Any]:
    image_id = dated_id(design["updated_at"], rng)
    return recorded(image_id, design["updated_at"]) | {
        "key": image_key("DESIGN", "webp", now=design["created_at"], unique=image_id),
        "width": 1600,
        "height": 2000,
        "content_type": "image/webp",
        "byte_size": 200_000 + number,
        "sha256": _md5(f"a{number}") + _md5(f"b{number}"),
        "alt_text": design["title"],
        "blurhash": None,
        "focal_x": 0.5,
        "focal_y": 0.5,
        "purpose": "DESIGN",
        "status": "READY",
        "uploaded_by_id": design["created_by_id"],
    }


def _place(design: dict[str, Any], image: dict[str, Any], rng: Random) -> dict[str, Any]:
    at = design["updated_at"]
    return {
        "id": dated_id(at, rng),
        "created_at": at,
        "updated_at": at,
        "design_id": design["id"],
        "image_id": image["id"],
        "position": 0,
    }


def any_of(several: Sequence[Any], rng: Random) -> Any:
    """Any one of them; three times as fast as `Random.choice`."""
    return several[int(rng.random() * len(several))]


def recorded(row_id: str, at: datetime) -> dict[str, Any]:
    """The columns that every editable row has, of one that was never changed."""
    return {"id": row_id, "created_at": at, "updated_at": at, "version": 1}


def dated_id(at: datetime, rng: Random) -> str:
    """A UUIDv7 of this moment."""
    chance = rng.getrandbits(74)
    return f"{round(at.timestamp() * 1_000):012x}7{chance >> 62:03x}{1 << 63 | chance & (1 << 62) - 1:016x}"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
