"""Options that are called otherwise, left out or added: items say what they said, and are found by what people read."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import pytest

from db.repositories.editions import CATEGORY_MOVED
from db.repositories.items import TEXTS
from services.accounts import an_account
from services.changing_definitions import SAME, Defined
from services.collections import an_option
from services.rows import THEN, a_category, a_studio
from services.specification_mutations import an_impact, id_of, written

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

MOVE_ITEM = "mutation ($id: ID!, $to: ID) { updateItem(id: $id, input: {categoryId: $to}) { userErrors { code } } }"
FIND = "query ($search: String!) { items(where: {search: $search}, first: 100) { totalCount } }"
FILTER = "query ($where: ItemWhere) { items(where: $where) { nodes { name } } }"


@pytest.fixture
async def defined(server: Server, db: Database) -> Defined:
    async with db.transaction() as tx:
        await tx.studios.add([a_studio()])
    return Defined(server, db, await an_account(server, db, role="STAFF"))


async def test_a_renamed_option_is_read_everywhere_and_written_nowhere(defined: Defined) -> None:
    await defined.define("colour", "ENUM", filterable=True, options=[an_option("red"), an_option("blue")])
    await defined.plant(*islice(cycle([{"option": "red"}, {"option": "blue"}]), 200))
    before = await written(defined.db, *SAME)
    waiting = before.pop("events")
    renamed: list[dict[str, Any]] = [
        {"key": "blue", "label": "파랑"},
        {"key": "red", "label": "빨강", "archived": True},
    ]
    answer = defined.change(options=renamed)
    assert (answer["impact"], answer["userErrors"]) == (an_impact(0, 0, 0), [])
    assert answer["specification"]["options"] == [{"archived": False, **one} for one in renamed]
    assert {one["display"] for one in defined.values()} == {"빨강", "파랑"}
    assert await written(defined.db, *before) == before
    added = (await written(defined.db, "events"))["events"][len(waiting) :]
    assert [(one.kind, one.subject_id) for one in added] == [(CATEGORY_MOVED, defined.category["id"])]


async def test_search_finds_what_people_read(defined: Defined) -> None:
    """The labels of options, as they are now; no value, and no version, is written for that."""
    await defined.define("colour", "MULTI_ENUM", filterable=True, options=[an_option("red", "Rot"), an_option("blue")])
    await defined.plant({"options": ["red"]}, {"options": ["red", "blue"]}, {"options": ["blue"]}, visibility="PUBLIC")
    assert _found(defined, "rot", "red", "blue", "빨강") == [2, 2, 2, 0]
    before, index = await _unsearched(defined), await defined.index()
    assert (
        defined.change(options=[{"key": "red", "label": "빨강"}, {"key": "blue", "label": "Blue"}])["userErrors"] == []
    )
    for _ in range(2):
        await defined.work()
        assert _found(defined, "rot", "red", "blue", "빨강") == [0, 2, 2, 2]
        assert (await _unsearched(defined), await defined.index()) == (before, index)
    assert defined.change(type="TEXT")["userErrors"] == []
    await defined.work()
    assert _found(defined, "red", "빨강") == [2, 0]


async def test_search_finds_the_labels_of_where_an_item_is(defined: Defined) -> None:
    await defined.define("colour", "ENUM", options=[an_option("red", "Rot")])
    await defined.plant({"option": "red"}, visibility="PUBLIC")
    async with defined.db.transaction() as tx:
        await tx.categories.add([elsewhere := a_category("Elsewhere")])
    for place, hits in ((elsewhere, [0, 1]), (defined.category, [1, 1])):
        _bring(defined, place)
        assert _found(defined, "rot", "red") == hits


async def test_an_option_of_an_item_that_has_moved_away_is_archived_and_not_taken_away(defined: Defined) -> None:
    await defined.define("colour", "ENUM", filterable=True, options=[an_option("red"), an_option("green")])
    await defined.plant({"option": "red"}, visibility="PUBLIC")
    async with defined.db.transaction() as tx:
        await tx.categories.add([elsewhere := a_category("Elsewhere")])
    _bring(defined, elsewhere)
    answer = defined.change(options=[{"key": "blue", "label": "Blue"}])
    assert (answer["impact"], answer["userErrors"]) == (an_impact(0, 0, 0), [])
    assert answer["specification"]["options"] == [an_option("blue"), an_option("red", archived=True)]
    await defined.work()
    _bring(defined, defined.category)
    assert [(one["text"], one["fits"], one["display"]) for one in defined.values()] == [("red", True, "Red")]
    where = {"specification": {"key": "colour", "eq": "red"}}
    assert defined.server.ask(FILTER, where=where) == {"items": {"nodes": [{"name": "Item 0"}]}}


async def test_an_option_that_is_left_out_is_archived_where_somebody_has_it(defined: Defined) -> None:
    await defined.define("colour", "ENUM", options=[an_option(key) for key in ("red", "green", "blue")])
    await defined.plant({"option": "red"}, {"option": "red"}, None)
    await defined.plant({"option": "blue"}, deleted_at=THEN)
    before = await written(defined.db, *SAME)
    answer = defined.change(options=[{"key": "black", "label": "Black"}])
    assert answer["userErrors"] == []
    assert answer["impact"] == an_impact(3, 3, 0)
    assert answer["specification"]["options"] == [
        an_option("black"), an_option("red", archived=True), an_option("blue", archived=True),
    ]  # fmt: skip
    assert [one and one["fits"] for one in defined.values()] == [True, True, None, True]
    assert await written(defined.db, *SAME) == before


async def test_a_new_option_is_built_into_the_index_only_where_somebody_waited_for_it(defined: Defined) -> None:
    red, green, blue = ({"key": key, "label": key.title()} for key in ("red", "green", "blue"))
    await defined.define("colour", "ENUM", filterable=True, options=[an_option("red")])
    await defined.plant({"option": "red"}, "blue")
    answer = defined.change(options=[red, green])
    assert (answer["impact"], answer["userErrors"]) == (an_impact(2, 1, 1, "Item 1: blue"), [])
    assert defined.progress() == {"status": "DONE", "done": 0, "total": 0}
    (edition,) = (await written(defined.db, "specification_editions"))["specification_editions"]
    assert (edition.version, edition.definition["options"]) == (2, [an_option("red"), an_option("green")])
    await defined.plant({"option": "green"})
    assert [value for value, *_ in await defined.index()] == ["green", "red"], "without an edition of its own"
    assert defined.change(options=[red, green, blue])["impact"] == an_impact(3, 3, 0)
    assert defined.progress() == {"status": "RUNNING", "done": 0, "total": 3}
    await defined.work()
    assert [value for value, *_ in await defined.index()] == ["blue", "green", "red"]


def _bring(defined: Defined, category: dict[str, Any]) -> None:
    """Move the first item to this category."""
    ids = {"id": id_of(defined.items[0], "Item"), "to": id_of(category, "Category")}
    answer = defined.server.ask(MOVE_ITEM, headers=defined.staff.headers, **ids)
    assert answer == {"updateItem": {"userErrors": []}}


def _found(defined: Defined, *words: str) -> list[int]:
    """How many items a search for each of these words finds."""
    return [defined.server.ask(FIND, search=word)["items"]["totalCount"] for word in words]


async def _unsearched(defined: Defined) -> list[dict[str, Any]]:
    """The items without what they are searched by."""
    rows = (await written(defined.db, "items"))["items"]
    return [{name: value for name, value in row._asdict().items() if name not in TEXTS} for row in rows]
