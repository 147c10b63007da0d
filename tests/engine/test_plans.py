"""Plans are made once for each operation of a document, and only so many are kept."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationType, build_schema

from engine.plans import MAX_TOKENS, Plans

SCHEMA = build_schema("type Query { a: Int b: Int } type Mutation { c: Int }")
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
    plans = _plans(size=2)
    first, second = plans.get("{ a }", None), plans.get("{ b }", None)
    assert plans.get("{ a }", None) is first
    plans.get("{ a b }", None)
    assert plans.get("{ a }", None) is first
    assert plans.get("{ b }", None) is not second


def test_no_more_plans_than_told_are_kept() -> None:
    plans = _plans(size=10)
    made = [plans.get(f"{{ {'a ' * number}}}", None) for number in range(30)]
    kept = [plans.get(f"{{ {'a ' * number}}}", None) is made[number] for number in range(29, -1, -1)]
    assert kept == [True] * 10 + [False] * 20


@pytest.mark.parametrize("filling", [" a", " a#b\n", "{", '"', " a:a"])
def test_a_document_has_at_most_a_thousand_tokens(filling: str) -> None:
    assert _plans().get("{" + filling * MAX_TOKENS + "}", None).code == "GRAPHQL_PARSE_FAILED"


def test_a_document_of_a_thousand_tokens_can_be_run() -> None:
    names = [f" a{number}:a" for number in range((MAX_TOKENS - 4) // 3)]
    assert _plans().get("{" + "".join(names) + " a b}", None).code == ""


def test_introspection_is_planned_only_where_it_is_on() -> None:
    query = "{ __schema { queryType { name } } }"
    codes = {on: Plans(SCHEMA, introspection=on).get(query, None).code for on in (True, False)}
    assert codes == {True: "", False: "GRAPHQL_VALIDATION_FAILED"}
    assert Plans(SCHEMA, introspection=False).get("{ __typename }", None).code == ""


def _plans(**given: Any) -> Plans:
    return Plans(SCHEMA, introspection=True, **given)
