"""Who may talk on a websocket, and for how long."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from engine.limits import Limits
from services.newsroom import ALLOWED, TOKEN, Newsroom
from services.websocket import ACK, INIT, complete, opened, refused, signed_in, subscribe, told

LIMITS = Limits()
BEARER = f"Bearer {TOKEN}"
COOKIE = {"cookie": f"session={TOKEN}"}
NEWS = "subscription { news }"
MASKED = "Something went wrong on our side. Quote of-the-test when you report it."
ENDED = "Your session has ended: sign in again."
FOREIGN = "The `Origin` header names another site than this one. Send the request from here or an allowed origin."


@pytest.mark.parametrize("name", ["authorization", "Authorization"])
async def test_signs_in_by_the_first_message(name: str) -> None:
    async with Newsroom(LIMITS).serving() as room, opened(room.url, origin="https://anywhere.example") as socket:
        await socket.say({**INIT, "payload": {name: BEARER}})
        await socket.ask("{ hello }")
        assert [await socket.hear() for _ in range(3)] == [ACK, told("1", hello="Hello"), complete("1")]
    assert {context.token for context in room.contexts} == {TOKEN}


async def test_signs_in_by_cookie_from_here_an_allowed_origin_or_no_browser() -> None:
    async with Newsroom(LIMITS).serving() as room:
        for origin in (f"http://{room.host}", ALLOWED, None):
            async with signed_in(room.url, origin=origin, headers=COOKIE):
                pass
    assert [context.token for context in room.contexts] == [TOKEN] * 3


async def test_a_page_of_another_site_cannot_use_the_cookie() -> None:
    async with Newsroom(LIMITS).serving() as room:
        async with opened(room.url, origin="https://evil.example", headers=COOKIE) as socket:
            await socket.say(INIT, subscribe())
            assert await socket.rest() == [(4403, FOREIGN)]
        async with signed_in(room.url, BEARER, origin="https://evil.example", headers=COOKIE):
            pass
        async with signed_in(room.url, origin="https://evil.example"):
            pass
    assert [bool(context.admitted) for context in room.contexts] == [False, True, True]


@pytest.mark.parametrize(
    ("given", "end"),
    [
        ({"authorization": "Bearer of-nobody"}, (4403, ENDED)),
        ({"authorization": 1}, (4400, "`authorization` must be a string.")),
    ],
)
async def test_refuses_who_shows_what_does_not_hold(given: Any, end: tuple[int, str]) -> None:
    async with Newsroom(LIMITS).serving() as room, opened(room.url) as socket:
        await socket.say({**INIT, "payload": given}, subscribe())
        assert await socket.rest() == [end]
    assert room.observed == []


async def test_who_cannot_be_looked_up_may_come_back() -> None:
    async with Newsroom(LIMITS).serving() as room, opened(room.url) as socket:
        room.is_away = True
        await socket.say(INIT)
        away = "The server cannot reach its data just now, or is too busy. Try again soon."
        assert await socket.rest() == [(1013, away)]


async def test_a_fault_at_the_beginning_is_masked() -> None:
    async with Newsroom(LIMITS).serving() as room, opened(room.url) as socket:
        room.tokens = None  # type: ignore[assignment]  # it breaks
        await socket.say({**INIT, "payload": {"authorization": BEARER}})
        with capture_logs() as logged:
            assert await socket.rest() == [(4500, MASKED)]
    assert [line["event"] for line in logged] == ["fault"]


async def test_an_event_after_the_end_of_the_session_closes_the_websocket() -> None:
    async with Newsroom(LIMITS).serving() as room, signed_in(room.url, BEARER) as socket:
        await socket.ask(NEWS, "a")
        await socket.ask(NEWS, "b")
        await room.until(lambda: len(room.readers) == 2)
        room.publish("first")
        assert sorted([(await socket.hear())["id"], (await socket.hear())["id"]]) == ["a", "b"]
        room.tokens.clear()
        room.publish("second")
        *heard, end = await socket.rest()
        await room.until(lambda: not room.readers)
    assert heard
    assert all(one in [refused(name, "UNAUTHENTICATED", ENDED) for name in "ab"] for one in heard)
    assert end == (4403, ENDED)


async def test_a_silent_websocket_closes_when_its_session_has_ended() -> None:
    room = Newsroom(LIMITS, seconds_between_looks=0.01)
    async with room.serving(), signed_in(room.url, BEARER) as socket, signed_in(room.url) as anonymous:
        await room.until(lambda: len(room.contexts) > 4)
        room.is_away = True
        seen = len(room.contexts)
        await room.until(lambda: len(room.contexts) > seen + 2)
        room.is_away = False
        room.tokens.clear()
        assert await socket.rest() == [(4403, ENDED)]
        await anonymous.ask("{ hello }")
        assert await anonymous.hear() == told("1", hello="Hello")
