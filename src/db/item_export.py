"""The items of a branch as a file, page by page: memory does not grow with their number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, bindparam, exists, select

from db.among import Among
from db.ids import BEFORE_ALL
from db.repositories.items import URL_COLUMNS
from db.repositories.specifications import DEFINITION, definitions
from db.sources import CATEGORIES, ITEMS
from db.types import Id
from rules.item_cells import OWN, canonical, cells_of, heading, value_cells
from rules.item_files import BYTE_ORDER_MARK, told, written
from rules.refusals import INVALID, Refusal
from rules.specifications import SPECIFICATION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence

    from db.connection import Row
    from db.database import Reader
    from rules.specifications import Definition

TABLE = ITEMS.table
PAGE = 500


async def exported(reader: Reader, category_id: str, owner_id: str | None) -> AsyncIterator[str]:
    """The file, in pieces: what somebody owns of the branch (None: what anybody does), but for what is deleted.

    Values that fit no definition are there too, under the key that they were entered under.
    """
    known = await _definitions(reader, category_id)
    columns = await _columns(reader, known, owner_id)
    yield BYTE_ORDER_MARK + written([columns])
    async for category, items in _pages(reader, known, owner_id, whole=True):
        urls = await reader.items.urls_of(URL_COLUMNS, [item.id for item in items])
        cells = [cells_of(item, urls[item.id], known[category]) for item in items]
        yield written([one.get(column, "") for column in columns] for one in cells)


async def require_columns(reader: Reader, category_id: str, owner_id: str | None, columns: Collection[str]) -> None:
    """Refuse a file with columns that are neither fields nor keys of the branch, nor those of an export's residue."""
    known = await _definitions(reader, category_id)
    keys = _keyed(known)
    unknown = set(columns) - OWN - set(keys)
    if unknown:
        unknown -= set(await _columns(reader, known, owner_id))
    if unknown:
        message = (
            "These columns are neither fields of items nor keys of specifications here: {columns}. There are {known}."
        )
        named, there = told([column for column in columns if column in unknown]), [told(heading(())), told(keys)]
        raise Refusal(INVALID, message, "file", columns=named, known=", ".join(filter(None, there)))


async def _definitions(reader: Reader, category_id: str) -> dict[str, Sequence[Definition]]:
    """The definitions of each category of the branch, its own first."""
    categories = await reader.categories.branch(category_id)
    rows = await reader.specifications.of_categories(DEFINITION, categories)
    return {category: definitions(rows[category]) for category in categories}


def _keyed(known: Mapping[str, Sequence[Definition]]) -> list[str]:
    """The columns of definitions, each once."""
    keys = (f"{SPECIFICATION}{one.key}" for all_ in known.values() for one in all_)
    return list(dict.fromkeys(map(canonical, keys)))


async def _columns(reader: Reader, known: Mapping[str, Sequence[Definition]], owner_id: str | None) -> tuple[str, ...]:
    """The header: those of definitions, then those of residue."""
    residue: set[str] = set()
    ids = {category: {one.id for one in all_} for category, all_ in known.items()}
    async for category, items in _pages(reader, known, owner_id, whole=False):
        for item in items:
            if not item.specification_values.keys() <= ids[category]:
                residue |= value_cells(item.specification_values, known[category]).keys()
    keyed = _keyed(known)
    return heading([*keyed, *sorted(residue - set(keyed))])


async def _pages(
    reader: Reader, categories: Collection[str], owner_id: str | None, *, whole: bool
) -> AsyncIterator[tuple[str, list[Row]]]:
    """The items of each category in the order of their ids, behind the category."""
    of_owner = owner_id is not None
    for row in await reader.connection.all(_filled, categories=list(categories)):
        values: dict[str, Any] = {"category_id": row.id, "owner_id": owner_id}
        after = BEFORE_ALL
        while items := await reader.connection.all(_page, of_owner, whole, after=after, **values):
            yield row.id, items
            after = items[-1].id


def _filled() -> Executable:
    """Those of the categories that have items at all."""
    table = CATEGORIES.table
    has_items = exists().where(TABLE.c.category_id == table.c.id)
    return select(table.c.id).where(Among(table.c.id, "categories"), has_items).order_by(table.c.id)


def _page(of_owner: bool, whole: bool) -> Executable:  # noqa: FBT001  (a shape is positional)
    columns = TABLE.c if whole else (TABLE.c.id, TABLE.c.specification_values)
    chosen = select(*columns).where(TABLE.c.deleted_at.is_(None), TABLE.c.category_id == _given("category_id"))
    if of_owner:
        chosen = chosen.where(TABLE.c.owner_id == _given("owner_id"))
    return chosen.where(TABLE.c.id > _given("after")).order_by(TABLE.c.id).limit(PAGE)


def _given(name: str) -> Any:
    return bindparam(name, type_=Id())
