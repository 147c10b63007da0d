"""Whatever becomes of an operation, its context is released, and only once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema

from engine.errors import RequestError
from engine.limits import Limits
from engine.request import Request
from services.engine import Anyone, an_engine

ENDS = {
    "answered": ("{ hello }", []),
    "refused by its document": ("{ nothing }", ["GRAPHQL_VALIDATION_FAILED"]),
    "refused by a field": ("{ refused }", ["FORBIDDEN"]),
    "faulty": ("{ broken }", ["INTERNAL_SERVER_ERROR"]),
    "too slow": ("{ slow }", ["TIMEOUT"]),
}


@pytest.mark.parametrize(("query", "codes"), ENDS.values(), ids=ENDS.keys())
async def test_a_context_is_released_once_when_there_is_an_answer(query: str, codes: list[str]) -> None:
    context = Anyone()
    answer = await an_engine(_core(asyncio.Event()), Limits(seconds=0.1)).execute(Request(query), context)
    assert (list(answer.codes), context.released) == (codes, 1)


async def test_a_context_is_released_once_when_nobody_is_let_in() -> None:
    context = Anyone("UNAUTHENTICATED")
    answer = await an_engine(_core(asyncio.Event())).execute(Request("{ hello }"), context)
    assert (answer.codes, context.released) == (("UNAUTHENTICATED",), 1)


async def test_a_context_is_released_once_when_the_work_is_cancelled() -> None:
    context, begun = Anyone(), asyncio.Event()
    task = asyncio.create_task(an_engine(_core(begun)).execute(Request("{ slow }"), context))
    await begun.wait()
    assert context.released == 0
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert context.released == 1


async def test_a_stream_and_each_of_its_events_release_their_contexts_once() -> None:
    own, contexts = Anyone(), [Anyone() for _ in range(3)]
    engine, unused = an_engine(_core(asyncio.Event())), iter(contexts)
    answers = engine.stream(Request("subscription { count }"), own, lambda: next(unused))
    assert [answer.body async for answer in answers] == [{"data": {"count": number}} for number in range(3)]
    assert [context.released for context in (own, *contexts)] == [1] * 4


async def test_an_event_that_falls_into_an_outage_is_told_when_that_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.schema.SECONDS_BETWEEN_TRIES", 0.01)
    core, tries = _core(asyncio.Event()), iter([False, True, True, False, False, True])
    own = Anyone()

    def when_it_is_there(number: int, _info: object) -> int:
        if next(tries):
            return number
        raise ConnectionError("away")

    assert core.subscription_type
    core.subscription_type.fields["count"].resolve = when_it_is_there
    answers = an_engine(core).stream(Request("subscription { count }"), own, Anyone)
    assert [answer.body async for answer in answers] == [{"data": {"count": number}} for number in range(3)]
    assert own.record.cost == 7, "each of six tries was paid for, beside the beginning"


async def test_an_outage_longer_than_the_deadline_ends_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.schema.SECONDS_BETWEEN_TRIES", 0.01)
    core = _core(asyncio.Event())

    def away(*_: object) -> None:
        raise ConnectionError("away")

    assert core.subscription_type
    core.subscription_type.fields["count"].resolve = away
    stream = an_engine(core, Limits(seconds=0.1)).stream(Request("subscription { count }"), Anyone(), Anyone)
    assert [answer.codes async for answer in stream] == [("UNAVAILABLE",)]


def _core(begun: asyncio.Event) -> GraphQLSchema:
    """Fields that end in every way; `begun` is set as soon as the slow one waits."""
    core = build_schema(
        "type Query { hello: Int refused: Int broken: Int slow: Int } type Subscription { count: Int! }"
    )

    async def slow(*_: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    assert core.query_type
    assert core.subscription_type
    for name, resolve in {"refused": _refuse, "broken": _break, "slow": slow}.items():
        core.query_type.fields[name].resolve = resolve
    core.subscription_type.fields["count"].subscribe = _count
    core.subscription_type.fields["count"].resolve = lambda number, _info: number
    return core


def _refuse(*_: Any) -> None:
    raise RequestError("FORBIDDEN", "Not that.")


def _break(*_: Any) -> None:
    raise RuntimeError("SELECT secret")


async def _count(*_: Any) -> Any:
    for number in range(3):
        yield number
