"""GraphQL over HTTP: a raw ASGI endpoint for POST with JSON and for GET."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs

import orjson

from engine import errors
from engine.errors import BadUserInput, RequestError
from engine.schema import Answer, Request, refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    from engine.schema import Context, Schema

    Scope: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON = b"application/json"
RESPONSE_JSON = b"application/graphql-response+json"
STATUS = {
    errors.PARSE_FAILED: 400,
    errors.BAD_USER_INPUT: 422,
    errors.VALIDATION_FAILED: 422,
    errors.OPERATION_RESOLUTION_FAILURE: 422,
    errors.LIMIT_EXCEEDED: 422,
    errors.METHOD_NOT_ALLOWED: 405,
    errors.PAYLOAD_TOO_LARGE: 413,
    errors.UNSUPPORTED_MEDIA_TYPE: 415,
}
WELL_FORMED = {
    errors.PARSE_FAILED,
    errors.BAD_USER_INPUT,
    errors.VALIDATION_FAILED,
    errors.OPERATION_RESOLUTION_FAILURE,
    errors.LIMIT_EXCEEDED,
}
"""Refusals that the older `application/json` answers with 200, as the specification asks."""
NUL = re.compile(r"\0|(?<!\\)(?:\\\\)*\\u(?:0000|\{0+\})")
"""U+0000 in a document, as it is or escaped."""
ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 in JSON."""
CHARSET = re.compile(rb'charset="?([^";\s]*)')
ACCEPTS_RESPONSE_JSON = re.compile(
    rb"(?:^|,)\s*application/graphql-response\+json\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))", re.IGNORECASE
)
"""Named in full, and not declined by q=0."""


class Malformed(RequestError):
    """The request is no GraphQL request at all: 400 under either media type."""

    def __init__(self, message: str) -> None:
        super().__init__(errors.BAD_USER_INPUT, message)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The ASGI application behind /graphql."""

    schema: Schema
    context: Callable[[Scope], Context]
    body_limit: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        status = None
        try:
            request = await self._request(scope, receive)
            answer = await self.schema.execute(request, self.context(scope))
        except Malformed as error:
            answer, status = refusal(error), 400
        except RequestError as error:
            answer = refusal(error)
        await _send(scope, send, answer, status)

    async def _request(self, scope: Scope, receive: Receive) -> Request:
        if scope["method"] == "GET":
            return _from_query_string(scope["query_string"])
        if scope["method"] != "POST":
            raise RequestError(errors.METHOD_NOT_ALLOWED, "Send GraphQL by POST or GET.")
        _require_json(_header(scope, b"content-type"))
        return _from_json(await _body(receive, self.body_limit))


def _from_query_string(query_string: bytes) -> Request:
    try:
        given = {name: values[0] for name, values in parse_qs(query_string.decode(), errors="strict").items()}
    except ValueError:
        raise Malformed("The query string is not UTF-8.") from None
    variables = _parsed(given["variables"].encode()) if "variables" in given else None
    return _checked({**given, "variables": variables}, reads_only=True)


def _from_json(body: bytes) -> Request:
    given = _parsed(body)
    if not isinstance(given, dict):
        raise Malformed('The body must be one JSON object, such as {"query": "{ studio { name } }"}.')
    return _checked(given, reads_only=False)


def _checked(given: Mapping[str, Any], *, reads_only: bool) -> Request:
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str):
        raise Malformed("`query` is missing: it holds the GraphQL document, as a string.")
    if variables is not None and not isinstance(variables, dict):
        raise Malformed("`variables` must be a JSON object.")
    if name is not None and not isinstance(name, str):
        raise Malformed("`operationName` must be a string.")
    if NUL.search(query):
        raise _holds_nul()
    return Request(query, variables, name or None, reads_only)


def _parsed(text: bytes) -> Any:
    if b"\\u0000" in text and ESCAPED_NUL.search(text):
        raise _holds_nul()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Malformed("This is not JSON in UTF-8.") from None


def _holds_nul() -> BadUserInput:
    """No database keeps U+0000 in a text."""
    return BadUserInput("The character U+0000 cannot be stored or searched for; leave it out.")


def _require_json(content_type: bytes) -> None:
    kind, _, parameters = content_type.lower().partition(b";")
    charset = CHARSET.search(parameters)
    if kind.strip() != JSON or (charset and charset[1] != b"utf-8"):
        raise RequestError(errors.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json in UTF-8.")


async def _body(receive: Receive, limit: int) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        if len(body) > limit:
            break
        message = await receive()
        body += message.get("body", b"")
    if len(body) > limit:
        raise RequestError(errors.PAYLOAD_TOO_LARGE, f"The body is larger than {limit:,} bytes.")
    return body


async def _send(scope: Scope, send: Send, answer: Answer, status: int | None) -> None:
    kind = RESPONSE_JSON if ACCEPTS_RESPONSE_JSON.search(_header(scope, b"accept")) else JSON
    body = orjson.dumps(answer.body)
    headers = [
        (b"content-type", kind + b"; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"vary", b"accept"),
    ]
    status = status or _status(answer.refused, kind)
    if status == 405:
        headers.append((b"allow", b"POST" if scope["method"] == "GET" else b"GET, POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _status(refused: str | None, kind: bytes) -> int:
    if refused is None or (kind == JSON and refused in WELL_FORMED):
        return 200
    return STATUS.get(refused, 400)


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")
