"""Following events in tests."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from db.database import open_database
from db.tail import Tail
from services.rows import THEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from db.connection import Row
    from db.database import Database
    from db.tail import Follower

SECONDS = 5.0


@asynccontextmanager
async def reading_along(db: Database) -> AsyncIterator[Tail]:
    """A tail of a database, which reads along within the block."""
    tail = Tail(db)
    running = asyncio.create_task(tail.run())
    yield tail
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@asynccontextmanager
async def following(url: str) -> AsyncIterator[tuple[Database, Follower]]:
    """A database, and events of the kind `written` in it from now on."""
    async with (
        open_database(url, 4) as db,
        reading_along(db) as tail,
        aclosing(await tail.follow("written")) as events,
    ):
        yield db, events


async def write(db: Database, kind: str, subject: str | None = None, **payload: Any) -> None:
    """Commit an event."""
    async with db.transaction() as tx:
        await tx.events.announce(kind, subject, now=THEN, **payload)


def an_event(event_id: str, number: int) -> dict[str, Any]:
    """The row of an event of the kind `written`."""
    recorded = {"id": event_id, "created_at": THEN, "updated_at": THEN, "due_at": THEN}
    return recorded | {"kind": "written", "subject_id": None, "payload": {"number": number}, "attempts": 0}


async def next_event(events: Follower, seconds: float = SECONDS) -> Row:
    """The next event, as soon as there is one."""
    async with asyncio.timeout(seconds):
        return await anext(events)


async def numbers(events: Follower, number: int, seconds: float = SECONDS) -> list[int]:
    """What is in the payloads of so many further events."""
    return [(await next_event(events, seconds)).payload["number"] for _ in range(number)]
