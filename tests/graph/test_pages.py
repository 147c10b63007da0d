"""Pages: whole, and the same on both databases, in every order and direction, whatever is written meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.expected import ORDER_KEYS, expected_ids, matches, ordered
from services.rows import THEN, a_category, a_design

if TYPE_CHECKING:
    from db.database import Database
    from services.gallery import Gallery
    from services.server import Server

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String, $where: DesignWhere, $orderBy: [DesignOrder!]) {
  designs(first: $first, after: $after, last: $last, before: $before, where: $where, orderBy: $orderBy) {
    edges { cursor node { id title likeCount publishedAt } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""
SINGLE = [[{"field": field, "direction": direction}] for field in ORDER_KEYS for direction in ("ASC", "DESC")]
SEVERAL = [
    [{"field": field, "direction": direction} for field, direction in keys]
    for keys in (
        [("LIKE_COUNT", "DESC"), ("TITLE", "ASC")],
        [("VIEW_COUNT", "ASC"), ("TRENDING", "DESC"), ("CREATED_AT", "ASC")],
        [("TITLE", "DESC"), ("PUBLISHED_AT", "DESC"), ("LIKE_COUNT", "ASC")],
        [("LIKE_COUNT", "ASC"), ("VIEW_COUNT", "DESC"), ("LIKE_COUNT", "DESC")],  # the first mention counts
    )
]
ORDERS = [[], *SINGLE, *SEVERAL]
NAMES = ["+".join(f"{key['field']} {key['direction']}" for key in order) or "newest first" for order in ORDERS]


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("order", ORDERS, ids=NAMES)
def test_pages_forwards_hold_every_design_once_and_in_order(
    order: list[dict[str, str]], size: int, rows: Gallery, gallery: Server
) -> None:
    expected = expected_ids(rows, {}, order)
    at, after = 0, None
    while at < len(expected) or after is None:
        page = _page(gallery, first=size, after=after, orderBy=order)
        here = expected[at : at + size]
        assert [edge["node"]["id"] for edge in page["edges"]] == here
        assert _rest(page) == _consistent(page, more=at + size < len(expected), less=at > 0, total=len(expected))
        at, after = at + size, page["pageInfo"]["endCursor"]


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("order", ORDERS, ids=NAMES)
def test_pages_backwards_hold_every_design_once_and_in_order(
    order: list[dict[str, str]], size: int, rows: Gallery, gallery: Server
) -> None:
    expected = expected_ids(rows, {}, order)
    at, before = len(expected), None
    while at > 0:
        page = _page(gallery, last=size, before=before, orderBy=order)
        assert [edge["node"]["id"] for edge in page["edges"]] == expected[max(at - size, 0) : at]
        assert _rest(page) == _consistent(page, more=at < len(expected), less=at > size, total=len(expected))
        at, before = at - size, page["pageInfo"]["startCursor"]


@pytest.mark.parametrize("order", ORDERS, ids=NAMES)
def test_pages_are_the_same_on_both_databases(
    order: list[dict[str, str]], rows: Gallery, galleries: dict[str, Server]
) -> None:
    where = {"likeCount": {"gte": 1}, "not": {"style": {"eq": "boho"}}}
    visible = [row for row in rows.designs if row["status"] == "PUBLISHED" and row["deleted_at"] is None]
    chosen = ordered([row for row in visible if matches(rows, where, row)], order)
    expected = [
        {
            "id": f"Design_{row['id']}",
            "title": row["title"],
            "likeCount": row["like_count"],
            "publishedAt": row["published_at"].isoformat(),
        }
        for row in chosen
    ]
    pages = {kind: _page(server, first=100, where=where, orderBy=order) for kind, server in galleries.items()}
    assert {kind: [edge["node"] for edge in page["edges"]] for kind, page in pages.items()} == {
        "sqlite": expected,
        "postgresql": expected,
    }


def test_a_cursor_of_one_server_is_good_on_another(rows: Gallery, galleries: dict[str, Server]) -> None:
    order = [{"field": "TITLE", "direction": "DESC"}]
    first = _page(galleries["sqlite"], first=9, orderBy=order)
    second = _page(galleries["postgresql"], first=9, after=first["pageInfo"]["endCursor"], orderBy=order)
    assert [node["id"] for node in first["nodes"] + second["nodes"]] == expected_ids(rows, {}, order)[:18]


@pytest.mark.parametrize("order", [SINGLE[0], SINGLE[1], SINGLE[4], SINGLE[6], SINGLE[7], SEVERAL[0]])
def test_what_lies_between_two_cursors_is_a_list_too(
    order: list[dict[str, str]], rows: Gallery, gallery: Server
) -> None:
    expected = expected_ids(rows, {}, order)
    cursors = [edge["cursor"] for edge in _page(gallery, first=100, orderBy=order)["edges"]]
    between = {"after": cursors[4], "before": cursors[15], "orderBy": order}
    assert [node["id"] for node in _page(gallery, first=3, **between)["nodes"]] == expected[5:8]
    assert [node["id"] for node in _page(gallery, last=3, **between)["nodes"]] == expected[12:15]
    assert [node["id"] for node in _page(gallery, first=100, **between)["nodes"]] == expected[5:15]


def test_an_empty_page_has_no_cursors(gallery: Server) -> None:
    nowhere = {"pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}}
    assert _page(gallery, where={"or": []}) == {"edges": [], "nodes": [], "totalCount": 0} | nowhere


def test_a_page_has_twenty_entries_unless_told_otherwise(rows: Gallery, gallery: Server) -> None:
    assert [node["id"] for node in _page(gallery)["nodes"]] == expected_ids(rows, {})[:20]


def test_categories_are_paged_by_position_then_name(rows: Gallery, gallery: Server) -> None:
    query = (
        "query ($size: Int!, $after: String) { categories(first: $size, after: $after)"
        " { nodes { slug } pageInfo { endCursor hasNextPage } totalCount } }"
    )
    found, after = [], None
    for _ in range(4):
        page = gallery.ask(query, size=2, after=after)["categories"]
        found += [node["slug"] for node in page["nodes"]]
        assert page["totalCount"] == len(rows.categories)
        assert page["pageInfo"]["hasNextPage"] is (len(found) < len(rows.categories))
        after = page["pageInfo"]["endCursor"]
    assert found == ["sherwani", "wedding-hanbok", "women", "hanbok", "empty", "men", "lehenga"]


@pytest.mark.parametrize("order", [[], *SINGLE], ids=lambda order: order[0]["field"] if order else "newest first")
async def test_what_is_entered_meanwhile_neither_repeats_nor_hides_a_design(
    order: list[dict[str, str]], server: Server, db: Database
) -> None:
    """Between any two pages designs are entered before, behind and right beside where the reader is."""
    category = a_category()
    there = [_somewhere(category["id"], number, THEN + timedelta(hours=number % 3)) for number in range(12)]
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add(there)
    found, after = [], None
    for number in range(100):
        page = _page(server, first=2, after=after, orderBy=order)
        found += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
        if number < 4:
            async with db.transaction() as tx:
                await tx.designs.add([_somewhere(category["id"], place, datetime.now(UTC)) for place in range(12)])
    before = [f"Design_{row['id']}" for row in ordered(there, order)]
    assert len(found) == len(set(found))
    assert [one for one in found if one in before] == before
    moves = bool(order) and order[0]["field"] in {"LIKE_COUNT", "VIEW_COUNT", "TRENDING"}
    assert (found == before) or not moves, "a list whose keys move shows what was there when it was begun"


def _somewhere(category_id: str, place: int, moment: datetime) -> dict[str, Any]:
    """A design, of twelve, that is in the middle of some orders and beside others in the rest."""
    keys = {"like_count": place % 2, "view_count": place % 3, "trending_score": place % 4 / 3}
    return a_design(category_id, "ABC"[place % 3], created_at=moment, published_at=moment, **keys)


def _page(server: Server, **asked: Any) -> dict[str, Any]:
    page: dict[str, Any] = server.ask(PAGE, **asked)["designs"]
    return page


def _rest(page: dict[str, Any]) -> dict[str, Any]:
    return {name: page[name] for name in ("nodes", "pageInfo", "totalCount")}


def _consistent(page: dict[str, Any], *, more: bool, less: bool, total: int) -> dict[str, Any]:
    edges = page["edges"]
    cursors = {"startCursor": edges[0]["cursor"], "endCursor": edges[-1]["cursor"]}
    nodes = [{"id": edge["node"]["id"]} for edge in edges]
    info = {"hasNextPage": more, "hasPreviousPage": less} | cursors
    return {"nodes": nodes, "pageInfo": info, "totalCount": total}
