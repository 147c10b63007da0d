"""Plans are made once for each operation of a document, and only so many are kept."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationType, build_schema, parse

from engine.depth import depth
from engine.plans import MAX_TOKENS, Plans

SCHEMA = build_schema("type Query { a: Int b: Int deep: Query } type Mutation { c: Int }")
FAILED = {
    "no GraphQL": ("{", "GRAPHQL_PARSE_FAILED"),
    "an unknown field": ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
    "two operations": ("query A { a } query B { b }", "OPERATION_RESOLUTION_FAILURE"),
}


def test_the_plan_of_a_document_is_made_once() -> None:
    plans = _plans()
    plan = plans.get("{ a }", None)
    assert plans.get("{ a }", None) is plan
    assert (plan.operation, list(plan.errors), plan.code) == (OperationType.QUERY, [], "")
    assert plan.document is not None


@pytest.mark.parametrize(("query", "code"), FAILED.values(), ids=FAILED.keys())
def test_a_failed_plan_is_kept_too(query: str, code: str) -> None:
    plans = _plans()
    plan = plans.get(query, None)
    assert plans.get(query, None) is plan
    assert (plan.document, plan.operation, len(plan.errors), plan.code) == (None, None, 1, code)


def test_each_operation_of_a_document_has_a_plan_of_its_own() -> None:
    plans, document = _plans(), "query A { a } mutation B { c }"
    kinds = {name: plans.get(document, name).operation for name in ("A", "B", "C", None)}
    assert kinds == {"A": OperationType.QUERY, "B": OperationType.MUTATION, "C": None, None: None}


def test_the_plan_used_longest_ago_goes_first() -> None:
    plans = _plans(size=10)
    first, second = plans.get("{ a }", None), plans.get("{ b }", None)
    assert plans.get("{ a }", None) is first
    plans.get("{a}", None)
    assert plans.get("{ a }", None) is first
    assert plans.get("{ b }", None) is not second


def test_no_more_characters_than_told_are_kept() -> None:
    plans, queries = _plans(size=50), [f"{{ a{number}: a }}" for number in range(10, 30)]  # ten characters each
    made = [plans.get(query, None) for query in queries]
    kept = [plans.get(query, None) is plan for query, plan in reversed(list(zip(queries, made, strict=True)))]
    assert kept == [True] * 5 + [False] * 15


def test_a_document_larger_than_all_the_room_is_planned_and_not_kept() -> None:
    plans, large = _plans(size=20), "{ a }" + " " * 30
    assert plans.get(large, None) is not plans.get(large, None)
    assert plans.get("{ a }", None) is plans.get("{ a }", None)


@pytest.mark.parametrize(
    ("query", "levels"),
    [
        ("{ a }", 1),
        ("{ deep { deep { a } } }", 3),
        ("{ ...F } fragment F on Query { deep { ...G } } fragment G on Query { deep { a } }", 3),
        ("{ ... on Query { deep { a } } __schema { types { fields { type { name } } } } }", 2),
        ("query A { a } query B { deep { a } }", 2),
    ],
)
def test_depth_is_counted_through_fragments_and_not_in_introspection(query: str, levels: int) -> None:
    assert depth(parse(query)) == levels


@pytest.mark.parametrize("way", ["{query}", "{{ ...F }} fragment F on Query {query}"])
def test_a_document_is_refused_below_twelve_levels(way: str) -> None:
    plans = {levels: _plans().get(way.format(query=_nested(levels)), None) for levels in (12, 13, 160)}
    assert {levels: plan.code for levels, plan in plans.items()} == {
        12: "",
        13: "LIMIT_EXCEEDED",
        160: "LIMIT_EXCEEDED",
    }
    assert [error.message for error in plans[13].errors] == ["The document is 13 levels deep; 12 are allowed."]


@pytest.mark.parametrize("filling", [" a", " a#b\n", "{", '"', " a:a"])
def test_a_document_has_at_most_a_thousand_tokens(filling: str) -> None:
    assert _plans().get("{" + filling * MAX_TOKENS + "}", None).code == "GRAPHQL_PARSE_FAILED"


def test_a_document_of_a_thousand_tokens_can_be_run() -> None:
    names = [f" a{number}:a" for number in range((MAX_TOKENS - 4) // 3)]
    assert _plans().get("{" + "".join(names) + " a b}", None).code == ""


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        '{ a __type(name: "A") { name } }',
        "{ ...F } fragment F on Query { s: __schema { types { name } } }",
    ],
)
def test_a_plan_tells_that_it_introspects(query: str) -> None:
    assert _plans().get(query, None).introspects
    assert not _plans().get("{ a __typename }", None).introspects


def test_a_plan_tells_its_root_fields() -> None:
    query = "query A { b ...F } query B { a } fragment F on Query { x: a ... on Query { deep { b } } }"
    assert _plans().get(query, "A").root_fields == {"a", "b", "deep"}
    assert _plans().get(query, "B").root_fields == {"a"}


def _nested(levels: int) -> str:
    return "{ deep " * (levels - 1) + "{ a }" + " }" * (levels - 1)


def _plans(**given: Any) -> Plans:
    return Plans(SCHEMA, **given)
