"""`column IN (a list)`: a list of any length and of any kind is one parameter of one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Executable, select

from db.among import Among
from db.ids import new_id
from db.sources import DESIGNS
from services.rows import a_category, a_design

if TYPE_CHECKING:
    from db.database import Database

TABLE = DESIGNS.table
STRANGERS = {
    "id": [new_id() for _ in range(1_000)],
    "style_folded": [f"style {number}" for number in range(998)] + ["'", '"]'],
    "like_count": [*range(1_000, 1_998), -(2**31), 2**31 - 1],
}


@pytest.fixture
async def rows(db: Database) -> list[dict[str, Any]]:
    """Designs of which some have no style."""
    category = a_category()
    styles = ("boho", "한복", "लहंगा", "a,b", "{x}", '"', "\\", "'", "null", "", None)
    designs = [
        a_design(category["id"], f"Design {number}", style=style, like_count=number)
        for number, style in enumerate(styles * 2)
    ]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add(designs)
    return [design | {"style_folded": design["style"]} for design in designs]


@pytest.mark.parametrize("column", STRANGERS)
async def test_no_value_no_row(column: str, rows: list[dict[str, Any]], db: Database) -> None:
    assert rows
    assert await _found(db, column, []) == set()


@pytest.mark.parametrize("column", STRANGERS)
async def test_one_value_finds_the_rows_that_have_it(column: str, rows: list[dict[str, Any]], db: Database) -> None:
    for value in {row[column] for row in rows if row[column] is not None}:
        assert await _found(db, column, [value]) == {row["id"] for row in rows if row[column] == value}


@pytest.mark.parametrize("column", STRANGERS)
async def test_a_thousand_values_find_the_same(column: str, rows: list[dict[str, Any]], db: Database) -> None:
    wanted = [row[column] for row in rows[::3] if row[column] is not None]
    values = [*STRANGERS[column], *wanted, *wanted]
    known = set(values)
    assert await _found(db, column, values) == {row["id"] for row in rows if row[column] in known}


async def test_lists_of_every_length_share_a_statement(db: Database) -> None:
    built = []

    def build(column: str) -> Executable:
        built.append(column)
        return _among(column)

    for length in (0, 1, 2, 1_000):
        await db.read().connection.run(build, "like_count", values=list(range(length)))
    assert built == ["like_count"]


async def _found(db: Database, column: str, values: list[Any]) -> set[str]:
    return {row.id for row in await db.read().connection.all(_among, column, values=values)}


def _among(column: str) -> Executable:
    return select(TABLE.c.id).where(Among(TABLE.c[column], "values"))
