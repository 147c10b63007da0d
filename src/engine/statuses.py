"""The status of an answer, and what HTTP asks for beside it: GraphQL over HTTP, September 2026."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine import errors
from engine.negotiation import RESPONSE_JSON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.answer import Answer

    Header = tuple[bytes, bytes]

PARTIAL_SUCCESS = 294
"""Data and errors. Of the specification's own; whoever does not know it takes it for a 200."""
STATUS = {
    errors.PARSE_FAILED: 400,
    errors.BAD_USER_INPUT: 400,
    errors.VALIDATION_FAILED: 422,
    errors.OPERATION_RESOLUTION_FAILURE: 422,
    errors.LIMIT_EXCEEDED: 422,
    errors.UNAUTHENTICATED: 401,
    errors.FORBIDDEN: 403,
    errors.CSRF_PREVENTION: 403,
    errors.INTROSPECTION_DISABLED: 403,
    errors.PERSISTED_QUERY_REQUIRED: 403,
    errors.PERSISTED_QUERY_NOT_FOUND: 404,
    errors.METHOD_NOT_ALLOWED: 405,
    errors.NOT_ACCEPTABLE: 406,
    errors.PAYLOAD_TOO_LARGE: 413,
    errors.UNSUPPORTED_MEDIA_TYPE: 415,
    errors.RATE_LIMITED: 429,
    errors.INTERNAL_SERVER_ERROR: 500,
    errors.UNAVAILABLE: 503,
    errors.TIMEOUT: 504,
}
UNUSED_VARIABLE = re.compile(r"Variable '\$\w+' is never used")
"""Alone it is told like a variable that cannot be read, by 400: the audits of graphql-http hold it for one."""
WELL_FORMED = {
    errors.PARSE_FAILED,
    errors.BAD_USER_INPUT,
    errors.VALIDATION_FAILED,
    errors.OPERATION_RESOLUTION_FAILURE,
    errors.LIMIT_EXCEEDED,
    errors.PERSISTED_QUERY_NOT_FOUND,
}
"""Refusals that the older `application/json` answers with 200: its clients read a body only then."""
SECONDS_UNAVAILABLE = b"5"
"""After that it is worth asking again."""


def status_of(answer: Answer, kind: bytes) -> int:
    """The status of an answer to a well-formed request, sent as `kind`."""
    if answer.refused is None:
        return PARTIAL_SUCCESS if answer.errors and kind == RESPONSE_JSON else 200
    if kind != RESPONSE_JSON and answer.refused in WELL_FORMED:
        return 200
    if answer.errors and all(UNUSED_VARIABLE.match(error["message"]) for error in answer.errors):
        return 400
    return STATUS.get(answer.refused, 400)


def demanded(status: int, method: str) -> Iterator[Header]:
    """The headers that HTTP asks for beside a status."""
    if status == 401:
        yield b"www-authenticate", b"Bearer"
    if status == 405:
        yield b"allow", b"POST" if method == "GET" else b"GET, POST"
    if status == 503:
        yield b"retry-after", SECONDS_UNAVAILABLE
