"""What a client sends, read within bounds and checked: the body of a POST, the query string of a GET."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs

import orjson

from engine import errors
from engine.errors import BadUserInput, RequestError
from engine.request import Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping

    Scope: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]

NUL = re.compile(r"\0|(?<!\\)(?:\\\\)*\\u(?:0000|\{0+\})")
"""U+0000 in a document, as it is or escaped."""
ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 in JSON."""


class Malformed(RequestError):
    """The request is no GraphQL request at all: 400 under either media type."""

    def __init__(self, message: str) -> None:
        super().__init__(errors.BAD_USER_INPUT, message)


async def json_request(scope: Scope, receive: Receive, limit: int) -> Request:
    """The request in a JSON body of at most `limit` bytes."""
    given = parsed(b"".join([chunk async for chunk in chunks(scope, receive, limit)]), "This")
    if not isinstance(given, dict):
        raise Malformed('The body must be one JSON object, such as {"query": "{ studio { name } }"}.')
    return checked(given, reads_only=False)


def query_string_request(query_string: bytes) -> Request:
    """The request in a query string; it may only read."""
    try:
        given = {name: values[0] for name, values in parse_qs(query_string.decode(), errors="strict").items()}
    except ValueError:
        raise Malformed("The query string is not UTF-8.") from None
    variables = parsed(given["variables"].encode(), "This") if "variables" in given else None
    return checked({**given, "variables": variables}, reads_only=True)


async def chunks(scope: Scope, receive: Receive, limit: int) -> AsyncIterator[bytes]:
    """The body as it comes, of at most `limit` bytes; nothing is read where its Content-Length says more."""
    require_within(limit, _content_length(scope), "The body")
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("The connection ended before the body did.")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        require_within(limit, size, "The body")
        yield chunk
        more = message.get("more_body", False)


def checked(given: Mapping[str, Any], *, reads_only: bool) -> Request:
    """A request of what JSON or a query string holds."""
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str):
        raise Malformed("`query` is missing: it holds the GraphQL document, as a string.")
    if variables is not None and not isinstance(variables, dict):
        raise Malformed("`variables` must be a JSON object.")
    if name is not None and not isinstance(name, str):
        raise Malformed("`operationName` must be a string.")
    if NUL.search(query):
        raise _holds_nul()
    return Request(query, variables, name or None, reads_only=reads_only)


def parsed(text: bytes | bytearray, name: str) -> Any:
    """What a JSON text says; `name` is what the client is told is wrong."""
    if b"\\u0000" in text and ESCAPED_NUL.search(text):
        raise _holds_nul()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Malformed(f"{name} is not JSON in UTF-8.") from None


def require_within(limit: int, size: int, name: str) -> None:
    """Refuse what is larger than `limit` bytes; `name` is what the client is told it is."""
    if size > limit:
        raise RequestError(errors.PAYLOAD_TOO_LARGE, f"{name} is larger than {limit:,} bytes.")


def header(scope: Scope, name: bytes) -> bytes:
    """The first value of a header; empty where it is not given."""
    return next((value for key, value in scope["headers"] if key == name), b"")


def _content_length(scope: Scope) -> int:
    value = header(scope, b"content-length")[:20]
    return int(value) if value.isdigit() else 0


def _holds_nul() -> BadUserInput:
    """No database keeps U+0000 in a text."""
    return BadUserInput("The character U+0000 cannot be stored or searched for; leave it out.")
