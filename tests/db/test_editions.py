"""Editions of the index: one is read until the next is whole, and what nobody reads any more goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.repositories.editions import CATEGORY_MOVED, EDITION_OUTDATED, EDITION_WANTED, READ_UNTIL
from rules.specifications import definition, plain
from services.accounts import contents
from services.indexing import a_shelf, edition_of, events, indexed, put, redefine, specification
from services.rows import THEN

if TYPE_CHECKING:
    from db.connection import Row
    from db.database import Database

LATER = THEN + READ_UNTIL


async def test_where_there_are_no_items_an_edition_is_whole_at_once(db: Database) -> None:
    shelf = await a_shelf(db, {"key": "brand"})
    first = await specification(db, shelf.specifications["brand"])
    edition = await edition_of(db, first.id)
    assert (first.next_edition_id, await events(db)) == (None, [])
    assert (edition.id, edition.done, edition.total, edition.whole_at) == (first.edition_id, 0, 0, THEN)
    await redefine(db, first.id, type="INTEGER")
    second = await specification(db, first.id)
    assert second.edition_id not in (None, first.edition_id)
    assert (second.next_edition_id, second.version) == (None, 2)
    assert await events(db) == [(EDITION_OUTDATED, first.edition_id, LATER)]


async def test_filters_read_the_edition_before_until_the_next_is_whole(db: Database) -> None:
    shelf = await a_shelf(db, {"key": "year"})
    await put(db, shelf, {"year": "1954"}, {"year": "1931"}, deleted_at=THEN)
    before = await specification(db, shelf.specifications["year"])
    await redefine(db, before.id, type="INTEGER")
    after, edition = await specification(db, before.id), await edition_of(db, before.id)
    assert (after.edition_id, after.next_edition_id) == (before.edition_id, edition.id)
    assert edition.definition == plain(definition(after._asdict()))
    assert (edition.version, edition.done, edition.total, edition.whole_at) == (2, 0, 2, None)
    assert await events(db) == [(EDITION_WANTED, edition.id, THEN)]
    [read] = await db.read().specifications.indexed(["year"])
    assert (read.edition_id, read.definition["type"]) == (before.edition_id, "TEXT")


async def test_two_changes_in_a_row_give_the_first_up(db: Database) -> None:
    item, before = await _with_items(db)
    await redefine(db, before.id, type="INTEGER")
    given_up = await specification(db, before.id)
    await redefine(db, before.id, type="DECIMAL")
    after = await specification(db, before.id)
    assert after.edition_id == before.edition_id
    assert after.next_edition_id not in (None, given_up.next_edition_id)
    assert await events(db) == [
        (EDITION_WANTED, given_up.next_edition_id, THEN),
        (EDITION_WANTED, after.next_edition_id, THEN),
        (EDITION_OUTDATED, given_up.next_edition_id, LATER),
    ]
    async with db.transaction() as tx:
        assert await tx.editions.being_built(given_up.next_edition_id) is None
    assert await indexed(db, before.edition_id) == [("1954", item)]


async def test_what_was_given_up_since_it_was_looked_at_is_not_published(db: Database) -> None:
    _, before = await _with_items(db)
    await redefine(db, before.id, type="INTEGER")
    first = await specification(db, before.id)
    async with db.transaction() as tx:
        late = await tx.editions.being_built(first.next_edition_id)
    await redefine(db, before.id, type="DECIMAL")
    second, waiting = await specification(db, before.id), await events(db)
    async with db.transaction() as tx:
        await tx.editions.publish(late, now=THEN)
    assert await specification(db, before.id) == second
    assert await events(db) == waiting


async def test_an_edition_that_is_whole_takes_the_place_of_the_one_before(db: Database) -> None:
    _, before = await _with_items(db)
    await redefine(db, before.id, type="INTEGER")
    async with db.transaction() as tx:
        edition: Row = await tx.editions.being_built((await specification(db, before.id)).next_edition_id)
        assert edition.category_id == before.category_id
        await tx.editions.publish(edition, now=THEN)
    after = await specification(db, before.id)
    assert (after.edition_id, after.next_edition_id, after.version) == (edition.id, None, 2)
    assert (EDITION_OUTDATED, before.edition_id, LATER) in await events(db)
    assert (await edition_of(db, before.id)).whole_at == THEN


async def test_a_change_that_leaves_the_index_as_it_is_is_noted_in_the_newest_edition(db: Database) -> None:
    _, before = await _with_items(db)
    await redefine(db, before.id, type="INTEGER")
    row = await specification(db, before.id)
    relabelled = definition({**row._asdict(), "label": "Year of making"})
    async with db.transaction() as tx:
        await tx.editions.amend(row.id, 3, relabelled, now=THEN)
    edition = await edition_of(db, row.id)
    assert (edition.id, edition.version, edition.definition) == (row.next_edition_id, 3, plain(relabelled))
    [read] = await db.read().specifications.indexed(["year"])
    assert (read.definition["type"], read.definition["label"]) == ("TEXT", "Year")


async def test_without_an_index_there_is_nothing_to_read(db: Database) -> None:
    _, before = await _with_items(db)
    await redefine(db, before.id, type="INTEGER")
    both = await specification(db, before.id)
    async with db.transaction() as tx:
        await tx.editions.drop(before.id, now=THEN)
    after = await specification(db, before.id)
    assert (after.edition_id, after.next_edition_id) == (None, None)
    assert await db.read().editions.latest([before.id]) == {}
    waiting = await events(db, EDITION_OUTDATED)
    assert waiting == [(EDITION_OUTDATED, one, LATER) for one in (both.edition_id, both.next_edition_id)]


async def test_outdated_editions_go_part_by_part(db: Database) -> None:
    shelf = await a_shelf(db, {"key": "brand"}, {"key": "mount"})
    await put(db, shelf, *({"brand": f"Brand {place % 3}", "mount": "M"} for place in range(7)))
    brand, mount = [await specification(db, shelf.specifications[key]) for key in ("brand", "mount")]
    async with db.transaction() as tx:
        await tx.editions.drop(brand.id, now=THEN)
    left = []
    while await _purge(db, brand.edition_id, 3):
        left.append(len(await indexed(db, brand.edition_id)))
    assert left == [4, 1]
    assert await indexed(db, brand.edition_id) == []
    assert len(await indexed(db, mount.edition_id)) == 7
    assert [row.id for row in (await contents(db, "specification_editions"))["specification_editions"]] == [
        mount.edition_id
    ]
    assert not await _purge(db, brand.edition_id, 3)


async def test_what_is_read_or_built_is_never_purged(db: Database) -> None:
    _, before = await _with_items(db)
    await redefine(db, before.id, type="INTEGER")
    row = await specification(db, before.id)
    for edition in (row.edition_id, row.next_edition_id):
        assert not await _purge(db, edition, 1)
    assert len(await indexed(db, row.edition_id)) == 1
    assert len((await contents(db, "specification_editions"))["specification_editions"]) == 2


async def test_a_branch_that_moved_is_followed(db: Database) -> None:
    shelf = await a_shelf(db)
    async with db.transaction() as tx:
        await tx.editions.follow(shelf.category, now=THEN)
    assert await events(db, CATEGORY_MOVED) == [(CATEGORY_MOVED, shelf.category, THEN)]


async def _with_items(db: Database) -> tuple[str, Row]:
    """The id of an item, and the specification that it has a value of."""
    shelf = await a_shelf(db, {"key": "year"})
    [item] = await put(db, shelf, {"year": "1954"})
    return item, await specification(db, shelf.specifications["year"])


async def _purge(db: Database, edition: str, number: int) -> bool:
    async with db.transaction() as tx:
        return await tx.editions.purge(edition, number)
