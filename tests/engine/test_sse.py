"""Answers as event streams, as graphql-sse has them with distinct connections: whole responses, byte for byte."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx2
from structlog.testing import capture_logs

from engine.limits import Limits
from services.newsroom import TOKEN, Newsroom

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LIMITS = Limits()
NEWS = "subscription { news }"
COMPLETE = b"event: complete\ndata:\n\n"
ENDED = "Your session has ended: sign in again."
FULL = "You have 1 websockets and event streams open already: close one, or use one for all."
MASKED = "Something went wrong on our side. Quote of-the-test when you report it."


def following(body: Any) -> bytes:
    return b"event: next\ndata: " + json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode() + b"\n\n"


def refused(code: str, message: str, **more: Any) -> bytes:
    return following({"errors": [{"message": message, "extensions": {"code": code, **more}}]})


@asynccontextmanager
async def asked(room: Newsroom, query: str, token: str | None = None) -> AsyncIterator[httpx2.Response]:
    """The response to a query, as soon as it has begun."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with (
        asyncio.timeout(15),
        httpx2.AsyncClient(base_url=f"http://{room.host}", timeout=20) as client,
        client.stream("POST", "/", json={"query": query}, headers=headers) as response,
    ):
        yield response


async def answered(room: Newsroom, query: str, token: str | None = None) -> bytes:
    async with asked(room, query, token) as response:
        assert response.status_code == 200
        return await response.aread()


async def test_tells_each_event_then_completes() -> None:
    async with Newsroom(LIMITS).serving() as room, asked(room, "subscription { count(count: 2) }") as response:
        body = await response.aread()
        headers = {name: response.headers[name] for name in ("content-type", "cache-control", "x-accel-buffering")}
    assert body == following({"data": {"count": 1}}) + following({"data": {"count": 2}}) + COMPLETE
    assert headers == {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
    }


async def test_a_mutation_is_told_once_and_its_cookie_comes_along() -> None:
    async with Newsroom(LIMITS).serving() as room, asked(room, "mutation { rename }") as response:
        assert await response.aread() == following({"data": {"rename": "Renamed"}}) + COMPLETE
        assert response.headers["set-cookie"] == "name=new"


async def test_a_subscription_begins_before_its_first_event_and_is_kept_alive() -> None:
    async with Newsroom(LIMITS, keep_alive_seconds=0.01).serving() as room, asked(room, NEWS) as response:
        chunks = response.aiter_bytes()
        begun = b""
        while len(begun) < 9:
            begun += await anext(chunks)
        assert begun == b":\n\n" * (len(begun) // 3)
        room.publish("First\nwith a line, and 한글")
        while not (line := await anext(chunks)).startswith(b"event"):
            pass
    assert line.replace(b":\n\n", b"") == following({"data": {"news": "First\nwith a line, and 한글"}})


async def test_a_refusal_is_an_event_too() -> None:
    async with Newsroom(LIMITS).serving() as room:
        invalid = await answered(room, "{ nope }")
        stranger = await answered(room, "{ hello }", "of-nobody")
        room.is_away = True
        away = await answered(room, "{ hello }")
    told = "Cannot query field 'nope' on type 'Query'."
    error = {"message": told, "locations": [{"line": 1, "column": 3}]}
    code = {"extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}
    assert invalid == following({"errors": [{**error, **code}]}) + COMPLETE
    assert stranger == refused("UNAUTHENTICATED", ENDED) + COMPLETE
    told = "The server cannot reach its data just now, or is too busy. Try again soon."
    assert away == refused("UNAVAILABLE", told, requestId="of-the-test") + COMPLETE
    assert room.contexts[1].record.codes == ("UNAUTHENTICATED",)


async def test_a_fault_is_masked() -> None:
    async with Newsroom(LIMITS).serving() as room:
        room.tokens = None  # type: ignore[assignment]  # it breaks
        with capture_logs() as logged:
            body = await answered(room, "{ hello }", TOKEN)
    assert body == refused("INTERNAL_SERVER_ERROR", MASKED, requestId="of-the-test") + COMPLETE
    assert [line["event"] for line in logged] == ["fault"]


async def test_an_event_after_the_end_of_the_session_is_the_last() -> None:
    async with Newsroom(LIMITS).serving() as room, asked(room, NEWS, TOKEN) as response:
        room.publish("first")
        await room.until(lambda: len(room.contexts) > 1)
        room.tokens.clear()
        room.publish("second")
        body = (await response.aread()).removeprefix(b":\n\n")
        assert body == following({"data": {"news": "first"}}) + refused("UNAUTHENTICATED", ENDED) + COMPLETE
        await room.until(lambda: not room.readers)


async def test_so_many_streams_has_one_caller() -> None:
    async with Newsroom(replace(LIMITS, sockets=1)).serving() as room:
        async with asked(room, NEWS, TOKEN):
            assert await answered(room, NEWS, TOKEN) == refused("LIMIT_EXCEEDED", FULL, limit=1, actual=2) + COMPLETE
            assert await answered(room, "{ hello }") == following({"data": {"hello": "Hello"}}) + COMPLETE
        await room.until(lambda: not room.readers)
        assert await answered(room, "{ hello }", TOKEN) == following({"data": {"hello": "Hello"}}) + COMPLETE


async def test_when_the_server_stops_the_stream_ends_without_complete() -> None:
    async with Newsroom(LIMITS).serving() as room, asked(room, NEWS) as response:
        room.publish("first")
        await room.until(lambda: len(room.contexts) > 1)
        room.streams.end()
        assert (await response.aread()).removeprefix(b":\n\n") == following({"data": {"news": "first"}})
        await room.until(lambda: not room.readers)
        assert await answered(room, NEWS) == b""
    assert room.streams.subscriptions == 0


async def test_who_leaves_is_followed_by_nothing() -> None:
    async with Newsroom(LIMITS).serving() as room:
        before = asyncio.all_tasks()
        async with asked(room, NEWS):
            await room.until(lambda: room.readers)
            assert room.streams.subscriptions == 1
        await room.until(lambda: not room.readers)
        await room.until(lambda: asyncio.all_tasks() <= before)
    assert room.streams.subscriptions == 0
    assert all(context.released for context in room.contexts)


async def test_who_does_not_read_is_left_all_the_same() -> None:
    async with Newsroom(LIMITS).serving() as room:
        before = asyncio.all_tasks()
        async with asked(room, NEWS):
            (queue,) = room.readers
            for _ in range(40):
                room.publish("x" * 1_000_000)
            await room.until(lambda: queue.qsize() < 39)
            assert queue.qsize() > 10
            room.streams.end()
            await room.until(lambda: asyncio.all_tasks() <= before)
    assert room.streams.subscriptions == 0
