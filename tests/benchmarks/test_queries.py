"""The reference queries and their bodies."""

from __future__ import annotations

import orjson
import pytest
from graphql import parse, validate

from graph.schema import build_schema
from queries import BODIES, QUERIES, Sample

SAMPLE = Sample([f"Design_{number:032x}" for number in range(5_000)], [f"Category_{number:032x}" for number in (7, 8)])


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_valid_and_its_variables_are_those_it_declares(name: str) -> None:
    document = parse(QUERIES[name].document)
    body = orjson.loads(QUERIES[name].bodies(SAMPLE)[0])
    operation = document.definitions[0]

    assert validate(build_schema(), document) == []
    assert operation.to_dict()["name"]["value"] == body["operationName"]
    assert [one["variable"]["name"]["value"] for one in operation.to_dict()["variable_definitions"]] == list(
        body["variables"]
    )


def test_bodies_are_the_same_ones_every_time() -> None:
    assert QUERIES["Q4"].bodies(SAMPLE) == QUERIES["Q4"].bodies(SAMPLE)


def test_bodies_ask_for_different_rows() -> None:
    bodies = QUERIES["Q2"].bodies(SAMPLE)

    assert len(bodies) == BODIES
    assert len(set(bodies)) > BODIES * 0.9
