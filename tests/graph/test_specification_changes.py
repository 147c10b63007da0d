"""Changing a definition under items: what it would do is counted, the index follows, and no value is touched."""

from __future__ import annotations

import os
import re
from functools import partial
from itertools import cycle, islice
from typing import TYPE_CHECKING

import pytest

from services.accounts import an_account
from services.at_once import at_once
from services.changing_definitions import SAME, Defined
from services.rows import THEN, a_category, a_studio
from services.specification_mutations import (
    ADD,
    an_error,
    an_impact,
    answer_of,
    codes,
    id_of,
    written,
)
from settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database
    from services.server import Server

NUMBER_OF_ITEMS = 10_000 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 2_000
MIXED = (
    "12",
    "twelve",
    " 7 ",
    "007",
    "3.5",
    "사십",
    "-40",
    'two\nlines\t"quoted"',
    "99999999999",
    "e\u0301",
    "1e3",
    "\u00a05",
)
MIXED_EXAMPLES = (
    "Item 1: twelve",
    "Item 4: 3.5",
    "Item 5: 사십",
    'Item 7: two lines "quoted"',
    "Item 8: 99999999999 (has to be from -2147483648 to 2147483647)",
)
MOVE = "mutation ($id: ID!, $to: ID) { updateCategory(id: $id, input: {parentId: $to}) { userErrors { code } } }"
CREATE_ITEM = "mutation ($input: ItemInput!) { createItem(input: $input) { userErrors { code } } }"
KEEP = "KEEP_AS_RESIDUE"
WOULD_NOT_FIT = "Values that would not fit any more: {}. Change them first, or choose KEEP_AS_RESIDUE."


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """They are asked for every value of every item."""
    return Settings(data_dir=tmp_path / "data", database_url=database_url, rate_per_user=10**9)


@pytest.fixture
async def defined(server: Server, db: Database) -> Defined:
    return Defined(server, db, await an_account(server, db, role="STAFF"))


async def test_mixed_texts_become_numbers_and_texts_again(defined: Defined) -> None:
    texts = list(islice(cycle(MIXED), NUMBER_OF_ITEMS))
    numbers = [_number(text) for text in texts]
    fitting = sum(number is not None for number in numbers)
    await defined.define("notes", filterable=True)
    await defined.plant(*texts)
    before, found = await written(defined.db), await defined.index()

    tried = defined.change(KEEP, dry=True, type="INTEGER")
    impact = an_impact(NUMBER_OF_ITEMS, fitting, NUMBER_OF_ITEMS - fitting, *MIXED_EXAMPLES)
    assert tried == {"specification": None, "category": None, "impact": impact, "userErrors": []}
    refused = defined.change(type="INTEGER")
    failing = NUMBER_OF_ITEMS - fitting
    error = {"__typename": "InUse", "code": "CONFLICT", "message": WOULD_NOT_FIT.format(failing), "count": failing}
    assert refused == tried | {"userErrors": [error | {"path": ["onConflict"]}]}
    assert await written(defined.db) == before

    changed = defined.change(KEEP, type="INTEGER")
    assert (changed["impact"], changed["userErrors"]) == (impact, [])
    assert (changed["specification"]["type"], changed["specification"]["version"]) == ("INTEGER", 2)
    assert [(one["text"], one["fits"], one["integer"]) for one in defined.values()] == [
        (text, number is not None, number) for text, number in zip(texts, numbers, strict=True)
    ]
    assert defined.progress() == {"status": "RUNNING", "done": 0, "total": NUMBER_OF_ITEMS}
    await defined.work()
    assert defined.progress() == {"status": "DONE", "done": NUMBER_OF_ITEMS, "total": NUMBER_OF_ITEMS}
    assert len(await defined.index()) == fitting

    back = defined.change(type="TEXT")
    assert back["impact"] == an_impact(NUMBER_OF_ITEMS, NUMBER_OF_ITEMS, 0)
    await defined.work()
    assert [(one["text"], one["fits"]) for one in defined.values()] == [(text, True) for text in texts]
    assert await defined.index() == found
    assert await written(defined.db, "items") == {"items": before["items"]}, "byte for byte"


async def test_residue_is_no_obstacle_and_comes_back(defined: Defined) -> None:
    await defined.define("year", "INTEGER", filterable=True)
    await defined.plant("1954", "fifties", "2020", None)
    assert codes(defined.change(max="2000")) == [("CONFLICT", "onConflict")]
    narrowed = defined.change(KEEP, max="2000")
    late = "Item 2: 2020 (has to be from {} to 2000)"
    assert narrowed["impact"] == an_impact(3, 1, 2, late.format(-2147483648), "Item 1: fifties")
    assert [one and one["fits"] for one in defined.values()] == [True, False, False, None]
    assert defined.change(min="1900")["impact"] == an_impact(3, 1, 2, "Item 1: fifties", late.format(1900))
    assert defined.change(max=None)["impact"] == an_impact(3, 2, 1, "Item 1: fifties")
    assert [one and one["fits"] for one in defined.values()] == [True, False, True, None]


async def test_duplicates_are_refused_whatever_becomes_of_the_rest(defined: Defined) -> None:
    await defined.define("serial")
    await defined.plant("A1", "a1", "B2")
    await defined.plant("B2", deleted_at=THEN)
    before = await written(defined.db)
    impact = an_impact(4, 3, 1, "Item 1: a1")
    message = "Items with a value that another one has: 1, such as Item 1: a1. Change these first."
    for how in ("ABORT", KEEP):
        answer = defined.change(how, unique=True)
        assert answer["impact"] == impact
        assert answer["userErrors"] == [an_error("NOT_UNIQUE", message, "input", "unique")]
    assert defined.change(dry=True, unique=True)["impact"] == impact
    assert await written(defined.db) == before


async def test_unique_values_are_claimed_let_go_and_claimed_as_they_are_read(defined: Defined) -> None:
    await defined.define("serial")
    await defined.plant("1.0", "2", None)
    assert defined.change(unique=True)["impact"] == an_impact(2, 2, 0)
    assert await _claimed(defined) == ["1.0", "2"]
    assert defined.change(type="DECIMAL")["userErrors"] == []
    claimed = await _claimed(defined)
    assert len(claimed) == 2
    assert set(claimed).isdisjoint({"1.0", "2"})
    await defined.plant("1")
    assert await _claimed(defined) == claimed
    assert defined.change(type="TEXT")["userErrors"] == []
    assert await _claimed(defined) == ["1", "1.0", "2"]
    assert codes(defined.change(type="INTEGER")) == [("NOT_UNIQUE", "input.unique")]
    assert defined.change(unique=False)["userErrors"] == []
    assert await _claimed(defined) == []


async def test_one_value_is_entered_twice_or_is_unique_and_never_both(defined: Defined) -> None:
    async with defined.db.transaction() as tx:
        await tx.studios.add([a_studio()])
    for _ in range(4):
        again = Defined(defined.server, defined.db, defined.staff)
        await again.define("serial")
        values = [{"key": "serial", "value": {"text": "A1"}}]
        given = {"name": "M3", "categoryId": id_of(again.category, "Category"), "specifications": values}
        enter = partial(again.server.ask, CREATE_ITEM, headers=again.staff.headers, input=given)
        *entered, changed = await at_once([*[enter] * 4, partial(again.change, unique=True)])
        made = sum(not answer["createItem"]["userErrors"] for answer in entered)
        refused = codes(changed)
        assert (refused, made) in (([], 1), ([("NOT_UNIQUE", "input.unique")], 4))
        claims = (await written(again.db, "unique_values"))["unique_values"]
        ours = [row.value for row in claims if row.specification_id == again.specification["id"]]
        assert ours == ([] if refused else ["a1"])


async def test_what_becomes_required_flags_items_and_refuses_nothing(defined: Defined) -> None:
    await defined.define("brand")
    await defined.plant("Leica", None)
    before = await written(defined.db, *SAME)
    assert defined.change(dry=True, required=True)["impact"] == an_impact(2, 1, 1, "Item 1")
    answer = defined.change(required=True)
    assert (answer["impact"], answer["userErrors"]) == (an_impact(2, 1, 1, "Item 1"), [])
    assert await written(defined.db, *SAME) == before


async def test_the_index_comes_and_goes_with_filterable(defined: Defined) -> None:
    await defined.define("brand")
    await defined.plant("Leica", "Nikon")
    assert defined.change(filterable=True)["impact"] == an_impact(0, 0, 0)
    assert defined.progress() == {"status": "RUNNING", "done": 0, "total": 2}
    await defined.work()
    assert [value for value, *_ in await defined.index()] == ["leica", "nikon"]
    assert defined.change(filterable=False)["userErrors"] == []
    rows = (await written(defined.db, "specifications"))["specifications"]
    assert [(row.edition_id, row.next_edition_id) for row in rows] == [(None, None)]


async def test_a_category_that_moves_and_comes_back_loses_nothing(defined: Defined) -> None:
    await defined.define("brand", filterable=True)
    await defined.plant("Leica", "Nikon")
    above, elsewhere = defined.category, a_category("Elsewhere")
    below = defined.category = a_category("Leicas", parent_id=above["id"])
    async with defined.db.transaction() as tx:
        await tx.categories.add([below])
        await tx.categories.add([elsewhere])
    await defined.plant("Zeiss")
    items, values, index = await written(defined.db, "items"), defined.values(), await defined.index()
    for parent, fits in ((elsewhere, False), (above, True)):
        moved = defined.server.ask(
            MOVE, headers=defined.staff.headers, id=id_of(below, "Category"), to=id_of(parent, "Category")
        )
        assert moved == {"updateCategory": {"userErrors": []}}
        await defined.work()
        assert [(one["text"], one["fits"]) for one in defined.values()] == [
            ("Leica", True), ("Nikon", True), ("Zeiss", fits),
        ]  # fmt: skip
        assert [value for value, *_ in await defined.index()] == ["leica", "nikon", *(["zeiss"] if fits else [])]
    assert (await written(defined.db, "items"), defined.values(), await defined.index()) == (items, values, index)


async def test_a_specification_finds_the_values_that_came_from_elsewhere(defined: Defined) -> None:
    await defined.define("serial", unique=True)
    await defined.plant("A1", "B2")
    elsewhere = a_category("Elsewhere")
    async with defined.db.transaction() as tx:
        await tx.categories.add([elsewhere])
        for item in defined.items:
            await tx.items.note(item["id"], category_id=elsewhere["id"])
    given = {"key": "serial", "label": "Serial", "type": "TEXT", "unique": True, "filterable": True}
    answer = answer_of(defined.server, ADD, defined.staff, id=id_of(elsewhere, "Category"), input=given)
    assert (answer["impact"], answer["userErrors"]) == (an_impact(2, 2, 0), [])
    assert [(one["text"], one["fits"]) for one in defined.values()] == [("A1", True), ("B2", True)]
    assert await _claimed(defined) == ["a1", "a1", "b2", "b2"]


def _number(text: str) -> int | None:
    """The whole number that a text is, in plain Python."""
    fits = re.fullmatch(r"-?\d{1,15}", text.strip(), re.ASCII) and abs(int(text)) < 2**31
    return int(text) if fits else None


async def _claimed(defined: Defined) -> list[str]:
    return sorted(row.value for row in (await written(defined.db, "unique_values"))["unique_values"])
