"""Collections whose index is looked at: what is written in it, and definitions that change under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Executable, select

from db.ids import new_id
from db.repositories.editions import EDITION_OUTDATED, EDITION_WANTED
from db.repositories.indexed_values import CLAIMS, EDITIONS, TABLE, THINGS
from db.repositories.items import texts
from db.repositories.specifications import DEFINITION, definitions
from rules.specifications import definition
from services.collections import a_specification, an_entry, an_item, define
from services.rows import THEN, a_category, a_user

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.connection import Row
    from db.database import Database, Transaction
    from db.repositories.indexed_values import Clash
    from services.collections import Content


class Shelf(NamedTuple):
    """Ids of a category, of who has things in it, and of its specifications by their keys."""

    category: str
    owner: str
    specifications: dict[str, str]


async def a_shelf(db: Database, *specifications: Mapping[str, Any], parent: str | None = None) -> Shelf:
    """A category with these specifications, of which only what differs from a filterable text is told."""
    category, owner = a_category("Cameras", parent_id=parent), a_user(f"Mina {new_id()}")
    rows = [a_specification(category["id"], **{"filterable": True, **told}) for told in specifications]
    async with db.transaction() as tx:
        await tx.users.add([owner])
        await tx.categories.add([category])
        await define(tx, *rows)
    return Shelf(category["id"], owner["id"], {row["key"]: row["id"] for row in rows})


async def put(db: Database, shelf: Shelf, *values: Mapping[str, Content], **named: Any) -> list[str]:
    """Put items on a shelf and index them; their ids. They clash with nothing."""
    async with db.transaction() as tx:
        items = await plant(tx, shelf, *values, **named)
        assert await follow(tx, *items) == []
    return items


async def plant(tx: Transaction, shelf: Shelf, *values: Mapping[str, Content], **named: Any) -> list[str]:
    """Put items on a shelf without a word to the index; their ids. Values are by keys."""
    known = (await tx.specifications.kept([shelf.category]))[shelf.category]
    by_key = {row.key: row._asdict() for row in known}
    entries = ({by_key[key]["id"]: an_entry(by_key[key], told) for key, told in one.items()} for one in values)
    rows = [an_item(shelf.category, shelf.owner, **{"specification_values": one, **named}) for one in entries]
    recorded = {"created_at": THEN, "updated_at": THEN, "version": 1}
    await tx.items.add([{**row, **texts(row, definitions(known)), **recorded} for row in rows])
    return [row["id"] for row in rows]


async def edit(db: Database, item: str, **columns: Any) -> list[Clash]:
    """Change an item, and index it."""
    async with db.transaction() as tx:
        await tx.items.locked(item)
        await tx.items.note(item, **columns)
        return await follow(tx, item)


async def follow(tx: Transaction, *ids: str) -> list[Clash]:
    """Index these items as they stand."""
    items = await tx.items.all_locked(ids)
    return await tx.indexed_values.follow(
        items, await tx.specifications.kept(sorted({one.category_id for one in items}))
    )


async def redefine(db: Database, specification: str, **columns: Any) -> None:
    """Change a definition so that its index has to be made anew."""
    async with db.transaction() as tx:
        row: Row = await tx.specifications.locked(specification)
        await tx.specifications.change(specification, now=THEN, **columns)
        changed = definition({**row._asdict(), **columns})
        await tx.editions.begin(specification, row.category_id, row.version + 1, changed, now=THEN)


async def specification(db: Database, specification_id: str) -> Row:
    """A specification's row."""
    return (await db.read().specifications.by_ids(DEFINITION, [specification_id]))[specification_id]


async def edition_of(db: Database, specification_id: str) -> Row:
    """The newest edition of a specification."""
    return (await db.read().editions.latest([specification_id]))[specification_id]


async def indexed(db: Database, edition: str | None) -> list[tuple[str, str]]:
    """What stands in an edition: pairs of a value and an item's id, in order."""
    rows = await db.read().connection.all(_indexed)
    return [(row.value, row.item_id) for row in rows if row.edition_id == edition]


async def index_rows(db: Database) -> list[tuple[str, str, str, str | None]]:
    """All rows of the index, as the key of their definition, value, audience and text."""
    rows = await db.read().connection.all(_indexed)
    return [(row.definition["key"], row.value, row.audience, row.text) for row in rows]


async def claimed(db: Database) -> list[tuple[str, str]]:
    """Every unique value that is taken, with the item that has it."""
    return [(row.value, row.item_id) for row in await db.read().connection.all(_claimed)]


async def events(db: Database, *kinds: str) -> list[tuple[str, str, Any]]:
    """The events of these kinds that wait: kind, subject and when they are due."""
    waiting = await db.read().events.of_state(dead=False, most=1_000)
    return [(row.kind, row.subject_id, row.due_at) for row in waiting if row.kind in (kinds or INDEXING)]


INDEXING = (EDITION_WANTED, EDITION_OUTDATED)


def _indexed() -> Executable:
    told = (TABLE.c.value, TABLE.c.audience, TABLE.c.text, EDITIONS.c.definition)
    ids = EDITIONS.c.id.label("edition_id"), THINGS.c.id.label("item_id")
    joined = TABLE.join(EDITIONS, EDITIONS.c.number == TABLE.c.edition).join(THINGS, THINGS.c.number == TABLE.c.item)
    return select(*told, *ids).select_from(joined).order_by(TABLE.c.edition, TABLE.c.value, THINGS.c.id)


def _claimed() -> Executable:
    return select(CLAIMS).order_by(CLAIMS.c.specification_id, CLAIMS.c.value)
