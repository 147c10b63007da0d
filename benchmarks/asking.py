"""A client over one connection that stays open, and that costs little itself."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Client:
    """Sends bodies of GraphQL requests, one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        self._reader = reader
        self._writer = writer
        self._head = head

    async def ask(self, body: bytes) -> float:
        """How many milliseconds the answer took; RuntimeError where it tells of errors."""
        began = time.perf_counter()
        self._writer.write(f"{self._head}content-length: {len(body)}\r\n\r\n".encode() + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        answer = await self._reader.readexactly(length)
        took = (time.perf_counter() - began) * 1_000
        if not head.startswith(b"http/1.1 200 "):
            raise RuntimeError(f"The answer is {head[:30]!r}: {answer[:500]!r}")
        told: dict[str, Any] = orjson.loads(answer)
        if "errors" in told or any(field.get("userErrors") for field in told["data"].values()):
            raise RuntimeError(f"The answer tells of errors: {answer[:500]!r}")
        return took


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Client]:
    """A client of the server at this address."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**24)
    head = f"POST {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\ncontent-type: application/json\r\n"
    yield Client(reader, writer, head)
    writer.close()
    await writer.wait_closed()
