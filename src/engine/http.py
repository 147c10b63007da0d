"""GraphQL over HTTP: a raw ASGI endpoint for POST with JSON or with files, and for GET."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from engine import errors
from engine.answer import Answer, refusal
from engine.bodies import Malformed, header, json_request, query_string_request
from engine.csrf import require_same_site
from engine.errors import RequestError
from engine.multipart import multipart_request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping

    from engine.bodies import Receive, Scope
    from engine.context import Context
    from engine.schema import Schema
    from engine.streams import Streams

    Header: TypeAlias = tuple[bytes, bytes]
    Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON = b"application/json"
MULTIPART = b"multipart/form-data"
RESPONSE_JSON = b"application/graphql-response+json"
STATUS = {
    errors.PARSE_FAILED: 400,
    errors.BAD_USER_INPUT: 422,
    errors.VALIDATION_FAILED: 422,
    errors.OPERATION_RESOLUTION_FAILURE: 422,
    errors.LIMIT_EXCEEDED: 422,
    errors.UNAUTHENTICATED: 401,
    errors.FORBIDDEN: 403,
    errors.CSRF_PREVENTION: 403,
    errors.INTROSPECTION_DISABLED: 403,
    errors.METHOD_NOT_ALLOWED: 405,
    errors.PAYLOAD_TOO_LARGE: 413,
    errors.UNSUPPORTED_MEDIA_TYPE: 415,
    errors.RATE_LIMITED: 429,
    errors.UNAVAILABLE: 503,
}
WELL_FORMED = {
    errors.PARSE_FAILED,
    errors.BAD_USER_INPUT,
    errors.VALIDATION_FAILED,
    errors.OPERATION_RESOLUTION_FAILURE,
    errors.LIMIT_EXCEEDED,
}
"""Refusals that the older `application/json` answers with 200, as the specification asks."""
CHARSET = re.compile(rb'charset="?([^";\s]*)')
ACCEPTS_RESPONSE_JSON = re.compile(
    rb"(?:^|,)\s*application/graphql-response\+json\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))", re.IGNORECASE
)
"""Named in full, and not declined by q=0."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The ASGI application behind /graphql.

    The files of a request are below `uploads` until it is answered; pages of `origins` may send files and cookies.
    """

    schema: Schema
    context: Callable[[Scope], Context]
    streams: Streams
    uploads: Path = Path(gettempdir())
    origins: Collection[str] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        context, status = self.context(scope), None
        try:
            answer = await self._answer(scope, receive, context)
        except Malformed as error:
            answer, status = refusal(error), 400
        except RequestError as error:
            answer = refusal(error)
        await _send(scope, send, answer, status, context.headers)

    async def _answer(self, scope: Scope, receive: Receive, context: Context) -> Answer:
        if scope["method"] == "GET":
            return await self.schema.execute(query_string_request(scope["query_string"]), context)
        if scope["method"] != "POST":
            raise RequestError(errors.METHOD_NOT_ALLOWED, "Send GraphQL by POST or GET.")
        content_type = header(scope, b"content-type")
        has_files = _media_type(content_type) == MULTIPART
        if has_files or context.by_cookie:
            require_same_site(scope["headers"], self.origins)
        if has_files:
            await context.admit(frozenset())
            if not context.may_upload:
                raise RequestError(errors.UNAUTHENTICATED, "Files are taken from those who are signed in.")
            async with multipart_request(scope, receive, self.uploads, self.schema.limits.body_bytes) as request:
                return await self.schema.execute(request, context)
        _require_json(content_type)
        return await self.schema.execute(await json_request(scope, receive, self.schema.limits.body_bytes), context)


def _media_type(content_type: bytes) -> bytes:
    return content_type.partition(b";")[0].strip().lower()


def _require_json(content_type: bytes) -> None:
    charset = CHARSET.search(content_type.lower())
    if _media_type(content_type) != JSON or (charset and charset[1] != b"utf-8"):
        raise RequestError(errors.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json in UTF-8.")


async def _send(scope: Scope, send: Send, answer: Answer, status: int | None, added: Iterable[Header]) -> None:
    kind = RESPONSE_JSON if ACCEPTS_RESPONSE_JSON.search(header(scope, b"accept")) else JSON
    body = orjson.dumps(answer.body)
    status = status or _status(answer.refused, kind)
    headers = [
        (b"content-type", kind + b"; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"vary", b"accept"),
        *_demanded(status, scope["method"]),
        *added,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _demanded(status: int, method: str) -> Iterable[Header]:
    """What HTTP asks for beside a status."""
    if status == 401:
        yield b"www-authenticate", b"Bearer"
    if status == 405:
        yield b"allow", b"POST" if method == "GET" else b"GET, POST"


def _status(refused: str | None, kind: bytes) -> int:
    if refused is None or (kind == JSON and refused in WELL_FORMED):
        return 200
    return STATUS.get(refused, 400)
