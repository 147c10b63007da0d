"""Cursors and the paging arguments: what is refused, and in which words."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from services.server import Server

SOURCES = Path(__file__).parents[2] / "src"
FOREIGN = "This cursor belongs to another list: start again without it after changing `where` or `orderBy`."
LISTS = {
    "designs": "query (%s) { designs(%s) { nodes { id } pageInfo { endCursor } } }",
    "categories": "query (%s) { categories(%s) { nodes { id } pageInfo { endCursor } } }",
    "category": 'query (%s) { category(by: {slug: "hanbok"}) { designs(%s) { nodes { id } pageInfo { endCursor } } } }',
    "category 2": 'query (%s) { category(by: {slug: "men"}) { designs(%s) { nodes { id } pageInfo { endCursor } } } }',
}
TYPES = {
    "first": "Int", "after": "String", "last": "Int", "before": "String",
    "where": "DesignWhere", "orderBy": "[DesignOrder!]",
}  # fmt: skip
LIKED = {"where": {"likeCount": {"gte": 1}}, "orderBy": [{"field": "LIKE_COUNT", "direction": "DESC"}]}
OTHERS = {
    "another field": LIKED | {"orderBy": [{"field": "VIEW_COUNT", "direction": "DESC"}]},
    "the other direction": LIKED | {"orderBy": [{"field": "LIKE_COUNT", "direction": "ASC"}]},
    "a further key": LIKED | {"orderBy": [*LIKED["orderBy"], {"field": "TITLE", "direction": "ASC"}]},
    "no order": {"where": LIKED["where"]},
    "another value": LIKED | {"where": {"likeCount": {"gte": 2}}},
    "another operator": LIKED | {"where": {"likeCount": {"gt": 1}}},
    "another condition": LIKED | {"where": {"likeCount": {"gte": 1}, "featured": True}},
    "no condition": {"orderBy": LIKED["orderBy"]},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_a_cursor_of_another_order_or_condition_is_refused(other: dict[str, Any], gallery: Server) -> None:
    cursor = _end(gallery, "designs", first=2, **LIKED)
    _refuses(gallery, "designs", FOREIGN, after=cursor, **other)
    _refuses(gallery, "designs", FOREIGN, before=cursor, **other)


@pytest.mark.parametrize(("made", "used"), [(made, used) for made in LISTS for used in LISTS if made != used])
def test_a_cursor_of_another_connection_is_refused(made: str, used: str, gallery: Server) -> None:
    _refuses(gallery, used, FOREIGN, after=_end(gallery, made, first=1))


def test_a_cursor_of_another_category_is_refused(gallery: Server) -> None:
    _refuses(gallery, "category", FOREIGN, after=_end(gallery, "category 2", first=1))


@pytest.mark.parametrize("cursor", ["", " ", "null", "MTIz", "AAAA" * 20, "é", "\u202e", "=" * 40, "x" * 10_000, "e30"])
@pytest.mark.parametrize("list_name", LISTS)
def test_what_is_no_cursor_is_refused(list_name: str, cursor: str, gallery: Server) -> None:
    _refuses(gallery, list_name, FOREIGN, after=cursor)
    _refuses(gallery, list_name, FOREIGN, before=cursor)


def test_a_cursor_that_was_changed_anywhere_is_refused(gallery: Server) -> None:
    raw = urlsafe_b64decode(_end(gallery, "designs", first=2))
    changed = [raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :] for place in range(len(raw))]
    for one in (*changed, raw[:-1], raw[:12], raw + b" "):
        _refuses(gallery, "designs", FOREIGN, after=urlsafe_b64encode(one).decode())


def test_a_cursor_under_another_secret_is_refused(gallery: Server, server: Server) -> None:
    _refuses(server, "designs", FOREIGN, after=_end(gallery, "designs", first=2))


def test_a_cursor_of_a_search_is_the_same_in_every_process() -> None:
    """The parts of a search are a set; its order differs between processes, and the list must not."""
    program = (
        "from db.search import search_filter; from graph.cursors import identity;"
        "print(identity('designs', search_filter(('한복', 'wedding', 'लहंगा'))).hex())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONPATH": str(SOURCES), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


@pytest.mark.parametrize("list_name", LISTS)
@pytest.mark.parametrize("name", ["first", "last"])
@pytest.mark.parametrize("size", [0, -1, 101, 2**31 - 1, -(2**31)])
def test_a_page_of_an_impossible_size_is_refused(size: int, name: str, list_name: str, gallery: Server) -> None:
    _refuses(gallery, list_name, f"A page has 1 to 100 entries, not {size}.", **{name: size})


@pytest.mark.parametrize("list_name", LISTS)
def test_first_and_last_together_are_refused(list_name: str, gallery: Server) -> None:
    _refuses(gallery, list_name, "Give `first` or `last`, not both.", first=1, last=1)


@pytest.mark.parametrize("list_name", LISTS)
def test_the_smallest_and_the_largest_page_are_answered(list_name: str, gallery: Server) -> None:
    for name in ("first", "last"):
        assert len(_connection(gallery, list_name, **{name: 1})["nodes"]) == 1
        assert 1 < len(_connection(gallery, list_name, **{name: 100})["nodes"]) <= 100


@pytest.mark.parametrize("list_name", LISTS)
def test_null_counts_as_left_out(list_name: str, gallery: Server) -> None:
    nothing = dict.fromkeys(("first", "after", "last", "before"))
    assert _connection(gallery, list_name, **nothing) == _connection(gallery, list_name, first=20)


def _query(list_name: str, asked: dict[str, Any]) -> str:
    declared = ", ".join(f"${name}: {TYPES[name]}" for name in asked)
    given = ", ".join(f"{name}: ${name}" for name in asked)
    return LISTS[list_name] % (declared, given)


def _connection(server: Server, list_name: str, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = server.ask(_query(list_name, asked), **asked)
    while "nodes" not in found:
        found = next(iter(found.values()))
    return found


def _end(server: Server, list_name: str, **asked: Any) -> str:
    return str(_connection(server, list_name, **asked)["pageInfo"]["endCursor"])


def _refuses(server: Server, list_name: str, message: str, **asked: Any) -> None:
    query = _query(list_name, asked)
    above = list_name.startswith("category")
    path = ["category", "designs"] if above else [list_name]
    error = {
        "message": message,
        "locations": [{"line": 1, "column": query.index(f"{path[-1]}(") + 1}],
        "path": path,
        "extensions": {"code": "BAD_USER_INPUT"},
    }
    assert server.answer(query, **asked) == {"errors": [error], "data": {"category": None} if above else None}
