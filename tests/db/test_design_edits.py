"""What belongs to a design's texts follows them: folded twins, and the search index."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, select

from db.repositories.designs import FOLDED
from db.search import DOCUMENTS, searchable
from rules.text import fold, grams
from rules.trending import trending_score
from services.rows import THEN, a_category, a_design, a_hanging, an_image

if TYPE_CHECKING:
    from db.database import Database

LATER = THEN + timedelta(days=1)


async def test_folded_texts_and_the_index_follow_an_edit(db: Database) -> None:
    design = await _planted(db, "Durumagi", style="Classic", description="Hand-woven")
    edited: dict[str, Any] = {"title": "ÄRMEL 저고리", "style": None, "colour": "लाल"}
    async with db.transaction() as tx:
        await tx.designs.edit(await tx.designs.locked(design), now=LATER, **edited)
        row: Any = await tx.designs.locked(design)
        documents = await tx.connection.all(_documents)
    texts = {name: getattr(row, name) for name in FOLDED}
    assert texts == dict.fromkeys(FOLDED) | edited
    folded = {name: getattr(row, f"{name}_folded") for name in FOLDED}
    assert folded == {name: text and fold(text) for name, text in texts.items()}
    assert row.search_text == searchable("ÄRMEL 저고리", "लाल", "Hand-woven")
    assert (row.version, row.updated_at, row.created_at) == (2, LATER, THEN)
    assert [{*_words(document.grams)} for document in documents] == [{*grams(row.search_text)}]


async def test_interest_is_no_edit(db: Database) -> None:
    design = await _planted(db, "Durumagi")
    async with db.transaction() as tx:
        await tx.designs.add_interest(await tx.designs.locked(design), likes=2, views=40)
        row: Any = await tx.designs.locked(design)
    assert (row.like_count, row.view_count, row.trending_score) == (2, 40, trending_score(2, 40, THEN))
    assert (row.version, row.updated_at) == (1, THEN)


async def test_pictures_are_taken_off_one_design_only(db: Database) -> None:
    images = [an_image() for _ in range(2)]
    designs = [await _planted(db, f"Design {number}") for number in range(2)]
    async with db.transaction() as tx:
        await tx.images.add(images)
        for design in designs:
            await tx.images.hang([a_hanging(design, image["id"], place) for place, image in enumerate(images)])
        await tx.images.unhang(designs[0])
        assert [await tx.images.hanging_on(design) for design in designs] == [[], [image["id"] for image in images]]


async def test_a_category_that_is_asked_for_stays(db: Database) -> None:
    """On PostgreSQL a deletion waits until the design that enters the category is there; then it finds it."""
    category = a_category()
    async with db.transaction() as tx:
        await tx.categories.add([category])
    async with db.transaction() as tx:
        assert await tx.categories.stays(category["id"])
        assert not await tx.categories.stays("0" * 32)
        assert not await tx.categories.stays(None)
        counting = asyncio.create_task(_uses(db, category["id"]))
        await tx.designs.add([a_design(category["id"])])
    assert await counting == 1


async def _uses(db: Database, category: str) -> int:
    async with db.transaction() as tx:
        await tx.categories.locked(category)
        return await tx.categories.uses(category)


async def _planted(db: Database, title: str, **named: Any) -> str:
    category = a_category()
    design = a_design(category["id"], title, **named)
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([design])
    return str(design["id"])


def _documents() -> Executable:
    return select(DOCUMENTS.c.grams)


def _words(grams_: Any) -> list[str]:
    return grams_.split() if isinstance(grams_, str) else list(grams_)
