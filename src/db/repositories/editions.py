"""The index of each specification, as versions of its definition make it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, bindparam, delete, func, literal_column, or_, select, tuple_

from db.among import Among
from db.events import Events
from db.ids import new_id
from db.locks import take_turn
from db.models import IndexedValue
from db.repositories.items import Items
from db.repositories.repository import Repository
from db.repositories.specifications import Specifications
from db.sources import SPECIFICATION_EDITIONS, SPECIFICATIONS, Source
from rules.specifications import plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from db.connection import Row
    from rules.specifications import Definition

TABLE = SPECIFICATION_EDITIONS.table
OWNERS = SPECIFICATIONS.table
VALUES = Source(IndexedValue).table
KEY = VALUES.c.value, VALUES.c.item
EDITION_WANTED = "edition.wanted"
"""An edition is to be built; its id is the subject."""
EDITION_OUTDATED = "edition.outdated"
"""Nobody reads an edition any more, at the latest when this is due: its rows are to go."""
CATEGORY_MOVED = "category.moved"
"""Other definitions hold for a category and all below it, or other labels: their items are to be found by these."""
READ_UNTIL = timedelta(seconds=60)
"""So long an edition outlives that another has taken its place: requests that know it are over by then."""


class Editions(Repository):
    """Editions of the index: at most one of a specification is read, and one is being built."""

    source = SPECIFICATION_EDITIONS

    async def begin(
        self, specification_id: str, category_id: str, version: int, definition: Definition, *, now: datetime
    ) -> None:
        """Have the index made anew under a changed definition; until it is whole, filters read what they read before.

        In the transaction of the change, which holds the specification's row (`locked`). Where there are no items it
        is whole at once. An edition that was being built is given up.
        """
        held = await self._of(specification_id)
        total = await Items(self.connection, self.scope).count_below(category_id)
        edition_id = new_id()
        edition = {"id": edition_id, "created_at": now, "updated_at": now, "specification_id": specification_id}
        progress = {"done": 0, "total": total, "last_item_id": None, "whole_at": None if total else now}
        await self.add([{**edition, "version": version, "definition": plain(definition), **progress}])
        await self._outdate(held.next_edition_id, now=now)
        if total:
            await self._give(specification_id, next_edition_id=edition_id)
            await self._events.record(EDITION_WANTED, edition_id, now=now)
        else:
            await self._outdate(held.edition_id, now=now)
            await self._give(specification_id, edition_id=edition_id, next_edition_id=None)

    async def amend(self, specification_id: str, version: int, definition: Definition, *, now: datetime) -> None:
        """Note a definition under which the index is the same: that of other labels, or of options nobody waited for.

        In the transaction of the change, as `begin`; there is an index.
        """
        held = await self._of(specification_id)
        newest = held.next_edition_id or held.edition_id
        await self.note(newest, version=version, definition=plain(definition), updated_at=now)

    async def drop(self, specification_id: str, *, now: datetime) -> None:
        """There is no index any more: nobody filters by this specification. In the transaction of the change."""
        held = await self._of(specification_id)
        await self._give(specification_id, edition_id=None, next_edition_id=None)
        for edition_id in (held.edition_id, held.next_edition_id):
            await self._outdate(edition_id, now=now)

    async def latest(self, specification_ids: Sequence[str]) -> dict[str, Row]:
        """The whole rows of the newest editions, by specification; those without an index are not in it."""
        rows = await self.connection.all(_latest, specifications=list(specification_ids))
        return {row.specification_id: row for row in rows}

    async def follow(self, category_id: str, *, now: datetime) -> None:
        """Have all items of a branch indexed and searched anew: it hangs elsewhere, or options have other labels."""
        await self._events.record(CATEGORY_MOVED, category_id, now=now)

    async def being_built(self, edition_id: str) -> Row | None:
        """The whole row and its `category_id`; None where it is whole, or given up.

        Nobody else builds it, or takes it away, until the transaction ends.
        """
        await take_turn(self.connection, f"edition {edition_id}")
        return await self.connection.first(_being_built, id=edition_id)

    async def proceed(self, edition: Row, items: Sequence[str], *, now: datetime) -> None:
        """So far it has come: these are done, in the order of ids."""
        done = edition.done + len(items)
        progress = {"done": done, "total": max(done, edition.total), "last_item_id": items[-1]}
        await self.note(edition.id, **progress, updated_at=now)

    async def publish(self, edition: Row, *, now: datetime) -> None:
        """It is whole: from the commit on filters read it, and none begins to read the one before.

        Nothing where it has been given up since `being_built`.
        """
        held = await self._of(edition.specification_id, locked=True)
        if held.next_edition_id != edition.id:
            return
        await self._give(edition.specification_id, edition_id=edition.id, next_edition_id=None)
        await self.note(edition.id, total=edition.done, whole_at=now, updated_at=now)
        await self._outdate(held.edition_id, now=now)

    async def purge(self, edition_id: str, number: int) -> bool:
        """Take so many rows of an outdated edition away, with the last of them itself; whether there may be more."""
        await take_turn(self.connection, f"edition {edition_id}")
        if await self.connection.first(_in_use, id=edition_id):
            return False
        last = await self.connection.first(_row_at, number - 1, id=edition_id)
        if last is None:
            await self.connection.run(_delete_rows, False, id=edition_id)
            await self.remove(edition_id)
            return False
        await self.connection.run(_delete_rows, True, id=edition_id, **last._asdict())
        return True

    @property
    def _events(self) -> Events:
        return Events(self.connection, self.scope)

    async def _of(self, specification_id: str, *, locked: bool = False) -> Row:
        """The ids of the editions that a specification has; the row's lock waits for whoever writes under them."""
        return await self.connection.first(_of, locked, id=specification_id)

    async def _give(self, specification_id: str, **editions: str | None) -> None:
        await Specifications(self.connection, self.scope).note(specification_id, **editions)

    async def _outdate(self, edition_id: str | None, *, now: datetime) -> None:
        if edition_id:
            await self._events.schedule(EDITION_OUTDATED, edition_id, due_at=now + READ_UNTIL, now=now)


def _of(locked: bool) -> Executable:  # noqa: FBT001  (a statement's shape)
    held = SPECIFICATIONS.select(frozenset({"edition_id", "next_edition_id"})).where(OWNERS.c.id == _given_id())
    return held.with_for_update(key_share=True) if locked else held


def _latest() -> Executable:
    newest = func.coalesce(OWNERS.c.next_edition_id, OWNERS.c.edition_id)
    found = SPECIFICATION_EDITIONS.select(frozenset(TABLE.c.keys())).join(OWNERS, newest == TABLE.c.id)
    return found.where(Among(OWNERS.c.id, "specifications"))


def _being_built() -> Executable:
    chosen = SPECIFICATION_EDITIONS.select(frozenset(TABLE.c.keys())).add_columns(OWNERS.c.category_id)
    return chosen.join(OWNERS, OWNERS.c.next_edition_id == TABLE.c.id).where(TABLE.c.id == _given_id())


def _in_use() -> Executable:
    return select(OWNERS.c.id).where(or_(OWNERS.c.edition_id == _given_id(), OWNERS.c.next_edition_id == _given_id()))


def _row_at(place: int) -> Executable:
    """The row of an edition at this place, in the order in which they lie."""
    rows = select(*KEY).where(_is_in_it()).order_by(*KEY)
    return rows.limit(literal_column("1")).offset(literal_column(str(place)))


def _delete_rows(up_to_one: bool) -> Executable:  # noqa: FBT001  (a statement's shape)
    """Those of an edition, all or up to one."""
    if not up_to_one:
        return delete(VALUES).where(_is_in_it())
    last = tuple_(*(bindparam(column.name, type_=column.type) for column in KEY))
    return delete(VALUES).where(_is_in_it(), tuple_(*KEY) <= last)


def _is_in_it() -> ColumnElement[bool]:
    number = select(TABLE.c.number).where(TABLE.c.id == _given_id()).scalar_subquery()
    return VALUES.c.edition == number


def _given_id() -> ColumnElement[Any]:
    return bindparam("id", type_=TABLE.c.id.type)
