"""Facets of designs: counted as plain Python counts, each without the conditions on its own field."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.accounts import an_account
from services.expected import folded, matches
from services.gallery import WORDS, Gallery
from services.rows import a_category, a_design

if TYPE_CHECKING:
    from db.database import Database
    from services.gallery import RowValues
    from services.server import Server

FACETS = {
    "CATEGORY": ("category", "Category"),
    "STYLE": ("style", "Style"),
    "COLOUR": ("colour", "Colour"),
    "FABRIC": ("fabric", "Fabric"),
    "OCCASION": ("occasion", "Occasion"),
    "SEASON": ("season", "Season"),
    "DESIGNER_NAME": ("designerName", "Designer"),
    "COLLECTION_NAME": ("collectionName", "Collection"),
    "FEATURED": ("featured", "Featured"),
}
COLUMNS = {"designerName": "designer_name", "collectionName": "collection_name"}
QUERY = """
query ($where: DesignWhere, $fields: [DesignFacet!]!) {
  designs(where: $where) { facets(fields: $fields) { field label values { value label count selected } } }
}
"""
SLUGS = ("women", "hanbok", "wedding-hanbok", "lehenga", "men", "empty", "nowhere")


def _texts(name: str) -> st.SearchStrategy[dict[str, Any]]:
    word = st.sampled_from([word for word in WORDS[COLUMNS.get(name, name)] if word] + ["nowhere to be found"])
    spelled = word | word.map(str.upper)
    return st.fixed_dictionaries(
        {}, optional={"eq": spelled, "in": st.lists(spelled, max_size=3), "ne": word, "isNull": st.booleans()}
    )


CONDITIONS: dict[str, st.SearchStrategy[Any]] = {
    **{name: st.none() | _texts(name) for name in ("style", "colour", "fabric", "designerName", "collectionName")},
    "featured": st.booleans(),
    "category": st.sampled_from(SLUGS).map(lambda slug: {"slug": slug}),
    "includeDescendants": st.booleans(),
    "search": st.sampled_from(["a", "silk", "촬영", "nothing like it"]),
}
SOME = st.fixed_dictionaries({}, optional=CONDITIONS)
WHERE = st.fixed_dictionaries(
    {}, optional=CONDITIONS | {"and": st.lists(SOME, max_size=2), "or": st.lists(SOME, max_size=2), "not": SOME}
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(where=WHERE)
def test_any_selection_is_counted_as_plain_python_counts_it(
    where: dict[str, Any], rows: Gallery, galleries: dict[str, Server]
) -> None:
    public = [row for row in rows.designs if row["status"] == "PUBLISHED" and row["deleted_at"] is None]
    expected = [_expected(rows, public, where, field) for field in FACETS]
    found = {kind: _facets(server, where, *FACETS) for kind, server in galleries.items()}
    assert found == {"sqlite": expected, "postgresql": expected}


def test_a_selected_colour_leaves_the_counts_of_colours_and_narrows_those_of_fabrics(gallery: Server) -> None:
    [colours, fabrics] = _facets(gallery, {}, "COLOUR", "FABRIC")
    [still, fewer] = _facets(gallery, {"colour": {"in": ["RED"]}}, "COLOUR", "FABRIC")
    assert [value | {"selected": value["value"] == "red"} for value in colours["values"]] == still["values"]
    red = next(value["count"] for value in colours["values"] if value["value"] == "red")
    assert sum(value["count"] for value in fewer["values"]) <= red < sum(value["count"] for value in fabrics["values"])


def test_the_count_of_a_value_is_how_many_are_left_when_it_is_selected(gallery: Server) -> None:
    query = "query ($where: DesignWhere) { designs(where: $where) { totalCount } }"
    fabric = {"fabric": {"in": ["silk", "Cotton"]}}
    [styles, categories] = _facets(gallery, fabric | {"includeDescendants": True}, "STYLE", "CATEGORY")
    narrowed = [(value["count"], fabric | {"style": {"eq": value["value"]}}) for value in styles["values"]]
    narrowed += [
        (value["count"], fabric | {"category": {"slug": value["value"]}, "includeDescendants": True})
        for value in categories["values"]
    ]
    assert len(narrowed) > 8
    for count, where in narrowed:
        assert gallery.ask(query, where=where) == {"designs": {"totalCount": count}}


async def test_what_is_selected_stays_at_zero_as_it_is_spelled(server: Server, db: Database) -> None:
    category, other = a_category("Hanbok", slug="hanbok"), a_category("Sari", slug="sari")
    async with db.transaction() as tx:
        await tx.categories.add([category, other])
        await tx.designs.add([a_design(category["id"], colour="Deep Red", fabric="Silk")])
    where = {
        "colour": {"in": ["DEEP RED", "Nobody's"]},
        "fabric": {"eq": "Wool"},
        "category": {"id": f"Category_{other['id']}"},
        "featured": True,
    }
    found = _facets(server, where, "COLOUR", "FABRIC", "CATEGORY", "FEATURED")
    assert [_told(facet) for facet in found] == [
        [("deep red", "Deep Red", 0, True), ("nobody's", "nobody's", 0, True)],
        [("wool", "wool", 0, True)],
        [("sari", "Sari", 0, True)],
        [("true", "Featured", 0, True)],
    ]


async def test_the_spelling_that_occurs_most_is_told_and_of_several_the_first_by_code_point(
    server: Server, db: Database
) -> None:
    category = a_category()
    spelled = ("red", "Red", "RED", "Red", "blue", "Blue", "bLue", "Äpfel", "äpfel")
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([a_design(category["id"], colour=colour) for colour in spelled])
    [colours] = _facets(server, {}, "COLOUR")
    assert _told(colours) == [("red", "Red", 4, False), ("blue", "Blue", 3, False), ("äpfel", "Äpfel", 2, False)]


async def test_a_facet_has_a_hundred_values_and_the_selected_ones_among_them(server: Server, db: Database) -> None:
    category = a_category()
    designs = [a_design(category["id"], style=f"s{number:03}") for number in range(120) for _ in range(1 + number % 2)]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add(designs)
    [styles] = _facets(server, {"style": {"in": ["S118", "s119", "none"]}}, "STYLE")
    twice = [(f"s{number:03}", 2) for number in range(1, 120, 2)]
    once = [(f"s{number:03}", 1) for number in range(0, 76, 2)]
    found = [(value["value"], value["count"]) for value in styles["values"]]
    assert found == [*twice, *once, ("s118", 1), ("none", 0)]
    assert [value["value"] for value in styles["values"] if value["selected"]] == ["s119", "s118", "none"]


async def test_everybody_counts_what_they_may_see(server: Server, db: Database, database_url: str) -> None:
    rows = Gallery()
    await rows.load(database_url)
    staff = await an_account(server, db, role="STAFF")
    member = await an_account(server, db, name="member")
    where = {"colour": {"ne": "Indigo"}}
    there = [row for row in rows.designs if row["deleted_at"] is None]
    public = [row for row in there if row["status"] == "PUBLISHED"]
    gone = [row for row in rows.designs if row["deleted_at"]]
    for headers, seen in ((None, public), (member.headers, public), (staff.headers, there)):
        assert _facets(server, where, *FACETS, headers=headers) == [
            _expected(rows, seen, where, field) for field in FACETS
        ]
    deleted = where | {"deleted": True}
    assert _facets(server, deleted, "STYLE", headers=staff.headers) == [_expected(rows, gone, where, "STYLE")]
    assert _told(_facets(server, deleted, "STYLE")[0]) == []


def test_a_single_category_counts_what_is_in_it_and_keeps_to_it(rows: Gallery, gallery: Server) -> None:
    query = """
    query ($where: DesignWhere) {
      category(by: {slug: "hanbok"}) {
        designs(where: $where) {
          facets(fields: [CATEGORY, COLOUR]) { field label values { value label count selected } }
        }
      }
    }
    """
    [hanbok] = [row["id"] for row in rows.categories if row["slug"] == "hanbok"]
    inside = [
        row
        for row in rows.designs
        if row["category_id"] == hanbok and row["status"] == "PUBLISHED" and row["deleted_at"] is None
    ]
    where = {"fabric": {"isNull": False}}
    [categories, colours] = gallery.ask(query, where=where)["category"]["designs"]["facets"]
    assert colours == _expected(rows, inside, where, "COLOUR")
    assert categories == _expected(rows, inside, where, "CATEGORY")
    assert [value["value"] for value in categories["values"]] == ["hanbok"]


async def test_favorites_have_facets_of_their_own(server: Server, db: Database) -> None:
    mina, juno = await an_account(server, db, name="mina"), await an_account(server, db, name="juno")
    category = a_category()
    kept = [a_design(category["id"], colour="Red"), a_design(category["id"], colour="Blue", status="DRAFT")]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([*kept, a_design(category["id"], colour="Red")])
        for design in kept:
            await tx.favorites.keep(mina.id, design["id"], now=design["created_at"])
    query = "{ viewer { favorites { totalCount facets(fields: COLOUR) { values { value label count selected } } } } }"
    red = {"value": "red", "label": "Red", "count": 1, "selected": False}
    found = [server.ask(query, account.headers)["viewer"]["favorites"] for account in (mina, juno)]
    assert found == [
        {"totalCount": 1, "facets": [{"values": [red]}]},
        {"totalCount": 0, "facets": [{"values": []}]},
    ]


@pytest.mark.parametrize(
    "query",
    [
        "{ categories { nodes { designs { facets(fields: [COLOUR]) { label } } } } }",
        '{ category(by: {slug: "women"}) { children { designs { facets(fields: COLOUR) { label } } } } }',
    ],
)
def test_facets_in_a_list_below_a_list_are_refused(query: str, gallery: Server) -> None:
    answer = gallery.answer(query)
    assert answer["data"] is None or answer["data"] == {"category": None}
    [first, *_] = answer["errors"]
    assert (first["message"], first["extensions"]) == (
        "Facets are counted only where the list is asked for on a single object.",
        {"code": "LIMIT_EXCEEDED"},
    )


def test_twenty_facets_are_counted_and_one_more_is_refused(gallery: Server) -> None:
    twenty = ["COLOUR", "STYLE"] * 10
    assert [facet["field"] for facet in _facets(gallery, {}, *twenty)] == twenty
    answer = gallery.answer(QUERY, fields=[*twenty, "STYLE"])
    assert answer["data"] is None
    assert [(error["message"], error["extensions"]) for error in answer["errors"]] == [
        ("At most 20 facets may be asked for at once, not 21.", {"code": "BAD_USER_INPUT"})
    ]


def _facets(server: Server, where: dict[str, Any], *fields: str, headers: dict[str, str] | None = None) -> Any:
    return server.ask(QUERY, headers, where=where, fields=fields)["designs"]["facets"]


def _told(facet: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(value.values()) for value in facet["values"]]


def _expected(rows: Gallery, seen: list[RowValues], where: dict[str, Any], field: str) -> dict[str, Any]:
    name, label = FACETS[field]
    narrowed = _without(where, name)
    left = [row for row in seen if matches(rows, narrowed, row)]
    selected = _selected(where, name)
    counts = dict(_counts(rows, left, name, branches=bool(where.get("includeDescendants"))))
    labels = _labels(rows, left, seen, name)
    slugs = {row["slug"] for row in rows.categories}
    counts |= {value: 0 for value in selected if value not in counts and (name != "category" or value in slugs)}
    values = [
        {"value": value, "label": labels.get(value, value), "count": count, "selected": value in selected}
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return {"field": field, "label": label, "values": values}


def _without(where: dict[str, Any], name: str) -> dict[str, Any]:
    rest = {key: value for key, value in where.items() if key != name}
    return rest | {"and": [_without(part, name) for part in where["and"]]} if "and" in where else rest


def _selected(where: dict[str, Any], name: str) -> set[str]:
    value = where.get(name)
    inner = set().union(*(_selected(part, name) for part in where.get("and", ())))
    if value is None:
        return inner
    if name == "category":
        return inner | {value["slug"]}
    if name == "featured":
        return inner | {str(value).lower()}
    return inner | {folded(text) for text in [*value.get("in", ()), *([value["eq"]] if "eq" in value else ())]}


def _counts(rows: Gallery, left: list[RowValues], name: str, *, branches: bool) -> dict[str, int]:
    if name == "featured":
        return Counter(str(row["featured"]).lower() for row in left)
    if name == "category":
        above = {row["id"]: row["parent_id"] if branches else None for row in rows.categories}
        slugs = {row["id"]: row["slug"] for row in rows.categories}
        found: Counter[str] = Counter()
        for row in left:
            category = row["category_id"]
            while category:
                found[slugs[category]] += 1
                category = above[category]
        return found
    column = COLUMNS.get(name, name)
    return Counter(folded(row[column]) for row in left if row[column] is not None)


def _labels(rows: Gallery, left: list[RowValues], seen: list[RowValues], name: str) -> dict[str, str]:
    if name == "featured":
        return {"true": "Featured", "false": "Not featured"}
    if name == "category":
        return {row["slug"]: row["name"] for row in rows.categories}
    column = COLUMNS.get(name, name)
    often = Counter(row[column] for row in left)
    spellings = {row[column] for row in seen if row[column] is not None}
    return {folded(text): text for text in sorted(spellings, key=lambda text: (often[text], [-ord(c) for c in text]))}
