"""The category tree."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CTE,
    Executable,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)

from db.among import Among
from db.filters import Filter, express, parametrise
from db.locks import share_turn, take_turn
from db.paging import Page, Sort, Window, WindowShape, windowed
from db.repositories.repository import Slugged
from db.search import searchable
from db.slugs import Slugs
from db.sources import CATEGORIES, DESIGNS, ITEMS, SPECIFICATIONS, Fields
from rules.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from db.connection import Row
    from db.scope import Sight

TABLE = CATEGORIES.table
DESIGNED = DESIGNS.table
COLLECTED = ITEMS.table
PLACE = ("position", "name_folded")
"""How siblings are ordered, before their ids."""


class Reach(Enum):
    """What counts as being in a category."""

    ITSELF = "itself"
    BRANCH = "it and all below it"


class Categories(Slugged):
    """Branches of the catalogue; everybody sees them all."""

    source = CATEGORIES

    async def page(self, fields: Fields, where: Filter, window: Window) -> Page:
        """The categories within the window, by position, then name."""
        values: dict[str, Any] = {}
        shape = parametrise(where, values)
        rows = await self.visible_rows(_page, fields, shape, window.shape, **values, **window.parameters)
        return window.page(rows)

    async def total(self, where: Filter) -> int:
        """How many there are."""
        values: dict[str, Any] = {}
        return int(await self.connection.value(_total, parametrise(where, values), **values))

    async def children(self, fields: Fields, parents: Sequence[str]) -> dict[str, list[Row]]:
        """The branches right below each of these, in order, by the parent's id."""
        rows = await self.visible_rows(_children, fields | {"parent_id"}, parents=list(parents))
        found: dict[str, list[Row]] = {parent: [] for parent in parents}
        for row in rows:
            found[row.parent_id].append(row)
        return found

    async def ancestors(self, fields: Fields, ids: Sequence[str]) -> dict[str, list[Row]]:
        """The way from the root to each of these, without itself, by its id."""
        rows = await self.visible_rows(_ancestors, fields, ids=list(ids))
        found: dict[str, list[Row]] = {category: [] for category in ids}
        for row in rows:
            found[row.below].append(row)
        return found

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New categories, without their folded texts: those are made here."""
        await super().add([{**row, **_folded(row)} for row in rows])

    @property
    def slugs(self) -> Slugs:
        """Their names in URLs."""
        return Slugs(self.connection, TABLE.name)

    async def lock_tree(self) -> None:
        """Let nobody else hang a branch elsewhere until the transaction ends: two moves together could make a ring."""
        await take_turn(self.connection, TABLE.name)

    async def keep_tree(self) -> None:
        """The same for as many as want it at once, none of whom hangs a branch elsewhere."""
        await share_turn(self.connection, TABLE.name)

    async def edit(self, category: Row, *, now: datetime, **columns: Any) -> None:
        """Set these columns of a whole row; its folded texts follow."""
        await self.change(category.id, now=now, **columns, **_folded({**category._asdict(), **columns}))

    async def stays(self, category_id: str | None) -> bool:
        """Whether it is there; then it is until the transaction ends."""
        return bool(category_id) and await self.connection.first(_stays, id=category_id) is not None

    async def way_to(self, category_id: str) -> list[str]:
        """The ids from the root down to this one."""
        above = await self.ancestors(frozenset(), [category_id])
        return [*(row.id for row in above[category_id]), category_id]

    async def branch(self, category_id: str) -> list[str]:
        """The ids of this one and all below it, this one first."""
        rows = await self.connection.all(_branch, id=category_id)
        return sorted((row.id for row in rows), key=lambda one: (one != category_id, one))

    async def levels(self, category_id: str) -> int:
        """How many levels it has: itself, and those below it."""
        return int(await self.connection.value(_levels, id=category_id))

    async def last_position(self, parent_id: str | None) -> int | None:
        """Where the last of the branches right below this one stands (None: of the roots); None where there is none."""
        last: int | None = await self.connection.value(_last_position, parent_id is None, id=parent_id)
        return last

    async def uses(self, category_id: str) -> int:
        """How many branches are right below it, and how many designs and items are in it, seen or not.

        Items elsewhere that have a value of one of its specifications count too.
        """
        return int(await self.connection.value(_uses, id=category_id))


def subtree(root: ColumnElement[Any]) -> Select[Any]:
    """The ids of a branch and of all below it."""
    tree = _descent(TABLE.c.id == root)
    return select(tree.c.id)


def subtrees(roots: str) -> CTE:
    """Pairs (root, id) of each branch and all below it; `roots` names the parameter with a list of ids."""
    return _descent(Among(TABLE.c.id, roots))


def in_categories(
    statement: Select[Any], category: ColumnElement[Any], reach: Reach
) -> tuple[Select[Any], ColumnElement[Any]]:
    """The statement bounded to the categories of the parameter `categories`, and what tells which of them a row is in.

    `category` is the row's own.
    """
    if reach is Reach.ITSELF:
        return statement.where(Among(category, "categories")), category
    tree = subtrees("categories")
    return statement.where(category == tree.c.id), tree.c.root


def _descent(start: ColumnElement[bool]) -> CTE:
    # without a name of its own: a statement may hold several
    tree = select(TABLE.c.id.label("root"), TABLE.c.id).where(start).cte(recursive=True)
    child = TABLE.alias()
    return tree.union_all(select(tree.c.root, child.c.id).where(child.c.parent_id == tree.c.id))


def _folded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"name_folded": fold(row["name"]), "search_text": searchable(row["name"], row["description"])}


def _page(sight: Sight, fields: Fields, where: Filter, shape: WindowShape) -> Executable:
    sorts = [Sort(TABLE.c[name], descending=False, nullable=False) for name in (*PLACE, "id")]
    return windowed(Categories.chosen(sight, fields | set(PLACE)).where(express(where, CONDITIONS)), sorts, shape)


def _branch() -> Executable:
    return subtree(bindparam("id", type_=TABLE.c.id.type))


def _total(where: Filter) -> Executable:
    return select(func.count()).select_from(TABLE).where(express(where, CONDITIONS))


def _children(sight: Sight, fields: Fields) -> Executable:
    chosen = Categories.chosen(sight, fields).where(Among(TABLE.c.parent_id, "parents"))
    return chosen.order_by(*(TABLE.c[name] for name in (*PLACE, "id")))


def _ancestors(sight: Sight, fields: Fields) -> Executable:
    start = select(TABLE.c.id.label("below"), TABLE.c.parent_id.label("id"), literal(0).label("height"))
    above = start.where(Among(TABLE.c.id, "ids")).cte("above", recursive=True)
    parent = TABLE.alias()
    above = above.union_all(
        select(above.c.below, parent.c.parent_id, above.c.height + 1).where(parent.c.id == above.c.id)
    )
    chosen = Categories.chosen(sight, fields).add_columns(above.c.below.label("below"))
    return chosen.where(TABLE.c.id == above.c.id).order_by(above.c.below, above.c.height.desc())


def _stays() -> Executable:
    return select(TABLE.c.id).where(TABLE.c.id == _given_id()).with_for_update(read=True, key_share=True)


def _levels() -> Executable:
    start = select(TABLE.c.id, literal(1).label("level")).where(TABLE.c.id == _given_id()).cte(recursive=True)
    child = TABLE.alias()
    tree = start.union_all(select(child.c.id, start.c.level + 1).where(child.c.parent_id == start.c.id))
    return select(func.max(tree.c.level))


def _last_position(of_roots: bool) -> Executable:  # noqa: FBT001  (a shape is positional)
    siblings = TABLE.c.parent_id.is_(None) if of_roots else TABLE.c.parent_id == _given_id()
    return select(func.max(TABLE.c.position)).where(siblings)


def _uses() -> Executable:
    children = select(TABLE.c.id).where(TABLE.c.parent_id == _given_id())
    designs = select(DESIGNED.c.id).where(DESIGNED.c.category_id == _given_id())
    items = select(COLLECTED.c.id).where(or_(COLLECTED.c.category_id == _given_id(), _has_a_value()))
    return select(func.count()).select_from(union_all(children, designs, items).subquery())


def _has_a_value() -> ColumnElement[bool]:
    """Whether an item has a value of one of the category's specifications: their ids stand in its JSON."""
    specified = SPECIFICATIONS.table
    digits = func.replace(cast(specified.c.id, Text), "-", "")
    entries = type_coerce(COLLECTED.c.specification_values, Text)
    return exists().where(specified.c.category_id == _given_id(), entries.contains(digits))


def _given_id() -> ColumnElement[Any]:
    return bindparam("id", type_=TABLE.c.id.type)


def with_slug(name: str) -> ScalarSelect[Any]:
    """The id of the category whose slug is the parameter."""
    return select(TABLE.c.id).where(TABLE.c.slug == bindparam(name, type_=TABLE.c.slug.type)).scalar_subquery()


CONDITIONS: dict[str, Any] = {
    "parent": TABLE.c.parent_id,
    "parent_slug": lambda test: TABLE.c.parent_id == with_slug(test.value),
    "search_text": TABLE.c.search_text,
}
