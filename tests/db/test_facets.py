"""What a facet leaves aside of a condition, what that names, and in which order values are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import filters, item_facets, specification_facets
from db.connection import TALLY, Tally
from db.design_facets import counted
from db.facets import Count, about, named, ranked, without
from db.filters import EVERYTHING, About, Either, Every, Indexed, Not
from db.item_orders import ItemList
from db.repositories.designs import DesignList
from rules.specifications import definition
from services.collections import a_specification, define
from services.rows import a_category

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from db.database import Database

RED = filters.Test("colour", "eq", "red")
SILK = filters.Test("fabric", "in", ("silk", "wool"))
WEIGHT = About(
    "spec:weight", Indexed(Every((filters.Test("edition", "eq", 3), filters.Test("value", "in", ("11", "12")))))
)


def test_what_is_said_of_the_field_is_left_aside_at_the_top_and_in_an_and_there() -> None:
    where = Every((RED, SILK, Every((filters.Test("colour", "ne", "blue"), WEIGHT))))
    assert without(where, ("colour",)) == Every((EVERYTHING, SILK, Every((EVERYTHING, WEIGHT))))
    assert without(where, ("spec:weight",)) == Every(
        (RED, SILK, Every((filters.Test("colour", "ne", "blue"), EVERYTHING)))
    )
    assert list(about(where, ("colour",))) == [RED, filters.Test("colour", "ne", "blue")]
    assert list(about(where, ("spec:weight",))) == [WEIGHT.part]


def test_what_is_said_in_an_or_or_a_not_stays() -> None:
    where = Every((Either((RED, SILK)), Not(RED)))
    assert without(where, ("colour",)) == where
    assert list(about(where, ("colour",))) == []


def test_what_eq_and_in_name_is_selected_each_once_and_what_is_negated_is_not() -> None:
    several = [
        RED,
        filters.Test("colour", "in", ("blue", "red")),
        filters.Test("colour", "ne", "green"),
        filters.Test("colour", "eq", None),
    ]
    assert named(several, "colour") == ["red", "blue"]
    assert named([WEIGHT.part], "value") == ["11", "12"]
    assert named([Not(WEIGHT.part), Not(RED)], "value") == []


def test_the_most_frequent_come_first_and_all_that_are_selected_stay() -> None:
    many = [Count(f"{number:03}", "", number % 3, selected=number in (0, 3)) for number in range(150)]
    told = ranked(many)
    assert [count.value for count in told[:2]] == ["002", "005"]
    assert [count.value for count in told if count.selected] == ["000", "003"]
    assert len(told) == 100
    assert told == sorted(told, key=lambda count: (-count.count, count.value))
    assert len(ranked(Count(str(number), "", 0, selected=True) for number in range(120))) == 120


async def test_each_facet_is_one_statement(db: Database) -> None:
    category = a_category()
    known = a_specification(category["id"], "colour", filterable=True)
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await define(tx, known)
    read = db.read()
    [row] = await read.specifications.indexed(["colour"])
    where = Every((RED, filters.Test("category", "eq", category["id"])))
    for field in ("colour", "category", "featured"):
        assert await _statements(counted(read.designs, DesignList(where), field)) == 1
    for field in ("category", "condition", "visibility"):
        assert await _statements(item_facets.counted(read.items, ItemList(), field)) == 1
    values = specification_facets.counted_values(read.items, EVERYTHING, "colour", {row.edition: definition(known)})
    assert await _statements(values) == 1


async def _statements(counting: Awaitable[object]) -> int:
    tally = Tally()
    token = TALLY.set(tally)
    await counting
    TALLY.reset(token)
    return tally.statements
