"""GraphQL over HTTP to the letter: what is asked wrongly is the client's mistake, and never a 5xx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2
import orjson
import pytest
from graphql import build_schema

from engine.errors import RequestError
from engine.http import Endpoint
from engine.streams import Streams

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
NO_QUERY = "`query` is missing: it holds the GraphQL document, as a string."
NO_VARIABLES = "`variables` must be a JSON object."
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
    "a list": (b"[]", NO_OBJECT),
    "a batch": (b"[%s]" % HELLO, NO_OBJECT),
    "an empty object": (b"{}", NO_QUERY),
    "a null for the document": (b'{"query": null}', NO_QUERY),
    "a number for the document": (b'{"query": 1}', NO_QUERY),
    "a list of variables": (b'{"query": "{ __typename }", "variables": []}', NO_VARIABLES),
    "variables in a string": (b'{"query": "{ __typename }", "variables": "{}"}', NO_VARIABLES),
    "a number for a name": (b'{"query": "{ __typename }", "operationName": 1}', "`operationName` must be a string."),
}
MALFORMED_GETS = {
    "nothing": (b"", NO_QUERY),
    "an empty document": (b"query=", NO_QUERY),
    "no UTF-8": (b"query={__typename}%FF", "The query string is not UTF-8."),
    "no JSON": (b"query={__typename}&variables={", NO_JSON),
    "a list of variables": (b"query={__typename}&variables=[]", NO_VARIABLES),
    "NUL in a variable": (b'query={__typename}&variables={"a":"%00"}', NO_JSON),
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
NEGOTIATED = {
    "": JSON,
    "*/*": JSON,
    "application/*": JSON,
    "text/event-stream, application/json": JSON,
    f"{RESPONSE_JSON}x": JSON,
    f"x-{RESPONSE_JSON}": JSON,
    f"{RESPONSE_JSON};q=0": JSON,
    f"{JSON}, {RESPONSE_JSON}; q=0.0": JSON,
    RESPONSE_JSON: RESPONSE_JSON,
    RESPONSE_JSON.upper(): RESPONSE_JSON,
    f"{RESPONSE_JSON}; charset=utf-8, {JSON}; charset=utf-8": RESPONSE_JSON,
    f"{JSON};q=0.9, {RESPONSE_JSON};q=0.95": RESPONSE_JSON,
}
REFUSED = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "CSRF_PREVENTION": 403,
    "RATE_LIMITED": 429,
    "UNAVAILABLE": 503,
    "SOMETHING_ELSE": 400,
}
COOKIES = [("set-cookie", "a=1"), ("set-cookie", "b=2")]
CHANGING = build_schema("type Query { a: Int } type Mutation { b: Int } type Subscription { c: Int }")


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize(("body", "message"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_body_that_is_no_request_is_refused(body: bytes, message: str, accept: str, endpoint: Server) -> None:
    response = _post(endpoint, body, accept=accept)
    assert _seen(response) == (400, accept, _refusal("BAD_USER_INPUT", message))


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize(("query", "message"), MALFORMED_GETS.values(), ids=MALFORMED_GETS.keys())
def test_a_query_string_that_is_no_request_is_refused(
    query: bytes, message: str, accept: str, endpoint: Server
) -> None:
    response = _get(endpoint, query, accept)
    assert _seen(response) == (400, accept, _refusal("BAD_USER_INPUT", message))


@pytest.mark.parametrize("kind", OTHER_TYPES)
def test_a_body_of_another_type_is_refused(kind: str, endpoint: Server) -> None:
    refusal = _refusal("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json in UTF-8.")
    assert _seen(_post(endpoint, HELLO, kind)) == (415, JSON, refusal)


def test_a_body_without_a_type_is_refused(endpoint: Server) -> None:
    assert endpoint.client.post("/graphql", content=HELLO).status_code == 415


@pytest.mark.parametrize("kind", JSON_TYPES)
def test_json_is_read_however_its_type_is_written(kind: str, endpoint: Server) -> None:
    assert _seen(_post(endpoint, HELLO, kind)) == (200, JSON, HELLO_ANSWER)


@pytest.mark.parametrize(("accept", "kind"), NEGOTIATED.items())
def test_the_answer_has_the_type_that_the_client_accepts(accept: str, kind: str, endpoint: Server) -> None:
    response = _post(endpoint, HELLO, accept=accept)
    assert _seen(response) == (200, kind, HELLO_ANSWER)
    assert response.headers["vary"] == "accept"
    assert response.headers["content-length"] == str(len(response.content))


def test_what_else_a_request_holds_is_ignored(endpoint: Server) -> None:
    given: list[Any] = [{}, {"persistedQuery": {"version": 1}}, None, [], 5, "x"]
    for extensions in given:
        body = orjson.dumps({"query": "{ __typename }", "extensions": extensions, "id": 1, "doc_id": "x"})
        assert _seen(_post(endpoint, body)) == (200, JSON, HELLO_ANSWER)
    assert _seen(_get(endpoint, b"extensions={&query={__typename}&id=1", JSON)) == (200, JSON, HELLO_ANSWER)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_larger_than_the_limit_is_refused(chunked: bool, endpoint: Server) -> None:  # noqa: FBT001
    refusal = _refusal("PAYLOAD_TOO_LARGE", "The body is larger than 1,000,000 bytes.")
    for size in (LIMIT + 1, 3 * LIMIT):
        body = HELLO.ljust(size)
        response = _post(endpoint, _chunks(body) if chunked else body)
        assert _seen(response) == (413, JSON, refusal)
    assert _seen(_post(endpoint, HELLO)) == (200, JSON, HELLO_ANSWER)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_up_to_the_limit_is_read(chunked: bool, endpoint: Server) -> None:  # noqa: FBT001
    body = HELLO.ljust(LIMIT)
    assert _seen(_post(endpoint, _chunks(body) if chunked else body)) == (200, JSON, HELLO_ANSWER)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(method: str, endpoint: Server) -> None:
    response = endpoint.client.request(method, "/graphql", params={"query": "{ __typename }"})
    assert _seen(response) == (405, JSON, _refusal("METHOD_NOT_ALLOWED", "Send GraphQL by POST or GET."))
    assert response.headers["allow"] == "GET, POST"


def test_head_is_refused_without_a_body(endpoint: Server) -> None:
    response = endpoint.client.head("/graphql", params={"query": "{ __typename }"})
    assert (response.status_code, response.headers["allow"], response.content) == (405, "GET, POST", b"")


def test_a_query_with_variables_can_be_sent_by_get(endpoint: Server) -> None:
    query = b"query A($id: ID!) { node(id: $id) { id } } query B($show: Boolean!) { a: __typename @include(if: $show) }"
    for show, data in (("true", {"a": "Query"}), ("false", {})):
        sent = b'query=%s&operationName=B&variables={"show":%s}' % (query.replace(b" ", b"+"), show.encode())
        assert _seen(_get(endpoint, sent, JSON)) == (200, JSON, {"data": data})
    assert _seen(_get(endpoint, b"query={__typename}&variables=null", JSON)) == (200, JSON, HELLO_ANSWER)
    assert _seen(_get(endpoint, b"query={__typename}&variables=&operationName=", JSON)) == (200, JSON, HELLO_ANSWER)


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize("query", ["mutation { b }", "subscription { c }", "query A { a } mutation B { b }"])
async def test_only_queries_are_run_by_get(query: str, accept: str) -> None:
    async with _client_of_a_schema_that_changes() as client:
        sent = {"query": query, "operationName": "B" if "query" in query else ""}
        response = await client.get("/graphql", params=sent, headers={"accept": accept})
        message = "Only queries can be sent by GET; send this one by POST."
        assert _seen(response) == (405, accept, _refusal("METHOD_NOT_ALLOWED", message))
        assert response.headers["allow"] == "POST"


async def test_a_mutation_is_run_by_post() -> None:
    async with _client_of_a_schema_that_changes() as client:
        response = await client.post("/graphql", json={"query": "mutation { b }"})
        assert _seen(response) == (200, JSON, {"data": {"b": None}})


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize(("code", "status"), REFUSED.items())
async def test_who_is_not_let_in_is_told_by_the_status(code: str, status: int, accept: str) -> None:
    async with _client_of_a_schema_that_changes(code) as client:
        response = await client.post("/graphql", json={"query": "mutation { b }"}, headers={"accept": accept})
    assert _seen(response) == (status, accept, _refusal(code, "Not now."))
    assert response.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


@pytest.mark.parametrize("refused", ["", "RATE_LIMITED"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
async def test_headers_of_the_context_go_out_with_every_answer(method: str, refused: str) -> None:
    async with _client_of_a_schema_that_changes(refused) as client:
        response = await client.request(method, "/graphql?query={a}", json={"query": "mutation { b }"})
    assert [item for item in response.headers.multi_items() if item[0] == "set-cookie"] == COOKIES


async def test_what_is_cut_off_is_not_run() -> None:
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": HELLO, "more_body": True},
        {"type": "http.disconnect"},
    ]
    answer = _refusal("BAD_USER_INPUT", "The connection ended before the body did.")
    assert await _answered(messages) == (400, answer)


async def test_a_body_of_too_large_a_length_is_not_read() -> None:
    answer = _refusal("PAYLOAD_TOO_LARGE", "The body is larger than 1,000,000 bytes.")
    for length in (b"1000001", b"9" * 5_000):
        assert await _answered([], (b"content-length", length)) == (413, answer)


def _endpoint(refused: str = "") -> Any:
    headers = [(name.encode(), value.encode()) for name, value in COOKIES]
    return Endpoint(an_engine(CHANGING), lambda _scope: Anyone(refused, headers=list(headers)), Streams(1))


def _client_of_a_schema_that_changes(refused: str = "") -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(_endpoint(refused)), base_url="http://studio")


async def _answered(messages: list[dict[str, Any]], *headers: tuple[bytes, bytes]) -> tuple[int, Any]:
    """The status and the body; just these messages are there to be read."""
    unread, sent = iter(messages), []

    async def receive() -> dict[str, Any]:
        return next(unread)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", JSON.encode()), *headers]}
    await _endpoint()(scope, receive, send)
    assert next(unread, None) is None
    return sent[0]["status"], orjson.loads(sent[1]["body"])


def _post(endpoint: Server, body: bytes | Iterator[bytes], kind: str = JSON, accept: str = "*/*") -> httpx2.Response:
    return endpoint.client.post("/graphql", content=body, headers={"content-type": kind, "accept": accept})


def _get(endpoint: Server, query: bytes, accept: str) -> httpx2.Response:
    return endpoint.client.get(httpx2.URL(f"{endpoint.url}/graphql").copy_with(query=query), headers={"accept": accept})


def _chunks(body: bytes) -> Iterator[bytes]:
    return (body[start : start + 50_000] for start in range(0, len(body), 50_000))


def _seen(response: httpx2.Response) -> tuple[int, str, Any]:
    kind, _, charset = response.headers["content-type"].partition("; ")
    assert charset == "charset=utf-8"
    return response.status_code, kind, response.json()


def _refusal(code: str, message: str) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code}}]}
