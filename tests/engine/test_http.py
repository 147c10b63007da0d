"""GraphQL over HTTP to the letter: statuses, headers, and who is answered how."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import httpx2
import orjson
import pytest
from graphql import GraphQLSchema, build_schema, print_schema

from engine.errors import RequestError
from engine.http import Endpoint
from engine.streams import Streams
from services.answers import an_error, refusal, seen
from services.engine import Anyone, an_engine

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
HELLO = b'{"query": "{ __typename }"}'
REFUSED = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "CSRF_PREVENTION": 403,
    "RATE_LIMITED": 429,
    "INTERNAL_SERVER_ERROR": 500,
    "UNAVAILABLE": 503,
    "TIMEOUT": 504,
    "SOMETHING_ELSE": 400,
}
UNRUNNABLE = {
    "no GraphQL": ("{", "GRAPHQL_PARSE_FAILED", 400),
    "nothing": ("", "GRAPHQL_PARSE_FAILED", 400),
    "an unknown field": ("{ nonsense }", "GRAPHQL_VALIDATION_FAILED", 422),
    "an unused variable": ("query ($id: Int) { a }", "GRAPHQL_VALIDATION_FAILED", 400),
    "an unused variable and an unknown field": ("query ($id: Int) { x }", "GRAPHQL_VALIDATION_FAILED", 422),
    "two operations": ("query A { a } query B { a }", "OPERATION_RESOLUTION_FAILURE", 422),
    "no value for a variable": ("query ($id: Int!) { a @include(if: true) d(id: $id) }", "BAD_USER_INPUT", 400),
    "too many fields": ("{" + "".join(f"a{n}: a " for n in range(100)) + "}", "LIMIT_EXCEEDED", 422),
}
WITH_FILES = {"content-type": "multipart/form-data; boundary=x"}
COOKIES = [("set-cookie", "a=1"), ("set-cookie", "b=2")]
VARY = "accept, accept-encoding, accept-language, authorization, cookie"
CHANGING = build_schema("type Query { a: Int d(id: Int!): Int } type Mutation { b: Int } type Subscription { c: Int }")


@pytest.mark.parametrize(("query", "code", "status"), UNRUNNABLE.values(), ids=UNRUNNABLE.keys())
async def test_what_cannot_run_is_told_by_the_status_to_those_who_can_read_it(
    query: str, code: str, status: int
) -> None:
    async with _client_of_a_schema_that_changes() as client:
        for accept, expected in ((JSON, 200), (RESPONSE_JSON, status)):
            response = await client.post("/graphql", json={"query": query}, headers={"accept": accept})
            codes = [error["extensions"]["code"] for error in response.json()["errors"]]
            assert (response.status_code, codes[0], set(codes)) == (expected, code, {code})
            assert "data" not in response.json()
            assert response.headers["cache-control"] == "no-store"


async def test_data_with_errors_is_a_partial_success() -> None:
    answer = {
        "errors": [{**an_error("FORBIDDEN", "Not that."), "locations": [ANY], "path": ["a"]}],
        "data": {"a": None},
    }
    async with _client_of_a_schema_that_changes(a=_refuse) as client:
        for accept, status in ((JSON, 200), (RESPONSE_JSON, 294)):
            response = await client.post("/graphql", json={"query": "{ a }"}, headers={"accept": accept})
            assert seen(response) == (status, accept, answer)


async def test_a_subscription_is_no_plain_answer() -> None:
    message = "A subscription is answered as text/event-stream, or over a websocket."
    async with _client_of_a_schema_that_changes() as client:
        for accept in (JSON, RESPONSE_JSON):
            for method in ("GET", "POST"):
                sent: dict[str, Any] = {"params" if method == "GET" else "json": {"query": "subscription { c }"}}
                response = await client.request(method, "/graphql", headers={"accept": accept}, **sent)
                assert seen(response) == (406, accept, refusal("UNSUPPORTED_MEDIA_TYPE", message))


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "application/json-evil", "image/*, text/css"])
async def test_what_cannot_be_accepted_is_not_run(accept: str) -> None:
    message = "Accept application/json, application/graphql-response+json or text/event-stream: nothing else is sent."
    context = Anyone()
    async with _client(context) as client:
        response = await client.post("/graphql", json={"query": "mutation { b }"}, headers={"accept": accept})
    assert seen(response) == (406, JSON, refusal("UNSUPPORTED_MEDIA_TYPE", message))
    assert (context.admitted, context.record.operation) == ([], "")


@pytest.mark.parametrize(
    ("accept", "query", "is_stream"),
    [
        ("text/event-stream", "{ a }", True),
        ("text/event-stream", "mutation { b }", True),
        ("text/event-stream, application/json", "{ a }", False),
        ("text/event-stream, application/json", "mutation { b }", False),
        ("text/event-stream, application/json", "query subscription { a }", False),
        ("text/event-stream, application/json", "subscription", False),
        ("text/event-stream;q=0.1, application/json", "subscription { c }", True),
        ("text/event-stream, application/json", "{ a } subscription S { c }", False),
    ],
)
async def test_an_event_stream_is_for_subscriptions_and_for_those_who_read_nothing_else(
    accept: str, query: str, *, is_stream: bool
) -> None:
    async with _client_of_a_schema_that_changes() as client:
        response = await client.post("/graphql", json={"query": query}, headers={"accept": accept})
    assert response.headers["content-type"].startswith("text/event-stream" if is_stream else JSON)


async def test_no_cache_keeps_what_is_not_for_all() -> None:
    kept = {"query": "{ a }"}
    async with _client_of_a_schema_that_changes() as client:
        public = await client.post("/graphql", json=kept)
        changed = await client.post("/graphql", json={"query": "mutation { b }"})
        refused = await client.post("/graphql", json={"query": "{"})
    async with _client(Anyone(is_private=True)) as client:
        private = await client.post("/graphql", json=kept)
    told = [response.headers.get("cache-control") for response in (public, changed, refused, private)]
    assert told == [None, "no-store", "no-store", "no-store"]
    assert {response.headers["vary"] for response in (public, changed, refused, private)} == {VARY}


async def test_who_is_to_come_again_is_told_when() -> None:
    async with _client_of_a_schema_that_changes("UNAVAILABLE") as client:
        response = await client.post("/graphql", json={"query": "{ a }"})
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


async def test_a_fault_before_a_request_is_read_is_answered_and_masked() -> None:
    class Broken(Anyone):
        async def admit(self, _root_fields: frozenset[str]) -> None:
            raise ConnectionError("database at 10.0.0.7")

    async with _client(Broken()) as client:
        response = await client.post("/graphql", content=b"", headers={**WITH_FILES, "x-studiograph-csrf": "1"})
    message = "The server cannot reach its data just now, or is too busy. Try again soon."
    extensions = {"code": "UNAVAILABLE", "requestId": "of-the-test"}
    assert seen(response) == (503, JSON, {"errors": [{"message": message, "extensions": extensions}]})


async def test_the_cost_is_told_where_it_is_asked_for() -> None:
    async with _client_of_a_schema_that_changes() as client:
        asked, unasked = [
            (await client.post("/graphql", json={"query": "{ a }"}, headers=headers)).json()
            for headers in ({"x-studiograph-cost": "1"}, {"x-studiograph-cost": "0"})
        ]
    assert set(asked["extensions"]["cost"]) == {"requested", "actual", "statements"}
    assert unasked == {"data": {"a": None}}


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize("query", ["mutation { b }", "query A { a } mutation B { b }"])
async def test_no_mutations_are_run_by_get(query: str, accept: str) -> None:
    async with _client_of_a_schema_that_changes() as client:
        sent = {"query": query, "operationName": "B" if "query" in query else ""}
        response = await client.get("/graphql", params=sent, headers={"accept": accept})
        message = "Only queries can be sent by GET; send this one by POST."
        assert seen(response) == (405, accept, refusal("METHOD_NOT_ALLOWED", message))
        assert response.headers["allow"] == "POST"


async def test_a_mutation_is_run_by_post() -> None:
    async with _client_of_a_schema_that_changes() as client:
        response = await client.post("/graphql", json={"query": "mutation { b }"})
        assert seen(response) == (200, JSON, {"data": {"b": None}})


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize(("code", "status"), REFUSED.items())
async def test_who_is_not_let_in_is_told_by_the_status(code: str, status: int, accept: str) -> None:
    async with _client_of_a_schema_that_changes(code) as client:
        response = await client.post("/graphql", json={"query": "mutation { b }"}, headers={"accept": accept})
    assert seen(response) == (status, accept, refusal(code, "Not now."))
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
    answer = refusal("BAD_USER_INPUT", "The connection ended before the body did.")
    assert await _answered(messages) == (400, answer)


async def test_a_body_of_too_large_a_length_is_not_read() -> None:
    answer = refusal("PAYLOAD_TOO_LARGE", "The body is larger than 1,000,000 bytes.")
    for length in (b"1000001", b"9" * 5_000):
        assert await _answered([], (b"content-length", length)) == (413, answer)


def _client(context: Anyone, core: GraphQLSchema = CHANGING) -> httpx2.AsyncClient:
    endpoint: Any = Endpoint(an_engine(core), lambda _scope: context, Streams(1))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(endpoint), base_url="http://studio")


def _client_of_a_schema_that_changes(refused: str = "", **resolvers: Any) -> httpx2.AsyncClient:
    core = build_schema(print_schema(CHANGING))
    assert core.query_type
    for name, resolve in resolvers.items():
        core.query_type.fields[name].resolve = resolve
    headers = [(name.encode(), value.encode()) for name, value in COOKIES]
    return _client(Anyone(refused, headers=headers), core)


def _refuse(*_: Any) -> None:
    raise RequestError("FORBIDDEN", "Not that.")


async def _answered(messages: list[dict[str, Any]], *headers: tuple[bytes, bytes]) -> tuple[int, Any]:
    """The status and the body; just these messages are there to be read."""
    unread, sent = iter(messages), []

    async def receive() -> dict[str, Any]:
        return next(unread)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", JSON.encode()), *headers]}
    endpoint: Any = Endpoint(an_engine(CHANGING), lambda _scope: Anyone(), Streams(1))
    await endpoint(scope, receive, send)
    assert next(unread, None) is None
    return sent[0]["status"], orjson.loads(sent[1]["body"])
