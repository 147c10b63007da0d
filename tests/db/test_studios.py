"""The studio is founded once, with the resource that stands for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from db.repositories.resources import STUDIO_RESOURCE_ID
from db.repositories.studios import OFFICE_HOURS, STUDIO_ID
from services.accounts import contents
from services.rows import THEN, a_studio

if TYPE_CHECKING:
    from db.database import Database

AT_ONCE = 4


async def test_founders_at_once_make_one_studio_and_one_resource(db: Database) -> None:
    assert sorted(await asyncio.gather(*(_found(db) for _ in range(AT_ONCE)))) == [False, False, False, True]
    rows = await contents(db, "studios", "resources")
    (studio,), (resource,) = rows["studios"], rows["resources"]
    assert (studio.id, studio.name, studio.weekly_hours) == (STUDIO_ID, "My studio", OFFICE_HOURS)
    assert resource._asdict() == {
        "id": STUDIO_RESOURCE_ID,
        "name": "Studio",
        "name_folded": "studio",
        "kind": "STUDIO",
        "active": True,
        "weekly_hours": None,
        "version": 1,
        "created_at": THEN,
        "updated_at": THEN,
    }


async def test_a_studio_from_before_gets_its_resource(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.add([a_studio(id=STUDIO_ID)])
    assert await _found(db) is False
    assert [row.id for row in (await contents(db, "resources"))["resources"]] == [STUDIO_RESOURCE_ID]


async def _found(db: Database) -> bool:
    async with db.transaction() as tx:
        return await tx.studios.found(THEN)
