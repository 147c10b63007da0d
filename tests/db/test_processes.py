"""Several processes over one database, as servers and their workers are."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.conftest import Look, Together

IMPORTS = """
import asyncio, os
from datetime import UTC, datetime
from db.database import open_database
"""
WRITING = """
async def write(url):
    db = open_database(url, 2)
    for number in range(20):
        await db.read().events.waiting(datetime.now(UTC), ["written"])
        async with db.transaction() as tx:
            await tx.events.record("written", None, now=datetime.now(UTC), process=os.getpid(), number=number)
    await db.close()

asyncio.run(write(sys.argv[1]))
"""
DELIVERING = """
async def deliver(url):
    db = open_database(url, 2)
    while await db.read().events.waiting(datetime.now(UTC), ["written"]):
        async with db.transaction() as tx:
            event = await tx.events.claim(datetime.now(UTC), ["written"])
        if event:
            async with db.transaction() as tx:
                await tx.events.record("delivery", event.id, now=datetime.max.replace(tzinfo=UTC))
                await tx.events.delivered(event, datetime.now(UTC))
    await db.close()

asyncio.run(deliver(sys.argv[1]))
"""


async def test_three_that_write_at_once_neither_fail_nor_lose_anything(
    database_url: str, together: Together, look: Look
) -> None:
    assert await asyncio.to_thread(together, IMPORTS, WRITING, database_url) == [(0, "")] * 3
    payloads = [json.loads(payload) for (payload,) in await look(database_url, "SELECT payload FROM events")]
    written = sorted((payload["process"], payload["number"]) for payload in payloads)
    processes = sorted({process for process, _ in written})
    assert len(processes) == 3
    assert written == [(process, number) for process in processes for number in range(20)]


async def test_three_workers_deliver_every_event_once(database_url: str, together: Together, look: Look) -> None:
    assert await asyncio.to_thread(together, IMPORTS, WRITING, database_url) == [(0, "")] * 3
    assert await asyncio.to_thread(together, IMPORTS, DELIVERING, database_url) == [(0, "")] * 3
    counted = "SELECT count(*), count(delivered_at), sum(attempts) FROM events WHERE kind = 'written'"
    assert await look(database_url, counted) == [(60, 60, 60)]
    delivered = "SELECT count(*), count(DISTINCT subject_id) FROM events WHERE kind = 'delivery'"
    assert await look(database_url, delivered) == [(60, 60)]
