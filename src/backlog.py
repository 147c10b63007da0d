"""What the worker has before it, and what it has given up: `studiograph events`."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from db.database import Database

WIDEST = 200
"""Characters in a line: errors are cut off there."""


async def look(db: Database, *, dead: bool, waiting: bool, most: int) -> list[dict[str, Any]]:
    """How many events of each kind there are, or at most so many of those that are dead, or of those that wait."""
    events = db.read().events
    rows = await (events.of_state(dead=dead, most=most) if dead or waiting else events.counts())
    return [row._asdict() for row in rows]


async def retry(db: Database, event_id: str | None, now: datetime) -> int:
    """Let a dead event, or every one, be delivered after all; how many there were."""
    async with db.transaction() as tx:
        return await tx.events.revive(event_id, now=now)


def event_id_of(text: str) -> str | None:
    """The id of an event as somebody has typed it; None for what is none."""
    try:
        return UUID(text).hex
    except ValueError:
        return None


def as_table(rows: list[dict[str, Any]]) -> str:
    """The same for people: times in UTC, to the second."""
    if not rows:
        return "There are none."
    table = Table(box=None, pad_edge=False)
    for name in rows[0]:
        table.add_column(name.replace("_", " "), no_wrap=True)
    for row in rows:
        table.add_row(*map(_cell, row.values()))
    told = StringIO()
    Console(file=told, width=WIDEST).print(table)
    return "\n".join(line.rstrip() for line in told.getvalue().splitlines())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value).partition("\n")[0]
