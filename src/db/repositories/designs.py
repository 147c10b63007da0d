"""The gallery: one page of it, or one page for each of several categories."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Select, and_, bindparam, func, literal_column, select, update

from db.among import Among
from db.filters import EVERYTHING, Every, Filter, Test, express, parametrise
from db.models import Base, Favorite
from db.paging import Key, Page, Sort, Window, WindowShape, windowed, windowed_each
from db.repositories.categories import Reach, in_categories, subtree, with_slug
from db.repositories.repository import Slugged
from db.scope import Sight
from db.search import SearchIndex, index_condition, searchable, without_index
from db.slugs import Slugs
from db.sources import DESIGNS, Fields
from rules.text import fold
from rules.trending import trending_score

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from db.connection import Row

TABLE = DESIGNS.table
FAVORITES = Base.metadata.tables[Favorite.__tablename__]
FOLDED = ("title", "style", "colour", "fabric", "occasion", "season", "designer_name", "collection_name")
SELECTIVE = {"category", "category_slug", "branch", "style", "designer_name", "collection_name"}
"""Conditions that leave so few rows that a search among them reads faster than the search index would."""
INTEREST = ("like_count", "view_count", "trending_score")
NEWEST = (Key("created_at", descending=True),)


@dataclass(frozen=True, slots=True)
class DesignList:
    """Which designs, and in which order; `as_of` leaves out what was made later (an order that moves needs it).

    Where the list is asked for of categories, `reach` tells whether what is below them counts.
    """

    where: Filter = EVERYTHING
    order: tuple[Key, ...] = NEWEST
    as_of: datetime | None = None
    reach: Reach = Reach.ITSELF

    def parametrised(self) -> tuple[DesignList, dict[str, Any]]:
        """What of it shapes a statement, and the values that it is run with."""
        where = Every((self.where, Test("created_at", "lte", self.as_of))) if self.as_of else self.where
        values: dict[str, Any] = {}
        shape = parametrise(without_index(where) if _narrowed(where) else where, values)
        return replace(self, where=shape, as_of=None), values


class Designs(Slugged):
    """Designs: the public sees what is published and not deleted, staff all."""

    source = DESIGNS

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Literals: the partial indexes are found by them."""
        if sight is Sight.STAFF:
            return None
        return and_(TABLE.c.status == literal_column("'PUBLISHED'"), TABLE.c.deleted_at.is_(None))

    async def page(self, fields: Fields, wanted: DesignList, window: Window) -> Page:
        """The visible designs within the window."""
        shape, values = wanted.parametrised()
        rows = await self.visible_rows(_page, fields, shape, window.shape, **values, **window.parameters)
        return window.page(rows)

    async def page_for_each(
        self, fields: Fields, wanted: DesignList, window: Window, categories: Sequence[str]
    ) -> dict[str, Page]:
        """For each category the first (or last) designs in it, by the category's id; one statement for all."""
        shape, values = wanted.parametrised()
        rows = await self.visible_rows(
            _page_for_each, fields, shape, window.shape, categories=list(categories), **values
        )
        found: dict[str, list[Row]] = {category: [] for category in categories}
        for row in rows:
            found[row.within].append(row)
        return {category: window.page(several) for category, several in found.items()}

    async def total(self, wanted: DesignList) -> int:
        """How many visible designs there are."""
        shape, values = wanted.parametrised()
        return int((await self.visible_rows(_total, shape, **values))[0].total)

    async def total_for_each(self, wanted: DesignList, categories: Sequence[str]) -> dict[str, int]:
        """How many visible designs each category has, by its id."""
        shape, values = wanted.parametrised()
        rows = await self.visible_rows(_total_for_each, shape, categories=list(categories), **values)
        return dict.fromkeys(categories, 0) | {row.within: row.total for row in rows}

    async def without_cover(self) -> set[str]:
        """The ids of all designs, visible or not, that have no picture yet."""
        return {row.id for row in await self.connection.all(_without_cover)}

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New designs, without their folded texts: those are made here, and indexed for search."""
        complete = [{**row, **_folded(row)} for row in rows]
        await super().add(complete)
        await SearchIndex(self.connection).add("design", [(row["id"], row["search_text"]) for row in complete])

    @property
    def slugs(self) -> Slugs:
        """Their names in URLs."""
        return Slugs(self.connection, TABLE.name)

    async def edit(self, design: Row, *, now: datetime, **columns: Any) -> None:
        """Set these columns of a whole row; its folded texts and the search index follow."""
        folded = _folded({**design._asdict(), **columns})
        await self.change(design.id, now=now, **columns, **folded)
        if folded["search_text"] != design.search_text:
            await SearchIndex(self.connection).change(design.id, folded["search_text"])

    async def locked_for_counting(self, ids: Iterable[str]) -> list[Row]:
        """Those of these rows that are there, with what counts; whoever counts several takes them in one order."""
        return await self.connection.all(_locked_for_counting, ids=list(ids))

    async def add_interest(self, design: Row, *, likes: int = 0, views: int = 0) -> None:
        """Add to what a locked row has: interest is no edit, so neither its version nor `updated_at` change."""
        await self.connection.run(_set_interest, **_interest(design, likes, views))

    async def add_likes(self, designs: Iterable[Row], likes: int) -> None:
        """The same for several locked rows at once."""
        await self.connection.each(_set_interest, rows=[_interest(design, likes, 0) for design in designs])


def _folded(row: Mapping[str, Any]) -> dict[str, Any]:
    texts = {f"{name}_folded": None if row[name] is None else fold(row[name]) for name in FOLDED}
    return {**texts, "search_text": searchable(*(row[name] for name in FOLDED), row["description"])}


def _interest(design: Row, likes: int, views: int) -> dict[str, Any]:
    like_count, view_count = design.like_count + likes, design.view_count + views
    score = trending_score(like_count, view_count, design.published_at or design.created_at)
    return {"id": design.id, "like_count": like_count, "view_count": view_count, "trending_score": score}


def _locked_for_counting() -> Executable:
    columns = (TABLE.c[name] for name in ("id", "like_count", "view_count", "published_at", "created_at"))
    chosen = select(*columns).where(Among(TABLE.c.id, "ids")).order_by(TABLE.c.id)
    return chosen.with_for_update(key_share=True)


def _set_interest() -> Executable:
    counts = {name: bindparam(name, type_=TABLE.c[name].type) for name in INTEREST}
    return update(TABLE).where(TABLE.c.id == bindparam("id", type_=TABLE.c.id.type)).values(counts)


def _narrowed(where: Filter) -> bool:
    if isinstance(where, Every):
        return any(map(_narrowed, where.parts))
    return isinstance(where, Test) and where.field in SELECTIVE and where.operator in ("eq", "within")


def _page(sight: Sight, fields: Fields, wanted: DesignList, window: WindowShape) -> Executable:
    return windowed(_chosen(sight, fields, wanted), _sorts(sight, wanted.order), window)


def _page_for_each(sight: Sight, fields: Fields, wanted: DesignList, window: WindowShape) -> Executable:
    statement, within = in_categories(_chosen(sight, fields, wanted), TABLE.c.category_id, wanted.reach)
    return windowed_each(statement, within, _sorts(sight, wanted.order), window)


def _total(sight: Sight, wanted: DesignList) -> Select[Any]:
    counted = select(func.count().label("total")).select_from(TABLE).where(express(wanted.where, CONDITIONS))
    visible = Designs.visible(sight)
    return counted if visible is None else counted.where(visible)


def _total_for_each(sight: Sight, wanted: DesignList) -> Executable:
    statement, within = in_categories(_total(sight, wanted), TABLE.c.category_id, wanted.reach)
    return statement.add_columns(within.label("within")).group_by(within)


def _chosen(sight: Sight, fields: Fields, wanted: DesignList) -> Select[Any]:
    """The fields, and the columns of the order, which cursors are made of."""
    needed = fields | {key.column for key in wanted.order}
    return Designs.chosen(sight, needed).where(express(wanted.where, CONDITIONS))


def _without_cover() -> Executable:
    return select(TABLE.c.id).where(TABLE.c.cover_image_id.is_(None), TABLE.c.deleted_at.is_(None))


def _sorts(sight: Sight, order: tuple[Key, ...]) -> list[Sort]:
    """The order's columns, then the id, so that no two rows are equal; only what staff sees may lack one of them."""
    keys = (*order, Key("id", descending=order[0].descending))
    columns = ((TABLE.c[key.column], key.descending) for key in keys)
    return [Sort(column, down, nullable=sight is Sight.STAFF and bool(column.nullable)) for column, down in columns]


def _category(test: Test) -> ColumnElement[bool]:
    category = bindparam(test.value, type_=TABLE.c.category_id.type)
    return _in_branch(test, category)


def _category_slug(test: Test) -> ColumnElement[bool]:
    return _in_branch(test, with_slug(test.value))


def _kept_by(test: Test) -> ColumnElement[bool]:
    user = bindparam(test.value, type_=FAVORITES.c.user_id.type)
    return TABLE.c.id.in_(select(FAVORITES.c.design_id).where(FAVORITES.c.user_id == user))


def _in_branch(test: Test, category: ColumnElement[Any]) -> ColumnElement[bool]:
    return TABLE.c.category_id.in_(subtree(category)) if test.operator == "within" else TABLE.c.category_id == category


CONDITIONS: dict[str, Any] = {
    **{name: TABLE.c[f"{name}_folded"] for name in FOLDED},
    **{name: TABLE.c[name] for name in ("featured", "status", "like_count", "created_at", "deleted_at", "search_text")},
    "category": _category,
    "category_slug": _category_slug,
    "branch": _category,
    "kept_by": _kept_by,
    "search_index": lambda test: index_condition(TABLE.c.id, test),
}
