"""A client of `graphql-transport-ws`, for whole conversations."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from websockets.typing import Origin, Subprotocol

PROTOCOL: Subprotocol = "graphql-transport-ws"  # type: ignore[assignment]  # a NewType of str
SECONDS = 10.0
ACK = {"type": "connection_ack"}
INIT = {"type": "connection_init"}
HELLO = {"query": "{ hello }"}


class Socket:
    """One end of a websocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, *messages: Any) -> None:
        """Send messages: objects as JSON, text and bytes as they are."""
        for message in messages:
            await self.connection.send(message if isinstance(message, (str, bytes)) else json.dumps(message))

    async def hear(self) -> Any:
        """The next message; ConnectionClosed where there is none any more."""
        async with asyncio.timeout(SECONDS):
            return json.loads(await self.connection.recv())

    async def ask(self, query: str, name: str = "1", **variables: Any) -> None:
        """Subscribe to an operation, by the id `name`."""
        await self.say(subscribe(name, {"query": query, "variables": variables}))

    async def rest(self) -> list[Any]:
        """Every message up to the end, and the code and the reason of that."""
        heard: list[Any] = []
        try:
            while True:
                heard.append(await self.hear())
        except ConnectionClosed:
            return [*heard, (self.connection.close_code, self.connection.close_reason)]


@asynccontextmanager
async def opened(
    url: str,
    protocol: Subprotocol | None = PROTOCOL,
    origin: str | None = None,
    headers: dict[str, str] | None = None,
) -> AsyncIterator[Socket]:
    """A websocket on which nothing was said yet, closed with the block."""
    protocols = [protocol] if protocol else None
    given: Origin | None = origin  # type: ignore[assignment]  # a NewType of str
    async with connect(
        url, subprotocols=protocols, origin=given, additional_headers=headers, proxy=None, compression=None
    ) as connection:
        yield Socket(connection)


@asynccontextmanager
async def signed_in(url: str, authorization: str | None = None, **given: Any) -> AsyncIterator[Socket]:
    """A websocket that the server has acknowledged."""
    async with opened(url, **given) as socket:
        payload = {"payload": {"authorization": authorization}} if authorization else {}
        await socket.say({**INIT, **payload})
        assert await socket.hear() == ACK
        yield socket


def subscribe(name: str = "1", payload: Any = HELLO) -> dict[str, Any]:
    """What a client says to begin an operation."""
    return {"id": name, "type": "subscribe", "payload": payload}


def told(name: str, **data: Any) -> dict[str, Any]:
    """What a server says of an event."""
    return {"id": name, "type": "next", "payload": {"data": data}}


def refused(name: str, code: str, message: str, **numbers: int) -> dict[str, Any]:
    """What a server says of an operation that ends with a refusal."""
    error = {"message": message, "extensions": {"code": code, **numbers}}
    return {"id": name, "type": "error", "payload": [error]}


def complete(name: str) -> dict[str, Any]:
    """What either says when an operation is over."""
    return {"id": name, "type": "complete"}
