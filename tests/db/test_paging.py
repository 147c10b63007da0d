"""Keyset paging beside a plain sort: whatever the order, the size, the direction and where a cursor stands."""

from __future__ import annotations

from datetime import timedelta
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from sqlalchemy import Executable, select

from db.ids import new_id
from db.paging import Page, Sort, Window, WindowShape, windowed
from db.sources import DESIGNS
from services.rows import THEN, a_category, a_design

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.database import Database

    Order: TypeAlias = tuple[tuple[str, bool], ...]
    """Columns, each with whether it is descending."""

TABLE = DESIGNS.table
ORDERS: tuple[Order, ...] = (
    (("id", False),),
    (("id", True),),
    (("like_count", False), ("id", False)),
    (("like_count", True), ("id", True)),
    (("like_count", True), ("id", False)),
    (("published_at", False), ("id", False)),
    (("published_at", True), ("id", True)),
    (("style_folded", True), ("id", False)),
    (("published_at", True), ("style_folded", False), ("id", True)),
    (("style_folded", False), ("published_at", True), ("like_count", False), ("id", False)),
    (("like_count", True), ("style_folded", True), ("published_at", True), ("id", True)),
)
STYLES = (None, None, "", "Z", "a", "ß", "보", "🌸", "a b")


@pytest.fixture
async def rows(db: Database) -> list[dict[str, Any]]:
    """Forty designs with ties and nulls in every key."""
    chance = Random(11)  # noqa: S311  (the same rows in every run)
    category = a_category()
    designs = [_design(category["id"], chance) for _ in range(40)]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add(designs)
    return [design | {"style_folded": design["style"] and design["style"].casefold()} for design in designs]


@pytest.mark.parametrize("size", [1, 3, 39, 40, 41])
@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_pages_forwards_are_slices_of_the_sorted_rows(
    order: Order, size: int, rows: list[dict[str, Any]], db: Database
) -> None:
    expected, after = _sorted(_keys(rows, order), order), None
    for start in range(0, len(expected), size):
        page = await _page(db, order, Window(size, after=after))
        assert page == Page(expected[start : start + size], start + size < len(expected), start > 0)
        after = tuple(page.rows[-1])


@pytest.mark.parametrize("size", [1, 3, 39, 40, 41])
@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_pages_backwards_are_slices_of_the_sorted_rows(
    order: Order, size: int, rows: list[dict[str, Any]], db: Database
) -> None:
    expected, before = _sorted(_keys(rows, order), order), None
    for end in range(len(expected), 0, -size):
        page = await _page(db, order, Window(size, backward=True, before=before))
        assert page == Page(expected[max(end - size, 0) : end], end < len(expected), end > size)
        before = tuple(page.rows[0])


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_a_cursor_may_stand_where_no_row_is(order: Order, rows: list[dict[str, Any]], db: Database) -> None:
    chance = Random(12)  # noqa: S311  (the same cursors in every run)
    keys = _keys(rows, order)
    for _ in range(20):
        nowhere = (*(chance.choice(keys)[place] for place in range(len(order) - 1)), new_id())
        together = _sorted([*keys, nowhere], order)
        place = together.index(nowhere)
        assert (await _page(db, order, Window(100, after=nowhere))).rows == together[place + 1 :]
        assert (await _page(db, order, Window(100, backward=True, before=nowhere))).rows == together[:place]


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_between_two_cursors_is_what_lies_there(order: Order, rows: list[dict[str, Any]], db: Database) -> None:
    expected = _sorted(_keys(rows, order), order)
    for first, last in ((0, 39), (5, 6), (5, 5), (20, 3), (10, 30)):
        between = expected[first + 1 : last]
        bounds: dict[str, Any] = {"after": expected[first], "before": expected[last]}
        assert await _page(db, order, Window(7, **bounds)) == Page(between[:7], len(between) > 7, has_previous=True)
        page = Page(between[-7:], has_next=True, has_previous=len(between) > 7)
        assert await _page(db, order, Window(7, backward=True, **bounds)) == page


def test_windows_with_other_values_share_a_statement_unless_a_null_comes_in() -> None:
    shape = Window(20, after=(THEN, "a")).shape
    assert shape == Window(20, after=(THEN + timedelta(1), "b")).shape
    others = [
        Window(21, after=(THEN, "a")),
        Window(20, after=(None, "a")),
        Window(20, before=(THEN, "a")),
        Window(20, backward=True, after=(THEN, "a")),
        Window(20),
    ]
    assert shape not in [other.shape for other in others]


def test_the_values_of_both_cursors_are_parameters() -> None:
    window = Window(1, after=(1, None, "a"), before=(2, THEN, "b"))
    after = {"after_0": 1, "after_1": None, "after_2": "a"}
    assert window.parameters == after | {"before_0": 2, "before_1": THEN, "before_2": "b"}
    assert Window(1).parameters == {}


async def _page(db: Database, order: Order, window: Window) -> Page:
    return window.page(await db.read().connection.all(_listed, order, window.shape, **window.parameters))


def _listed(order: Order, shape: WindowShape) -> Executable:
    columns = [TABLE.c[name] for name, _ in order]
    sorts = [Sort(TABLE.c[name], descending, nullable=bool(TABLE.c[name].nullable)) for name, descending in order]
    return windowed(select(*columns), sorts, shape)


def _keys(rows: Sequence[dict[str, Any]], order: Order) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name, _ in order) for row in rows]


def _sorted(keys: Sequence[tuple[Any, ...]], order: Order) -> list[tuple[Any, ...]]:
    """By each column in its direction, nulls last."""
    found = list(keys)
    for place, (_, descending) in reversed(list(enumerate(order))):
        known = [key for key in found if key[place] is not None]
        unknown = [key for key in found if key[place] is None]
        found = sorted(known, key=itemgetter(place), reverse=descending) + unknown
    return found


def _design(category_id: str, chance: Random) -> dict[str, Any]:
    published = None if chance.random() < 0.3 else THEN + timedelta(microseconds=chance.randrange(4))
    keys: dict[str, Any] = {
        "like_count": chance.randrange(4),
        "published_at": published,
        "style": chance.choice(STYLES),
    }
    return a_design(category_id, status="DRAFT", **keys)
