"""A small engine behind a real server: news to follow, over websockets and event streams."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

from engine.bodies import checked
from engine.errors import UNAUTHENTICATED, RequestError
from engine.rates import Bucket
from engine.sse import EventStreams
from engine.streams import Streams
from engine.websocket import WebSockets
from services.engine import Anyone, an_engine
from services.waiting import until_it_holds
from web.connections import GracefulServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from engine.bodies import Receive, Scope
    from engine.limits import Limits
    from engine.record import Record
    from engine.replies import Send

ALLOWED = "https://front.example"
TOKEN = "of-mina"  # noqa: S105  (it opens nothing)


@dataclass
class Visitor(Anyone):
    """Who shows a token must show one that holds."""

    token: str | None = None
    newsroom: Newsroom | None = None

    async def admit(self, root_fields: frozenset[str]) -> None:
        """Ask the newsroom."""
        assert self.newsroom
        await super().admit(root_fields)
        if self.newsroom.is_away:
            raise ConnectionError("SELECT secret")
        if root_fields and self.token and self.token not in self.newsroom.tokens:
            raise RequestError(UNAUTHENTICATED, "Your session has ended: sign in again.")
        self.bucket = Bucket(f"user:{self.token}" if self.token else "address:127.0.0.1", 10_000)


class Newsroom:
    """Serves in the loop of the test, so that a test can look at what is left."""

    until = staticmethod(until_it_holds)

    def __init__(self, limits: Limits, **given: Any) -> None:
        self.tokens = {TOKEN}
        self.is_away = False
        self.observed: list[tuple[Record, str]] = []
        self.contexts: list[Visitor] = []
        self.readers: set[asyncio.Queue[str | Exception]] = set()
        self.streams = Streams(limits.sockets)
        engine = an_engine(self._schema(), limits)
        self.event_streams = EventStreams(engine, self.streams, given.pop("keep_alive_seconds", 12.0))
        self._websockets = WebSockets(engine, self._context, self.streams, [ALLOWED], self._observe, **given)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.url = f"ws://{self.host}/graphql"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Newsroom]:
        """Serve within the block."""
        config = uvicorn.Config(
            self,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=2,
        )
        server = GracefulServer(config, self.streams.end)
        task = asyncio.create_task(server.serve([self._socket]))
        await until_it_holds(lambda: server.started)
        try:
            yield self
        finally:
            server.should_exit = True
            await task

    def publish(self, news: str | Exception) -> None:
        """Tell all readers, or break what they read."""
        for queue in self.readers:
            queue.put_nowait(news)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a websocket, or an event stream for the request in a body."""
        scope["request_id"] = "of-the-test"
        if scope["type"] == "websocket":
            await self._websockets(scope, receive, send)
            return
        request = checked(json.loads((await receive())["body"]), reads_only=False)
        await self.event_streams.send(request, partial(self._context, scope), receive, send)

    def _context(self, scope: Scope, authorization: str | None = None) -> Visitor:
        cookie = next((value.decode() for name, value in scope["headers"] if name == b"cookie"), None)
        shown = next((value.decode() for name, value in scope["headers"] if name == b"authorization"), authorization)
        token = shown.removeprefix("Bearer ") if shown else cookie and cookie.removeprefix("session=")
        made = Visitor(by_cookie=bool(cookie and not shown), is_private=bool(token), token=token, newsroom=self)
        self.contexts.append(made)
        return made

    def _observe(self, record: Record, seconds: float, request_id: str) -> None:
        assert 0 <= seconds < 60
        self.observed.append((replace(record), request_id))

    def _schema(self) -> GraphQLSchema:
        text, number = GraphQLField(GraphQLString), {"count": GraphQLArgument(GraphQLInt)}
        hello = GraphQLField(GraphQLString, resolve=lambda *_: "Hello")
        broken = GraphQLField(GraphQLString, resolve=_broken)
        rename = GraphQLField(GraphQLString, resolve=_rename)
        count = GraphQLField(GraphQLInt, number, subscribe=_count, resolve=lambda event, _info, count: event)  # noqa: ARG005  (by name)
        news = GraphQLField(GraphQLString, subscribe=self._follow, resolve=_told)
        return GraphQLSchema(
            GraphQLObjectType("Query", {"hello": hello, "broken": broken, "nothing": text}),
            GraphQLObjectType("Mutation", {"rename": rename}),
            GraphQLObjectType("Subscription", {"count": count, "news": news}),
        )

    async def _follow(self, *_: Any) -> AsyncGenerator[str]:
        queue: asyncio.Queue[str | Exception] = asyncio.Queue()
        self.readers.add(queue)
        try:
            while True:
                news = await queue.get()
                if isinstance(news, Exception):
                    raise news
                yield news
        finally:
            self.readers.discard(queue)


def _told(event: str, *_: Any) -> str:
    if event == "broken":
        raise RuntimeError("SELECT secret")
    return event


def _broken(*_: Any) -> None:
    raise RuntimeError("SELECT secret")


def _rename(_source: Any, info: Any) -> str:
    info.context.headers.append((b"set-cookie", b"name=new"))
    return "Renamed"


async def _count(_source: Any, _info: Any, count: int) -> AsyncGenerator[int]:
    for number in range(1, count + 1):
        yield number
