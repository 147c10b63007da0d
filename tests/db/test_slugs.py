"""Slugs: unique within their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.slugs import AT_ONCE
from services.rows import a_category, a_design

if TYPE_CHECKING:
    from db.database import Database


async def test_the_first_that_is_free(db: Database) -> None:
    category = a_category(slug="gown")
    async with db.transaction() as tx:
        assert await tx.designs.slugs.free("gown") == "gown"
        await tx.categories.add([category])
        assert await tx.designs.slugs.free("gown") == "gown"
        for wanted in ("gown", "gown-2", "gown-4"):
            await tx.designs.add([a_design(category["id"], slug=wanted)])
        assert await tx.designs.slugs.free("gown") == "gown-3"
        assert await tx.categories.slugs.free("gown") == "gown-2"
        assert [await tx.designs.slugs.is_taken(slug) for slug in ("gown-2", "gown-3")] == [True, False]


async def test_many_that_are_taken(db: Database) -> None:
    category = a_category()
    slugs = ["gown", *(f"gown-{number}" for number in range(2, AT_ONCE + 2))]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([a_design(category["id"], slug=slug) for slug in slugs])
        assert await tx.designs.slugs.free("gown") == f"gown-{AT_ONCE + 2}"


async def test_a_slug_of_a_deleted_design_stays_taken(db: Database) -> None:
    category = a_category()
    design = a_design(category["id"], slug="gown")
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([design | {"deleted_at": design["created_at"]}])
        assert await tx.designs.slugs.free("gown") == "gown-2"
