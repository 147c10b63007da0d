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
    "fields within fields": ("{a" * 480 + "}" * 480, "Document is nested too deeply. Parsing aborted.", (1, 401)),
    "lists within lists": ("{a(b:" + "[" * 900, "Document is nested too deeply. Parsing aborted.", (1, 205)),
    "1,001 tokens": ("{" + " a" * 999 + "}", "Document contains more than 1000 tokens. Parsing aborted.", (1, 2000)),
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
    "a subscription": ("subscription { a }", "The subscription operation is not supported by the schema.", 1),
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
    "null": ({"size": None}, "Expected value of non-null type 'Int!' not to be None."),
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
    _refuses(endpoint, sent, accept, 422, HOLDS_NUL)


@pytest.mark.parametrize("query", [b'{node(id:"%00"){id}}', rb'{node(id:"\u0000"){id}}', b'{node(id:"""%00"""){id}}'])
def test_nul_is_refused_by_get_too(query: bytes, endpoint: Server) -> None:
    response = endpoint.client.get(f"/graphql?query={query.decode()}", headers={"accept": RESPONSE_JSON})
    assert (response.status_code, response.json()) == (422, {"errors": [HOLDS_NUL]})


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
    _refuses(endpoint, {"query": query, "variables": variables}, accept, 422, error)


def test_what_fails_within_an_execution_is_no_refusal(accept: str, endpoint: Server) -> None:
    sent = {"query": "{ categories(first: 0) { totalCount } }"}
    error = {
        "message": "A page has 1 to 100 entries, not 0.",
        "locations": [{"line": 1, "column": 3}],
        "path": ["categories"],
        "extensions": {"code": "BAD_USER_INPUT"},
    }
    response = endpoint.client.post("/graphql", json=sent, headers={"accept": accept})
    assert (response.status_code, response.json()) == (200, {"errors": [error], "data": None})


def _refuses(endpoint: Server, sent: dict[str, Any], accept: str, status: int, error: dict[str, Any]) -> None:
    """Under the older media type a request that could be read is answered with 200, whatever is wrong with it."""
    response = endpoint.client.post("/graphql", json=sent, headers={"accept": accept})
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert response.json() == {"errors": [error]}
    assert response.status_code == (status if accept == RESPONSE_JSON else 200)
