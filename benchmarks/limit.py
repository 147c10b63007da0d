"""The limit: the reference queries by hand, on raw ASGI and the bare driver. What Python can do, and no GraphQL.

    limit.py PORT

The settings are the product's, from the environment.
"""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import sys
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import asyncpg
import orjson
import uvicorn

from auth.keys import derive_key
from by_hand import ByHand
from graph.cursors import Cursors
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence

    Message: TypeAlias = MutableMapping[str, Any]
    Operation: TypeAlias = Callable[[dict[str, Any]], Awaitable[bytes]]

CONNECTIONS = 8
SQLITE = "sqlite:///"


class Driver(Protocol):
    """What the operations run their statements on."""

    async def open(self) -> None:
        """Connect."""

    async def fetch(self, sql: str, *arguments: Any) -> Sequence[Sequence[Any]]:
        """Every row of one statement."""


class Limit:
    """The ASGI application: a driver, and operations by their names."""

    def __init__(self, driver: Driver, operations: Mapping[str, Operation]) -> None:
        self._driver = driver
        self._operations = operations

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request, or start."""
        message = await receive()
        if scope["type"] == "lifespan":
            await self._start()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = message["body"]
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        request = orjson.loads(body)
        answer = await self._operations[request["operationName"]](request["variables"])
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _start(self) -> None:
        await self._driver.open()
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)


class Postgresql:
    """A pool without resets: the connection used last is the next one given."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._free: list[asyncpg.Connection] = []
        self._waiting: deque[asyncio.Future[asyncpg.Connection]] = deque()

    async def open(self) -> None:
        """Connect."""
        self._free = [await connect(self._url) for _ in range(CONNECTIONS)]

    async def fetch(self, sql: str, *arguments: Any) -> Sequence[Sequence[Any]]:
        """Every row of one statement."""
        driver = self._free.pop() if self._free else await self._next()
        try:
            return await driver.fetch(sql, *arguments)  # type: ignore[no-any-return]  # asyncpg leaves it untyped
        finally:
            if self._waiting:
                self._waiting.popleft().set_result(driver)
            else:
                self._free.append(driver)

    def _next(self) -> asyncio.Future[asyncpg.Connection]:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        return waiting


class Sqlite:
    """A connection that the event loop's own thread uses: nothing is handed to another one."""

    def __init__(self, url: str) -> None:
        self._driver = sqlite3.connect(url.removeprefix(SQLITE), isolation_level=None, cached_statements=1_000)

    async def open(self) -> None:
        """Read as the product does."""
        for pragma in ("cache_size = -65536", "mmap_size = 1073741824"):
            self._driver.execute(f"PRAGMA {pragma}")

    async def fetch(self, sql: str, *arguments: Any) -> Sequence[Sequence[Any]]:
        """Every row of one statement."""
        return self._driver.execute(sql, arguments).fetchall()


async def connect(url: str) -> asyncpg.Connection:
    """A connection to PostgreSQL that gives a uuid as 32 hexadecimal digits, as the product's do."""
    driver = await asyncpg.connect(url)
    await driver.set_type_codec("uuid", schema="pg_catalog", encoder=bytes.fromhex, decoder=bytes.hex, format="binary")
    return driver


def main() -> None:
    """Serve until SIGTERM."""
    settings = Settings()
    on_sqlite = settings.database_url.startswith(SQLITE)
    driver: Driver = (Sqlite if on_sqlite else Postgresql)(settings.database_url)
    cursors = Cursors(derive_key(settings.signing_key, "cursors"))
    by_hand = ByHand(driver.fetch, cursors, f"{settings.public_url}/media/", on_sqlite=on_sqlite)
    uvicorn.run(
        Limit(driver, by_hand.operations),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
