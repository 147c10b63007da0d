"""What the domain's own fields cost, and that none of them was forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.limits import Limits
from engine.plans import Plans
from engine.pricing import SIZE, WEIGHT
from graph.pricing import LONG_TEXT, PASSWORD, id_count, page_size, search_points
from graph.schema import build_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLArgument, GraphQLField

SCHEMA = build_schema()
PLANS = Plans(SCHEMA, Limits())
PRICES: dict[str, tuple[str, int]] = {
    "one object": ('{ design(by: {slug: "a"}) { title category { name } } }', 2),
    "a page of the usual size": ("{ designs { nodes { title } } }", 1 + 20),
    "a page": ("{ designs(first: 50) { nodes { id coverImage { url } } } }", 1 + 50 * 2),
    "a page from the end": ("{ designs(last: 50) { nodes { id } } }", 51),
    "edges are objects too": ("{ designs(first: 10) { edges { cursor node { id } } } }", 1 + 10 * 2),
    "where the page stands": ("{ designs(first: 10) { nodes { id } pageInfo { endCursor } } }", 12),
    "a count": ("{ designs { totalCount } }", 11),
    "the largest page": ("{ designs(first: 100) { nodes { id } } }", 101),
    "no page": ("{ designs(first: 101) { nodes { id } } }", 101),
    "less than none": ("{ designs(first: -1) { nodes { id } } }", 101),
    "two pages in one": ("{ designs(first: 5, last: 30) { nodes { id } } }", 31),
    "null": ("{ designs(first: null) { nodes { id } } }", 21),
    "a page within a page": (
        "{ categories(first: 10) { nodes { designs(first: 5) { nodes { id } totalCount } } } }",
        1 + 10 * (1 + 1 + 5 + 10),
    ),
    "a list within a page": ("{ designs(first: 10) { nodes { images { url } } } }", 1 + 10 * (1 + 10)),
    "a search": ('{ designs(first: 10, where: {search: "silk"}) { nodes { id } } }', 50 + 11),
    "searches in each other": (
        '{ designs(first: 10, where: {or: [{search: "a"}, {not: {search: "b"}}], and: {search: "c"}}) { nodes {id} } }',
        150 + 11,
    ),
    "no search": ('{ designs(first: 10, where: {search: null, title: {eq: "search"}}) { nodes { id } } }', 11),
    "conditions on specifications": (
        '{ items(where: {specification: {key: "a", eq: "b"}, not: {specification: {key: "a"}}}) { totalCount } }',
        2 * 10 + 1 + 10,
    ),
    "a search in a specification": (
        '{ items(first: 10, where: {specification: {key: "a", contains: "b"}}) { nodes { id } } }',
        50 + 11,
    ),
    "few texts in a condition on a specification": (
        '{ items(first: 10, where: {specification: {key: "a", in: ["b", "c"]}}) { nodes { id } } }',
        10 + 11,
    ),
    "objects by their ids": ('{ nodes(ids: ["a", "b", "c"]) { id ... on Design { category { id } } } }', 6),
    "an object by its id, without the list": ('{ nodes(ids: "a") { id } }', 1),
    "a page of long texts": ("{ designs { nodes { title description } } }", 1 + 20 * (1 + 5)),
    "long texts of what is beside": (
        "{ designs(first: 10) { nodes { category { description } coverImage { url srcset altText } } } }",
        1 + 10 * (1 + 1 + 5 + 1 + 1 + 1),
    ),
    "one long text under thirty names": (
        f"{{ designs(first: 100) {{ nodes {{ {' '.join(f'a{name}: description' for name in range(30))} }} }} }}",
        1 + 100 * (1 + 30 * 5),
    ),
    "a log-in": (
        'mutation { logIn(input: {username: "a", password: "b"}) { viewer { id } userErrors { code } } }',
        10 + 200 + 1 + 1 + 10,
    ),
    "facets": (
        "{ designs { facets(fields: [COLOUR, STYLE]) { field values { value count } } } }",
        1 + 2 * 50 + 2 * (1 + 10),
    ),
    "a facet without its list": ("{ designs { facets(fields: COLOUR) { label } } }", 1 + 50 + 1),
    "a mutation": ('mutation { addFavorite(designId: "a") { design { id } userErrors { code } } }', 10 + 1 + 1 + 10),
}
SIZES: dict[str, tuple[Any, int]] = {
    "a number": (30, 30),
    "a whole float": (30.0, 30),
    "a broken float": (30.5, 20),
    "true": (True, 20),
    "a text": ("30", 20),
    "a list": ([30], 20),
    "an object": ({"first": 30}, 20),
    "null": (None, 20),
    "zero": (0, 100),
    "beyond all bounds": (1e300, 100),
    "infinite": (float("inf"), 20),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda values: (
        st.lists(values, max_size=3) | st.dictionaries(st.sampled_from(["search", "and", "or", "not"]), values)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(("query", "points"), PRICES.values(), ids=PRICES.keys())
def test_the_price_of_an_operation(query: str, points: int) -> None:
    plan = PLANS.get(query, None)
    assert ([error.message for error in plan.errors], plan.price({})) == ([], points)


@pytest.mark.parametrize("name", ["first", "last"])
@pytest.mark.parametrize(("size", "entries"), SIZES.values(), ids=SIZES.keys())
def test_the_size_of_a_page_is_read_as_an_int_is(size: Any, entries: int, name: str) -> None:
    plan = PLANS.get(f"query ($n: Int) {{ designs({name}: $n) {{ nodes {{ id }} }} }}", None)
    assert plan.price({"n": size}) == 1 + entries


def test_ids_and_searches_may_be_variables() -> None:
    plan = PLANS.get(
        "query ($ids: [ID!]!, $w: DesignWhere) { nodes(ids: $ids) { id } designs(where: $w) { totalCount } }", None
    )
    assert plan.price({"ids": ["a"] * 80, "w": {"and": [{"search": "a"}]}}) == 80 + 50 + 11


@pytest.mark.parametrize(("given", "lookups"), [([], 1), ("a", 1), (["a"] * 5, 1), (["a"] * 6, 2), (["a"] * 250, 50)])
def test_each_five_texts_are_a_lookup_of_their_own(given: Any, lookups: int) -> None:
    assert search_points({"where": {"specification": {"key": "a", "in": given}}}) == lookups * 10
    assert search_points({"where": {"specification": {"in": given, "contains": "b"}}}) == 50 + (lookups - 1) * 10


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["first", "last", "where", "ids"]), JSON))
def test_no_arguments_are_without_a_price(arguments: dict[str, Any]) -> None:
    ids = arguments.get("ids")
    assert 1 <= page_size(arguments) <= 100
    assert search_points(arguments) in range(0, 50 * _texts(arguments.get("where")) + 1, 50)
    assert id_count(arguments) == (len(ids) if isinstance(ids, list) else 1)


def test_each_paged_field_has_a_size_and_each_count_a_weight() -> None:
    fields = dict(_fields())
    paged = {name for name, field in fields.items() if "first" in field.args}
    counts = {name for name in fields if name.endswith(".totalCount")}
    assert {name for name in paged if not fields[name].extensions.keys() >= {SIZE, WEIGHT}} == set()
    assert {name for name in counts if not fields[name].extensions.get(WEIGHT)} == set()
    assert {"Query.designs", "Category.designs"} <= paged
    assert "DesignConnection.totalCount" in counts


def test_what_takes_a_password_and_who_tells_a_long_text_has_a_weight() -> None:
    fields = dict(_fields())
    looking = {name for name, field in fields.items() if any(map(_takes_a_password, field.args.items()))}
    passwords = ("register", "logIn", "changePassword", "resetPassword", "deleteAccount")
    assert looking == {f"Mutation.{name}" for name in passwords}
    assert {fields[name].extensions[WEIGHT] for name in looking} == {PASSWORD}
    long = {name for name in fields if name.endswith(".description") and not name.startswith("__")}
    weights = {name: fields[name].extensions[WEIGHT] for name in long}
    assert {name for name, weight in weights.items() if weight == LONG_TEXT} == {
        f"{kind}.description" for kind in ("Design", "Category", "Item", "Service", "ServiceTranslation")
    }


def _texts(value: Any) -> int:
    """How many texts there are in some JSON: no more can be searched for."""
    if isinstance(value, dict | list):
        return sum(map(_texts, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str)


def _takes_a_password(argument: tuple[str, GraphQLArgument]) -> bool:
    name, given = argument
    within = getattr(get_named_type(given.type), "fields", {})
    return any("password" in one.lower() for one in (name, *within))


def _fields() -> Iterator[tuple[str, GraphQLField]]:
    for kind in SCHEMA.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            yield from ((f"{kind.name}.{name}", field) for name, field in kind.fields.items())
