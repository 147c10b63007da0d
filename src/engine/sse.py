"""Answers as `text/event-stream`: each operation has a response of its own (graphql-sse's distinct connections)."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from engine.answer import Answer, fault, refusal
from engine.errors import RequestError
from engine.leaving import left
from engine.negotiation import EVENT_STREAM
from engine.replies import NO_STORE, VARY

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from engine.bodies import Receive
    from engine.context import Context
    from engine.replies import Send
    from engine.request import Request
    from engine.schema import Schema
    from engine.streams import Streams

HEADERS = [
    (b"content-type", EVENT_STREAM + b"; charset=utf-8"),
    NO_STORE,
    VARY,
    (b"x-accel-buffering", b"no"),  # nginx would keep the events until there are enough of them
]
COMPLETE = b"event: complete\ndata:\n\n"
"""Browsers dispatch no event without a data line; urql reads what stands behind `data: `."""
KEEP_ALIVE = b":\n\n"
SECONDS_TO_BEGIN = 0.1
"""So long at most goes by between the begin of a subscription and the head of its response."""
SECONDS_TO_STOP = 1.0
"""So long at most is waited for a client that does not read the end."""


class _Over(Exception):
    """The stream has come to its end, or nobody reads it any more."""


@dataclass(frozen=True, slots=True)
class EventStreams:
    """Sends event streams, counted among the `streams` of the process; a silent one is kept alive."""

    schema: Schema
    streams: Streams
    keep_alive_seconds: float = 12.0

    async def send(self, request: Request, contexts: Callable[[], Context], receive: Receive, send: Send) -> None:
        """Answer a request whose body is read: a `next` event for each answer or refusal, then `complete`.

        Where the server has to end the stream there is no `complete`: clients ask again, and find another process.
        """
        asking = contexts()
        stream = _Stream(asking, send)
        telling = stream.tell(self._answers(request, asking, contexts))
        keeping = stream.keep_alive(self.keep_alive_seconds)
        try:
            async with asyncio.TaskGroup() as tasks:
                for work in (telling, keeping, _left(receive), _ended(self.streams)):
                    tasks.create_task(work)
        except* _Over:
            await stream.stop()

    async def _answers(
        self, request: Request, asking: Context, contexts: Callable[[], Context]
    ) -> AsyncGenerator[Answer]:
        try:
            await asking.admit(frozenset())
            with self.streams.held(asking.bucket.key), self.streams.subscription():
                async with aclosing(self.schema.stream(request, asking, contexts)) as answers:
                    async for answer in answers:
                        yield answer
        except RequestError as refused:
            yield refusal(refused)
        except Exception as error:  # noqa: BLE001  (a fault is answered too)
            yield fault(error, asking.request_id)


class _Stream:
    """The response, begun with its first event: what resolvers add to its headers is known by then."""

    def __init__(self, asking: Context, send: Send) -> None:
        self._asking = asking
        self._send = send
        self._writing = asyncio.Lock()
        self._has_begun = False

    async def tell(self, answers: AsyncGenerator[Answer]) -> None:
        async with aclosing(answers):
            async for answer in answers:
                if answer.errors:
                    self._asking.record.codes = answer.codes
                await self._write(b"event: next\ndata: %b\n\n" % orjson.dumps(answer.body))
        await self._write(COMPLETE)
        raise _Over

    async def keep_alive(self, seconds: float) -> None:
        """A subscription need not wait for its first event; what comes once does: it may add headers."""
        pause = SECONDS_TO_BEGIN
        while True:
            await asyncio.sleep(pause)
            if self._asking.record.operation == "subscription":
                await self._write(KEEP_ALIVE)
                pause = seconds

    async def stop(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_STOP):
                await self._write(b"", more=False)

    async def _write(self, chunk: bytes, *, more: bool = True) -> None:
        async with self._writing:
            if not self._has_begun:
                self._has_begun = True
                headers = [*HEADERS, *self._asking.headers]
                await self._send({"type": "http.response.start", "status": 200, "headers": headers})
            await self._send({"type": "http.response.body", "body": chunk, "more_body": more})


async def _left(receive: Receive) -> None:
    """Until the client is gone."""
    await left(receive)
    raise _Over


async def _ended(streams: Streams) -> None:
    """Until the server is about to stop."""
    await streams.ending.wait()
    raise _Over
