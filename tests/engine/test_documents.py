"""Documents and variables that cannot be run: refused with a code, and in the status that the media type asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from services.server import Server

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
HOLDS_NUL = {
    "message": "The character U+0000 cannot be stored or searched for; leave it out.",
    "extensions": {"code": "BAD_USER_INPUT"},
}
NODE = "query ($id: ID!) { node(id: $id) { id } }"
WITH_NUL = {
    "as it is": {"query": '{ node(id: "a\0") { id } }'},
    "escaped": {"query": r'{ node(id: "a\u0000") { id } }'},
    "escaped in braces": {"query": r'{ node(id: "a\u{0}") { id } }'},
    "escaped at length": {"query": r'{ node(id: "a\u{00000}") { id } }'},
    "in a block string": {"query": '{ node(id: """a\0""") { id } }'},
    "escaped in a block string": {"query": r'{ node(id: """a\u0000""") { id } }'},
    "in a comment": {"query": "{ __typename } # \0"},
    "in a variable": {"query": NODE, "variables": {"id": "a\0"}},
    "in the name of a variable": {"query": NODE, "variables": {"id": "a", "\0": 1}},
    "deep in a variable": {"query": NODE, "variables": {"id": "a", "b": [{"c": "\0"}]}},
    "in the name of the operation": {"query": "{ __typename }", "operationName": "\0"},
}
SEVERAL = "The document has several operations, or none: say which by operationName."
NO_SUCH_NAME = "The document has no operation of the name given by operationName."
UNRESOLVED = {
    "two operations and no name": ("query A { __typename } query B { __typename }", None, SEVERAL),
    "two operations and an empty name": ("query A { __typename } query B { __typename }", "", SEVERAL),
    "another name": ("query A { __typename }", "B", NO_SUCH_NAME),
    "a name in other letters": ("query A { __typename }", "a", NO_SUCH_NAME),
    "a name for one without": ("{ __typename }", "A", NO_SUCH_NAME),
    "a fragment's name": (
        "query A { ...B } query C { ...B } fragment B on Query { __typename }",
        "B",
        NO_SUCH_NAME,
    ),
}
UNPARSED: dict[str, tuple[str, str, tuple[int, int]]] = {
    "nothing": ("", "Unexpected <EOF>.", (1, 1)),
    "white space": (" \n ", "Unexpected <EOF>.", (2, 2)),
    "a comment": ("#", "Unexpected <EOF>.", (1, 2)),
    "a selection of nothing": ("{ }", "Expected Name, found '}'.", (1, 3)),
    "half a surrogate pair": (r'{ node(id: "\ud800") { id } }', r"Invalid Unicode escape sequence: '\ud800'.", (1, 13)),
    "an open string": ('{ node(id: "a', "Unterminated string.", (1, 14)),
    "lists that stay open": ("{a(b:" + "[" * 98, "Unexpected <EOF>.", (1, 104)),
}
EXCEEDING: dict[str, tuple[str, str, int, int]] = {
    "13 levels": (f'{{ category(by: {{id: "a"}}) {"{ parent " * 11}{{ id {"}" * 13}', "is 13 levels deep", 12, 13),
    "fields within fields": ("{a" * 200 + "}" * 200, "nests 200 brackets", 100, 200),
    "lists within lists": ("{a(b:" + "[" * 900, "nests 902 brackets", 100, 902),
    "1,001 tokens": ("{" + " a" * 999 + "}", "has 1,001 tokens", 1_000, 1_001),
    "1,001 tokens that are wrong": ("{" * 1_001, "has 1,001 tokens", 1_000, 1_001),
    "31 aliases": ("{" + "".join(f"a{number}: __typename " for number in range(31)) + "}", "has 31 aliases", 30, 31),
    "50,001 characters": ("{ __typename" + " " * 49_988 + "}", "has 50,001 characters", 50_000, 50_001),
}
INVALID: dict[str, tuple[str, str, int]] = {
    "a field that is not there": ("{ desings }", "Cannot query field 'desings' on type 'Query'.", 3),
    "a directive that is not there": ("{ __typename @defre }", "Unknown directive '@defre'.", 14),
    "a deferred fragment": ("{ __typename ... @defer { __typename } }", "Unknown directive '@defer'.", 18),
    "a type that is not there": ("{ ... on Desing { id } }", "Unknown type 'Desing'.", 10),
    "no operation": ("fragment A on Query { __typename }", "Fragment 'A' is never used.", 1),
    "a fragment within itself": (
        "{ ...A } fragment A on Query { ...A }",
        "Cannot spread fragment 'A' within itself.",
        32,
    ),
    "an unknown mutation": ("mutation { a }", "Cannot query field 'a' on type 'Mutation'.", 12),
    "an unknown subscription": ("subscription { a }", "Cannot query field 'a' on type 'Subscription'.", 16),
    "a number of 10,000 digits": (
        f"{{ designs(first: {'1' * 10_000}) {{ totalCount }} }}",
        "A value here cannot be read.",
        18,
    ),
    "a number too large": (
        "{ designs(first: 2147483648) { totalCount } }",
        "Int cannot represent non 32-bit signed integer value: 2147483648",
        18,
    ),
}
UNCOERCED: dict[str, tuple[object, str]] = {
    "no variable": ({}, "Expected a value of non-null type 'Int!' to be provided."),
    "null": ({"size": None}, "Expected value of non-null type 'Int!' not to be null."),
    "a string": ({"size": "1"}, "Int cannot represent non-integer value."),
    "a number of 30 digits": (
        {"size": 10**30},
        "Int cannot represent non 32-bit signed integer value.",
    ),
    "an object": ({"size": {}}, "Int cannot represent non-integer value."),
}


@pytest.fixture(params=[JSON, RESPONSE_JSON])
def accept(request: pytest.FixtureRequest) -> str:
    """Which media type the client asks for."""
    return str(request.param)


@pytest.mark.parametrize("sent", WITH_NUL.values(), ids=WITH_NUL.keys())
def test_nul_is_refused_wherever_it_stands(sent: dict[str, Any], accept: str, endpoint: Server) -> None:
    _refuses(endpoint, sent, accept, 400, HOLDS_NUL)


@pytest.mark.parametrize("query", [b'{node(id:"%00"){id}}', rb'{node(id:"\u0000"){id}}', b'{node(id:"""%00"""){id}}'])
def test_nul_is_refused_by_get_too(query: bytes, endpoint: Server) -> None:
    response = endpoint.client.get(f"/graphql?query={query.decode()}", headers={"accept": RESPONSE_JSON})
    assert (response.status_code, response.json()) == (400, {"errors": [HOLDS_NUL]})


@pytest.mark.parametrize(("query", "name", "message"), UNRESOLVED.values(), ids=UNRESOLVED.keys())
def test_an_operation_must_be_told_from_the_others(
    query: str, name: str | None, message: str, accept: str, endpoint: Server
) -> None:
    error = {"message": message, "extensions": {"code": "OPERATION_RESOLUTION_FAILURE"}}
    _refuses(endpoint, {"query": query, "operationName": name}, accept, 422, error)


@pytest.mark.parametrize("name", ["A", "B"])
def test_the_operation_of_that_name_is_run(name: str, endpoint: Server) -> None:
    sent = {"query": "query A { A: __typename } query B { B: __typename }", "operationName": name}
    assert endpoint.client.post("/graphql", json=sent).json() == {"data": {name: "Query"}}


@pytest.mark.parametrize(("query", "message", "place"), UNPARSED.values(), ids=UNPARSED.keys())
def test_a_document_that_cannot_be_parsed_is_refused(
    query: str, message: str, place: tuple[int, int], accept: str, endpoint: Server
) -> None:
    error = {
        "message": f"Syntax Error: {message}",
        "locations": [{"line": place[0], "column": place[1]}],
        "extensions": {"code": "GRAPHQL_PARSE_FAILED"},
    }
    _refuses(endpoint, {"query": query}, accept, 400, error)


@pytest.mark.parametrize("name", EXCEEDING)
def test_a_document_that_asks_for_too_much_is_refused(name: str, accept: str, endpoint: Server) -> None:
    query, told, limit, actual = EXCEEDING[name]
    error = {
        "message": f"The document {told}; {limit:,} are allowed.",
        "extensions": {"code": "LIMIT_EXCEEDED", "limit": limit, "actual": actual},
    }
    _refuses(endpoint, {"query": query}, accept, 422, error)


@pytest.mark.parametrize("value", [[1] * 251, {"a": [{"b": ["x"] * 251}]}])
def test_variables_that_hold_too_much_are_refused(value: Any, accept: str, endpoint: Server) -> None:
    error = {
        "message": "A list in the variables has 251 items; 250 are allowed.",
        "extensions": {"code": "LIMIT_EXCEEDED", "limit": 250, "actual": 251},
    }
    _refuses(endpoint, {"query": NODE, "variables": {"id": "a", "other": value}}, accept, 422, error)


def test_what_costs_too_much_is_refused(accept: str, endpoint: Server) -> None:
    query = "query ($size: Int) { categories(first: $size) { nodes { designs(first: $size) { nodes { id } } } } }"
    error = {
        "message": "The operation would cost 10,201 points; 5,000 are allowed. Ask for smaller pages.",
        "extensions": {"code": "LIMIT_EXCEEDED", "limit": 5_000, "actual": 10_201},
    }
    _refuses(endpoint, {"query": query, "variables": {"size": 100}}, accept, 422, error)


@pytest.mark.parametrize(("query", "message", "column"), INVALID.values(), ids=INVALID.keys())
def test_a_document_that_the_schema_does_not_know_is_refused(
    query: str, message: str, column: int, accept: str, endpoint: Server
) -> None:
    error = {
        "message": message,
        "locations": [{"line": 1, "column": column}],
        "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
    }
    _refuses(endpoint, {"query": query}, accept, 422, error)


@pytest.mark.parametrize(("variables", "message"), UNCOERCED.values(), ids=UNCOERCED.keys())
def test_a_variable_of_another_type_is_refused(
    variables: dict[str, Any], message: str, accept: str, endpoint: Server
) -> None:
    query = "query ($size: Int!) { designs(first: $size) { totalCount } }"
    told = f"Variable '$size' has invalid value: {message}"
    error = {"message": told, "locations": [{"line": 1, "column": 8}], "extensions": {"code": "BAD_USER_INPUT"}}
    _refuses(endpoint, {"query": query, "variables": variables}, accept, 400, error)


def test_what_fails_within_an_execution_is_no_refusal(accept: str, endpoint: Server) -> None:
    sent = {"query": "{ categories(first: 0) { totalCount } }"}
    error = {
        "message": "A page has 1 to 100 entries, not 0.",
        "locations": [{"line": 1, "column": 3}],
        "path": ["categories"],
        "extensions": {"code": "BAD_USER_INPUT"},
    }
    response = endpoint.client.post("/graphql", json=sent, headers={"accept": accept})
    status = 294 if accept == RESPONSE_JSON else 200
    assert (response.status_code, response.json()) == (status, {"errors": [error], "data": None})


def _refuses(endpoint: Server, sent: dict[str, Any], accept: str, status: int, error: dict[str, Any]) -> None:
    """Under the older media type a request that could be read is answered with 200, whatever is wrong with it."""
    response = endpoint.client.post("/graphql", json=sent, headers={"accept": accept})
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert response.json() == {"errors": [error]}
    assert response.status_code == (status if accept == RESPONSE_JSON else 200)
