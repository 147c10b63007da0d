"""Somebody who follows a subscription through the engine, in the loop of the test."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from db.tail import Follower, Tail
from engine.request import Request
from graph.context import Context, Parts
from services.contexts import a_context

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

    from db.database import Database
    from engine.answer import Answer
    from engine.schema import Schema
    from rules.access import Viewer

SECONDS = 10


class NoticedTail(Tail):
    """A tail that tells when somebody has begun to follow."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.begun = asyncio.Event()

    async def follow(self, *asked: Any) -> Follower:
        """Follow, and tell so."""
        follower = await super().follow(*asked)
        self.begun.set()
        return follower


@dataclass
class Reader:
    """Who follows, and from which process."""

    parts: Parts
    tail: NoticedTail
    viewer: Viewer | None = None

    def context(self) -> Context:
        """The context of one event."""
        context = Context(self.parts, datetime.now(UTC), "of-the-test")
        context.viewer = self.viewer
        return context

    @asynccontextmanager
    async def following(self, engine: Schema, query: str, **variables: Any) -> AsyncIterator[Told]:
        """What is told from now on."""
        async with aclosing(engine.stream(Request(query, variables), self.context(), self.context)) as answers:
            told = Told(answers)
            beginning = asyncio.create_task(self.tail.begun.wait())
            await asyncio.wait((beginning, told.next_one), timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
            beginning.cancel()
            self.tail.begun.clear()
            try:
                yield told
            finally:
                await told.end()


class Told:
    """The answers, one after the other."""

    def __init__(self, answers: AsyncGenerator[Answer]) -> None:
        self._answers = answers
        self.next_one = asyncio.create_task(anext(answers))

    async def answer(self) -> dict[str, Any]:
        """The next one, as soon as there is one."""
        async with asyncio.timeout(SECONDS):
            answer = await self.next_one
        self.next_one = asyncio.create_task(anext(self._answers))
        return answer.body

    async def end(self) -> None:
        """Wait for no more."""
        self.next_one.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await self.next_one


@asynccontextmanager
async def a_reader(db: Database, folder: Path) -> AsyncIterator[Reader]:
    """Somebody anonymous in a process with a tail of its own."""
    tail = NoticedTail(db)
    running = asyncio.create_task(tail.run())
    yield Reader(replace(a_context(db, folder).parts, tail=tail), tail)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
