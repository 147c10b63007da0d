"""A client that goes away: what was done for it ends, and others are answered meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from graphql import build_schema
from structlog.testing import capture_logs

from engine.http import Endpoint
from engine.leaving import SECONDS_UNWATCHED, ClientLeft, Clients
from engine.streams import Streams
from services.engine import Anyone, an_engine
from services.serving import POST, Noticing, asking, serving
from services.waiting import until_it_holds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from graphql import GraphQLResolveInfo

SLOW = b'{"query": "{ slow }"}'
GET = b"GET /graphql?query={slow} HTTP/1.1\r\nhost: studio\r\n\r\n"


@dataclass
class Studio:
    """A server, and what goes on in it."""

    noticing: Noticing = field(init=False)
    url: str = ""
    begun: int = 0
    ended: list[str] = field(default_factory=list)
    contexts: list[Anyone] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def context(self, _scope: Any) -> Anyone:
        """One that is remembered."""
        self.contexts.append(Anyone())
        return self.contexts[-1]

    async def slow(self, _source: None, _info: GraphQLResolveInfo[Any]) -> int:
        """What takes until the test goes on."""
        self.begun += 1
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        self.ended.append("answered")
        return 1


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    made = Studio()
    core = build_schema("type Query { slow: Int fast: Int } type Mutation { slow: Int }")
    for root in (core.query_type, core.mutation_type):
        assert root
        root.fields["slow"].resolve = made.slow
    made.noticing = Noticing(Endpoint(an_engine(core), made.context, Streams(1)))
    async with serving(made.noticing) as made.url:
        yield made


@pytest.mark.parametrize("sent", [POST % (len(SLOW), SLOW), GET], ids=["POST", "GET"])
async def test_what_a_client_waited_for_ends_when_it_leaves(sent: bytes, studio: Studio) -> None:
    tasks = asyncio.all_tasks()
    with capture_logs() as logs:
        writers = [await asking(studio.url, sent) for _ in range(20)]
        await until_it_holds(lambda: studio.begun == 20)
        async with httpx2.AsyncClient() as other:
            for writer in writers:
                writer.close()
            answer = await other.post(f"{studio.url}/graphql", json={"query": "{ fast }"}, timeout=1)
            assert answer.json() == {"data": {"fast": None}}
        await until_it_holds(lambda: studio.ended == ["cancelled"] * 20)
        await until_it_holds(lambda: asyncio.all_tasks() <= tasks)
    assert [context.released for context in studio.contexts] == [1] * 21
    assert logs == []


async def test_a_client_that_waits_is_answered(studio: Studio) -> None:
    async with httpx2.AsyncClient() as client:
        asked = asyncio.create_task(client.post(f"{studio.url}/graphql", content=SLOW, headers=JSON))
        await until_it_holds(lambda: studio.noticing.requests)
        studio.go_on.set()
        assert (await asked).json() == {"data": {"slow": 1}}
        again = await client.post(f"{studio.url}/graphql", content=SLOW, headers=JSON)
        assert again.json() == {"data": {"slow": 1}}
    assert studio.ended == ["answered", "answered"]


async def test_nobody_is_watched_who_is_answered_soon() -> None:
    async def receive() -> dict[str, Any]:
        raise AssertionError

    with Clients().waiting(receive):
        pass
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(2 * SECONDS_UNWATCHED, passed.set)
    await passed.wait()


async def test_a_block_ends_with_its_client() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientLeft), Clients().waiting(receive):
        await asyncio.Event().wait()
    assert not current().cancelling()


async def test_who_is_cancelled_from_outside_stays_cancelled() -> None:
    waiting = asyncio.Event()

    async def receive() -> dict[str, Any]:
        waiting.set()
        await asyncio.Event().wait()
        return {}

    async def block() -> None:
        with Clients().waiting(receive):
            await asyncio.Event().wait()

    tasks = asyncio.all_tasks()
    task = asyncio.create_task(block())
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until_it_holds(lambda: asyncio.all_tasks() == tasks)


async def test_what_fails_by_itself_fails_as_it_did() -> None:
    gone = asyncio.Event()

    async def failing() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        raise ZeroDivisionError

    async def receive() -> dict[str, Any]:
        gone.set()
        return {"type": "http.disconnect"}

    with pytest.raises(ZeroDivisionError), Clients().waiting(receive):
        await failing()
    assert gone.is_set()
    assert not current().cancelling()


JSON = {"content-type": "application/json"}


def current() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task
    return task


async def test_who_still_waits_when_the_server_has_to_stop_is_told_so() -> None:
    begun, streams, sent = asyncio.Event(), Streams(1), []
    core = build_schema("type Query { slow: Int }")
    assert core.query_type

    async def slow(*_: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    core.query_type.fields["slow"].resolve = slow
    endpoint = Endpoint(an_engine(core), lambda _scope: Anyone(), streams)

    async def receive() -> Any:
        return {"type": "http.request", "body": SLOW}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    answering = asyncio.create_task(endpoint({"type": "http", "method": "POST", "headers": headers}, receive, send))
    await begun.wait()
    streams.end()
    answering.cancel()  # as uvicorn does when its patience is at an end
    await answering
    assert sent[0]["status"] == 503
    assert b'"code":"UNAVAILABLE"' in sent[1]["body"]
