"""The category tree."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CTE, Executable, ScalarSelect, Select, bindparam, func, literal, select

from db.among import Among
from db.filters import Filter, express, parametrise
from db.paging import Page, Sort, Window, WindowShape, windowed
from db.repositories.repository import Slugged
from db.search import searchable
from db.sources import CATEGORIES, Fields
from rules.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from db.connection import Row

TABLE = CATEGORIES.table
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
        rows = await self.connection.all(_page, fields, shape, window.shape, **values, **window.parameters)
        return window.page(rows)

    async def total(self, where: Filter) -> int:
        """How many there are."""
        values: dict[str, Any] = {}
        return int(await self.connection.value(_total, parametrise(where, values), **values))

    async def children(self, fields: Fields, parents: Sequence[str]) -> dict[str, list[Row]]:
        """The branches right below each of these, in order, by the parent's id."""
        rows = await self.connection.all(_children, fields | {"parent_id"}, parents=list(parents))
        found: dict[str, list[Row]] = {parent: [] for parent in parents}
        for row in rows:
            found[row.parent_id].append(row)
        return found

    async def ancestors(self, fields: Fields, ids: Sequence[str]) -> dict[str, list[Row]]:
        """The way from the root to each of these, without itself, by its id."""
        rows = await self.connection.all(_ancestors, fields, ids=list(ids))
        found: dict[str, list[Row]] = {category: [] for category in ids}
        for row in rows:
            found[row.below].append(row)
        return found

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New categories, without their folded texts: those are made here."""
        await super().add([_folded(row) for row in rows])


def subtree(root: ColumnElement[Any]) -> Select[Any]:
    """The ids of a branch and of all below it."""
    tree = _descent(TABLE.c.id == root)
    return select(tree.c.id)


def subtrees(roots: str) -> CTE:
    """Pairs (root, id) of each branch and all below it; `roots` names the parameter with a list of ids."""
    return _descent(Among(TABLE.c.id, roots))


def _descent(start: ColumnElement[bool]) -> CTE:
    # without a name of its own: a statement may hold several
    tree = select(TABLE.c.id.label("root"), TABLE.c.id).where(start).cte(recursive=True)
    child = TABLE.alias()
    return tree.union_all(select(tree.c.root, child.c.id).where(child.c.parent_id == tree.c.id))


def _folded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "name_folded": fold(row["name"]),
        "search_text": searchable(row["name"], row["description"]),
    }


def _page(fields: Fields, where: Filter, shape: WindowShape) -> Executable:
    sorts = [Sort(TABLE.c[name], descending=False, nullable=False) for name in (*PLACE, "id")]
    return windowed(Categories.chosen(fields | set(PLACE)).where(express(where, CONDITIONS)), sorts, shape)


def _total(where: Filter) -> Executable:
    return select(func.count()).select_from(TABLE).where(express(where, CONDITIONS))


def _children(fields: Fields) -> Executable:
    chosen = Categories.chosen(fields).where(Among(TABLE.c.parent_id, "parents"))
    return chosen.order_by(*(TABLE.c[name] for name in (*PLACE, "id")))


def _ancestors(fields: Fields) -> Executable:
    start = select(TABLE.c.id.label("below"), TABLE.c.parent_id.label("id"), literal(0).label("height"))
    above = start.where(Among(TABLE.c.id, "ids")).cte("above", recursive=True)
    parent = TABLE.alias()
    above = above.union_all(
        select(above.c.below, parent.c.parent_id, above.c.height + 1).where(parent.c.id == above.c.id)
    )
    chosen = Categories.chosen(fields).add_columns(above.c.below.label("below"))
    return chosen.where(TABLE.c.id == above.c.id).order_by(above.c.below, above.c.height.desc())


def with_slug(name: str) -> ScalarSelect[Any]:
    """The id of the category whose slug is the parameter."""
    return select(TABLE.c.id).where(TABLE.c.slug == bindparam(name, type_=TABLE.c.slug.type)).scalar_subquery()


CONDITIONS: dict[str, Any] = {
    "parent": TABLE.c.parent_id,
    "parent_slug": lambda test: TABLE.c.parent_id == with_slug(test.value),
    "search_text": TABLE.c.search_text,
}
