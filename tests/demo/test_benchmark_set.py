"""The benchmark set: how much of it, which, and the same everywhere."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from db import filters
from db.paging import Window
from db.repositories.designs import DesignList
from db.search import search_filter
from demo import benchmark_set
from demo.benchmark_set import NotEmptyError, load_benchmark_set
from services.rows import a_category, a_design

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.database import Database

DESIGNS = 400
FIELDS = frozenset(
    {
        *("slug", "title", "description", "style", "colour", "fabric", "occasion", "season", "featured", "status"),
        *("designer_name", "view_count", "like_count", "trending_score", "created_at", "updated_at", "published_at"),
        *("category.name", "created_by.display_name", "cover_image.key", "cover_image.alt_text"),
    }
)
DIGEST = "91cd1003b98996411acf7f74074378e54cbc58157b785e8b71e5791bd37a5312"
"""Of every visible row: the set is the same on every database and in every process."""


@pytest.fixture(autouse=True)
def _several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark_set, "BATCH", 150)


async def test_loads_as_many_as_were_asked_for(db: Database) -> None:
    told = await _loaded(db)

    assert told == [(150, DESIGNS), (300, DESIGNS), (400, DESIGNS)]
    read = db.read()
    counts = [await rows.count() for rows in (read.categories, read.users, read.designs, read.images)]
    assert counts == [30, 1_000, DESIGNS, DESIGNS]


async def test_the_set_is_the_same_on_every_database(db: Database) -> None:
    await _loaded(db)

    assert hashlib.sha256(repr(await _visible(db)).encode()).hexdigest() == DIGEST


async def test_a_design_is_made_by_the_reference_formulas(db: Database) -> None:
    await _loaded(db)

    design = await db.read().designs.by_slug(FIELDS, "design-7")
    assert design is not None
    assert re.fullmatch(r"[A-Z][a-z]+ [a-z]+ [a-z]+ no\. 7", design.title)
    assert design.description == (
        'A carefully tailored piece with hand-finished seams, "signature" details and a relaxed fit. Reference '
        "8f14e45fceea167a5a36dedd4bea2543. Made to measure in our studio \N{EN DASH} allow three weeks."
    )
    assert design.created_at == datetime(2025, 1, 1, 4, 19, 0, 7_000, tzinfo=UTC)
    assert design.updated_at == datetime(2026, 1, 1, 0, 0, 7, tzinfo=UTC)
    assert design.published_at == design.created_at
    assert design.designer_name == design.created_by.display_name
    assert design.cover_image.alt_text == design.title
    assert re.fullmatch(r"designs/2025/01/20250101_[0-9a-f]{32}\.webp", design.cover_image.key)


async def test_the_distribution_is_the_reference_one(db: Database) -> None:
    await _loaded(db)

    rows = await _visible(db)
    assert 0.85 < len(rows) / DESIGNS < 0.95
    assert len({row.category.name for row in rows}) == 30
    assert len(Counter(row.style for row in rows)) == 10
    assert len(Counter(row.season for row in rows)) == 4
    assert 0 < sum(row.featured for row in rows) / len(rows) < 0.1
    assert max(row.view_count for row in rows) > 9_000
    assert max(row.like_count for row in rows) > 700


async def test_it_can_be_searched(db: Database) -> None:
    await _loaded(db)

    found = await db.read().designs.total(DesignList(where=search_filter(("dress",))))
    titled = await db.read().designs.total(DesignList(where=filters.Test("title", "contains", "dress")))
    assert found == titled > 30


async def test_refuses_a_database_that_has_designs(db: Database) -> None:
    category = a_category()
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([a_design(category["id"])])

    with pytest.raises(NotEmptyError, match="The database has 1 designs"):
        await _loaded(db)
    assert await db.read().users.count() == 0


async def _loaded(db: Database) -> list[tuple[int, int]]:
    """What `progress` was told."""
    told: list[tuple[int, int]] = []
    await load_benchmark_set(db, DESIGNS, lambda done, total: told.append((done, total)))
    return told


async def _visible(db: Database) -> Sequence[Any]:
    return (await db.read().designs.page(FIELDS, DesignList(), Window(DESIGNS))).rows
