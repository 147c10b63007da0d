"""Definitions, categories and items that are written at the same moment: everybody gets an answer, and claims hold."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from itertools import cycle, islice
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from db.item_writing import edit_items, locked_items
from db.repositories.specifications import DEFINITION, definitions
from jobs.indexing import follow_category
from rules.indexing import claims
from services.accounts import an_account
from services.at_once import at_once
from services.collections import a_specification, define, plant_items
from services.item_files import a_file, brought
from services.item_mutations import DELETE, RESTORE
from services.item_mutations import UPDATE as UPDATE_ITEM
from services.rows import THEN, a_category
from services.specification_mutations import UPDATE, id_of, written
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

TIMES = 200 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 12
"""So often each of them writes."""
MANY = 120
WAITS = 0.5
"""So many seconds somebody is seen to wait for another."""
ABOVE, HERE, ELSEWHERE = "a" * 32, "b" * 32, "d" * 32
MOVE = (
    "mutation ($id: ID!, $to: ID) { answer: updateCategory(id: $id, input: {parentId: $to}) { userErrors { code } } }"
)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """They ask for more than one may in a minute."""
    return Settings(data_dir=tmp_path / "data", database_url=database_url, rate_limit="off")


class Collection:
    """Two branches with a specification each that is unique at times, and staff who write all of it."""

    def __init__(self, server: Server, staff: Account) -> None:
        self._server = server
        self._staff = staff
        self.definitions = [a_specification(one, "serial", filterable=True) for one in (ABOVE, ELSEWHERE)]
        self.items: list[dict[str, Any]] = []

    async def found(self, db: Database) -> None:
        """Write it."""
        async with db.transaction() as tx:
            await tx.studios.found(THEN, currency="KRW")
            await tx.categories.add([a_category(one[:1], id=one, slug=one[:1]) for one in (ABOVE, ELSEWHERE)])
            await tx.categories.add([a_category("Here", id=HERE, slug="here", parent_id=ABOVE)])
            await define(tx, *self.definitions)
            for place in (ABOVE, HERE, ELSEWHERE):
                values = [{"serial": f"{place[:1]}{number}"} for number in range(MANY // 3)]
                self.items += await plant_items(tx, place, self._staff.id, values)

    def writers(self) -> list[Callable[[], None]]:
        """Each does something of its own, again and again."""
        change_items = [partial(self._change_items, self.items[start::3], start) for start in range(3)]
        files = [partial(self._bring_files, self.items[start :: MANY // 40], start) for start in range(2)]
        changes = [partial(self._redefine, one) for one in self.definitions]
        return [*change_items, *files, *changes, self._move_the_branch]

    def make_unique(self) -> None:
        """Let one item only have each value of the first definition."""
        self._ask(UPDATE, id=id_of(self.definitions[0]), input={"unique": True})

    def _change_items(self, items: list[dict[str, Any]], seed: int) -> None:
        places = islice(cycle((ELSEWHERE, HERE, ABOVE)), seed, None)
        for item, place in zip(islice(cycle(items), TIMES), places, strict=False):
            value = {"key": "serial", "value": {"text": f"{item['id']} {place}"}}
            given = {"categoryId": f"Category_{place}", "specifications": [value]}
            self._ask(UPDATE_ITEM, id=id_of(item, "Item"), input=given)
            for query in (DELETE, RESTORE):
                self._ask(query, id=id_of(item, "Item"))

    def _bring_files(self, items: list[dict[str, Any]], seed: int) -> None:
        for number in range(TIMES):
            rows = ({"id": id_of(item, "Item"), "name": f"{seed} {number}"} for item in items)
            brought(self._server, self._staff, a_file(*rows), category=(ABOVE, ELSEWHERE)[number % 2])

    def _redefine(self, definition: dict[str, Any]) -> None:
        for change in islice(_changes(), TIMES):
            self._ask(UPDATE, id=id_of(definition), input=change, how="KEEP_AS_RESIDUE", dry=False)

    def _move_the_branch(self) -> None:
        for parent in islice(cycle((f"Category_{ELSEWHERE}", None, f"Category_{ABOVE}")), TIMES):
            self._ask(MOVE, id=f"Category_{HERE}", to=parent)

    def _ask(self, query: str, **variables: Any) -> None:
        self._server.ask(query, headers=self._staff.headers, **variables)


async def test_whoever_writes_a_collection_at_once_gets_an_answer(server: Server, db: Database) -> None:
    collection = Collection(server, await an_account(server, db, role="STAFF"))
    await collection.found(db)
    writing = asyncio.create_task(at_once(collection.writers()))
    while not writing.done():
        await _follow(db)
    await writing
    await _follow(db)
    held, wanted = await _claims(db)
    assert held == wanted


async def test_an_item_that_moves_away_from_what_becomes_unique_leaves_no_claim(server: Server, db: Database) -> None:
    collection = Collection(server, await an_account(server, db, role="STAFF"))
    await collection.found(db)
    async with db.transaction() as tx:
        (item,), known = await locked_items(tx, [collection.items[0]["id"]], ELSEWHERE)
        await edit_items(tx, [(item, {"category_id": ELSEWHERE})], known, now=THEN)
        changing = asyncio.create_task(asyncio.to_thread(collection.make_unique))
        await asyncio.wait({changing}, timeout=WAITS)
    await changing
    held, wanted = await _claims(db)
    assert held == wanted


def _changes() -> Iterator[dict[str, Any]]:
    """To a text, to a number, and back: unique each time, and then not."""
    return cycle(({"unique": True}, {"type": "INTEGER"}, {"type": "TEXT"}, {"unique": False}))


async def _follow(db: Database) -> None:
    """Do what the worker does where a category has moved."""
    for place in (ABOVE, HERE, ELSEWHERE):
        await follow_category(db, SimpleNamespace(subject_id=place))


async def _claims(db: Database) -> tuple[set[Any], set[Any]]:
    """The values that are claimed, and those that are to be: item, specification and value."""
    tables = await written(db, "items", "unique_values")
    known = await db.read().specifications.of_categories(DEFINITION, [ABOVE, HERE, ELSEWHERE])
    wanted = {
        (item.id, *claim) for item in tables["items"] for claim in claims(item, definitions(known[item.category_id]))
    }
    return {(row.item_id, row.specification_id, row.value) for row in tables["unique_values"]}, wanted
