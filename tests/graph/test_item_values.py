"""What items say under their specifications: kept as it was entered, read as the definition is today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.item_writing import add_items
from services.accounts import an_account
from services.collections import a_specification, an_entry, an_item, an_option, define
from services.item_mutations import CREATE, UPDATE, VALUE, a_camera, answer_of, codes, done, written
from services.rows import THEN, a_category

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

ROOT, BRANCH = "c" * 32, "d" * 32
READ = f"query ($id: ID!) {{ item(id: $id) {{ specifications {{ id {VALUE} }} }} }}"
ONE = f"query ($id: ID!, $key: String!) {{ item(id: $id) {{ specification(key: $key) {{ {VALUE} }} }} }}"
NODE = f"query ($id: ID!) {{ node(id: $id) {{ id ... on SpecificationValue {{ {VALUE} }} }} }}"
NOTHING: dict[str, Any] = dict.fromkeys(("integer", "decimal", "boolean", "date", "url", "unit")) | {"options": []}
RED, BLUE = ({"key": key, "label": key.title(), "archived": False} for key in ("red", "blue"))
OPTIONS = {"options": [an_option("red"), an_option("blue")]}
ENTERED: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("TEXT", {}, {"text": "  A\tB\n"}, {"text": "  A\tB\n", "display": "  A\tB\n"}),
    ("INTEGER", {}, {"integer": -12}, {"text": "-12", "integer": -12}),
    ("INTEGER", {}, {"text": "0"}, {"text": "0", "integer": 0}),
    ("DECIMAL", {}, {"decimal": "12.50"}, {"text": "12.50", "decimal": "12.50"}),
    ("BOOLEAN", {}, {"boolean": False}, {"text": "false", "boolean": False, "display": "false"}),
    ("DATE", {}, {"date": "1987-05-01"}, {"text": "1987-05-01", "date": "1987-05-01"}),
    ("DATE", {}, {"text": "1987-05"}, {"text": "1987-05"}),
    ("ENUM", OPTIONS, {"option": "red"}, {"text": "red", "display": "Red", "options": [RED]}),
    ("ENUM", OPTIONS, {"text": "Blue"}, {"text": "blue", "display": "Blue", "options": [BLUE]}),
    ("MULTI_ENUM", OPTIONS, {"options": ["blue", "red"]}, {"text": "blue|red", "options": [BLUE, RED]}),
    ("URL", {}, {"url": "https://example.com/a"}, {"text": "https://example.com/a", "url": "https://example.com/a"}),
    ("QUANTITY", {"unit": "kg"}, {"text": "1200 g"}, {"text": "1200 g", "decimal": "1200", "unit": "g"}),
    ("QUANTITY", {"unit": "kg"}, {"text": "1.50"}, {"text": "1.50 kg", "decimal": "1.50", "unit": "kg"}),
]


@pytest.fixture
async def member(server: Server, db: Database) -> Account:
    async with db.transaction() as tx:
        await tx.studios.found(THEN, currency="KRW")
        await tx.categories.add([a_category("Root", id=ROOT), a_category("Branch", id=BRANCH, parent_id=ROOT)])
    return await an_account(server, db)


async def test_every_type_is_told_as_it_was_entered(server: Server, db: Database, member: Account) -> None:
    rows = [a_specification(ROOT, f"key-{place}", type_, **more) for place, (type_, more, *_) in enumerate(ENTERED)]
    async with db.transaction() as tx:
        await define(tx, *(row | {"position": place} for place, row in enumerate(rows)))
    given = [{"key": f"key-{place}", "value": content} for place, (_, _, content, _) in enumerate(ENTERED)]
    item = done(server, CREATE, member, input=a_camera() | {"specifications": given})
    told = [{name: one[name] for name in ("text", "fits", *NOTHING)} for one in item["specifications"]]
    expected = [{**NOTHING, "fits": True, **value} for *_, value in ENTERED]
    assert told == [{name: one[name] for name in ("text", "fits", *NOTHING)} for one in expected]
    shown = {place: value["display"] for place, (*_, value) in enumerate(ENTERED) if "display" in value}
    assert {place: item["specifications"][place]["display"] for place in shown} == shown


@pytest.mark.parametrize(
    "content",
    [{"text": "1", "integer": 1}, {}, {"integer": None}, {"decimal": 5}, {"url": 5}, {"quantity": {"value": "1"}}],
)
async def test_a_value_is_given_in_one_field(
    server: Server, db: Database, member: Account, content: dict[str, Any]
) -> None:
    before = await written(db)
    given = a_camera() | {"specifications": [{"key": "year", "value": content}]}
    [error] = server.answer(CREATE, member.headers, input=given)["errors"]
    assert error["extensions"]["code"] in ("BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED")
    assert await written(db) == before


async def test_a_changed_definition_reads_what_it_can_and_keeps_the_rest_as_it_was_entered(
    server: Server, db: Database, member: Account
) -> None:
    size, colour = a_specification(ROOT, "size", position=0), a_specification(ROOT, "colour", position=1)
    async with db.transaction() as tx:
        await define(tx, size, colour)
    item = done(server, CREATE, member, input=a_camera(size="12", colour=" Red "))
    items = [server.ask(READ, member.headers, id=item["id"])["item"]["specifications"]]
    async with db.transaction() as tx:
        await tx.specifications.change(size["id"], now=THEN, type="INTEGER", version=2)
        await tx.specifications.change(colour["id"], now=THEN, type="INTEGER", version=2)
    before = await written(db)
    number, word = server.ask(READ, member.headers, id=item["id"])["item"]["specifications"]
    assert (number["text"], number["integer"], number["fits"]) == ("12", 12, True)
    assert word == items[0][1] | {"fits": False}
    assert await written(db) == before
    async with db.transaction() as tx:
        for row in (size, colour):
            await tx.specifications.change(row["id"], now=THEN, type="TEXT")
    assert server.ask(READ, member.headers, id=item["id"])["item"]["specifications"] == items[0]
    refused = answer_of(
        server, UPDATE, member, id=item["id"], input={"specifications": [{"key": "size", "value": {"integer": 12}}]}
    )
    assert codes(refused) == [("INVALID", "input.specifications.0.value")]


async def test_an_option_is_shown_by_its_label_of_today(server: Server, db: Database, member: Account) -> None:
    colour = a_specification(ROOT, "colour", "ENUM", **OPTIONS)
    async with db.transaction() as tx:
        await define(tx, colour)
    item = done(server, CREATE, member, input=a_camera(colour="red"))
    async with db.transaction() as tx:
        options = [an_option("red", "빨강", archived=True), an_option("blue")]
        await tx.specifications.change(colour["id"], now=THEN, options=options)
    [value] = server.ask(READ, member.headers, id=item["id"])["item"]["specifications"]
    assert (value["display"], value["options"], value["fits"]) == ("빨강", [options[0]], True)


async def test_values_come_in_the_order_of_the_definitions_and_what_is_left_comes_last(
    server: Server, db: Database, member: Account
) -> None:
    """Inherited ones first. What has the key and type of one that applies stands for it, under the id of that one."""
    above = [a_specification(ROOT, key, position=1 - place) for place, key in enumerate(("last", "first"))]
    own, elsewhere = a_specification(BRANCH, "own"), a_specification(ROOT, "gone", archived=True, position=2)
    other = a_category("Other")
    strangers = [a_specification(other["id"], "own"), a_specification(other["id"], "stranger")]
    async with db.transaction() as tx:
        await tx.categories.add([other])
        await define(tx, *above, own, elsewhere, *strangers)
        entered = {row["id"]: an_entry(row, row["key"]) for row in (*above, elsewhere, *strangers)}
        item = an_item(BRANCH, member.id, specification_values=entered)
        await add_items(tx, [item], await tx.specifications.kept([item["category_id"]]), now=THEN)
    wanted = f"Item_{item['id']}"
    values = server.ask(READ, id=wanted)["item"]["specifications"]
    ids = [f"SpecificationValue_{item['id']}{row['id']}" for row in (*above[::-1], elsewhere, own, strangers[1])]
    assert [(value["specification"]["key"], value["text"], value["fits"], value["id"]) for value in values] == [
        ("first", "first", True, ids[0]),
        ("last", "last", True, ids[1]),
        ("gone", "gone", True, ids[2]),
        ("own", "own", True, ids[3]),
        ("stranger", "stranger", False, ids[4]),
    ]
    for value in values:
        key = value["specification"]["key"]
        assert server.ask(NODE, id=value["id"])["node"] == value
        told = {name: one for name, one in value.items() if name != "id"}
        assert server.ask(ONE, id=wanted, key=key)["item"]["specification"] == told
    assert server.ask(ONE, id=wanted, key="nothing") == {"item": {"specification": None}}
    entered_under = f"SpecificationValue_{item['id']}{strangers[0]['id']}"
    assert server.ask(NODE, id=entered_under) == {"node": None}


async def test_a_new_value_takes_the_place_of_what_stood_for_it_and_residue_stays(
    server: Server, db: Database, member: Account
) -> None:
    own, other = a_specification(ROOT, "brand"), a_category("Other")
    strangers = [a_specification(other["id"], "brand"), a_specification(other["id"], "odd")]
    async with db.transaction() as tx:
        await tx.categories.add([other])
        await define(tx, own, *strangers)
        entered = {row["id"]: an_entry(row, "x") for row in strangers}
        item = an_item(ROOT, member.id, specification_values=entered)
        await add_items(tx, [item], await tx.specifications.kept([item["category_id"]]), now=THEN)
    given = {"specifications": [{"key": "brand", "value": {"text": "Leica"}}]}
    after = done(server, UPDATE, member, id=f"Item_{item['id']}", input=given)
    told = [(one["specification"]["key"], one["text"]) for one in after["specifications"]]
    assert told == [("brand", "Leica"), ("odd", "x")]
    [row] = await _rows(db, item["id"])
    assert row.specification_values == {
        own["id"]: an_entry(own, "Leica"),
        strangers[1]["id"]: entered[strangers[1]["id"]],
    }
    named = {"specifications": [{"key": "odd", "value": {"text": "y"}}]}
    before = await written(db)
    assert codes(answer_of(server, UPDATE, member, id=f"Item_{item['id']}", input=named)) == [
        ("NOT_FOUND", "input.specifications.0.key")
    ]
    assert await written(db) == before


async def test_residue_can_be_cleared(server: Server, db: Database, member: Account) -> None:
    own, other = a_specification(ROOT, "brand"), a_category("Other")
    frames = a_specification(other["id"], "frames")
    async with db.transaction() as tx:
        await tx.categories.add([other])
        await define(tx, own, frames)
        entered = {row["id"]: an_entry(row, "36") for row in (own, frames)}
        item = an_item(ROOT, member.id, specification_values=entered)
        await add_items(tx, [item], await tx.specifications.kept([ROOT]), now=THEN)
    given = {"specifications": [{"key": "frames", "value": None}]}
    after = done(server, UPDATE, member, id=f"Item_{item['id']}", input=given)
    assert [(one["specification"]["key"], one["text"]) for one in after["specifications"]] == [("brand", "36")]
    [row] = await _rows(db, item["id"])
    assert row.specification_values == {own["id"]: entered[own["id"]]}
    again = answer_of(server, UPDATE, member, id=f"Item_{item['id']}", input=given)
    assert codes(again) == [("NOT_FOUND", "input.specifications.0.key")], "there is none any more"


async def test_items_are_searched_by_their_values_as_they_were_entered(
    server: Server, db: Database, member: Account
) -> None:
    async with db.transaction() as tx:
        await define(tx, a_specification(ROOT, "brand"), a_specification(ROOT, "colour", "ENUM", **OPTIONS))
    given = a_camera("M3", brand="Leica", colour="Red") | {"description": "Mine"}
    item = done(server, CREATE, member, input=given)
    [row] = await _rows(db, item["id"].removeprefix("Item_"))
    assert (row.search_text, row.values_folded) == ("m3\nleica\nred\nmine", "leica\nred")
    done(server, UPDATE, member, id=item["id"], input={"name": "M2", "specifications": [{"key": "colour"}]})
    [row] = await _rows(db, item["id"].removeprefix("Item_"))
    assert (row.search_text, row.values_folded) == ("m2\nleica\nmine", "leica")


async def _rows(db: Database, item: str) -> list[Any]:
    async with db.transaction() as tx:
        return await tx.items.all_locked([item])
