"""One websocket, from its first message to its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from engine.csrf import require_our_origin
from engine.errors import UNAVAILABLE, RequestError, masked
from engine.message_rate import MessageRate
from engine.messages import (
    ACK,
    COMPLETE,
    FAULT,
    FORBIDDEN,
    GOING_AWAY,
    INIT,
    INIT_TIMEOUT,
    INVALID,
    PING,
    SUBSCRIBE,
    TOO_LARGE,
    TOO_MANY,
    TRY_AGAIN_LATER,
    UNAUTHORIZED,
    Closing,
    Message,
    message,
    pong,
)
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bodies import Receive, Scope
    from engine.context import Context
    from engine.replies import Send
    from engine.websocket import WebSockets

ANYTHING = frozenset({"__typename"})
"""What nobody may ask for whose credentials do not hold: those who mean to sign in have no use for a websocket yet."""
SECONDS_TO_CLOSE = 1.0
"""So long at most is waited for a client that does not read the end."""


class Left(Exception):
    """The client is gone."""


class Conversation:
    """What is said on a websocket that was accepted."""

    def __init__(self, endpoint: WebSockets, scope: Scope, receive: Receive, send: Send) -> None:
        self.endpoint = endpoint
        self._scope = scope
        self._receive = receive
        self._send = send
        self._rate = MessageRate()
        self._authorization: str | None = None

    async def hold(self) -> None:
        """Talk until one of the two has enough; nothing of it is left running."""
        closing = None
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._end_with_server())
                await self._talk(tasks)
        except* Left:
            pass
        except* Closing as closings:
            closing = _first(closings)
        except* Exception as faults:  # noqa: BLE001  (what breaks is told as little of here as anywhere)
            closing = self._broken(_first(faults))
        if closing:
            await self._close(closing)

    def context(self) -> Context:
        """A context for one more operation, or event."""
        return self.endpoint.contexts(self._scope, self._authorization)

    async def send(self, text: str) -> None:
        """Say something, as soon as the client reads; Left where there is nobody any more."""
        try:
            await self._send({"type": "websocket.send", "text": text})
        except OSError:
            raise Left from None

    async def require_session(self) -> None:
        """Close where those who signed in may not be here any longer."""
        with suppress(ConnectionError, TimeoutError):  # nobody knows just now; events are told to nobody meanwhile
            await self._admitted()

    async def _talk(self, tasks: asyncio.TaskGroup) -> None:
        self._authorization = (await self._init()).authorization
        context = await self._admitted()
        try:
            with self.endpoint.streams.held(context.bucket.key):
                await self.send(ACK)
                if context.is_private:
                    tasks.create_task(self._watch_session())
                await self._obey(Operations(self, tasks))
        except RequestError as refused:
            raise Closing(TOO_MANY, refused.message) from None

    async def _init(self) -> Message:
        try:
            async with asyncio.timeout(self.endpoint.seconds_to_init):
                while (said := await self._next()).type != INIT:
                    await self._answer_stranger(said)
        except TimeoutError:
            raise Closing(INIT_TIMEOUT, "Connection initialisation timeout") from None
        return said

    async def _answer_stranger(self, said: Message) -> None:
        if said.type == SUBSCRIBE:
            raise Closing(UNAUTHORIZED, "Unauthorized")
        if said.type == PING:
            await self.send(pong(said))

    async def _admitted(self) -> Context:
        context = self.context()
        try:
            if context.by_cookie:
                require_our_origin(self._scope["headers"], self.endpoint.origins)
            async with asyncio.timeout(self.endpoint.schema.limits.seconds):
                await context.admit(ANYTHING)
        except RequestError as refused:
            raise Closing(FORBIDDEN, refused.message) from None
        finally:
            context.release()
        return context

    async def _obey(self, operations: Operations) -> None:
        while True:
            said = await self._next()
            if said.type == SUBSCRIBE:
                await operations.begin(said)
            elif said.type == COMPLETE:
                operations.end(said.id)
            elif said.type == PING:
                await self.send(pong(said))
            elif said.type == INIT:
                raise Closing(TOO_MANY, "Too many initialisation requests")

    async def _next(self) -> Message:
        given = await self._receive()
        if given["type"] == "websocket.disconnect":
            raise Left
        self._rate.count()
        text = given.get("text")
        if text is None:
            raise Closing(INVALID, "Send messages as text, not as bytes.")
        if len(text) > (limit := self.endpoint.schema.limits.frame_bytes):
            raise Closing(TOO_LARGE, f"The message is larger than {limit:,} bytes.")
        return message(text)

    async def _watch_session(self) -> None:
        while True:
            await asyncio.sleep(self.endpoint.seconds_between_looks)
            await self.require_session()

    async def _end_with_server(self) -> None:
        await self.endpoint.streams.ending.wait()
        raise Closing(GOING_AWAY, "The server stops: connect again.")

    def _broken(self, error: Exception) -> Closing:
        if isinstance(error, TimeoutError):
            return Closing(TRY_AGAIN_LATER, "The server is too busy just now: try again soon.")
        told = masked(error, self._scope["request_id"])
        is_away = told["extensions"]["code"] == UNAVAILABLE
        return Closing(TRY_AGAIN_LATER if is_away else FAULT, told["message"])

    async def _close(self, closing: Closing) -> None:
        with suppress(OSError):  # the client is gone meanwhile, or does not read
            async with asyncio.timeout(SECONDS_TO_CLOSE):
                await self._send({"type": "websocket.close", "code": closing.code, "reason": closing.reason})


def _first(group: BaseExceptionGroup[Any]) -> Any:
    return group.exceptions[0]
