"""An ASGI application over real sockets, in the loop of the test: what is left of its tasks can be seen."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

import httpx2
import uvicorn

from services.waiting import until_it_holds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from engine.bodies import Receive, Scope
    from engine.replies import Send

POST = b"POST /graphql HTTP/1.1\r\nhost: studio\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"


@asynccontextmanager
async def serving(application: Any, lifespan: Literal["on", "off"] = "off") -> AsyncIterator[str]:
    """Where the application is served; with a lifespan it closes what it opened."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(application, lifespan=lifespan, log_config=None))
        task = asyncio.create_task(server._serve([listening]))  # noqa: SLF001  (without its handling of signals)
        await until_it_holds(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await task


class Noticing:
    """An application; how many of its requests wait with an ear for their client's leaving."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        has_body = False

        async def noticed() -> Any:
            nonlocal has_body
            self.requests += has_body
            try:
                message = await receive()
            finally:
                self.requests -= has_body
            has_body = message["type"] == "http.request" and not message.get("more_body", False)
            return message

        await self._application(scope, noticed, send)


async def asking(url: str, request: bytes) -> asyncio.StreamWriter:
    """A connection on which a request was sent, and nothing is read."""
    _, writer = await asyncio.open_connection("127.0.0.1", httpx2.URL(url).port)
    writer.write(request)
    return writer
