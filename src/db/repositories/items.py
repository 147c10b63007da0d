"""Collections: who sees which items, and writing them with what is made of their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    update,
)

from db.among import Among
from db.ids import BEFORE_ALL
from db.repositories.categories import subtree
from db.repositories.repository import Repository
from db.repositories.specifications import Specifications
from db.scope import Sight, the_viewer
from db.search import SearchIndex, searchable
from db.sources import ITEM_URLS, ITEMS, Fields
from rules.items import searched
from rules.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from db.connection import Row
    from rules.specifications import Definition

TABLE = ITEMS.table
URLS = ITEM_URLS.table
FIXED = {"number", "id", "owner_id", "created_at", "version"}
"""What an edit does not set."""
URL_COLUMNS: Fields = frozenset({"url", "label"})
"""What a link says."""
TEXTS = ("name_folded", "values_folded", "search_text")
"""What is made of an item's other columns and of its definitions, to be searched and ordered by."""
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
        """Those of these rows that are there, whole, seen or not; nobody else changes them meanwhile.

        Others may go on to refer to them: who makes a definition unique claims values for items.
        """
        return await self.whole(ids, locked=True)

    async def places_of(self, ids: Iterable[str]) -> list[str]:
        """The categories that these are in at this moment."""
        return [row.category_id for row in await self.connection.all(_places_of, ids=list(ids))]

    async def whole(self, ids: Iterable[str], *, locked: bool = False) -> list[Row]:
        """The same, locked or not."""
        return await self.connection.all(_whole, locked, ids=list(ids))

    async def below(self, fields: Fields, category_id: str, after: str | None, number: int) -> list[Row]:
        """So many items of a branch, seen or not, in the order of ids: those after this one."""
        return await self.connection.all(_all, fields, ids=await self.ids_below(category_id, after, number))

    async def ids_below(self, category_id: str, after: str | None, number: int) -> list[str]:
        """Their ids."""
        rows = await self.connection.all(_ids_below, number, category=category_id, after=after or BEFORE_ALL)
        return [row.id for row in rows]

    async def with_value_of(self, specification_id: str, after: str | None, number: int) -> list[Row]:
        """So many items that have a value under this specification, wherever they are; like `below`.

        Rows of `id` and `specification_values`; it may stand in these as a text only.
        """
        values = {"specification": specification_id, "after": after or BEFORE_ALL}
        return await self.connection.all(_with_value_of, number, **values)

    async def count_below(self, category_id: str) -> int:
        """How many items a branch has, seen or not."""
        return int(await self.connection.value(_count_below, category=category_id))

    async def by_external(self, owner_id: str, externals: Iterable[str]) -> list[Row]:
        """The whole rows of what an owner calls so elsewhere, deleted ones too."""
        return await self.connection.all(_by_external, owner_id=owner_id, externals=list(externals))

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New items with their `texts`, which are indexed for search."""
        await super().add(rows)
        await SearchIndex(self.connection).add("item", [(row["id"], row["search_text"]) for row in rows])

    async def edit(self, changes: Sequence[tuple[Row, Mapping[str, Any]]], *, now: datetime) -> None:
        """Set these columns of whole rows, `texts` among them; the search index follows."""
        after = [{**row._asdict(), **columns, "updated_at": now} for row, columns in changes]
        await self.connection.each(_edit, rows=after)
        await self._search_by(changes)

    async def note_texts(self, items: Sequence[tuple[Row, Mapping[str, str]]]) -> None:
        """Have whole rows found by other `texts`, which is no edit; the search index follows."""
        changed = [(row, told) for row, told in items if any(getattr(row, name) != told[name] for name in told)]
        await self.connection.each(_note_texts, rows=[{"id": row.id, **told} for row, told in changed])
        await self._search_by(changed)

    async def remove_all_of(self, owner_id: str) -> None:
        """Take away what somebody has, for good, with links, photos and index.

        Definitions are held before items, as by everybody: with an item its claims go.
        """
        places = [row.category_id for row in await self.connection.all(_places_of_owner, owner_id=owner_id)]
        await Specifications(self.connection, self.scope).kept(places)
        ids = [row.id for row in await self.connection.all(_of_owner, owner_id=owner_id)]
        await SearchIndex(self.connection).remove_all(ids)
        await self.connection.run(_remove_all, ids=ids)

    async def _search_by(self, changes: Sequence[tuple[Row, Mapping[str, Any]]]) -> None:
        texts = ((row, columns["search_text"]) for row, columns in changes)
        changed = [(row.id, text) for row, text in texts if text != row.search_text]
        await SearchIndex(self.connection).change_all(changed)

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


def texts(row: Mapping[str, Any], definitions: Sequence[Definition]) -> dict[str, str]:
    """The columns that an item is searched and ordered by, folded; its values stand between name and description.

    `definitions` are those of its category: what its options are called is found too.
    """
    values = searchable(*searched(row["specification_values"], definitions))
    text = "\n".join(filter(None, (searchable(row["name"]), values, searchable(row["description"]))))
    return {"name_folded": fold(row["name"]), "values_folded": values, "search_text": text}


def _urls_of(fields: Fields) -> Executable:
    chosen = ITEM_URLS.select(fields | {"item_id"}).where(Among(URLS.c.item_id, "items"))
    return chosen.order_by(URLS.c.item_id, URLS.c.position)


def _all(fields: Fields) -> Executable:
    return ITEMS.select(fields).where(Among(TABLE.c.id, "ids")).order_by(TABLE.c.id)


def _ids_below(number: int) -> Executable:
    found = select(TABLE.c.id).where(_is_below(), TABLE.c.id > bindparam("after", type_=TABLE.c.id.type))
    return found.order_by(TABLE.c.id).limit(literal_column(str(number)))


def _with_value_of(number: int) -> Executable:
    entries = type_coerce(TABLE.c.specification_values, Text)
    held = select(TABLE.c.id, TABLE.c.specification_values).where(
        entries.contains(bindparam("specification", type_=Text)), TABLE.c.id > bindparam("after", type_=TABLE.c.id.type)
    )
    return held.order_by(TABLE.c.id).limit(literal_column(str(number)))


def _count_below() -> Executable:
    return select(func.count()).select_from(TABLE).where(_is_below())


def _is_below() -> ColumnElement[bool]:
    return TABLE.c.category_id.in_(subtree(bindparam("category", type_=TABLE.c.category_id.type)))


def _whole(locked: bool) -> Executable:  # noqa: FBT001  (a shape is positional)
    found = select(TABLE).where(Among(TABLE.c.id, "ids")).order_by(TABLE.c.id)
    return found.with_for_update(key_share=True) if locked else found


def _places_of() -> Executable:
    return select(TABLE.c.category_id).where(Among(TABLE.c.id, "ids")).distinct()


def _by_external() -> Executable:
    return select(TABLE).where(_is_owners(), Among(TABLE.c.external, "externals")).order_by(TABLE.c.id)


def _edit() -> Executable:
    columns = {name: bindparam(name, type_=TABLE.c[name].type) for name in EDITED}
    the_row = TABLE.c.id == bindparam("id", type_=TABLE.c.id.type)
    return update(TABLE).where(the_row).values({**columns, "version": TABLE.c.version + literal_column("1")})


def _note_texts() -> Executable:
    columns = {name: bindparam(name, type_=TABLE.c[name].type) for name in TEXTS}
    return update(TABLE).where(TABLE.c.id == bindparam("id", type_=TABLE.c.id.type)).values(columns)


def _places_of_owner() -> Executable:
    return select(TABLE.c.category_id).where(_is_owners()).distinct()


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
