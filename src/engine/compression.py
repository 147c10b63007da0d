"""Smaller answers: compressed as the client likes it, cheaply."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING

import brotli
import zstandard

from engine.negotiation import coding

if TYPE_CHECKING:
    from collections.abc import Callable

SMALLEST = 1_000
"""In bytes: below that a packet carries it anyway."""
LARGEST = 50_000
"""In bytes: what is larger would keep the event loop for more than a millisecond, and is compressed in a thread."""


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(body)


def _brotli(body: bytes) -> bytes:
    packed: bytes = brotli.compress(body, quality=3)
    return packed


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 4, mtime=0)


COMPRESSIONS: dict[bytes, Callable[[bytes], bytes]] = {b"zstd": _zstd, b"br": _brotli, b"gzip": _gzip}
"""By the name of the coding; at these levels 12 KB of JSON become 3 KB in 40 to 70 µs."""


async def compressed(body: bytes, accept_encoding: bytes) -> tuple[bytes, bytes]:
    """The body as it is to be sent, and its content coding: empty where it is sent as it is."""
    name = coding(accept_encoding) if len(body) >= SMALLEST else b""
    if not name:
        return body, b""
    compress = COMPRESSIONS[name]
    return (compress(body) if len(body) <= LARGEST else await asyncio.to_thread(compress, body)), name
