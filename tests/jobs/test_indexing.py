"""The index follows definitions and categories that change, while others go on writing items."""

from __future__ import annotations

import asyncio
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from db.database import open_database
from db.repositories.editions import CATEGORY_MOVED, EDITION_OUTDATED, EDITION_WANTED, READ_UNTIL
from jobs import indexing
from jobs.indexing import build_edition, follow_category, purge_edition
from jobs.worker import Lane
from services.collections import an_entry, an_option
from services.indexing import (
    a_shelf,
    claimed,
    edit,
    edition_of,
    events,
    follow,
    index_rows,
    indexed,
    plant,
    put,
    redefine,
    specification,
)
from services.rows import THEN
from services.working import MOMENT, Clock, deliver_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.connection import Row
    from db.database import Database
    from services.indexing import Shelf

YEARS = tuple({"year": str(1950 + place)} for place in range(5))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lane(db: Database, clock: Clock) -> Lane:
    """The worker's lane for the index."""
    build, follow = partial(build_edition, db, clock), partial(follow_category, db)
    return Lane(
        db, {EDITION_WANTED: build, EDITION_OUTDATED: partial(purge_edition, db), CATEGORY_MOVED: follow}, clock
    )


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "ITEMS_AT_ONCE", 2)
    monkeypatch.setattr(indexing, "ROWS_AT_ONCE", 2)


async def test_a_changed_definition_is_followed_and_the_edition_before_goes_a_minute_later(
    db: Database, lane: Lane, clock: Clock
) -> None:
    shelf, before = await _years(db)
    items = await put(db, shelf, *YEARS, {"year": "old"}, {})
    await redefine(db, before.id, type="INTEGER")
    await deliver_all(lane)
    after, edition = await specification(db, before.id), await edition_of(db, before.id)
    assert (after.edition_id, after.next_edition_id) == (edition.id, None)
    assert (edition.done, edition.total, edition.last_item_id, edition.whole_at) == (7, 7, items[-1], clock.now)
    assert [item for _, item in await indexed(db, edition.id)] == items[:5]
    assert len(await indexed(db, before.edition_id)) == 6
    clock.go_on(READ_UNTIL - MOMENT)
    await deliver_all(lane)
    assert len(await indexed(db, before.edition_id)) == 6
    clock.go_on(MOMENT)
    await deliver_all(lane)
    assert (await indexed(db, before.edition_id), await events(db)) == ([], [])
    assert len(await indexed(db, edition.id)) == 5


async def test_a_new_definition_finds_what_was_there_before(db: Database, lane: Lane) -> None:
    """Values of categories below, deleted items, and values from elsewhere that stand for the new definition."""
    shelf = await a_shelf(db, {"key": "brand", "filterable": False})
    below = await a_shelf(db, {"key": "mount"}, parent=shelf.category)
    [here] = await put(db, shelf, {"brand": "Leica"})
    [deleted] = await put(db, shelf, {"brand": "Leica"}, deleted_at=THEN)
    [lower] = await put(db, below, {"brand": "Contax", "mount": "C"}, visibility="MEMBERS")
    stray = {"f" * 32: an_entry({"key": "brand", "type": "TEXT"}, "Nikon")}
    [moved] = await put(db, below, {}, specification_values=stray)
    await redefine(db, shelf.specifications["brand"], filterable=True)
    assert (await specification(db, shelf.specifications["brand"])).edition_id is None
    await deliver_all(lane)
    brand = await specification(db, shelf.specifications["brand"])
    expected = [("contax", lower), ("leica", here), ("leica", deleted), ("nikon", moved)]
    assert await indexed(db, brand.edition_id) == expected
    audiences = sorted((value, audience) for key, value, audience, _ in await index_rows(db) if key == "brand")
    assert audiences == [("contax", "MEMBERS"), ("leica", "DELETED"), ("leica", "PUBLIC"), ("nikon", "PUBLIC")]


async def test_a_build_that_was_cut_off_goes_on_where_it_was(db: Database, lane: Lane) -> None:
    shelf, before = await _years(db)
    items = await put(db, shelf, *YEARS)
    await redefine(db, before.id, type="INTEGER")
    moments = [THEN]
    with pytest.raises(IndexError):
        await build_edition(db, moments.pop, _event(await edition_of(db, before.id)))
    edition = await edition_of(db, before.id)
    assert (edition.done, edition.last_item_id, edition.whole_at) == (2, items[1], None)
    assert [item for _, item in await indexed(db, edition.id)] == items[: edition.done]
    async with db.transaction() as tx:
        await tx.items.remove(items[0])  # whoever began anew would not count it
    await deliver_all(lane)
    assert [item for _, item in await indexed(db, edition.id)] == items[1:]
    assert (await edition_of(db, before.id)).done == 5


async def test_two_workers_at_once_build_it_once(database_url: str, db: Database, clock: Clock) -> None:
    shelf, before = await _years(db)
    items = await put(db, shelf, *YEARS * 4)
    await redefine(db, before.id, type="INTEGER")
    event = _event(await edition_of(db, before.id))
    async with open_database(database_url, 2) as other:
        await asyncio.gather(*(build_edition(one, clock, event) for one in (db, other, db)))
    edition = await edition_of(db, before.id)
    assert (edition.done, edition.total, edition.whole_at) == (20, 20, clock.now)
    assert sorted(item for _, item in await indexed(db, edition.id)) == items
    assert len(await events(db, EDITION_OUTDATED)) == 1
    assert clock.asked == 10 + 3  # batches, and that there is nothing left to do


async def test_a_build_ends_when_the_definition_changes_again(db: Database, clock: Clock, lane: Lane) -> None:
    shelf, before = await _years(db)
    items = await put(db, shelf, *YEARS)
    await redefine(db, before.id, type="INTEGER")
    first = await edition_of(db, before.id)
    await redefine(db, before.id, type="BOOLEAN")
    await build_edition(db, clock, _event(first))
    assert (await indexed(db, first.id), (await specification(db, before.id)).edition_id) == ([], before.edition_id)
    await redefine(db, before.id, type="DECIMAL")
    await deliver_all(lane)
    edition = await edition_of(db, before.id)
    assert (await specification(db, before.id)).edition_id == edition.id
    assert [item for _, item in await indexed(db, edition.id)] == items
    clock.go_on(READ_UNTIL)
    await deliver_all(lane)
    assert len(await index_rows(db)) == 5


async def test_items_written_meanwhile_are_found_as_they_are_now(db: Database, lane: Lane, clock: Clock) -> None:
    shelf, before = await _years(db)
    changed, gone, moved, kept = await put(db, shelf, *YEARS[:4])
    elsewhere = await a_shelf(db)
    await redefine(db, before.id, type="INTEGER")
    [early] = await put(db, shelf, {"year": "1931"})
    year = an_entry((await specification(db, before.id))._asdict(), "1932")
    await edit(db, changed, specification_values={before.id: year})
    await edit(db, moved, category_id=elsewhere.category)
    async with db.transaction() as tx:
        await tx.items.remove(gone)
    await deliver_all(lane)
    edition = await edition_of(db, before.id)
    expected = [("1531931", early), ("1531932", changed), ("1531953", kept)]
    assert (await indexed(db, edition.id), edition.whole_at) == (expected, clock.now)
    assert (edition.done, edition.total) == (3, 3)


async def test_who_has_been_taken_away_is_not_built(db: Database, clock: Clock) -> None:
    shelf, before = await _years(db)
    await put(db, shelf, *YEARS)
    await redefine(db, before.id, type="INTEGER")
    edition = await edition_of(db, before.id)
    async with db.transaction() as tx:
        await tx.editions.drop(before.id, now=THEN)
    await purge_edition(db, _event(edition))
    await build_edition(db, clock, _event(edition))
    assert await db.read().editions.latest([before.id]) == {}
    assert len(await index_rows(db)) == 5


async def test_a_branch_that_moves_is_found_by_what_holds_there(db: Database, lane: Lane) -> None:
    """In all editions; and again, when the worker was cut off."""
    old = await a_shelf(db, {"key": "brand"}, {"key": "mount"})
    new = await a_shelf(db, {"key": "brand"})
    branch = await a_shelf(db, {"key": "year"}, parent=old.category)
    values = [{"brand": f"B{place}", "mount": "M", "year": str(place)} for place in range(5)]
    items = await put(db, branch, *values)
    [other] = await put(db, old, {"brand": "Leica", "mount": "M"})
    await put(db, new, {"brand": "Zeiss"})
    await redefine(db, new.specifications["brand"], max_length=2)
    brand = await specification(db, new.specifications["brand"])
    async with db.transaction() as tx:
        await tx.categories.change(branch.category, now=THEN, parent_id=new.category)
        await tx.editions.follow(branch.category, now=THEN)
    for _ in range(2):
        await follow_category(db, SimpleNamespace(subject_id=branch.category))
        found = [(f"b{place}", items[place]) for place in range(5)]
        assert (await indexed(db, brand.edition_id))[:5] == found
        assert await indexed(db, brand.next_edition_id) == found
        for key, value in (("brand", "leica"), ("mount", "m")):
            left = await specification(db, old.specifications[key])
            assert await indexed(db, left.edition_id) == [(value, other)]
        year = await specification(db, branch.specifications["year"])
        assert [item for _, item in await indexed(db, year.edition_id)] == items
    await deliver_all(lane)
    assert await events(db, CATEGORY_MOVED) == []


async def test_search_follows_labels_and_branches_that_move(db: Database) -> None:
    """And again, when the worker was cut off; nothing else of an item is written."""
    told = {"key": "colour", "type": "ENUM", "options": [an_option("red", "Rot")]}
    old, new = [await a_shelf(db, told) for _ in range(2)]
    branch = await a_shelf(db, parent=old.category)
    items = await put(db, branch, *[{"colour": {"option": "red"}}] * 3)
    before = await _rows(db, items)
    for shelf, label in ((old, "Rouge"), (new, "빨강")):
        options = [an_option("red", label)]
        async with db.transaction() as tx:
            await tx.specifications.change(shelf.specifications["colour"], now=THEN, options=options)
    for place, texts in ((old, "red\nrouge"), (new, "red\n빨강")):
        async with db.transaction() as tx:
            await tx.categories.change(branch.category, now=THEN, parent_id=place.category)
        for _ in range(2):
            await follow_category(db, SimpleNamespace(subject_id=branch.category))
            expected = [row._replace(values_folded=texts, search_text=f"leica m3\n{texts}") for row in before]
            assert await _rows(db, items) == expected


async def test_unique_values_of_a_branch_that_moves_are_claimed_where_they_are_free(db: Database, lane: Lane) -> None:
    old, new = [await a_shelf(db, {"key": "serial", "unique": True}) for _ in range(2)]
    branch = await a_shelf(db, parent=old.category)
    first, second = await put(db, branch, {"serial": "1"}, {"serial": "2"})
    [there] = await put(db, new, {"serial": "1"})
    await _move(db, branch, new, lane)
    assert await claimed(db) == [("1", there), ("2", second)]
    [again] = await put(db, old, {"serial": "1"})
    assert sorted(await claimed(db)) == sorted([("1", there), ("1", again), ("2", second)])
    serial = await specification(db, new.specifications["serial"])
    assert [item for _, item in await indexed(db, serial.edition_id)] == [first, there, second]


async def test_an_item_that_is_being_added_while_its_branch_moves_is_not_left_out(db: Database, lane: Lane) -> None:
    """Nobody who walks the branch sees it before it is committed: the move waits for it."""
    old, new = await a_shelf(db), await a_shelf(db, {"key": "brand"})
    branch = await a_shelf(db, parent=old.category)
    stray = {"f" * 32: an_entry({"key": "brand", "type": "TEXT"}, "Leica")}
    async with db.transaction() as tx:
        [item] = await plant(tx, branch, {}, specification_values=stray)
        await follow(tx, item)
        moving = asyncio.create_task(_move(db, branch, new, lane))
        await asyncio.wait([moving], timeout=0.5)
        assert not moving.done()
    await moving
    assert await indexed(db, (await specification(db, new.specifications["brand"])).edition_id) == [("leica", item)]


async def _move(db: Database, branch: Shelf, to: Shelf, lane: Lane) -> None:
    """Hang a branch elsewhere, and let the index follow."""
    async with db.transaction() as tx:
        await tx.categories.lock_tree()
        await tx.categories.change(branch.category, now=THEN, parent_id=to.category)
        await tx.editions.follow(branch.category, now=THEN)
    await deliver_all(lane)


async def _years(db: Database) -> tuple[Shelf, Row]:
    shelf = await a_shelf(db, {"key": "year"})
    return shelf, await specification(db, shelf.specifications["year"])


async def _rows(db: Database, items: Sequence[str]) -> list[Row]:
    async with db.transaction() as tx:
        return await tx.items.all_locked(items)


def _event(edition: Row) -> Row:
    return SimpleNamespace(subject_id=edition.id)
