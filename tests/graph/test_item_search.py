"""Search of items: in names, values and descriptions, the best match first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.expected import folded
from services.expected_items import expected_ids, global_id, matches, written

if TYPE_CHECKING:
    from services.collected import Collected, Thing
    from services.server import Server

HITS = """
query ($search: String!, $first: Int, $after: String, $last: Int, $before: String, $orderBy: [ItemOrder!]) {
  items(where: {search: $search}, first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
    nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
SEARCHES = (
    "camera",
    "CAMERA rare",
    "한복",
    "한",
    "red",
    "attic",
    "leica camera",
    "100%",
    "_",
    "\\",
    "strasse",
    "10",
    "nowhere",
    "",
)


@pytest.mark.parametrize("search", SEARCHES)
def test_what_matches_best_comes_first(search: str, collected: Collected, collection: Server) -> None:
    expected = _best_first(collected, search)
    assert _forwards(collection, search=search) == expected
    assert _backwards(collection, search=search) == expected


def test_an_order_that_is_asked_for_counts(collected: Collected, collection: Server) -> None:
    order = [{"field": "CREATED_AT", "direction": "DESC"}]
    for search in SEARCHES:
        expected = expected_ids(collected, {"search": search})
        assert _forwards(collection, search=search, orderBy=order) == expected


def test_a_search_within_other_conditions_leaves_the_order_alone(collected: Collected, collection: Server) -> None:
    query = "query ($where: ItemWhere) { items(first: 100, where: $where) { nodes { id } } }"
    where = {"and": [{"search": "camera"}]}
    found = [node["id"] for node in collection.ask(query, where=where)["items"]["nodes"]]
    assert found == expected_ids(collected, where)


def test_the_best_of_each_category_come_first(collected: Collected, collection: Server) -> None:
    query = '{ categories { nodes { slug items(first: 100, where: {search: "camera"}) { nodes { id } totalCount } } } }'
    for category in collection.ask(query)["categories"]["nodes"]:
        best = _best_first(collected, "camera", {"category": {"slug": category["slug"]}})
        assert category["items"] == {"nodes": [{"id": one} for one in best], "totalCount": len(best)}


@pytest.mark.parametrize("search", [" ".join(map(str, range(11))), "한" * 101])
def test_a_long_search_is_refused(search: str, collection: Server) -> None:
    [error] = collection.answer(HITS, search=search)["errors"]
    assert error["message"] == "`search` may have 10 words, each of at most 100 characters."
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


def _best_first(collected: Collected, search: str, within: dict[str, Any] | None = None) -> list[str]:
    hits = [thing for thing in collected.things if matches(collected, {"search": search, **(within or {})}, thing)]
    hits.sort(key=lambda thing: (_rank(thing, search), thing.created_at, thing.row["id"]), reverse=True)
    return [global_id(thing) for thing in hits]


def _rank(thing: Thing, search: str) -> int:
    name, values = folded(thing.row["name"]), "\n".join(map(written, thing.row["specification_values"].values()))
    words = folded(search).split()
    if all(word in name for word in words):
        return 2
    return int(all(word in name or word in folded(values) for word in words))


def _forwards(server: Server, **asked: Any) -> list[str]:
    found: list[str] = []
    page, after = {}, None
    while after is None or page["pageInfo"]["hasNextPage"]:
        page = server.ask(HITS, first=13, after=after, **asked)["items"]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if after is None:
            break
    assert page["totalCount"] == len(found)
    return found


def _backwards(server: Server, **asked: Any) -> list[str]:
    found: list[str] = []
    page, before = {}, None
    while before is None or page["pageInfo"]["hasPreviousPage"]:
        page = server.ask(HITS, last=13, before=before, **asked)["items"]
        found = [node["id"] for node in page["nodes"]] + found
        before = page["pageInfo"]["startCursor"]
        if before is None:
            break
    return found
