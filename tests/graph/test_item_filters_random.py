"""Filters of items: both databases find what plain Python finds in the same values, whatever the conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.collected import COLOURS, DAYS, GRAMS, NUMBERS, TAGS, TEXTS, URLS
from services.expected_items import expected_ids

if TYPE_CHECKING:
    from services.collected import Collected
    from services.server import Server

IDS = "query ($where: ItemWhere) { items(first: 100, where: $where) { totalCount nodes { id } } }"
SMALL = ("-7", "0", "3", "12", "1000", "1001", "5")


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with some of the fields, some of them null."""
    return st.fixed_dictionaries({}, optional={name: st.none() | values for name, values in fields.items()})


def _filter(key: str, operand: st.SearchStrategy[str], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    same = {"eq": operand, "in": st.lists(operand, max_size=3), "isNull": st.booleans()}
    return _some(**same, **more).map(lambda given: {"specification": given | {"key": key}})


def _bounds(operand: st.SearchStrategy[str]) -> dict[str, st.SearchStrategy[Any]]:
    return dict.fromkeys(("gt", "gte", "lt", "lte"), operand)


def _among(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


NUMBER = _among(*NUMBERS, *SMALL)
TEXT = _among(*TEXTS, "nowhere") | _among(*TEXTS).map(str.swapcase)
PIECE = TEXT.map(lambda text: text[1:4]) | _among("%", "_", "\\", "복", "ss")
DAY = _among(*(day for day in DAYS if len(day) == 10), "1987-05-30", "1999-12-31")
LEAF = st.one_of(
    _filter("note", TEXT, contains=PIECE),
    _filter("count", _among(*SMALL), **_bounds(_among(*SMALL))),
    _filter("ratio", NUMBER, **_bounds(NUMBER)),
    _filter("working", _among("true", "false")),
    _filter("made", _among(*DAYS), **{"from": DAY, "to": DAY}),
    _filter("made", TEXT, contains=PIECE),
    _filter("colour", _among(*COLOURS, "white", "nowhere")),
    _filter("tags", _among(*TAGS, "nowhere")),
    _filter("link", _among(*URLS), contains=PIECE),
    _filter("weight", NUMBER, **_bounds(NUMBER), unit=_among(*GRAMS)),
    _filter("pages", _among(*SMALL), **_bounds(_among(*SMALL))),
    st.fixed_dictionaries({"condition": st.lists(_among("NEW", "GOOD", "POOR"), max_size=2)}),
    st.fixed_dictionaries(
        {"category": _among("things", "books", "cameras", "nowhere").map(lambda slug: {"slug": slug})},
        optional={"includeDescendants": st.booleans()},
    ),
    st.fixed_dictionaries({"search": _among("camera", "한복", "red", "10", "attic rare", "%")}),
)
WHERE = LEAF
for _ in range(3):
    INNER = WHERE
    WHERE |= _some(**{"and": st.lists(INNER, max_size=3), "or": st.lists(INNER, max_size=3), "not": INNER})


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(where=WHERE)
def test_any_conditions_find_what_plain_python_finds(
    where: dict[str, Any], collected: Collected, collections: dict[str, Server]
) -> None:
    _finds_the_same(where, collected, collections)


@settings(max_examples=120, deadline=None)
@given(where=LEAF)
def test_each_condition_alone_and_negated_finds_what_plain_python_finds(
    where: dict[str, Any], collected: Collected, collections: dict[str, Server]
) -> None:
    _finds_the_same(where, collected, collections)
    _finds_the_same({"not": where}, collected, collections)


def _finds_the_same(where: dict[str, Any], collected: Collected, collections: dict[str, Server]) -> None:
    ids = expected_ids(collected, where)
    found = {kind: server.ask(IDS, where=where)["items"] for kind, server in collections.items()}
    for page in found.values():
        assert page["totalCount"] == len(ids)
        if "search" not in where:
            assert [node["id"] for node in page["nodes"]] == ids[:100]
    assert found["sqlite"] == found["postgresql"]
