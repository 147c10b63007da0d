"""Conditions mean in SQL what they mean in plain Python; a null is no value, and its opposite is its opposite."""

from __future__ import annotations

import operator
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Executable, select

from db import filters
from db.filters import Either, Every, Not, express, parametrise, starting_with
from db.sources import DESIGNS
from services.rows import a_category, a_design

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.database import Database
    from db.filters import Filter

TABLE = DESIGNS.table
COLUMNS: Any = {"style": TABLE.c.style_folded, "likes": TABLE.c.like_count, "featured": TABLE.c.featured}
TEXTS = (
    "boho",
    "BOHO".lower(),
    "b_ho",
    "b%ho",
    "%",
    "_",
    "\\",
    "\\%",
    "%%",
    "a\\_b",
    "한복",
    "한복 웨딩",
    "लहंगा",
    "",
    "ho",
)
READINGS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda found, value: found is not None and found == value,
    "ne": lambda found, value: found != value,
    "in": lambda found, value: found is not None and found in value,
    "contains": lambda found, value: found is not None and value in found,
    "starts_with": lambda found, value: found is not None and found.startswith(value),
    "is_null": lambda found, _value: found is None,
    "not_null": lambda found, _value: found is not None,
} | {
    name: lambda found, value, compare=compare: found is not None and compare(found, value)
    for name, compare in {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}.items()
}
OF_TEXTS = ("eq", "ne", "in", "contains", "starts_with", "is_null", "not_null", "gt", "gte", "lt", "lte")
OF_NUMBERS = ("eq", "ne", "in", "gt", "gte", "lt", "lte", "is_null", "not_null")


@pytest.fixture
async def rows(db: Database) -> list[dict[str, Any]]:
    """A design for each text, featured or not, and some without."""
    category = a_category()
    designs = [
        a_design(category["id"], style=style, like_count=number % 5, featured=number % 2 == 0)
        for number, style in enumerate((*TEXTS, None, None, None))
    ]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add(designs)
    return [design | {"likes": design["like_count"]} for design in designs]


@pytest.mark.parametrize("how", OF_TEXTS)
async def test_a_condition_on_a_text_means_what_it_says(how: Any, rows: list[dict[str, Any]], db: Database) -> None:
    for text in (*TEXTS, "nowhere"):
        condition = filters.Test("style", how, [text, "ho"] if how == "in" else text)
        await _finds_the_same(db, rows, condition)
        await _finds_the_same(db, rows, Not(condition))
        await _finds_the_same(db, rows, Not(Not(condition)))


@pytest.mark.parametrize("how", OF_NUMBERS)
async def test_a_condition_on_a_number_means_what_it_says(how: Any, rows: list[dict[str, Any]], db: Database) -> None:
    for number in range(-1, 6):
        condition = filters.Test("likes", how, [number, 2] if how == "in" else number)
        await _finds_the_same(db, rows, condition)
        await _finds_the_same(db, rows, Not(condition))


async def test_every_of_none_is_true_and_either_of_none_is_false(rows: list[dict[str, Any]], db: Database) -> None:
    everything = {row["id"] for row in rows}
    assert await _found(db, Every()) == await _found(db, Not(Either(()))) == everything
    assert await _found(db, Either(())) == await _found(db, Not(Every())) == set()


async def test_any_tree_of_conditions_means_what_it_says(rows: list[dict[str, Any]], db: Database) -> None:
    chance = Random(5)  # noqa: S311  (the same trees in every run)
    for _ in range(150):
        await _finds_the_same(db, rows, _tree(chance, depth=3))


@pytest.mark.parametrize(
    ("text", "pattern"),
    [("", "%"), ("silk", "silk%"), ("50%", "50\\%%"), ("a_b", "a\\_b%"), ("\\", "\\\\%"), ("\\%_", "\\\\\\%\\_%")],
)
def test_what_stands_for_anything_in_a_pattern_is_escaped(text: str, pattern: str) -> None:
    assert starting_with(text) == pattern


def test_values_become_parameters_and_leave_the_shape() -> None:
    values: dict[str, Any] = {}
    shape = parametrise(
        Every((filters.Test("style", "starts_with", "50%"), Not(filters.Test("likes", "gt", 3)))), values
    )
    assert shape == Every((filters.Test("style", "starts_with", "v0"), Not(filters.Test("likes", "gt", "v1"))))
    assert values == {"v0": "50\\%%", "v1": 3}


async def _finds_the_same(db: Database, rows: list[dict[str, Any]], condition: Filter) -> None:
    assert await _found(db, condition) == {row["id"] for row in rows if _holds(condition, row)}, condition


async def _found(db: Database, condition: Filter) -> set[str]:
    values: dict[str, Any] = {}
    shape = parametrise(condition, values)
    return {row.id for row in await db.read().connection.all(_where, shape, **values)}


def _where(condition: Filter) -> Executable:
    return select(TABLE.c.id).where(express(condition, COLUMNS))


def _holds(condition: Filter, row: dict[str, Any]) -> bool:
    if isinstance(condition, filters.Test):
        return READINGS[condition.operator](row[condition.field], condition.value)
    if isinstance(condition, Not):
        return not _holds(condition.part, row)
    assert isinstance(condition, Every | Either)
    parts = [_holds(part, row) for part in condition.parts]
    return all(parts) if isinstance(condition, Every) else any(parts)


def _tree(chance: Random, depth: int) -> Filter:
    kind = chance.randrange(4) if depth else 0
    if kind == 0:
        return _leaf(chance)
    if kind == 1:
        return Not(_tree(chance, depth - 1))
    parts = tuple(_tree(chance, depth - 1) for _ in range(chance.randrange(4)))
    return Every(parts) if kind == 2 else Either(parts)


def _leaf(chance: Random) -> Filter:
    if chance.random() < 0.2:
        return filters.Test("featured", "eq", chance.random() < 0.5)
    field, operators, values = chance.choice((("style", OF_TEXTS, TEXTS), ("likes", OF_NUMBERS, range(5))))
    how: Any = chance.choice(operators)
    value = chance.choice(values)
    return filters.Test(field, how, [value] if how == "in" else value)
