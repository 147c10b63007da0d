"""An ASGI application over real sockets, in the loop of the test: what is left of its tasks can be seen."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

import httpx2
import uvicorn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

SECONDS = 10.0
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


async def asking(url: str, request: bytes) -> asyncio.StreamWriter:
    """A connection on which a request was sent, and nothing is read."""
    _, writer = await asyncio.open_connection("127.0.0.1", httpx2.URL(url).port)
    writer.write(request)
    return writer


async def until_it_holds(holds: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Look again and again; TimeoutError when it takes longer."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  (what is waited for has no event)
            await asyncio.sleep(0.005)
