"""Plans are made once for each operation of a document, and only so many are kept."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from graphql import FieldNode, OperationType, build_schema

from engine.limits import Limits
from engine.plans import PLAN_BYTES, TOKEN_BYTES, Plans

SCHEMA = build_schema("type Query { a: Int b: Int deep: Query } type Mutation { c: Int }")
FAILED = {
    "no GraphQL": ("{", "GRAPHQL_PARSE_FAILED"),
    "an unknown field": ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
    "two operations": ("query A { a } query B { b }", "OPERATION_RESOLUTION_FAILURE"),
    "too much": ("{" + "a " * 1_000 + "}", "LIMIT_EXCEEDED"),
}
ONE_FIELD = PLAN_BYTES + 3 * TOKEN_BYTES + 120
"""The bytes of a plan for `{ a }`, with those of its text."""


def test_the_plan_of_a_document_is_made_once() -> None:
    plans = _plans()
    plan = plans.get("{ a }", None)
    assert plans.get("{ a }", None) is plan
    assert (plan.operation, list(plan.errors), plan.code, plans.misses) == (OperationType.QUERY, [], "", 1)
    assert plan.document is not None


def test_a_plan_holds_what_its_execution_needs() -> None:
    plan = _plans().get("query A { ...F } query B { b } fragment F on Query { a }", "A")
    assert plan.require_runnable() is plan.document
    assert (plan.name, plan.root_fields, plan.price({})) == ("A", frozenset({"a"}), 0)


def test_an_operation_without_a_name_has_an_empty_one() -> None:
    assert _plans().get("{ a }", None).name == ""


@pytest.mark.parametrize(("query", "code"), FAILED.values(), ids=FAILED.keys())
def test_a_failed_plan_is_kept_too(query: str, code: str) -> None:
    plans = _plans()
    plan = plans.get(query, None)
    assert plans.get(query, None) is plan
    assert (plan.document, plan.operation, len(plan.errors), plan.code) == (None, None, 1, code)
    assert (plan.price({}), plans.misses) == (0, 1)


def test_failed_plans_push_no_good_one_out() -> None:
    plans = _plans(count=10, size=10 * ONE_FIELD)
    good = plans.get("{ a }", None)
    failed = plans.get("{ x }", None)
    for number in range(100):
        plans.get(f"{{ x{number} }}", None)
        plans.get("{ a }", f"x{number}")
    assert plans.get("{ a }", None) is good
    assert plans.get("{ x }", None) is not failed


def test_of_a_failed_plan_the_document_is_not_held() -> None:
    plans = _plans()
    kept = [plans.get(query, None) for query, _ in FAILED.values()]
    kept += [plans.get("{ a " + "b: nothing " * 20 + "}", None)]
    assert all(error.nodes is None and error.__traceback__ is None for plan in kept for error in plan.errors)
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, FieldNode) and one.name.value == "nothing"]


def test_each_operation_of_a_document_has_a_plan_of_its_own() -> None:
    plans, document = _plans(), "query A { a } mutation B { c }"
    kinds = {name: plans.get(document, name).operation for name in ("A", "B", "C", None)}
    assert kinds == {"A": OperationType.QUERY, "B": OperationType.MUTATION, "C": None, None: None}
    assert plans.misses == 4


@pytest.mark.parametrize("room", [{"count": 2}, {"size": 2 * ONE_FIELD}])
def test_the_plan_used_longest_ago_goes_first(room: dict[str, int]) -> None:
    plans = _plans(**room)
    first, second = plans.get("{ a }", None), plans.get("{ b }", None)
    assert plans.get("{ a }", None) is first
    plans.get("{a}", None)
    assert plans.get("{ a }", None) is first
    assert plans.get("{ b }", None) is not second


@pytest.mark.parametrize("room", [{"count": 5}, {"size": 5 * (ONE_FIELD + 2 * TOKEN_BYTES)}])
def test_no_more_plans_than_told_are_kept(room: dict[str, int]) -> None:
    plans, queries = _plans(**room), [f"{{ a{number}: a }}" for number in range(10, 30)]
    made = [plans.get(query, None) for query in queries]
    kept = [plans.get(query, None) is plan for query, plan in reversed(list(zip(queries, made, strict=True)))]
    assert kept == [True] * 5 + [False] * 15


def test_a_document_larger_than_all_the_room_is_planned_and_takes_nobodys_place() -> None:
    plans, large = _plans(size=2 * ONE_FIELD), "{ a }" + " " * 10_000
    small = plans.get("{ a }", None)
    assert plans.get(large, None) is not plans.get(large, None)
    assert plans.get("{ a }", None) is small


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


def _plans(**room: Any) -> Plans:
    return Plans(SCHEMA, Limits(), **room)
