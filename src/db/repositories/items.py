"""Collections: who sees which items, and writing them with what is made of their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Executable, and_, bindparam, delete, exists, literal_column, or_, select, update

from db.among import Among
from db.repositories.repository import Repository
from db.scope import Sight, the_viewer
from db.search import SearchIndex, searchable
from db.sources import ITEM_URLS, ITEMS, Fields
from rules.specification_values import written
from rules.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from db.connection import Row

TABLE = ITEMS.table
URLS = ITEM_URLS.table
FIXED = {"number", "id", "owner_id", "created_at", "version"}
"""What an edit does not set."""
URL_COLUMNS: Fields = frozenset({"url", "label"})
"""What a link says."""
EDITED = tuple(column.name for column in TABLE.c if column.name not in FIXED)


class Items(Repository):
    """Items: the public sees public ones, members also those for members and their own, staff all.

    What is deleted is seen by its owner and by staff.
    """

    source = ITEMS

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Those that are shown to so many, and one's own."""
        if sight is Sight.STAFF:
            return None
        shown = ("PUBLIC", "MEMBERS") if sight is Sight.MEMBER else ("PUBLIC",)
        open_to = or_(*(TABLE.c.visibility == literal_column(f"'{one}'") for one in shown))
        live = and_(open_to, TABLE.c.deleted_at.is_(None))
        return or_(live, TABLE.c.owner_id == the_viewer()) if sight is Sight.MEMBER else live

    async def urls_of(self, fields: Fields, items: Sequence[str]) -> dict[str, list[Row]]:
        """The links of each of these, in their order, by the item's id; seen or not."""
        found: dict[str, list[Row]] = {item: [] for item in items}
        for row in await self.connection.all(_urls_of, fields, items=list(items)):
            found[row.item_id].append(row)
        return found

    async def all_locked(self, ids: Iterable[str]) -> list[Row]:
        """Those of these rows that are there, whole, seen or not; nobody else changes them meanwhile."""
        return await self.connection.all(_all_locked, ids=list(ids))

    async def by_external(self, owner_id: str, externals: Iterable[str]) -> list[Row]:
        """The whole rows of what an owner calls so elsewhere, deleted ones too; locked like `all_locked`."""
        return await self.connection.all(_by_external, owner_id=owner_id, externals=list(externals))

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New items, without their folded texts: those are made here, and indexed for search."""
        complete = [{**row, **_folded(row)} for row in rows]
        await super().add(complete)
        await SearchIndex(self.connection).add("item", [(row["id"], row["search_text"]) for row in complete])

    async def edit(self, changes: Sequence[tuple[Row, Mapping[str, Any]]], *, now: datetime) -> None:
        """Set these columns of whole rows; their folded texts and the search index follow."""
        after = [{**row._asdict(), **columns, "updated_at": now} for row, columns in changes]
        complete = [{**row, **_folded(row)} for row in after]
        await self.connection.each(_edit, rows=complete)
        pairs = zip(changes, complete, strict=True)
        texts = [(new["id"], new["search_text"]) for (old, _), new in pairs if new["search_text"] != old.search_text]
        await SearchIndex(self.connection).change_all(texts)

    async def remove_all_of(self, owner_id: str) -> None:
        """Take away what somebody has, for good, with links, photos and index."""
        ids = [row.id for row in await self.connection.all(_of_owner, owner_id=owner_id)]
        await SearchIndex(self.connection).remove_all(ids)
        await self.connection.run(_remove_all, ids=ids)

    @property
    def urls(self) -> ItemUrls:
        """Their links."""
        return ItemUrls(self.connection, self.scope)


class ItemUrls(Repository):
    """Links of items: seen where the item is."""

    source = ITEM_URLS

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Those of visible items."""
        shown = Items.visible(sight)
        return None if shown is None else exists().where(TABLE.c.id == URLS.c.item_id, shown)

    async def write(self, item_id: str, urls: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
        """Let an item have these links, in this order, in the place of those it has; the same id is the same."""
        made = {row.id: row.created_at for row in await self.connection.all(_made, id=item_id)}
        await self.connection.run(_clear, id=item_id)
        of_all = {"item_id": item_id, "updated_at": now}
        placed = enumerate(urls)
        await self.add(
            [{**of_all, **one, "created_at": made.get(one["id"], now), "position": place} for place, one in placed]
        )


def _folded(row: Mapping[str, Any]) -> dict[str, str]:
    """Its values as they were entered, so that no change of a definition changes them, between name and description."""
    values = searchable(*_written(row["specification_values"]))
    text = searchable(row["name"], *_written(row["specification_values"]), row["description"])
    return {"name_folded": fold(row["name"]), "values_folded": values, "search_text": text}


def _written(entries: Mapping[str, Any]) -> Iterator[str]:
    return (written(entries[one]) for one in sorted(entries))


def _urls_of(fields: Fields) -> Executable:
    chosen = ITEM_URLS.select(fields | {"item_id"}).where(Among(URLS.c.item_id, "items"))
    return chosen.order_by(URLS.c.item_id, URLS.c.position)


def _all_locked() -> Executable:
    return select(TABLE).where(Among(TABLE.c.id, "ids")).order_by(TABLE.c.id).with_for_update()


def _by_external() -> Executable:
    named = select(TABLE).where(_is_owners(), Among(TABLE.c.external, "externals"))
    return named.order_by(TABLE.c.id).with_for_update()


def _edit() -> Executable:
    columns = {name: bindparam(name, type_=TABLE.c[name].type) for name in EDITED}
    the_row = TABLE.c.id == bindparam("id", type_=TABLE.c.id.type)
    return update(TABLE).where(the_row).values({**columns, "version": TABLE.c.version + literal_column("1")})


def _of_owner() -> Executable:
    return select(TABLE.c.id).where(_is_owners()).order_by(TABLE.c.id).with_for_update()


def _remove_all() -> Executable:
    return delete(TABLE).where(Among(TABLE.c.id, "ids"))


def _made() -> Executable:
    return select(URLS.c.id, URLS.c.created_at).where(_is_items())


def _clear() -> Executable:
    return delete(URLS).where(_is_items())


def _is_owners() -> ColumnElement[bool]:
    return TABLE.c.owner_id == bindparam("owner_id", type_=TABLE.c.owner_id.type)


def _is_items() -> ColumnElement[bool]:
    return URLS.c.item_id == bindparam("id", type_=URLS.c.item_id.type)
