"""Answers are compressed where that is worth it, and harmless."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import brotli
import httpx2
import orjson
import pytest
import zstandard
from graphql import build_schema

from engine.compression import LARGEST, SMALLEST, compressed
from engine.http import Endpoint
from engine.streams import Streams
from services.engine import Anyone, an_engine

if TYPE_CHECKING:
    from collections.abc import Callable

READ: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


@pytest.mark.parametrize("size", [SMALLEST, LARGEST, LARGEST + 1, 1_000_000])
@pytest.mark.parametrize("name", READ)
async def test_a_large_body_is_smaller_and_the_same(name: str, size: int) -> None:
    body = (b'{"title": "Durumagi"}, ' * size)[:size]
    packed, coding = await compressed(body, name.encode())
    assert (coding.decode(), READ[name](packed)) == (name, body)
    assert len(packed) < size / 5


async def test_a_small_body_is_sent_as_it_is() -> None:
    body = b"x" * (SMALLEST - 1)
    assert await compressed(body, b"gzip, br, zstd") == (body, b"")


async def test_a_body_is_sent_as_it_is_to_those_who_accept_nothing_else() -> None:
    body = b"x" * LARGEST
    assert await compressed(body, b"deflate") == (body, b"")


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_large_answer_says_how_it_is_coded(name: str, method: str) -> None:
    sent: Any = {"json": {"query": "{ text }"}} if method == "POST" else {"params": {"query": "{ text }"}}
    headers, body = await _asked(SMALLEST, name, method, **sent)
    assert (headers["content-encoding"], "accept-encoding" in headers["vary"]) == (name, True)
    assert int(headers["content-length"]) == len(body) < SMALLEST / 5
    assert READ[name](body) == _answer(SMALLEST)


async def test_an_answer_below_the_size_is_not_coded() -> None:
    size = SMALLEST - len(_answer(0)) - 1
    headers, body = await _asked(size, "gzip", json={"query": "{ text }"})
    assert ("content-encoding" in headers, body) == (False, _answer(size))


async def test_no_answer_of_a_mutation_is_coded_for_it_may_carry_a_token() -> None:
    headers, body = await _asked(SMALLEST, "gzip", json={"query": "mutation { text }"})
    assert ("content-encoding" in headers, body) == (False, _answer(SMALLEST))


def _answer(size: int) -> bytes:
    return orjson.dumps({"data": {"text": "x" * size}})


async def _asked(size: int, accept_encoding: str, method: str = "POST", **sent: Any) -> tuple[httpx2.Headers, bytes]:
    """The headers and the body, as they are sent, of the answer to one who asks for a text of so many characters."""
    core = build_schema("type Query { text: String } type Mutation { text: String }")
    endpoint: Any = Endpoint(an_engine(core), lambda _scope: Anyone(), Streams(1))
    for root in (core.query_type, core.mutation_type):
        assert root
        root.fields["text"].resolve = lambda *_: "x" * size
    headers = {"accept-encoding": accept_encoding}
    transport = httpx2.ASGITransport(endpoint)
    async with (
        httpx2.AsyncClient(transport=transport, base_url="http://studio") as client,
        client.stream(method, "/graphql", headers=headers, **sent) as response,
    ):
        return response.headers, b"".join([chunk async for chunk in response.aiter_raw()])
