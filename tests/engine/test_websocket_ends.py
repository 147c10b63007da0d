"""How a websocket ends: every code, and nothing that is left behind."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from engine.limits import Limits
from engine.message_rate import MessageRate
from engine.messages import Closing
from services.newsroom import TOKEN, Newsroom
from services.websocket import HELLO, INIT, complete, opened, signed_in, subscribe

LIMITS = Limits()
BEARER = f"Bearer {TOKEN}"
NEWS = "subscription { news }"
NO_TYPE = "The message's `type` is none that a client of graphql-transport-ws sends."
NO_ID = "`id` must be a string of 1 to 200 characters."
STOPS = (1001, "The server stops: connect again.")

DEEP = '{"type": "%s", "id": "1", "payload": {"a": ' + "[" * 400 + "]" * 400 + "}}"
INVALID = {
    "no JSON": ["{", (4400, "The message is not JSON.")],
    "deep nesting": ["[" * 5_000, (4400, "The message is not JSON.")],
    "deep nesting in a ping": [DEEP % "ping", (4400, "The message nests too deep.")],
    "deep nesting in an operation": [DEEP % "subscribe", (4400, "The message nests too deep.")],
    "an array": [[], (4400, NO_TYPE)],
    "no type": [{}, (4400, NO_TYPE)],
    "a list for a type": [{"type": [INIT]}, (4400, NO_TYPE)],
    "what servers say": [{"type": "next", "id": "1"}, (4400, NO_TYPE)],
    "bytes": [b'{"type":"ping"}', (4400, "Send messages as text, not as bytes.")],
    "no id": [{"type": "subscribe", "payload": HELLO}, (4400, NO_ID)],
    "an empty id": [subscribe(""), (4400, NO_ID)],
    "a number for an id": [{"type": "complete", "id": 1}, (4400, NO_ID)],
    "a long id": [subscribe("x" * 201), (4400, NO_ID)],
    "a payload that is no object": [{"type": "ping", "payload": 1}, (4400, "`payload` must be an object.")],
    "nothing to subscribe to": [subscribe(payload=None), (4400, "`payload` must be an object.")],
    "no query": [
        subscribe(payload={"variables": {}}),
        (4400, "`query` is missing: it holds the GraphQL document, as a string."),
    ],
    "a second beginning": [INIT, (4429, "Too many initialisation requests")],
    "too much": [{"type": "ping", "payload": {"x": "x" * 10_000}}, (1009, "The message is larger than 10,000 bytes.")],
}


@pytest.mark.parametrize(("message", "end"), INVALID.values(), ids=INVALID)
async def test_closes_on_what_is_no_message(message: Any, end: tuple[int, str]) -> None:
    room = Newsroom(replace(LIMITS, frame_bytes=10_000))
    async with room.serving(), signed_in(room.url) as socket:
        await socket.say(message)
        assert await socket.rest() == [end]
        await room.until(lambda: not room.streams.sockets)
    assert room.observed == []


async def test_nothing_is_subscribed_to_before_it_begins() -> None:
    async with Newsroom(LIMITS).serving() as room, opened(room.url) as socket:
        await socket.say({"type": "ping"}, {"type": "pong"}, complete("1"), subscribe())
        assert await socket.rest() == [{"type": "pong"}, (4401, "Unauthorized")]
    assert room.contexts == []


async def test_who_does_not_begin_is_not_waited_for() -> None:
    async with Newsroom(LIMITS, seconds_to_init=0.05).serving() as room, opened(room.url) as socket:
        assert await socket.rest() == [(4408, "Connection initialisation timeout")]


@pytest.mark.parametrize("protocol", [None, "graphql-ws"])
async def test_no_other_protocol_is_spoken(protocol: Any) -> None:
    async with Newsroom(LIMITS).serving() as room, opened(room.url, protocol) as socket:
        assert await socket.rest() == [(4406, "Subprotocol not acceptable: use graphql-transport-ws.")]


async def test_so_many_websockets_has_one_caller_and_others_their_own() -> None:
    room = Newsroom(replace(LIMITS, sockets=2))
    async with room.serving(), AsyncExitStack() as stack:
        first = await stack.enter_async_context(signed_in(room.url, BEARER))
        await stack.enter_async_context(signed_in(room.url, BEARER))
        async with opened(room.url) as third:
            await third.say({**INIT, "payload": {"authorization": BEARER}})
            full = "You have 2 websockets and event streams open already: close one, or use one for all."
            assert await third.rest() == [(4429, full)]
        await stack.enter_async_context(signed_in(room.url))
        await first.connection.close()
        await room.until(lambda: room.streams.sockets == 2)
        await stack.enter_async_context(signed_in(room.url, BEARER))


async def test_the_server_says_that_it_goes_away() -> None:
    async with Newsroom(LIMITS).serving() as room:
        async with opened(room.url) as stranger, signed_in(room.url, BEARER) as socket:
            await socket.ask(NEWS)
            await room.until(lambda: room.readers)
            room.streams.end()
            assert [await stranger.rest(), await socket.rest()] == [[STOPS], [STOPS]]
            await room.until(lambda: not room.streams.sockets)
            assert (room.readers, room.streams.subscriptions) == (set(), 0)
        async with opened(room.url) as late:
            assert await late.rest() == [STOPS]


async def test_a_websocket_that_is_cut_off_leaves_nothing_behind() -> None:
    async with Newsroom(LIMITS, seconds_between_looks=0.01).serving() as room:
        before = asyncio.all_tasks()
        async with signed_in(room.url, BEARER) as socket:
            for name in "abc":
                await socket.ask(NEWS, name)
            await room.until(lambda: len(room.readers) == 3)
            assert (room.streams.sockets, room.streams.subscriptions) == (1, 3)
            socket.connection.transport.abort()
        await room.until(lambda: not room.streams.sockets)
        await room.until(lambda: asyncio.all_tasks() <= before)
    assert (room.readers, room.streams.subscriptions) == (set(), 0)
    assert all(context.released for context in room.contexts)


async def test_who_does_not_read_is_left_all_the_same() -> None:
    async with Newsroom(LIMITS).serving() as room, signed_in(room.url) as socket:
        await socket.ask(NEWS)
        await room.until(lambda: room.readers)
        socket.connection.transport.pause_reading()
        (queue,) = room.readers
        for _ in range(40):
            room.publish("x" * 1_000_000)
        await room.until(lambda: queue.qsize() < 39)
        assert queue.qsize() > 10
        room.streams.end()
        await room.until(lambda: not room.streams.sockets)
        assert (room.readers, room.streams.subscriptions) == (set(), 0)
        socket.connection.transport.abort()


async def test_a_flood_is_refused() -> None:
    async with Newsroom(LIMITS).serving() as room, signed_in(room.url) as socket:
        try:
            for _ in range(10_000):
                await socket.say('{"type":"pong"}')
        except ConnectionClosed:
            pass
        assert await socket.rest() == [(4429, "Too many messages at once: 100 a second are read.")]


def test_the_rate_that_is_told_is_the_one_that_holds() -> None:
    rate = MessageRate(3, 1, clock=lambda: 0.0)
    rate.count()
    with pytest.raises(Closing, match="3 a second"):
        rate.count()


def test_a_steady_client_is_not_too_fast() -> None:
    now = 0.0
    rate = MessageRate(clock=lambda: now)
    for _ in range(199):
        rate.count()
    for _ in range(1_000):
        now += 0.0101
        rate.count()
