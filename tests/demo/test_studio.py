"""The demo studio: founded once, furnished whole, whatever breaks it off."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from db.paging import Window
from db.repositories.designs import DesignList
from demo import hanging
from demo.catalogue import designs, members
from demo.services import services
from demo.studio import REQUESTED, found_studio, furnish
from services.rows import a_category, a_design
from storage.filesystem import FilesystemStorage

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database

NOW = datetime(2026, 3, 8, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 8, 10, 5, tzinfo=UTC)
PICTURES = 240 + 9 + 6
WHOLE = {"designs": 240, "users": 12, "categories": 50, "items": 40, "services": 6, "bookings": 28, "images": PICTURES}
FACTS = frozenset(
    {"key", "width", "height", "content_type", "byte_size", "sha256", "alt_text", "blurhash", "purpose", "status"}
)


class PowerCutError(Exception):
    """Whatever ends a process."""


class FailingStorage(FilesystemStorage):
    """A storage that works so many times, and once more without anybody hearing of it."""

    def __init__(self, root: Path, times: int) -> None:
        super().__init__(root, "")
        self._left = times

    async def put(self, key: str, data: bytes) -> None:
        """Store the file, then fail."""
        await super().put(key, data)
        self._left -= 1
        if self._left < 0:
            raise PowerCutError


@pytest.fixture
def media(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture(autouse=True)
def _small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hanging, "SIZES", {"DESIGN": (160, 200), "SERVICE": (160, 200), "AVATAR": (160, 160)})


async def test_founding_again_changes_nothing(db: Database) -> None:
    assert [await _founded(db), await _founded(db)] == [True, False]

    assert await db.read().studios.count() == 1
    assert await db.read().events.count() == 1


async def test_founding_asks_for_the_demo(db: Database) -> None:
    await _founded(db)

    async with db.transaction() as tx:
        event = await tx.events.claim(NOW, [REQUESTED])
    assert event is not None
    assert event.kind == REQUESTED


async def test_founding_without_the_demo_asks_for_nothing(db: Database) -> None:
    assert await _founded(db, with_demo=False)

    assert await db.read().events.count() == 0


async def test_there_is_nothing_to_furnish_before_the_founding(db: Database, media: Path) -> None:
    with pytest.raises(LookupError, match="found it first"):
        await _furnished(db, FilesystemStorage(media, ""))


async def test_gives_every_design_and_service_and_nearly_every_member_a_picture_once(db: Database, media: Path) -> None:
    await _founded(db)

    told = await _furnished(db, FilesystemStorage(media, ""))

    assert told[0] == (0, PICTURES)
    assert told[-1] == (PICTURES, PICTURES)
    assert told == sorted(told)
    assert await _counts(db) == WHOLE
    assert await db.read().designs.without_cover() == set()
    await _assert_pictures_are_what_their_rows_say(db, media)
    files = _files(media)
    assert len(files) == PICTURES

    assert await _furnished(db, FilesystemStorage(media, "")) == [(PICTURES, PICTURES)]
    assert await _counts(db) == WHOLE
    assert _files(media) == files


async def test_goes_on_wherever_it_was_broken_off(db: Database, media: Path) -> None:
    ours = await _design_of_ours(db)
    await _founded(db)
    hung = 0
    for times in (0, 1, 8, 0, 31):
        with pytest.raises(PowerCutError):
            await _furnished(db, FailingStorage(media, times))
        hung += times
        assert await _counts(db) == WHOLE | {"designs": 241, "categories": 51, "images": hung}

    told = await _furnished(db, FilesystemStorage(media, ""))

    assert (told[0], told[-1]) == ((hung, PICTURES), (PICTURES, PICTURES))
    assert await _counts(db) == WHOLE | {"designs": 241, "categories": 51}
    assert await db.read().designs.without_cover() == {ours}
    assert len(_files(media)) == PICTURES


async def test_faces_then_services_and_then_the_newest_designs_come_first(db: Database, media: Path) -> None:
    await _founded(db)
    with pytest.raises(PowerCutError):
        await _furnished(db, FailingStorage(media, 25))

    newest = sorted((sample.row for sample in designs(NOW)), key=lambda row: row["created_at"], reverse=True)
    bare = await db.read().designs.without_cover()
    assert [row["slug"] for row in newest if row["id"] not in bare] == [row["slug"] for row in newest[:10]]
    people = await db.read().users.by_ids(frozenset({"avatar_id"}), [sample.row["id"] for sample in members(NOW)])
    assert sum(person.avatar_id is not None for person in people.values()) == 9
    shown = await db.read().services.by_ids(
        frozenset({"cover_image.key"}), [sample.row["id"] for sample in services(NOW)]
    )
    assert [row.cover_image.key.split("/")[0] for row in shown.values()] == ["services"] * 6


async def _design_of_ours(db: Database) -> str:
    """A design that is none of the demo's, without a picture; its id."""
    category = a_category()
    design = a_design(category["id"])
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([design])
    return str(design["id"])


async def _assert_pictures_are_what_their_rows_say(db: Database, media: Path) -> None:
    fields = frozenset({"title", *(f"cover_image.{fact}" for fact in FACTS)})
    page = await db.read().designs.page(fields, DesignList(), Window(100))
    for design in page.rows:
        cover = design.cover_image
        data = (media / cover.key).read_bytes()
        assert (cover.byte_size, cover.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert (cover.width, cover.height) == Image.open(BytesIO(data)).size
        assert (cover.content_type, cover.purpose, cover.status) == ("image/jpeg", "DESIGN", "READY")
        assert design.title.casefold() in cover.alt_text.casefold()
        assert len(cover.blurhash) == 4 + 2 + 2 * (4 * 5 - 1)
    hung = await db.read().images.of_designs(frozenset({"key"}), [design.id for design in page.rows])
    assert [design.cover_image.key for design in page.rows] == [hung[design.id][0].key for design in page.rows]


async def _founded(db: Database, *, with_demo: bool = True) -> bool:
    async with db.transaction() as tx:
        return await found_studio(tx, NOW, with_demo=with_demo)


async def _furnished(db: Database, storage: FilesystemStorage) -> list[tuple[int, int]]:
    """What `progress` was told."""
    told: list[tuple[int, int]] = []
    await furnish(db, storage, clock=lambda: LATER, progress=lambda done, total: told.append((done, total)))
    return told


async def _counts(db: Database) -> dict[str, int]:
    reader = db.read()
    repositories = {name: getattr(reader, name) for name in WHOLE}
    return {name: await repository.count() for name, repository in repositories.items()}


def _files(media: Path) -> dict[str, int]:
    """The files under their keys, with the moments of their last change."""
    return {str(path.relative_to(media)): path.stat().st_mtime_ns for path in media.rglob("*") if path.is_file()}
