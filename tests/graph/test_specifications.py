"""What is worth knowing about the items of a category: its own specifications and those from above."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rules.specifications import definition
from services.accounts import an_account
from services.collections import a_specification, an_option, define, plant_items
from services.rows import THEN, a_category
from services.specification_mutations import answer_of, id_of, written

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

CATEGORY = "query ($slug: String!) { category(by: {slug: $slug}) { specifications { %s } } }"
CATEGORIES = "{ categories { nodes { slug specifications { key inheritedFrom { slug } change { status } } } } }"
WHOLE = """
__typename id key label type unit options { key label archived } required unique filterable min max maxLength position
archived inheritedFrom { id slug } change { status done total startedAt } version
"""
DELETE = """
mutation ($id: ID!) { answer: deleteCategory(id: $id) { deletedId userErrors { code path ... on InUse { count } } } }
"""
NODE = "query ($id: ID!) { node(id: $id) { ... on Specification { key inheritedFrom { slug } change { status } } } }"


@pytest.fixture
async def tree(db: Database) -> dict[str, dict[str, Any]]:
    """Things, cameras below them, and Leicas below these: by their slugs."""
    things = a_category("Things", slug="things")
    cameras = a_category("Cameras", slug="cameras", parent_id=things["id"])
    leicas = a_category("Leicas", slug="leicas", parent_id=cameras["id"])
    async with db.transaction() as tx:
        for row in (things, cameras, leicas):
            await tx.categories.add([row])
    return {row["slug"]: row for row in (things, cameras, leicas)}


async def test_a_specification_is_told_whole(server: Server, db: Database, tree: dict[str, dict[str, Any]]) -> None:
    options = [an_option("red"), an_option("blue", "Blau", archived=True)]
    row = a_specification(tree["cameras"]["id"], "colour", "ENUM", options=options, required=True, position=3)
    async with db.transaction() as tx:
        await define(tx, row)
    whole = {
        "__typename": "Specification",
        "id": id_of(row),
        "key": "colour",
        "label": "Colour",
        "type": "ENUM",
        "unit": None,
        "options": options,
        "required": True,
        "unique": False,
        "filterable": False,
        "min": None,
        "max": None,
        "maxLength": None,
        "position": 3,
        "archived": False,
        "inheritedFrom": None,
        "change": None,
        "version": 1,
    }
    inherited = {"id": id_of(tree["cameras"], "Category"), "slug": "cameras"}
    assert _of(server, "cameras", WHOLE) == [whole]
    assert _of(server, "leicas", WHOLE) == [whole | {"inheritedFrom": inherited}]
    assert _of(server, "things", WHOLE) == []


async def test_numbers_keep_their_digits(server: Server, db: Database, tree: dict[str, dict[str, Any]]) -> None:
    row = a_specification(tree["things"]["id"], "weight", "QUANTITY", unit="kg", min=Decimal("0.50"), max=Decimal(12))
    async with db.transaction() as tx:
        await define(
            tx, row | {"min": definition(row | {"min": "0.50"}).min, "max": definition(row | {"max": "12"}).max}
        )
    assert _of(server, "cameras", "unit min max") == [{"unit": "kg", "min": "0.50", "max": "12"}]


async def test_inherited_ones_come_first_and_each_level_by_position(
    server: Server, db: Database, tree: dict[str, dict[str, Any]]
) -> None:
    places = [("leicas", "mount", 0), ("cameras", "format", 5), ("cameras", "film", 1), ("things", "zone", 9)]
    async with db.transaction() as tx:
        await define(tx, *(a_specification(tree[slug]["id"], key, position=place) for slug, key, place in places))
    asked = server.ask(CATEGORIES)["categories"]["nodes"]
    found = {
        node["slug"]: [
            (one["key"], (one["inheritedFrom"] or {}).get("slug"), one["change"]) for one in node["specifications"]
        ]
        for node in asked
    }
    assert found == {
        "things": [("zone", None, None)],
        "cameras": [("zone", "things", None), ("film", None, None), ("format", None, None)],
        "leicas": [
            ("zone", "things", None), ("film", "cameras", None), ("format", "cameras", None), ("mount", None, None),
        ],
    }  # fmt: skip


async def test_of_two_with_the_same_key_the_nearest_counts(
    server: Server, db: Database, tree: dict[str, dict[str, Any]]
) -> None:
    async with db.transaction() as tx:
        await define(tx, *(a_specification(tree[slug]["id"], label=slug) for slug in ("things", "cameras")))
    assert _of(server, "leicas", "label") == [{"label": "cameras"}]
    assert _of(server, "things", "label") == [{"label": "things"}]


async def test_a_node_is_told_as_its_own_category_has_it(
    server: Server, db: Database, tree: dict[str, dict[str, Any]]
) -> None:
    row = a_specification(tree["things"]["id"])
    async with db.transaction() as tx:
        await define(tx, row)
    assert server.ask(NODE, id=id_of(row)) == {"node": {"key": "brand", "inheritedFrom": None, "change": None}}


async def test_tells_how_the_index_follows(server: Server, db: Database, tree: dict[str, dict[str, Any]]) -> None:
    owner, staff = await an_account(server, db), await an_account(server, db, role="STAFF")
    row = a_specification(tree["cameras"]["id"], filterable=True)
    async with db.transaction() as tx:
        await define(tx, row)
    change = "change { status done total startedAt }"
    whole = {"status": "DONE", "done": 0, "total": 0, "startedAt": THEN.isoformat()}
    assert _of(server, "leicas", change, staff) == [{"change": whole}]
    later = THEN + timedelta(hours=1)
    async with db.transaction() as tx:
        await plant_items(tx, tree["leicas"]["id"], owner.id, [{"brand": "Leica"}, {}], visibility="PRIVATE")
        await tx.editions.begin(row["id"], row["category_id"], 2, definition(row), now=later)
    running = {"status": "RUNNING", "done": 0, "total": 2, "startedAt": later.isoformat()}
    assert _of(server, "leicas", change, staff) == [{"change": running}]
    for other in (owner, None):
        assert _of(server, "leicas", change, other) == [{"change": None}], "it counts what they may not see"


async def test_a_category_and_its_specifications_stay_as_long_as_some_item_has_a_value(
    server: Server, db: Database, tree: dict[str, dict[str, Any]]
) -> None:
    staff, leicas = await an_account(server, db, role="STAFF"), tree["leicas"]
    async with db.transaction() as tx:
        await define(tx, a_specification(leicas["id"], "mount", filterable=True), a_specification(leicas["id"]))
        (item,) = await plant_items(tx, leicas["id"], staff.id, [{"mount": "M"}])
    for place in ("leicas", "cameras"):
        async with db.transaction() as tx:
            await tx.items.note(item["id"], category_id=tree[place]["id"])
        before = await written(db)
        refused = [{"code": "IN_USE", "path": ["id"], "count": 1}]
        assert answer_of(server, DELETE, staff, id=id_of(leicas, "Category"))["userErrors"] == refused
        assert await written(db) == before
    async with db.transaction() as tx:
        await tx.items.note(item["id"], specification_values={})
    deleted = {"deletedId": id_of(leicas, "Category"), "userErrors": []}
    assert answer_of(server, DELETE, staff, id=id_of(leicas, "Category")) == deleted
    assert await written(db, "specifications") == {"specifications": []}


def _of(server: Server, slug: str, fields: str, account: Account | None = None) -> Any:
    headers = account.headers if account else None
    return server.ask(CATEGORY % fields, headers, slug=slug)["category"]["specifications"]
