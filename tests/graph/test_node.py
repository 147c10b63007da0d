"""Any object by its global id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from services.gallery import Gallery
    from services.server import Server

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
PRIVATE = {"ApiKey", "LoginSession", "Viewer"}
ELSEWHERE = {
    "Booking", "BookingEvent", "DateOverride", "Inquiry", "Item", "ItemUrl", "Resource", "Service", "ServiceOption",
    "Setting", "Specification", "SpecificationValue",
}  # fmt: skip
"""The gallery has none of these: test_access.py asks for each by its id."""
"""Types that the public sees nothing of; test_access.py asks for them."""
NODES = """
query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    id
    ... on Studio { currency }
    ... on Category { slug }
    ... on Design { title category { slug } }
    ... on Image { altText }
    ... on User { displayName avatar { altText } }
  }
}
"""


def test_every_type_with_an_id_is_found_by_it(rows: Gallery, gallery: Server) -> None:
    for type_name, row_id in _one_of_each(rows).items():
        wanted = f"{type_name}_{row_id}"
        assert gallery.ask(NODE, id=wanted) == {"node": {"__typename": type_name, "id": wanted}}


def test_every_type_that_is_a_node_is_tested_here(rows: Gallery, gallery: Server) -> None:
    answer = gallery.ask('{ __type(name: "Node") { possibleTypes { name } } }')
    assert {kind["name"] for kind in answer["__type"]["possibleTypes"]} == _one_of_each(
        rows
    ).keys() | PRIVATE | ELSEWHERE


def test_nodes_come_in_the_order_of_their_ids_with_the_fields_of_their_types(rows: Gallery, gallery: Server) -> None:
    row_ids = _one_of_each(rows)
    ids = {type_name: f"{type_name}_{row_id}" for type_name, row_id in row_ids.items()}
    design = next(row for row in rows.designs if row["id"] == row_ids["Design"])
    category = next(row for row in rows.categories if row["id"] == design["category_id"])
    asked = [ids["User"], ids["Design"], "nonsense", ids["Category"], ids["Image"], ids["Studio"], ids["Design"]]
    told = {"id": ids["Design"], "title": design["title"], "category": {"slug": category["slug"]}}
    assert gallery.ask(NODES, ids=asked)["nodes"] == [
        {"id": ids["User"], "displayName": "Mina", "avatar": {"altText": "Picture 0"}},
        told,
        None,
        {"id": ids["Category"], "slug": "women"},
        {"id": ids["Image"], "altText": "Picture 0"},
        {"id": ids["Studio"], "currency": "KRW"},
        told,
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "", " ", "Design", "Design_", "Design_" + "0" * 32, "Design_" + "0" * 31, "Design_" + "G" * 32,
        "design_" + "0" * 32, "Nothing_" + "0" * 32, "Query_" + "0" * 32, "Node_" + "0" * 32, "한복", "x" * 10_000,
        "Design_" + "\u0660" * 32, "Design_" + "0" * 32 + "\n", "7",
    ],
)  # fmt: skip
def test_what_is_no_id_finds_nothing(wrong: str, gallery: Server) -> None:
    assert gallery.ask(NODE, id=wrong) == {"node": None}
    assert gallery.ask(NODES, ids=[wrong, wrong]) == {"nodes": [None, None]}


def test_an_id_under_the_name_of_another_type_finds_nothing(rows: Gallery, gallery: Server) -> None:
    of_each = _one_of_each(rows)
    crossed = [f"{name}_{row_id}" for name in of_each for other, row_id in of_each.items() if name != other]
    assert gallery.ask(NODES, ids=crossed) == {"nodes": [None] * len(crossed)}


def test_a_hundred_ids_are_answered_and_one_more_is_refused(rows: Gallery, gallery: Server) -> None:
    ids = [f"Category_{row['id']}" for row in rows.categories][:5] * 20
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert gallery.ask(query, ids=ids) == {"nodes": [{"id": one} for one in ids]}
    assert gallery.ask(query, ids=[]) == {"nodes": []}
    error: dict[str, Any] = {
        "message": "Ask for at most 100 ids at once, not 101.",
        "locations": [{"line": 1, "column": query.index("nodes") + 1}],
        "path": ["nodes"],
        "extensions": {"code": "BAD_USER_INPUT"},
    }
    assert gallery.answer(query, ids=[*ids, ids[0]]) == {"errors": [error], "data": None}


def _one_of_each(rows: Gallery) -> dict[str, str]:
    visible = next(row for row in rows.designs if row["status"] == "PUBLISHED" and row["deleted_at"] is None)
    one_of_each = {
        "Studio": rows.studio,
        "Category": rows.categories[0],
        "Design": visible,
        "Image": rows.images[0],
        "User": rows.users[0],
    }
    return {name: row["id"] for name, row in one_of_each.items()}
