"""GraphQL over HTTP: a raw ASGI endpoint for POST with JSON or with files, and for GET."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from engine import errors
from engine.answer import Answer, fault, refusal
from engine.bodies import Malformed, json_request, query_string_request
from engine.csrf import require_same_site
from engine.errors import NotAcceptable, RequestError
from engine.leaving import ClientLeft, Clients
from engine.multipart import multipart_request
from engine.negotiation import EVENT_STREAM, JSON, RESPONSE_JSON
from engine.replies import Exchange, reply
from engine.sse import EventStreams

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from engine.bodies import Receive, Scope
    from engine.context import Context
    from engine.replies import Send
    from engine.request import Request
    from engine.schema import Schema
    from engine.streams import Streams

MULTIPART = b"multipart/form-data"
STOPPING = "The server is stopping. Ask again: another will answer."
NOTHING_ELSE = f"Accept {JSON.decode()}, {RESPONSE_JSON.decode()} or {EVENT_STREAM.decode()}: nothing else is sent."
CHARSET = re.compile(rb'charset="?([^";\s]*)')


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
    _clients: Clients = field(default_factory=Clients)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        exchange = Exchange(scope, receive, send, self.context(scope))
        answer: Answer | None
        status = None
        try:
            self.schema.require_points(exchange.context)
            answer = await self._answer(exchange)
        except ClientLeft:
            return
        except asyncio.CancelledError:
            if not self.streams.ending.is_set():
                raise
            answer = refusal(RequestError(errors.UNAVAILABLE, STOPPING))
        except RequestError as error:
            told = await self._counted(error, exchange.context)
            answer, status = refusal(told), 400 if isinstance(told, Malformed) else None
        except Exception as error:  # noqa: BLE001  (a fault is answered too, in the type that is accepted)
            answer = fault(error, exchange.context.request_id)
        if answer is not None:
            await reply(exchange, answer, status)

    async def _counted(self, error: RequestError, context: Context) -> RequestError:
        """The refusal, which counts too; another where there were too many."""
        try:
            await self.schema.charge_refusal(context)
        except RequestError as too_often:
            return too_often
        return error

    async def _answer(self, exchange: Exchange) -> Answer | None:
        if not exchange.accepted.kind:
            raise NotAcceptable(NOTHING_ELSE)
        if exchange.method == "GET":
            return await self._told(exchange, query_string_request(exchange.scope["query_string"]))
        if exchange.method != "POST":
            raise RequestError(errors.METHOD_NOT_ALLOWED, "Send GraphQL by POST or GET.")
        has_files = _media_type(exchange.header(b"content-type")) == MULTIPART
        if has_files or exchange.context.by_cookie:
            require_same_site(exchange.scope["headers"], self.origins)
        _require_plain(exchange)
        return await (self._told_with_files if has_files else self._told_by_json)(exchange)

    async def _told_by_json(self, exchange: Exchange) -> Answer | None:
        _require_json(exchange.header(b"content-type"))
        limit = self.schema.limits.body_bytes
        return await self._told(exchange, await json_request(exchange.scope, exchange.receive, limit))

    async def _told_with_files(self, exchange: Exchange) -> Answer | None:
        await exchange.context.admit(frozenset())
        if not exchange.context.may_upload:
            raise RequestError(errors.UNAUTHENTICATED, "Files are taken from those who are signed in.")
        limit = self.schema.limits.body_bytes
        async with multipart_request(exchange.scope, exchange.receive, self.uploads, limit) as request:
            return await self._told(exchange, request)

    async def _told(self, exchange: Exchange, request: Request) -> Answer | None:
        """The answer; None where it was sent already, event by event."""
        if exchange.header(b"x-studiograph-cost") == b"1":
            request = replace(request, tells_cost=True)
        if await self._is_streamed(exchange, request):
            contexts = partial(self.context, exchange.scope)
            await EventStreams(self.schema, self.streams).send(request, contexts, exchange.receive, exchange.send)
            return None
        with self._clients.waiting(exchange.receive):
            return await self.schema.execute(request, exchange.context)

    async def _is_streamed(self, exchange: Exchange, request: Request) -> bool:
        if exchange.accepted.kind == EVENT_STREAM:
            return True
        return exchange.accepted.streams and await self.schema.is_subscription(request, exchange.context)


def _media_type(content_type: bytes) -> bytes:
    return content_type.partition(b";")[0].strip().lower()


def _require_json(content_type: bytes) -> None:
    if content_type == JSON:  # as most say it
        return
    charset = CHARSET.search(content_type.lower())
    if _media_type(content_type) != JSON or (charset and charset[1] != b"utf-8"):
        raise RequestError(errors.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json in UTF-8.")


def _require_plain(exchange: Exchange) -> None:
    """Refuse a compressed body: a few bytes of it might become gigabytes."""
    if exchange.header(b"content-encoding").lower() not in (b"", b"identity"):
        exchange.context.headers.append((b"accept-encoding", b"identity"))
        raise RequestError(errors.UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, without a Content-Encoding.")
