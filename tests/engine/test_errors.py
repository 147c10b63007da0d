"""What is told of errors: few, each with a code, without hints at the schema; of a fault only where to find it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.server import Server
from settings import Settings

INTROSPECTION = {
    "schema": "{ __schema { queryType { name } } }",
    "type": '{ __type(name: "Design") { name } }',
    "alias": "{ kind: __schema { queryType { name } } }",
    "fragment": "{ ...A } fragment A on Query { __schema { queryType { name } } }",
}
NAMES_ALMOST_RIGHT = {
    "field": "{ design { id } desings { totalCount } }",
    "field of an object": "{ designs { totalCounts nodes { titel } } }",
    "argument": "{ designs(frist: 1) { totalCount } }",
    "input field": "{ designs(where: {featurd: true}) { totalCount } }",
    "enum value": "{ designs(orderBy: [{field: TITEL, direction: ASC}]) { totalCount } }",
    "type of a variable": "query ($a: DesignWher) { designs(where: $a) { totalCount } }",
    "type of a fragment": "{ ... on Qery { __typename } }",
    "fragment": "{ ...Fiedls } fragment Fields on Query { __typename }",
    "directive": "{ __typename @skp(if: true) }",
    "variable": "query ($size: Int) { designs(first: $sise) { totalCount } }",
}
VALUES_ALMOST_RIGHT: dict[str, dict[str, Any]] = {
    "input field": {"where": {"featurd": True}},
    "enum value": {"orderBy": [{"field": "TITEL", "direction": "ASC"}]},
    "enum value in a list": {"where": {"status": ["PUBLISHD"]}},
    "missing input field": {"orderBy": [{"feild": "TITLE", "direction": "ASC"}]},
}
VARIABLES = (
    "query ($where: DesignWhere, $orderBy: [DesignOrder!]) { designs(where: $where, orderBy: $orderBy) { totalCount } }"
)
FAULTS = {
    "where a list must be": ("{ designs { totalCount } }", "designs", None),
    "where an object may be missing": ('{ node(id: "%s") { id } }', "node", {"node": None}),
}
DESIGN = f"Design_{'0' * 32}"


@pytest.mark.parametrize("query", NAMES_ALMOST_RIGHT.values(), ids=NAMES_ALMOST_RIGHT.keys())
def test_no_name_is_suggested(query: str, endpoint: Server) -> None:
    _says_only_what_is_wrong(endpoint.answer(query), "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize("variables", VALUES_ALMOST_RIGHT.values(), ids=VALUES_ALMOST_RIGHT.keys())
def test_no_name_is_suggested_for_variables(variables: dict[str, Any], endpoint: Server) -> None:
    _says_only_what_is_wrong(endpoint.answer(VARIABLES, **variables), "BAD_USER_INPUT")


def test_at_most_five_errors_of_validation_are_told(endpoint: Server) -> None:
    errors = [_unknown(name, column) for name, column in zip("abcde", range(3, 13, 2), strict=True)]
    assert endpoint.answer("{ a b c d e f g h i }") == {"errors": errors}


def test_at_most_five_errors_of_variables_are_told(endpoint: Server) -> None:
    answer = endpoint.answer("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[{}] * 100)
    assert answer == {
        "errors": [
            {
                "message": f"Variable '$ids' has invalid value at [{place}]: ID cannot represent value.",
                "locations": [{"line": 1, "column": 8}],
                "extensions": {"code": "BAD_USER_INPUT"},
            }
            for place in range(5)
        ]
    }


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("query", "field", "data"), FAULTS.values(), ids=FAULTS.keys())
def test_of_a_fault_only_the_request_id_is_told(
    query: str, field: str, data: object, server: Server, settings: Settings
) -> None:
    _break(settings)
    request_id = "of-the-test"
    with capture_logs() as logged:
        sent = {"query": query.replace("%s", DESIGN)}
        response = server.client.post("/graphql", json=sent, headers={"x-request-id": request_id})
    error = {
        "message": "Something went wrong on our side. Quote of-the-test when you report it.",
        "locations": [{"line": 1, "column": 3}],
        "path": [field],
        "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id},
    }
    assert (response.status_code, response.json()) == (200, {"errors": [error], "data": data})
    (fault,) = [line for line in logged if line["event"] == "fault"]
    cause = fault.pop("exc_info")
    assert fault == {"event": "fault", "log_level": "error", "request_id": request_id, "path": [field]}
    assert (type(cause), str(cause)) == (sqlite3.OperationalError, "no such table: designs")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_of_many_faults_five_are_told(server: Server, settings: Settings) -> None:
    _break(settings)
    query = " ".join(f'a{number}: node(id: "{DESIGN}") {{ id }}' for number in range(8))
    answer = server.answer(f"{{ {query} }}")
    assert [error["path"] for error in answer["errors"]] == [[f"a{number}"] for number in range(5)]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"INTERNAL_SERVER_ERROR"}
    assert answer["data"] == {f"a{number}": None for number in range(8)}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_can_be_answered_beside_a_fault_is(server: Server, settings: Settings) -> None:
    _break(settings)
    answer = server.answer(f'{{ a: node(id: "{DESIGN}") {{ id }} categories {{ totalCount }} __typename }}')
    assert answer["data"] == {"a": None, "categories": {"totalCount": 0}, "__typename": "Query"}
    assert [error["path"] for error in answer["errors"]] == [["a"]]


@pytest.mark.parametrize("query", INTROSPECTION.values(), ids=INTROSPECTION.keys())
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_where_introspection_is_off_the_schema_is_not_told(
    query: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIOGRAPH_INTROSPECTION", "off")
    server = Server(Settings(data_dir=settings.data_dir, database_url=settings.database_url)).start()
    try:
        _says_only_what_is_wrong(server.answer(query), "INTROSPECTION_DISABLED")
        assert server.ask("{ __typename }") == {"__typename": "Query"}
        schema = server.client.get("/schema.graphql")
        assert (schema.status_code, "type" in schema.text) == (403, False)
    finally:
        server.stop()


def test_where_introspection_is_on_the_schema_is_told(endpoint: Server) -> None:
    assert endpoint.ask(INTROSPECTION["schema"]) == {"__schema": {"queryType": {"name": "Query"}}}
    assert endpoint.client.get("/schema.graphql").text.count("type Query {") == 1


def _break(settings: Settings) -> None:
    """Take away a table under the running server."""
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("DROP TABLE designs")


def _unknown(field: str, column: int) -> dict[str, Any]:
    return {
        "message": f"Cannot query field '{field}' on type 'Query'.",
        "locations": [{"line": 1, "column": column}],
        "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
    }


def _says_only_what_is_wrong(answer: dict[str, Any], code: str) -> None:
    assert answer.keys() == {"errors"}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {code}
    assert [error["message"] for error in answer["errors"] if "Did you mean" in error["message"]] == []
