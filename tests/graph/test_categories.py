"""The category tree: up, down, and the designs in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.expected import expected_ids
from services.rows import THEN, a_category, a_design

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.database import Database
    from services.gallery import Gallery
    from services.server import Server

WHOLE = """
query ($by: CategoryBy!) {
  category(by: $by) {
    __typename id slug name description position version createdAt updatedAt
    parent { slug parent { slug parent { slug } } }
    ancestors { slug }
    children { slug name position parent { slug } children { slug } }
  }
}
"""
TREE = "{ categories(where: {root: true}) { nodes { slug children { slug children { slug children { slug } } } } } }"
DESIGNS = """
query ($slug: String!, $where: DesignWhere, $orderBy: [DesignOrder!], $first: Int, $last: Int) {
  category(by: {slug: $slug}) {
    designs(where: $where, orderBy: $orderBy, first: $first, last: $last) {
      nodes { id }
      pageInfo { hasNextPage hasPreviousPage }
      totalCount
    }
  }
  categories {
    nodes {
      slug
      designs(where: $where, orderBy: $orderBy, first: $first, last: $last) {
        nodes { id }
        pageInfo { hasNextPage hasPreviousPage }
        totalCount
      }
    }
  }
}
"""


def test_a_category_is_told_whole(rows: Gallery, gallery: Server) -> None:
    hanbok = next(row for row in rows.categories if row["slug"] == "hanbok")
    whole = {
        "__typename": "Category",
        "id": f"Category_{hanbok['id']}",
        "slug": "hanbok",
        "name": "한복 Hanbok",
        "description": "Korean dress",
        "position": 0,
        "version": 1,
        "createdAt": THEN.isoformat(),
        "updatedAt": THEN.isoformat(),
        "parent": {"slug": "women", "parent": None},
        "ancestors": [{"slug": "women"}],
        "children": [
            {
                "slug": "wedding-hanbok",
                "name": "Wedding hanbok",
                "position": 0,
                "parent": {"slug": "hanbok"},
                "children": [],
            }
        ],
    }
    assert gallery.ask(WHOLE, by={"slug": "hanbok"}) == {"category": whole}
    assert gallery.ask(WHOLE, by={"id": whole["id"]}) == {"category": whole}


@pytest.mark.parametrize("by", [{"slug": "nowhere"}, {"slug": ""}, {"id": ""}, {"id": "Category_" + "0" * 32}])
def test_a_category_that_is_not_there_is_null(by: dict[str, str], gallery: Server) -> None:
    assert gallery.ask(WHOLE, by=by) == {"category": None}


@pytest.mark.parametrize("by", [{}, {"slug": "men", "id": "x"}, {"slug": None}, {"slug": "men", "id": None}])
def test_a_category_is_asked_for_in_exactly_one_way(by: dict[str, Any], gallery: Server) -> None:
    place = " at .slug" if by == {"slug": None} else ""
    error = {
        "message": f"Variable '$by' has invalid value{place}: Within OneOf Input Object type 'CategoryBy', "
        "exactly one field must be specified, and the value for that field must be non-null.",
        "locations": [{"line": 2, "column": 8}],
        "extensions": {"code": "BAD_USER_INPUT"},
    }
    assert gallery.answer(WHOLE, by=by) == {"errors": [error]}


def test_the_tree_is_read_from_its_roots(gallery: Server) -> None:
    wedding = {"slug": "wedding-hanbok", "children": []}
    assert gallery.ask(TREE)["categories"]["nodes"] == [
        {
            "slug": "women",
            "children": [{"slug": "hanbok", "children": [wedding]}, {"slug": "lehenga", "children": []}],
        },
        {"slug": "empty", "children": []},
        {"slug": "men", "children": [{"slug": "sherwani", "children": []}]},
    ]


async def test_ancestors_come_from_the_root_down_for_every_category_of_a_list(server: Server, db: Database) -> None:
    chain = [a_category("Level 0")]
    for level in range(1, 12):
        chain.append(a_category(f"Level {level}", parent_id=chain[-1]["id"], position=level))
    async with db.transaction() as tx:
        for row in chain:
            await tx.categories.add([row])
    names = [row["name"] for row in chain]
    parents = [None, *({"name": name} for name in names)]
    above = [{"name": name, "parent": parent} for name, parent in zip(names, parents, strict=False)]
    expected = [{"name": name, "ancestors": above[:level]} for level, name in enumerate(names)]
    answer = server.ask("{ categories { nodes { name ancestors { name parent { name } } } } }")
    assert answer == {"categories": {"nodes": expected}}


async def test_siblings_stand_by_position_then_name_then_id(server: Server, db: Database) -> None:
    root = a_category("Root")
    named = [("b", 1), ("C", 0), ("a", 1), ("c", 0), ("É", 0), ("é", 0), ("가", 0), ("Z", -5)]
    siblings = [a_category(name, parent_id=root["id"], position=position) for name, position in named]
    async with db.transaction() as tx:
        await tx.categories.add([root])
        await tx.categories.add(siblings[::-1])
    expected = [{"name": name} for name in ("Z", "C", "c", "É", "é", "가", "a", "b")]
    below = server.ask(
        "query ($slug: String!) { category(by: {slug: $slug}) { children { name } } }", slug=root["slug"]
    )
    assert below == {"category": {"children": expected}}
    listed = server.ask("{ categories(where: {root: false}) { nodes { name } } }")
    assert listed == {"categories": {"nodes": expected}}


@pytest.mark.parametrize("descend", [{}, {"includeDescendants": True}])
@pytest.mark.parametrize("where", [{}, {"likeCount": {"gte": 2}}, {"search": "a"}, {"not": {"featured": True}}])
@pytest.mark.parametrize("sizes", [{"first": 3}, {"last": 3}, {"first": 100}])
def test_the_designs_of_a_category_are_the_same_alone_and_below_a_list(
    sizes: dict[str, Any], where: dict[str, Any], descend: dict[str, Any], rows: Gallery, gallery: Server
) -> None:
    order = [{"field": "VIEW_COUNT", "direction": "DESC"}, {"field": "TITLE", "direction": "ASC"}]
    given = where | descend
    whole = {
        row["slug"]: expected_ids(rows, given | {"category": {"slug": row["slug"]}}, order) for row in rows.categories
    }
    pages = {slug: _page(ids, sizes) for slug, ids in whole.items()}
    for slug, page in pages.items():
        answer = gallery.ask(DESIGNS, slug=slug, where=given, orderBy=order, **sizes)
        assert answer["category"] == {"designs": page}
        assert {node["slug"]: node["designs"] for node in answer["categories"]["nodes"]} == pages


def test_a_list_that_was_begun_below_a_list_goes_on_for_its_category_alone(rows: Gallery, gallery: Server) -> None:
    order = [{"field": "LIKE_COUNT", "direction": "DESC"}]
    where = {"includeDescendants": True, "featured": False}
    begin = """query ($where: DesignWhere, $orderBy: [DesignOrder!]) { categories(where: {root: true}) { nodes {
      slug designs(first: 2, where: $where, orderBy: $orderBy) { nodes { id } pageInfo { endCursor } } } } }"""
    go_on = """query ($slug: String!, $where: DesignWhere, $orderBy: [DesignOrder!], $after: String) {
      category(by: {slug: $slug}) { designs(where: $where, orderBy: $orderBy, after: $after) { nodes { id } } } }"""
    begun = gallery.ask(begin, where=where, orderBy=order)["categories"]["nodes"]
    for slug, page in {node["slug"]: node["designs"] for node in begun if node["designs"]["nodes"]}.items():
        after = page["pageInfo"]["endCursor"]
        rest = gallery.ask(go_on, slug=slug, where=where, orderBy=order, after=after)["category"]["designs"]["nodes"]
        found = [node["id"] for node in page["nodes"] + rest]
        assert found == expected_ids(rows, where | {"category": {"slug": slug}}, order)[:22]


async def test_a_category_below_another_with_a_condition_on_a_third_has_what_is_in_both(
    server: Server, db: Database
) -> None:
    outer = a_category("Outer")
    inner = a_category("Inner", parent_id=outer["id"])
    designs = [a_design(outer["id"], "In outer"), a_design(inner["id"], "In inner")]
    async with db.transaction() as tx:
        await tx.categories.add([outer, inner])
        await tx.designs.add(designs)
    query = (
        "query ($slug: String!, $where: DesignWhere) {"
        " category(by: {slug: $slug}) { designs(where: $where) { nodes { title } } }"
        " categories(where: {root: true}) { nodes { designs(where: $where) { nodes { title } } } } }"
    )
    where = {"category": {"slug": inner["slug"]}, "includeDescendants": True}
    found = {"designs": {"nodes": [{"title": "In inner"}]}}
    answer = server.ask(query, slug=outer["slug"], where=where)
    assert answer == {"category": found, "categories": {"nodes": [found]}}


def _page(ids: list[str], sizes: Mapping[str, int]) -> dict[str, Any]:
    first, last = sizes.get("first"), sizes.get("last")
    shown = ids[:first] if first else ids[-(last or 0) :]
    more = len(shown) < len(ids)
    info = {"hasNextPage": more and bool(first), "hasPreviousPage": more and bool(last)}
    return {"nodes": [{"id": one} for one in shown], "pageInfo": info, "totalCount": len(ids)}
