"""Items in every order, forwards and backwards, page by page; those without a value come last."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from services.collected import COLOURS
from services.expected import folded
from services.expected_items import expected_ids, global_id, matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.collected import Collected, Thing
    from services.server import Server

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String, $where: ItemWhere, $orderBy: [ItemOrder!]) {
  items(first: $first, after: $after, last: $last, before: $before, where: $where, orderBy: $orderBy) {
    edges { cursor node { id } } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
THINGS = {"category": {"slug": "things"}, "includeDescendants": True}
NONE = (
    "No specification with the key secret can be filtered or ordered by: "
    "give the key of one that is filterable and not archived."
)
KEYS = ("note", "count", "ratio", "working", "made", "colour", "link", "weight")


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("key", KEYS)
def test_a_specification_orders_page_by_page_in_both_directions(
    key: str, direction: str, collected: Collected, collection: Server
) -> None:
    order = [{"field": "SPECIFICATION", "direction": direction, "specificationKey": key}]
    expected = [global_id(thing) for thing in _by_value(_things(collected, THINGS), key, direction)]
    assert _forwards(collection, where=THINGS, orderBy=order) == expected
    assert _backwards(collection, where=THINGS, orderBy=order) == expected


@pytest.mark.parametrize("where", [{"category": {"slug": "cameras"}}, {"specification": {"key": "count", "gt": "0"}}])
def test_a_filtered_list_is_ordered_too(where: dict[str, Any], collected: Collected, collection: Server) -> None:
    order = [{"field": "SPECIFICATION", "direction": "DESC", "specificationKey": "ratio"}]
    expected = [global_id(thing) for thing in _by_value(_things(collected, where), "ratio", "DESC")]
    assert _forwards(collection, where=where, orderBy=order) == expected
    assert _backwards(collection, where=where, orderBy=order) == expected


def test_units_of_different_definitions_are_ordered_together(collected: Collected, collection: Server) -> None:
    order = [{"field": "SPECIFICATION", "direction": "ASC", "specificationKey": "weight"}]
    expected = [global_id(thing) for thing in _by_value(collected.things, "weight", "ASC")]
    assert _forwards(collection, orderBy=order) == expected


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_other_fields_order_what_has_the_same_value(direction: str, collected: Collected, collection: Server) -> None:
    order = [
        {"field": "SPECIFICATION", "direction": "ASC", "specificationKey": "working"},
        {"field": "PRICE", "direction": direction},
        {"field": "NAME", "direction": "DESC"},
    ]
    things = sorted(_things(collected, THINGS), key=lambda thing: str(thing.row["id"]))
    things.sort(key=lambda thing: folded(thing.row["name"]), reverse=True)
    priced = [thing for thing in things if thing.row["price_amount"] is not None]
    priced.sort(key=lambda thing: thing.row["price_amount"], reverse=direction == "DESC")
    things = priced + [thing for thing in things if thing.row["price_amount"] is None]
    things.sort(key=lambda thing: [False, True, None].index(thing.meanings.get("working")))
    assert _forwards(collection, where=THINGS, orderBy=order) == [global_id(thing) for thing in things]
    assert _backwards(collection, where=THINGS, orderBy=order) == [global_id(thing) for thing in things]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["CREATED_AT", "NAME", "PRICE"])
def test_a_field_orders_page_by_page_in_both_directions(
    field: str, direction: str, collected: Collected, collection: Server
) -> None:
    things = sorted(collected.things, key=lambda thing: str(thing.row["id"]), reverse=direction == "DESC")
    known = [thing for thing in things if _field(thing, field) is not None]
    known.sort(key=lambda thing: _field(thing, field), reverse=direction == "DESC")
    expected = [global_id(thing) for thing in (*known, *(one for one in things if _field(one, field) is None))]
    order = [{"field": field, "direction": direction}]
    assert _forwards(collection, orderBy=order) == expected
    assert _backwards(collection, orderBy=order) == expected


def test_the_newest_come_first_unless_told_otherwise(collected: Collected, collection: Server) -> None:
    assert _forwards(collection) == _forwards(collection, orderBy=[]) == expected_ids(collected, {})


def test_what_lies_between_two_cursors_is_a_list_too(collected: Collected, collection: Server) -> None:
    """Also where one of them stands at an item without a value."""
    asked = {"where": THINGS, "orderBy": [{"field": "SPECIFICATION", "direction": "ASC", "specificationKey": "made"}]}
    expected = [global_id(thing) for thing in _by_value(_things(collected, THINGS), "made", "ASC")]
    cursors = [edge["cursor"] for edge in _page(collection, first=100, **asked)["edges"]]
    valued = sum("made" in thing.meanings for thing in _things(collected, THINGS))
    for start, end in ((3, 20), (valued - 3, valued + 4), (valued + 1, valued + 8), (valued - 1, valued), (5, 3)):
        between = {"after": cursors[start], "before": cursors[end], **asked}
        assert _ids(_page(collection, first=100, **between)) == expected[start + 1 : end]
        assert _ids(_page(collection, first=2, **between)) == expected[start + 1 : end][:2]
        assert _ids(_page(collection, last=2, **between)) == expected[start + 1 : end][-2:]


def test_a_category_below_a_list_is_ordered_as_it_is_alone(collected: Collected, collection: Server) -> None:
    order = 'orderBy: [{field: SPECIFICATION, direction: DESC, specificationKey: "weight"}]'
    listed = collection.ask(f"{{ categories {{ nodes {{ slug items(first: 100, {order}) {{ nodes {{ id }} }} }} }} }}")
    for category in listed["categories"]["nodes"]:
        inside = _things(collected, {"category": {"slug": category["slug"]}})
        expected = [{"id": global_id(thing)} for thing in _by_value(inside, "weight", "DESC")]
        assert category["items"]["nodes"] == expected
        alone = (
            f'{{ category(by: {{slug: "{category["slug"]}"}}) {{ items(first: 100, {order}) {{ nodes {{ id }} }} }} }}'
        )
        assert collection.ask(alone)["category"]["items"]["nodes"] == expected


def test_a_page_of_a_category_below_a_list_goes_on_alone(collected: Collected, collection: Server) -> None:
    order = 'orderBy: [{field: SPECIFICATION, direction: ASC, specificationKey: "weight"}]'
    page = f"items(first: 5, {order}) {{ nodes {{ id }} pageInfo {{ endCursor }} }}"
    for category in collection.ask(f"{{ categories {{ nodes {{ slug {page} }} }} }}")["categories"]["nodes"]:
        after = category["items"]["pageInfo"]["endCursor"]
        rest = f'items(first: 100, after: "{after}", {order}) {{ nodes {{ id }} }}'
        alone = collection.ask(f'{{ category(by: {{slug: "{category["slug"]}"}}) {{ {rest} }} }}')["category"]["items"]
        inside = _things(collected, {"category": {"slug": category["slug"]}})
        expected = [{"id": global_id(thing)} for thing in _by_value(inside, "weight", "ASC")]
        assert category["items"]["nodes"] + alone["nodes"] == expected


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (
            [{"field": "SPECIFICATION", "direction": "ASC"}],
            "`specificationKey` goes with SPECIFICATION in `orderBy`, and only there.",
        ),
        (
            [{"field": "NAME", "direction": "ASC", "specificationKey": "count"}],
            "`specificationKey` goes with SPECIFICATION in `orderBy`, and only there.",
        ),
        (
            [
                {"field": "NAME", "direction": "ASC"},
                {"field": "SPECIFICATION", "direction": "ASC", "specificationKey": "count"},
            ],
            "SPECIFICATION comes first in `orderBy`, and once; other fields may follow.",
        ),
        (
            [{"field": "SPECIFICATION", "direction": "ASC", "specificationKey": "tags"}],
            "tags has several options at once, which have no order.",
        ),
        (
            [{"field": "SPECIFICATION", "direction": "ASC", "specificationKey": "made"}],
            "made is not the same in every category: order within one, by `category` in `where`.",
        ),
        (
            [{"field": "SPECIFICATION", "direction": "ASC", "specificationKey": "colour"}],
            "colour is not the same in every category: order within one, by `category` in `where`.",
        ),
        (
            [{"field": "SPECIFICATION", "direction": "ASC", "specificationKey": "secret"}],
            NONE,
        ),
    ],
)
def test_refuses_an_order_that_cannot_be_meant(order: list[dict[str, str]], message: str, collection: Server) -> None:
    place = {"locations": [{"line": 3, "column": 3}], "path": ["items"]}
    refusal = {"message": message, **place, "extensions": {"code": "BAD_USER_INPUT"}}
    assert collection.answer(PAGE, orderBy=order) == {"errors": [refusal], "data": None}


@pytest.mark.parametrize("where", [{"category": {"slug": "books"}}, {"category": {"slug": "cameras"}}])
def test_a_category_tells_which_definition_is_meant(
    where: dict[str, Any], collected: Collected, collection: Server
) -> None:
    order = [{"field": "SPECIFICATION", "direction": "ASC", "specificationKey": "made"}]
    expected = [global_id(thing) for thing in _by_value(_things(collected, where), "made", "ASC")]
    assert _forwards(collection, where=where, orderBy=order) == expected
    by = f'{{slug: "{where["category"]["slug"]}"}}'
    keyed = 'orderBy: [{field: SPECIFICATION, direction: ASC, specificationKey: "made"}]'
    alone = collection.ask(f"{{ category(by: {by}) {{ items(first: 100, {keyed}) {{ nodes {{ id }} }} }} }}")
    assert [node["id"] for node in alone["category"]["items"]["nodes"]] == expected


def test_a_cursor_of_another_order_is_refused(collection: Server) -> None:
    orders = [[{"field": "SPECIFICATION", "direction": "ASC", "specificationKey": key}] for key in ("count", "ratio")]
    after = _page(collection, first=1, orderBy=orders[0])["pageInfo"]["endCursor"]
    [error] = collection.answer(PAGE, first=1, after=after, orderBy=orders[1])["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


def _things(collected: Collected, where: dict[str, Any]) -> list[Thing]:
    return [thing for thing in collected.things if matches(collected, where, thing)]


def _by_value(things: Sequence[Thing], key: str, direction: str) -> list[Thing]:
    """By what a value means, then in the order in which they were entered."""
    reverse = direction == "DESC"
    found = list(reversed(things)) if reverse else list(things)
    valued = [thing for thing in found if key in thing.meanings]
    valued.sort(key=lambda thing: _rank(thing, key), reverse=reverse)
    return [*valued, *(thing for thing in found if key not in thing.meanings)]


def _rank(thing: Thing, key: str) -> Any:
    value = thing.meanings[key]
    if thing.types[key] == "ENUM":
        return COLOURS.index(value)
    if not isinstance(value, str):
        return value
    text = folded(value)  # of longer texts the beginning counts, and then whatever is always the same
    return text if len(text) <= 200 else f"{text[:200]}\n{sha256(text.encode()).hexdigest()}"


def _field(thing: Thing, field: str) -> Any:
    named = {"CREATED_AT": thing.created_at, "NAME": folded(thing.row["name"]), "PRICE": thing.row["price_amount"]}
    return named[field]


def _forwards(server: Server, **asked: Any) -> list[str]:
    found: list[str] = []
    page, after = {}, None
    while after is None or page["pageInfo"]["hasNextPage"]:
        page = _page(server, first=17, after=after, **asked)
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        found += _ids(page)
        after = page["pageInfo"]["endCursor"]
    assert page["totalCount"] == len(found)
    return found


def _backwards(server: Server, **asked: Any) -> list[str]:
    found: list[str] = []
    page, before = {}, None
    while before is None or page["pageInfo"]["hasPreviousPage"]:
        page = _page(server, last=17, before=before, **asked)
        found = _ids(page) + found
        before = page["pageInfo"]["startCursor"]
    return found


def _page(server: Server, **asked: Any) -> dict[str, Any]:
    page: dict[str, Any] = server.ask(PAGE, **asked)["items"]
    return page


def _ids(page: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in page["edges"]]
