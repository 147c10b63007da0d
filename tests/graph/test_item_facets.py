"""Facets of items: counted as plain Python counts, each without the conditions on its own field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.accounts import an_account
from services.collected import Collected
from services.collections import a_specification, an_option, define, plant_items
from services.expected_item_facets import expected, meant
from services.rows import THEN, a_category

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.database import Database
    from services.accounts import Account
    from services.collected import Thing
    from services.server import Server

KEYS = ("note", "count", "ratio", "working", "made", "colour", "tags", "link", "weight", "pages")
FIELDS = ("category", "condition", *(f"spec:{key}" for key in KEYS))
LABELS = {"category": "Category", "condition": "Condition"}
QUERY = """
query ($where: ItemWhere, $fields: [String!]!) {
  items(where: $where) { facets(fields: $fields) { field label values { value label count selected } } }
}
"""
OPERANDS: dict[str, Sequence[str]] = {
    "note": ("LEICA m3", "한복", "nowhere to be found"),
    "count": ("0", "12", "5"),
    "ratio": ("0.5", "-10", "2"),
    "working": ("true", "false"),
    "made": ("1987", "2000-02", "leica M3"),
    "colour": ("red", "white", "green"),
    "tags": ("rare", "old"),
    "weight": ("9", "0.5", "7"),
}
COLOURS = [an_option("red", "Deep red"), an_option("blue")]
EVERY_TYPE: dict[str, dict[str, Any]] = {
    "maker": {"type": "TEXT", "label": "Made by"},
    "count": {"type": "INTEGER"},
    "ratio": {"type": "DECIMAL"},
    "boxed": {"type": "BOOLEAN"},
    "made": {"type": "DATE"},
    "colour": {"type": "ENUM", "options": COLOURS},
    "tags": {"type": "MULTI_ENUM", "options": COLOURS},
    "length": {"type": "QUANTITY", "unit": "ft"},
    "heat": {"type": "QUANTITY", "unit": "C"},
}
FIRST: dict[str, Any] = {
    "maker": "LEICA",
    "count": {"integer": -12},
    "ratio": {"decimal": "12.50"},
    "boxed": {"boolean": True},
}
FIRST |= {"made": {"date": "1987-02"}, "colour": {"option": "red"}, "tags": {"options": ["blue", "red"]}}
FIRST |= {"length": {"quantity": {"value": "1", "unit": "m"}}, "heat": {"quantity": {"value": "72", "unit": "F"}}}
SECOND: dict[str, Any] = {
    "maker": "Leica",
    "ratio": {"decimal": "12.5"},
    "length": {"quantity": {"value": "6", "unit": "in"}},
}


def _specification(key: str) -> st.SearchStrategy[dict[str, Any]]:
    word = st.sampled_from(OPERANDS[key])
    asked = (word.map(lambda one: {"eq": one}), st.lists(word, max_size=2).map(lambda some: {"in": some}))
    return st.one_of(*asked, st.booleans().map(lambda one: {"isNull": one})).map(lambda told: {"key": key, **told})


CONDITIONS: dict[str, st.SearchStrategy[Any]] = {
    "specification": st.sampled_from(sorted(OPERANDS)).flatmap(_specification),
    "condition": st.lists(st.sampled_from(["NEW", "GOOD", "POOR", "FAIR"]), max_size=2),
    "category": st.sampled_from(["things", "books", "cameras", "nowhere"]).map(lambda slug: {"slug": slug}),
    "search": st.sampled_from(["camera", "red", "nothing like it"]),
}
LEAF = st.fixed_dictionaries({}, optional=CONDITIONS)
WHERE = st.fixed_dictionaries(
    {},
    optional={
        **CONDITIONS,
        "includeDescendants": st.booleans(),
        "and": st.lists(LEAF, max_size=2),
        "or": st.lists(LEAF, min_size=1, max_size=2),
        "not": LEAF,
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(where=WHERE)
def test_any_selection_is_counted_as_plain_python_counts_it(
    where: dict[str, Any], collected: Collected, collections: dict[str, Server]
) -> None:
    counted = {field: expected(collected, collected.things, where, field) for field in FIELDS}
    for server in collections.values():
        assert meant(_facets(server, where, *FIELDS)) == counted


def test_both_databases_answer_alike(collections: dict[str, Server]) -> None:
    where = {"specification": {"key": "note", "in": ["LEICA M3", "none"]}, "condition": ["FAIR", "NEW"]}
    answers = [_facets(server, where, *FIELDS) for server in collections.values()]
    assert answers[0] == answers[1]


def test_a_value_is_found_by_eq_as_often_as_it_is_counted(collection: Server) -> None:
    """Of a key that has several units or types `eq` finds each by what is told, too."""
    query = "query ($where: ItemWhere) { items(where: $where) { totalCount } }"
    found = 0
    for facet in _facets(collection, {"condition": ["NEW", "GOOD"]}, *FIELDS[2:]):
        key = facet["field"].removeprefix("spec:")
        for value in facet["values"]:
            wanted = {"condition": ["NEW", "GOOD"], "specification": {"key": key, "eq": value["value"]}}
            told = {"items": {"totalCount": value["count"]}}
            assert collection.ask(query, where=wanted) == told, value
            found += 1
    assert found > 60


async def test_each_type_is_told_as_people_read_it(server: Server, db: Database) -> None:
    category, owner = a_category(), await an_account(server, db)
    async with db.transaction() as tx:
        await tx.categories.add([category])
        known = [a_specification(category["id"], key, filterable=True, **told) for key, told in EVERY_TYPE.items()]
        await define(tx, *known)
        await plant_items(tx, category["id"], owner.id, [FIRST, SECOND])
    facets = _facets(server, {}, *(f"spec:{key}" for key in EVERY_TYPE))
    assert [(facet["field"], facet["label"], _told(facet)) for facet in facets] == [
        ("spec:maker", "Made by", [("leica", "LEICA", 2, False)]),
        ("spec:count", "Count", [("-12", "-12", 1, False)]),
        ("spec:ratio", "Ratio", [("12.5", "12.5", 2, False)]),
        ("spec:boxed", "Boxed", [("true", "true", 1, False)]),
        ("spec:made", "Made", [("1987-02", "1987-02", 1, False)]),
        ("spec:colour", "Colour", [("red", "Deep red", 1, False)]),
        ("spec:tags", "Tags", [("blue", "Blue", 1, False), ("red", "Deep red", 1, False)]),
        ("spec:length", "Length", [("0.5 ft", "0.5 ft", 1, False), ("1 m", "3.2808 ft", 1, False)]),
        ("spec:heat", "Heat", [("72 F", "22.2222 C", 1, False)]),
    ]


async def test_what_is_selected_stays_at_zero_as_it_is_spelled(server: Server, db: Database) -> None:
    category, owner = a_category("Pens", slug="pens"), await an_account(server, db)
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await define(tx, a_specification(category["id"], "maker", filterable=True))
        await plant_items(tx, category["id"], owner.id, [{"maker": "Pelikan"}], condition="GOOD")
    where = {
        "specification": {"key": "maker", "in": ["PELIKAN", "Nobody's", "x" * 300]},
        "condition": ["NEW"],
        "visibility": ["MEMBERS"],
        "category": {"slug": "pens"},
    }
    found = _facets(server, where, "spec:maker", "condition", "visibility", "category")
    assert [_told(facet) for facet in found] == [
        [("nobody's", "nobody's", 0, True), ("pelikan", "Pelikan", 0, True), ("x" * 200, "x" * 200, 0, True)],
        [("NEW", "New", 0, True)],
        [("MEMBERS", "Members", 0, True)],
        [("pens", "Pens", 0, True)],
    ]


async def test_a_facet_has_a_hundred_values_and_the_selected_ones_among_them(server: Server, db: Database) -> None:
    category, owner = a_category(), await an_account(server, db)
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await define(tx, a_specification(category["id"], "count", "INTEGER", filterable=True))
        numbers = [number for number in range(120) for _ in range(1 + number % 2)]
        await plant_items(tx, category["id"], owner.id, [{"count": {"integer": number}} for number in numbers])
    [counts] = _facets(server, {"specification": {"key": "count", "in": ["118", "119", "500"]}}, "spec:count")
    twice = [(str(number), 2, number == 119) for number in range(1, 120, 2)]
    once = [(str(number), 1, False) for number in range(0, 76, 2)]
    found = [(value["value"], value["count"], value["selected"]) for value in counts["values"]]
    assert found == [*twice, *once, ("118", 1, True), ("500", 0, True)]


async def test_everybody_counts_what_they_may_see(server: Server, db: Database, database_url: str) -> None:
    rows = Collected(60)
    owner, member = await an_account(server, db), await an_account(server, db)
    staff = await an_account(server, db, role="STAFF")
    for place, thing in enumerate(rows.things):
        thing.row["owner_id"] = owner.id if place % 2 else thing.row["owner_id"]
        thing.row["visibility"] = ("PUBLIC", "MEMBERS", "PRIVATE")[place % 3]
        thing.row["deleted_at"] = THEN if place % 7 == 0 else None
    await rows.load(database_url)
    for where in ({}, {"specification": {"key": "colour", "in": ["red"]}}, {"and": [{"category": {"slug": "things"}}]}):
        for account, role in ((None, "PUBLIC"), (member, "MEMBER"), (owner, "MEMBER"), (staff, "STAFF")):
            for deleted in (False, True):
                seen = [one for one in rows.things if _is_seen(one, account, role) and deleted is _is_deleted(one)]
                asked = where | {"deleted": True} if deleted else where
                found = meant(_facets(server, asked, *FIELDS, headers=account.headers if account else None))
                assert found == {field: expected(rows, seen, where, field) for field in FIELDS}


def test_a_single_category_and_the_viewers_own_items_have_facets(collection: Server, collected: Collected) -> None:
    query = """
    query ($fields: [String!]!) {
      category(by: {slug: "things"}) {
        items { facets(fields: $fields) { field label values { value label count selected } } }
        branch: items(where: {includeDescendants: true}) {
          facets(fields: $fields) { field label values { value label count selected } }
        }
      }
    }
    """
    answer = collection.ask(query, fields=["category", "spec:colour"])["category"]
    ids = {row["slug"]: row["id"] for row in collected.categories}
    itself = [one for one in collected.things if one.row["category_id"] == ids["things"]]
    branch = [one for one in collected.things if one.row["category_id"] != ids["books"]]
    for told, inside, where in (
        (answer["items"]["facets"], itself, {}),
        (answer["branch"]["facets"], branch, {"includeDescendants": True}),
    ):
        fields = ("category", "spec:colour")
        assert meant(told) == {field: expected(collected, inside, where, field) for field in fields}


async def test_a_viewers_own_items_have_facets(server: Server, db: Database) -> None:
    category, mina, juno = a_category(), await an_account(server, db), await an_account(server, db)
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await define(tx, a_specification(category["id"], "maker", filterable=True))
        await plant_items(tx, category["id"], mina.id, [{"maker": "Leica"}], visibility="PRIVATE")
        await plant_items(tx, category["id"], juno.id, [{"maker": "Leica"}, {"maker": "Rollei"}])
    query = '{ viewer { items { facets(fields: "spec:maker") { values { value label count selected } } } } }'
    leica, rollei = (
        {"value": name.lower(), "label": name, "count": 1, "selected": False} for name in ("Leica", "Rollei")
    )
    found = [server.ask(query, account.headers)["viewer"]["items"]["facets"] for account in (mina, juno)]
    assert found == [[{"values": [leica]}], [{"values": [leica, rollei]}]]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("colour", "There is no facet colour: ask for category, condition, visibility, or spec: with the key of a"),
        ("", "There is no facet : ask for category, condition, visibility, or spec: with the key of a specification."),
        ("spec:secret", "No specification with the key secret can be filtered or ordered by: give the key of one that"),
        ("spec:", "No specification with the key  can be filtered or ordered by: give the key of one that is"),
    ],
)
def test_what_cannot_be_counted_is_told(field: str, message: str, collection: Server) -> None:
    answer = collection.answer(QUERY, fields=["category", field])
    assert answer["data"] is None
    [error] = answer["errors"]
    assert error["message"].startswith(message)
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


def test_facets_in_a_list_below_a_list_are_refused(collection: Server) -> None:
    answer = collection.answer('{ categories { nodes { items { facets(fields: ["spec:colour"]) { label } } } } }')
    assert answer["data"] is None
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"LIMIT_EXCEEDED"}


def _facets(server: Server, where: dict[str, Any], *fields: str, headers: dict[str, str] | None = None) -> Any:
    return server.ask(QUERY, headers, where=where, fields=fields)["items"]["facets"]


def _told(facet: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(value.values()) for value in facet["values"]]


def _is_seen(thing: Thing, account: Account | None, role: str) -> bool:
    if role == "STAFF" or (account and thing.row["owner_id"] == account.id):
        return True
    open_to = ("PUBLIC", "MEMBERS") if role == "MEMBER" else ("PUBLIC",)
    return thing.row["visibility"] in open_to and not _is_deleted(thing)


def _is_deleted(thing: Thing) -> bool:
    return thing.row["deleted_at"] is not None
