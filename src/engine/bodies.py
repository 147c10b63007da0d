"""What a client sends, read within bounds and checked: the body of a POST, the query string of a GET."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs

import orjson

from engine import errors
from engine.errors import BadUserInput, RequestError
from engine.persisted import PREFIX
from engine.request import Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping

    Scope: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]

NUL = re.compile(r"\0|(?<!\\)(?:\\\\)*\\u(?:0000|\{0+\})")
"""U+0000 in a document, as it is or escaped."""
ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 in JSON."""
DOCUMENT_ID = re.compile(PREFIX + "[0-9a-f]{64}")
MEMBERS = {
    "query": (str, "a string: the GraphQL document"),
    "variables": (dict, "a JSON object"),
    "operationName": (str, "a string"),
    "extensions": (dict, "a JSON object"),
    "documentId": (str, "a string"),
}
"""What a request may hold; each may be missing or null, and what else it holds is ignored."""


class Malformed(RequestError):
    """The request is no GraphQL request at all: 400 under either media type."""

    def __init__(self, message: str) -> None:
        super().__init__(errors.BAD_USER_INPUT, message)


async def json_request(scope: Scope, receive: Receive, limit: int) -> Request:
    """The request in a JSON body of at most `limit` bytes."""
    given = parsed(b"".join([chunk async for chunk in chunks(scope, receive, limit)]), "This")
    return checked(one_object(given, "The body"), reads_only=False)


def query_string_request(query_string: bytes) -> Request:
    """The request in a query string; it may only read."""
    try:
        given: dict[str, Any] = {
            name: values[0] for name, values in parse_qs(query_string.decode(), errors="strict").items()
        }
    except ValueError:
        raise Malformed("The query string is not UTF-8.") from None
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = parsed(given[name].encode(), f"`{name}`")
    return checked(given, reads_only=True)


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


def one_object(given: Any, name: str) -> dict[str, Any]:
    """What JSON says, where that is an object; `name` is what the client is told must be one."""
    if isinstance(given, list):
        message = f"{name} is a list, and batching is off: send one operation at a time."
        raise Malformed(message)
    if not isinstance(given, dict):
        raise Malformed(f'{name} must be one JSON object, such as {{"query": "{{ studio {{ name }} }}"}}.')
    return given


def checked(given: Mapping[str, Any], *, reads_only: bool) -> Request:
    """A request of what JSON or a query string holds."""
    for name, (kind, told) in MEMBERS.items():
        value = given.get(name)
        if value is not None and not isinstance(value, kind):
            raise Malformed(f"`{name}` must be {told}.")
    query, document_id = given.get("query"), _document_id(given)
    if query is None and document_id is None:
        raise Malformed("`query` is missing: it holds the GraphQL document, as a string.")
    if query and ("\0" in query or "\\u" in query) and NUL.search(query):  # few documents need the long look
        raise _holds_nul()
    return Request(
        query, given.get("variables"), given.get("operationName") or None, document_id, reads_only=reads_only
    )


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
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


def _document_id(given: Mapping[str, Any]) -> str | None:
    """The document's name, given by `documentId` or as Apollo's clients do."""
    document_id: str | None = given.get("documentId")
    if document_id is not None and not DOCUMENT_ID.fullmatch(document_id):
        raise Malformed("`documentId` must be `sha256:` and 64 hexadecimal digits, in lower case.")
    persisted = (given.get("extensions") or {}).get("persistedQuery")
    return document_id if persisted is None else _apollos(persisted, document_id)


def _apollos(persisted: Any, document_id: str | None) -> str:
    """What Apollo's automatic persisted queries name, which is what `documentId` names if that is there too."""
    hashed = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    named = f"{PREFIX}{hashed}"
    if document_id not in (None, named) or not DOCUMENT_ID.fullmatch(named):
        raise Malformed('`extensions.persistedQuery` must be {"version": 1, "sha256Hash": "64 hexadecimal digits"}.')
    return named


def _content_length(scope: Scope) -> int:
    value = header(scope, b"content-length")[:20]
    return int(value) if value.isdigit() else 0


def _holds_nul() -> BadUserInput:
    """No database keeps U+0000 in a text."""
    return BadUserInput("The character U+0000 cannot be stored or searched for; leave it out.")
