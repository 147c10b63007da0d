"""An operation's price follows from its document and the values of its variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLSchema, build_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.limits import Limits
from engine.plans import Plans
from engine.pricing import CEILING, SIZE, WEIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

SDL = """
interface Node { id: ID }
type Thing implements Node {
  id: ID name: String tags: [String] count: Int best: Thing parts: [Thing!]! shelf(n: Int): Shelf
}
type Shelf { things: [Thing!]! info: Info count: Int }
type Info { end: String }
input Where { text: String and: [Where] }
type Query { thing: Thing node: Node shelf(n: Int, where: Where): Shelf list(n: Int): [Thing] many: [Thing] }
type Mutation { change: Thing b: Int }
type Subscription { changed: Thing }
"""


def _size(arguments: Mapping[str, Any]) -> int:
    """The argument `n`, else 7."""
    size = arguments.get("n")
    return size if isinstance(size, int) else 7


def _search(arguments: Mapping[str, Any]) -> int:
    """50 where a text is searched for."""
    where = arguments.get("where")
    texts = str(where).count("'text': '")
    return 50 * texts


def _schema() -> GraphQLSchema:
    schema = build_schema(SDL)
    assert schema.query_type
    fields: Any = schema.type_map
    for kind, name in (("Query", "shelf"), ("Query", "list"), ("Thing", "shelf")):
        fields[kind].fields[name].extensions[SIZE] = _size
    schema.query_type.fields["shelf"].extensions[WEIGHT] = _search
    fields["Shelf"].fields["count"].extensions[WEIGHT] = 10
    fields["Thing"].fields["count"].extensions[WEIGHT] = 3
    return schema


PLANS = Plans(_schema(), Limits())
PRICES: dict[str, tuple[str, int]] = {
    "leaves are free": ("{ thing { id name tags } __typename }", 1),
    "an object": ("{ thing { best { best { id } } } }", 3),
    "a list of unknown length": ("{ thing { parts { id } } }", 11),
    "a list at the root": ("{ many { best { id } } }", 20),
    "lists multiply": ("{ many { parts { parts { id } } } }", 10 * (1 + 10 * (1 + 10))),
    "a weight of a leaf": ("{ thing { count } }", 4),
    "weights within a list": ("{ many { count } }", 40),
    "a list with a size": ("{ list(n: 3) { id } }", 3),
    "a list with its usual size": ("{ list { id } }", 7),
    "a page": ("{ shelf(n: 5) { things { id } info { end } count } }", 1 + 5 + 1 + 10),
    "a page within a page": ("{ shelf(n: 5) { things { shelf(n: 2) { things { id } } } } }", 1 + 5 * (1 + 1 + 2)),
    "a page's size reaches no further": ("{ shelf(n: 5) { things { parts { id } } } }", 1 + 5 * (1 + 10)),
    "a page of nothing": ("{ shelf(n: 0) { things { id } } }", 1),
    "no less than nothing": ("{ shelf(n: -5) { things { id } } }", 1),
    "null": ("{ shelf(n: null) { things { id } } }", 1 + 7),
    "a weight from an argument": (
        '{ shelf(where: {text: "a", and: [{text: "b"}, {}]}) { info { end } } }',
        1 + 1 + 100,
    ),
    "introspection": ('{ __schema { types { fields { name } } } __type(name: "Query") { name } }', 200),
    "introspection beside others": ("{ thing { id } __schema { types { name } } }", 101),
    "a mutation": ("mutation { change { best { id } } b }", 10 + 2 + 10),
    "a mutation that is answered once": ("mutation { change { id } change { name } }", 10 + 1),
    "a subscription": ("subscription { changed { best { id } } }", 2),
    "what is skipped": ("{ thing @skip(if: true) { best @include(if: false) { id } } }", 2),
    "a field twice": ("{ thing { best { id } } thing { best { name } } }", 2),
    "a field under two names": ("{ thing { best { id } } x: thing { best { id } } }", 4),
    "a fragment": ("{ shelf(n: 5) { ...F } } fragment F on Shelf { things { id } }", 6),
    "a fragment beside its fields": ("{ thing { best { id } ...F } } fragment F on Thing { best { name } }", 2),
    "a fragment on pages of two sizes": (
        "{ a: shelf(n: 5) { ...F } b: shelf(n: 2) { ...F } } fragment F on Shelf { things { id } }",
        6 + 3,
    ),
    "fragments on several types": ("{ node { id ... on Node { id } ... on Thing { best { id } } } }", 2),
    "as much as there is": ("{ shelf(n: 2147483647) { things { shelf(n: 2147483647) { things { id } } } } }", CEILING),
}
SIZED = "query ($n: Int) { shelf(n: $n) { things { id } } }"
DEFAULTED = "query ($n: Int = 4) { shelf(n: $n) { things { id } } }"
SEARCH = "query ($w: Where, $t: String) { shelf(where: {text: $t, and: [$w]}) { info { end } } }"
VARYING: dict[str, tuple[str, dict[str, Any], int]] = {
    "given": (SIZED, {"n": 30}, 31),
    "not given": (SIZED, {}, 8),
    "null": (SIZED, {"n": None}, 8),
    "of a wrong type": (SIZED, {"n": "30"}, 8),
    "not in the document": (SIZED, {"m": 30}, 8),
    "its default": (DEFAULTED, {}, 5),
    "instead of its default": (DEFAULTED, {"n": 2}, 3),
    "null instead of its default": (DEFAULTED, {"n": None}, 8),
    "within an input": (SEARCH, {"t": "a"}, 52),
    "an input": (SEARCH, {"w": {"text": "a", "and": [{"text": "b"}]}}, 102),
    "no search": (SEARCH, {"w": None}, 2),
    "beyond all bounds": (SIZED, {"n": 10**100}, CEILING),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.sampled_from(["text", "and", "x"]), values),
    max_leaves=5,
)


@pytest.mark.parametrize(("query", "points"), PRICES.values(), ids=PRICES.keys())
def test_the_price_of_a_document(query: str, points: int) -> None:
    assert _price(query, {}) == points


@pytest.mark.parametrize(("query", "variables", "points"), VARYING.values(), ids=VARYING.keys())
def test_the_price_follows_the_variables(query: str, variables: dict[str, Any], points: int) -> None:
    assert _price(query, variables) == points


def test_one_plan_has_a_price_for_each_set_of_variables() -> None:
    plan = PLANS.get(SIZED, None)
    assert [plan.price({"n": size}) for size in (1, 2, 1)] == [2, 3, 2]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["n", "w", "t", "x"]), JSON))
def test_no_variables_are_without_a_price(variables: dict[str, Any]) -> None:
    for query in (SIZED, DEFAULTED, SEARCH):
        assert 0 <= _price(query, variables) <= CEILING


def _price(query: str, variables: dict[str, Any]) -> int:
    plan = PLANS.get(query, None)
    assert [error.message for error in plan.errors] == []
    return plan.price(variables)
