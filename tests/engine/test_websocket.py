"""GraphQL over websockets, as `graphql-transport-ws` has it: whole conversations with a real client."""

from __future__ import annotations

from dataclasses import replace

from structlog.testing import capture_logs

from engine.limits import Limits
from services.newsroom import Newsroom
from services.websocket import ACK, INIT, complete, opened, refused, signed_in, subscribe, told

LIMITS = Limits()
NEWS = "subscription Follow { news }"
MASKED = "Something went wrong on our side. Quote of-the-test when you report it."
FAULT = {"message": MASKED, "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": "of-the-test"}}


async def test_answers_a_query_a_mutation_and_a_subscription() -> None:
    async with Newsroom(LIMITS).serving() as room, opened(room.url) as socket:
        await socket.say(INIT)
        await socket.ask("{ hello }", "a")
        heard = [await socket.hear() for _ in range(3)]
        await socket.ask("mutation { rename }", "b")
        heard += [await socket.hear() for _ in range(2)]
        await socket.ask("subscription ($count: Int) { count(count: $count) }", "c", count=2)
        heard += [await socket.hear() for _ in range(3)]
    assert heard == [
        ACK,
        told("a", hello="Hello"), complete("a"),
        told("b", rename="Renamed"), complete("b"),
        told("c", count=1), told("c", count=2), complete("c"),
    ]  # fmt: skip


async def test_an_id_may_be_used_again_but_not_twice_at_once() -> None:
    async with Newsroom(LIMITS).serving() as room, signed_in(room.url) as socket:
        await socket.say(subscribe("1"))
        assert [await socket.hear(), await socket.hear()] == [told("1", hello="Hello"), complete("1")]
        await socket.say(subscribe("1", {"query": NEWS}), subscribe("1"))
        assert await socket.rest() == [(4409, "Subscriber for 1 already exists")]
        await room.until(lambda: not room.readers)


async def test_a_ping_is_answered_with_its_payload() -> None:
    async with Newsroom(LIMITS).serving() as room, signed_in(room.url) as socket:
        await socket.say({"type": "ping"}, {"type": "ping", "payload": {"a": [1]}}, {"type": "ping", "payload": None})
        heard = [await socket.hear() for _ in range(3)]
    assert heard == [{"type": "pong"}, {"type": "pong", "payload": {"a": [1]}}, {"type": "pong"}]


async def test_what_is_refused_ends_alone() -> None:
    room = Newsroom(replace(LIMITS, depth=3, subscriptions=1))
    async with room.serving(), signed_in(room.url) as socket:
        await socket.ask("{ nope }", "a")
        heard = [await socket.hear()]
        await socket.ask("subscription { count(count: $none) }", "b")
        heard += [await socket.hear()]
        await socket.ask("{ hello }", "c", text="\0")
        heard += [await socket.hear()]
        await socket.ask(NEWS, "d")
        await socket.ask("{ hello }", "e")
        heard += [await socket.hear()]
        await socket.say(complete("d"))
        await socket.ask("{ hello }", "f")
        heard += [await socket.hear(), await socket.hear()]
    invalid = [heard[at]["payload"][0]["extensions"] for at in (0, 1)]
    assert invalid == [{"code": "GRAPHQL_VALIDATION_FAILED"}] * 2
    nul = "The character U+0000 cannot be stored or searched for; leave it out."
    full = "1 operations are under way on this websocket: complete one first."
    assert heard[2:] == [
        refused("c", "BAD_USER_INPUT", nul),
        refused("e", "LIMIT_EXCEEDED", full, limit=1, actual=2),
        told("f", hello="Hello"),
        complete("f"),
    ]


async def test_a_fault_is_masked_in_a_query_in_an_event_and_where_events_come_from() -> None:
    async with Newsroom(LIMITS).serving() as room, signed_in(room.url) as socket:
        with capture_logs() as logged:
            await socket.ask("{ broken }", "a")
            heard = [await socket.hear(), await socket.hear()]
            await socket.ask(NEWS, "b")
            await room.until(lambda: room.readers)
            room.publish("broken")
            heard += [await socket.hear()]
            room.publish(RuntimeError("SELECT secret"))
            heard += [await socket.hear()]
            await socket.ask("{ hello }", "c")
            heard += [await socket.hear(), await socket.hear()]
    place = {"locations": [{"line": 1, "column": 3}], "path": ["broken"]}
    event = {"locations": [{"line": 1, "column": 23}], "path": ["news"]}
    assert heard == [
        {"id": "a", "type": "next", "payload": {"data": {"broken": None}, "errors": [{**FAULT, **place}]}},
        complete("a"),
        {"id": "b", "type": "next", "payload": {"data": {"news": None}, "errors": [{**FAULT, **event}]}},
        {"id": "b", "type": "error", "payload": [FAULT]},
        told("c", hello="Hello"),
        complete("c"),
    ]
    assert [line["request_id"] for line in logged if line["event"] == "fault"] == ["of-the-test"] * 3


async def test_of_what_the_client_completes_nothing_more_is_sent() -> None:
    async with Newsroom(LIMITS).serving() as room, signed_in(room.url) as socket:
        await socket.ask(NEWS, "a")
        await room.until(lambda: room.readers)
        room.publish("first")
        assert await socket.hear() == told("a", news="first")
        await socket.say(complete("a"), complete("a"), complete("unknown"))
        await room.until(lambda: not room.readers)
        room.publish("second")
        await socket.ask("{ hello }", "a")
        assert [await socket.hear(), await socket.hear()] == [told("a", hello="Hello"), complete("a")]


async def test_each_operation_is_observed_when_it_is_over() -> None:
    async with Newsroom(LIMITS).serving() as room, signed_in(room.url) as socket:
        await socket.ask("query First { hello }", "a")
        await socket.hear()
        await socket.ask("{ nope }", "b")
        await room.until(lambda: len(room.observed) == 2)
        await socket.ask(NEWS, "c")
        await room.until(lambda: room.readers)
        room.publish("broken")
        await room.until(lambda: len(room.contexts) > 4)
        assert len(room.observed) == 2
        await socket.say(complete("c"))
        await room.until(lambda: len(room.observed) == 3)
    seen = [(record.operation, record.name, record.codes, name) for record, name in room.observed]
    assert seen == [
        ("query", "First", (), "of-the-test"),
        ("", "", ("GRAPHQL_VALIDATION_FAILED",), "of-the-test"),
        ("subscription", "Follow", ("INTERNAL_SERVER_ERROR",), "of-the-test"),
    ]
