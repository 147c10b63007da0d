"""What a client sends, however wrong: it is the client's mistake, and never a 5xx."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import httpx2
import orjson
import pytest

from services.answers import refusal, seen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.server import Server

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
HELLO = b'{"query": "{ __typename }"}'
HELLO_ANSWER = {"data": {"__typename": "Query"}}
LIMIT = 1_000_000
NO_JSON = "This is not JSON in UTF-8."
NO_OBJECT = 'The body must be one JSON object, such as {"query": "{ studio { name } }"}.'
BATCHED = "The body is a list, and batching is off: send one operation at a time."
NO_QUERY = "`query` is missing: it holds the GraphQL document, as a string."
NO_VARIABLES = "`variables` must be a JSON object."
NO_EXTENSIONS = "`extensions` must be a JSON object."
MALFORMED = {
    "nothing": (b"", NO_JSON),
    "half an object": (b'{"query": ', NO_JSON),
    "no JSON": (b"query=%7B__typename%7D", NO_JSON),
    "two objects": (HELLO + HELLO, NO_JSON),
    "no UTF-8": (b'{"query": "{ __typename } # \xff"}', NO_JSON),
    "UTF-16": ('{"query": "{ __typename }"}'.encode("utf-16"), NO_JSON),
    "half a surrogate pair": (rb'{"query": "{ __typename } # \ud83c"}', NO_JSON),
    "half a surrogate pair in a variable": (rb'{"query": "{ __typename }", "variables": {"a": "\udf38"}}', NO_JSON),
    "no number": (b'{"query": "{ __typename }", "variables": {"a": NaN}}', NO_JSON),
    "a number of 10,000 digits": (b'{"query": "{ __typename }", "variables": {"a": %s}}' % (b"1" * 10_000), NO_JSON),
    "lists within lists": (b"[" * 100_000 + b"]" * 100_000, NO_JSON),
    "objects within objects": (b'{"query":' * 50_000 + b"1" + b"}" * 50_000, NO_JSON),
    "lists in a variable": (b'{"query": "", "variables": {"a": %s}}' % (b"[" * 5_000 + b"]" * 5_000), NO_JSON),
    "null": (b"null", NO_OBJECT),
    "a string": (b'"x"', NO_OBJECT),
    "a number": (b"1", NO_OBJECT),
    "a boolean": (b"true", NO_OBJECT),
    "an empty object": (b"{}", NO_QUERY),
    "a null for the document": (b'{"query": null}', NO_QUERY),
    "a number for the document": (b'{"query": 1}', "`query` must be a string: the GraphQL document."),
    "a list of variables": (b'{"query": "{ __typename }", "variables": []}', NO_VARIABLES),
    "variables in a string": (b'{"query": "{ __typename }", "variables": "{}"}', NO_VARIABLES),
    "a number for a name": (b'{"query": "{ __typename }", "operationName": 1}', "`operationName` must be a string."),
    "a string of extensions": (b'{"query": "{ __typename }", "extensions": ""}', NO_EXTENSIONS),
    "a number of extensions": (b'{"query": "{ __typename }", "extensions": 0}', NO_EXTENSIONS),
    "false extensions": (b'{"query": "{ __typename }", "extensions": false}', NO_EXTENSIONS),
    "a list of extensions": (b'{"query": "{ __typename }", "extensions": []}', NO_EXTENSIONS),
}
MALFORMED_GETS = {
    "nothing": (b"", NO_QUERY),
    "an empty document": (b"query=", NO_QUERY),
    "no UTF-8": (b"query={__typename}%FF", "The query string is not UTF-8."),
    "no JSON": (b"query={__typename}&variables={", "`variables` is not JSON in UTF-8."),
    "no JSON for the extensions": (b"query={__typename}&extensions={", "`extensions` is not JSON in UTF-8."),
    "a list of extensions": (b"query={__typename}&extensions=[]", NO_EXTENSIONS),
    "a list of variables": (b"query={__typename}&variables=[]", NO_VARIABLES),
    "NUL in a variable": (b'query={__typename}&variables={"a":"%00"}', "`variables` is not JSON in UTF-8."),
}
OTHER_TYPES = (
    *(
        "text/plain",
        "application/json-evil",
        "application/jsonp",
        "text/json",
        "application/graphql",
        "json",
        "*/*",
        "",
    ),
    *("multipart/mixed; boundary=x", "application/x-www-form-urlencoded", "text/plain; application/json"),
    *(f"{JSON}; charset={name}" for name in ("latin-1", "utf-16", "utf-8-sig", "xutf-8", '"utf-7"', "utf-16; x=utf-8")),
)
JSON_TYPES = (
    *(JSON, "Application/JSON", f"{JSON} ; charset=UTF-8", f'{JSON};charset="utf-8"', f"{JSON}; x=y; charset=utf-8"),
)


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize(("body", "message"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_body_that_is_no_request_is_refused(body: bytes, message: str, accept: str, endpoint: Server) -> None:
    response = _post(endpoint, body, accept=accept)
    assert seen(response) == (400, accept, refusal("BAD_USER_INPUT", message))


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize(("query", "message"), MALFORMED_GETS.values(), ids=MALFORMED_GETS.keys())
def test_a_query_string_that_is_no_request_is_refused(
    query: bytes, message: str, accept: str, endpoint: Server
) -> None:
    response = _get(endpoint, query, accept)
    assert seen(response) == (400, accept, refusal("BAD_USER_INPUT", message))


@pytest.mark.parametrize("kind", OTHER_TYPES)
def test_a_body_of_another_type_is_refused(kind: str, endpoint: Server) -> None:
    message = "Send the body as application/json in UTF-8."
    assert seen(_post(endpoint, HELLO, kind)) == (415, JSON, refusal("UNSUPPORTED_MEDIA_TYPE", message))


def test_a_body_without_a_type_is_refused(endpoint: Server) -> None:
    assert endpoint.client.post("/graphql", content=HELLO).status_code == 415


@pytest.mark.parametrize("kind", JSON_TYPES)
def test_json_is_read_however_its_type_is_written(kind: str, endpoint: Server) -> None:
    assert seen(_post(endpoint, HELLO, kind)) == (200, JSON, HELLO_ANSWER)


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize("body", [b"[]", b"[%s]" % HELLO, b"[%s, %s]" % (HELLO, HELLO)])
def test_a_batch_is_refused(body: bytes, accept: str, endpoint: Server) -> None:
    assert seen(_post(endpoint, body, accept=accept)) == (400, accept, refusal("BAD_USER_INPUT", BATCHED))


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "gzip, gzip", "identity, gzip"])
def test_a_compressed_body_is_refused(coding: str, endpoint: Server) -> None:
    headers = {"content-type": JSON, "content-encoding": coding}
    response = endpoint.client.post("/graphql", content=gzip.compress(HELLO), headers=headers)
    message = "Send the body as it is, without a Content-Encoding."
    assert seen(response) == (415, JSON, refusal("UNSUPPORTED_MEDIA_TYPE", message))
    assert response.headers["accept-encoding"] == "identity"


def test_what_else_a_request_holds_is_ignored(endpoint: Server) -> None:
    for extensions in ({}, {"else": {"version": 1}}, None):
        body = orjson.dumps({"query": "{ __typename }", "extensions": extensions, "id": 1, "doc_id": "x"})
        assert seen(_post(endpoint, body)) == (200, JSON, HELLO_ANSWER)
    assert seen(_get(endpoint, b"extensions={}&query={__typename}&id=1", JSON)) == (200, JSON, HELLO_ANSWER)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_larger_than_the_limit_is_refused(chunked: bool, endpoint: Server) -> None:  # noqa: FBT001
    refused = refusal("PAYLOAD_TOO_LARGE", "The body is larger than 1,000,000 bytes.")
    for size in (LIMIT + 1, 3 * LIMIT):
        body = HELLO.ljust(size)
        response = _post(endpoint, _chunks(body) if chunked else body)
        assert seen(response) == (413, JSON, refused)
    assert seen(_post(endpoint, HELLO)) == (200, JSON, HELLO_ANSWER)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_up_to_the_limit_is_read(chunked: bool, endpoint: Server) -> None:  # noqa: FBT001
    body = HELLO.ljust(LIMIT)
    assert seen(_post(endpoint, _chunks(body) if chunked else body)) == (200, JSON, HELLO_ANSWER)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(method: str, endpoint: Server) -> None:
    response = endpoint.client.request(method, "/graphql", params={"query": "{ __typename }"})
    assert seen(response) == (405, JSON, refusal("METHOD_NOT_ALLOWED", "Send GraphQL by POST or GET."))
    assert response.headers["allow"] == "GET, POST"


def test_head_is_refused_without_a_body(endpoint: Server) -> None:
    response = endpoint.client.head("/graphql", params={"query": "{ __typename }"})
    assert (response.status_code, response.headers["allow"], response.content) == (405, "GET, POST", b"")


def test_a_query_with_variables_can_be_sent_by_get(endpoint: Server) -> None:
    query = b"query A($id: ID!) { node(id: $id) { id } } query B($show: Boolean!) { a: __typename @include(if: $show) }"
    for show, data in (("true", {"a": "Query"}), ("false", {})):
        sent = b'query=%s&operationName=B&variables={"show":%s}' % (query.replace(b" ", b"+"), show.encode())
        assert seen(_get(endpoint, sent, JSON)) == (200, JSON, {"data": data})
    assert seen(_get(endpoint, b"query={__typename}&variables=null", JSON)) == (200, JSON, HELLO_ANSWER)
    assert seen(_get(endpoint, b"query={__typename}&variables=&operationName=", JSON)) == (200, JSON, HELLO_ANSWER)


def _post(endpoint: Server, body: bytes | Iterator[bytes], kind: str = JSON, accept: str = "*/*") -> httpx2.Response:
    return endpoint.client.post("/graphql", content=body, headers={"content-type": kind, "accept": accept})


def _get(endpoint: Server, query: bytes, accept: str) -> httpx2.Response:
    return endpoint.client.get(httpx2.URL(f"{endpoint.url}/graphql").copy_with(query=query), headers={"accept": accept})


def _chunks(body: bytes) -> Iterator[bytes]:
    return (body[start : start + 50_000] for start in range(0, len(body), 50_000))
