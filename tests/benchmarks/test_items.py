"""What is asked of a collection, and how its figures are told."""

from __future__ import annotations

import pytest
from graphql import parse, validate

from graph.schema import build_schema
from item_results import Round, told
from item_script import APART, CARDS, CONDITIONS, COUNT, COUNTS, FACETS, FAR, FIRST, RARE, UNMET, WALK, Question
from steps import Step

QUESTIONS = {
    name: Question([Step(b"", [], 0.0)], matches)
    for name, matches in ((FIRST, 13_929), (RARE, 20), (UNMET, 0), (APART, 0), (FAR, 13_929), (FACETS, 13_929))
}


@pytest.mark.parametrize("query", [CARDS, WALK, COUNT, COUNTS])
def test_every_query_is_valid(query: str) -> None:
    assert validate(build_schema(), parse(query)) == []


def test_requests_that_are_alike_differ_in_their_values() -> None:
    for conditions in CONDITIONS.values():
        assert len({str(condition) for condition in conditions}) == len(conditions) == 6


def test_a_target_is_held_by_the_median_of_the_rounds_and_of_their_own_ratios() -> None:
    rounds = {name: [Round(4.0, 2.0, 1.0), Round(6.0, 2.0, 1.0), Round(50.0, 10.0, 9.0)] for name in QUESTIONS}
    rounds[FAR] = [Round(5.0, 2.0, 1.0), Round(12.0, 2.0, 4.0), Round(100.0, 10.0, 9.0)]  # 1.25, 2 and 2 times page 1

    lines = told("SQLite", QUESTIONS, rounds, {"The page": "SCAN items"}).splitlines()

    assert lines[:3] == [
        "| SQLite | matches | statements | product / by hand, p50 | ratio | filter, or slowest facet |",
        "| --- | --- | --- | --- | --- | --- |",
        "| page 1 | 13,929 | 0 | 6.00 / 2.00 ms | 3.00 | 1.00 ms |",
    ]
    assert lines[9:] == [
        "| SQLite | at most | measured |  |",
        "| --- | --- | --- | --- |",
        "| page 1 over HTTP, p50 | 10 ms | 6.00 ms | held |",
        "| page 500 over HTTP, p50 | 10 ms | 12.00 ms | **missed** |",
        "| filter of page 1, in the database | 3 ms | 1.00 ms | held |",
        "| slowest facet, in the database | 60 ms | 1.00 ms | held |",
        "| page 500 / page 1 over HTTP | 1.5 | 2.00 | **missed** |",
        "| filter of page 500 / of page 1 | 1.5 | 1.00 | held |",
        "| statements | 5 | 0 | held |",
        "",
        "The page:",
        "",
        "```",
        "SCAN items",
        "```",
    ]
