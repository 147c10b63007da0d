"""A worker's surroundings in tests: a clock that is told the time, events, and what became of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from db.ids import new_id
from services.rows import THEN

if TYPE_CHECKING:
    from db.connection import Row
    from db.database import Database
    from jobs.worker import Deliver, Lane

MOMENT = timedelta(microseconds=1)
STATE = frozenset({"attempts", "due_at", "leased_until", "delivered_at", "dead_at", "last_error"})


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = THEN
        self.asked = 0

    def __call__(self) -> datetime:
        """The time."""
        self.asked += 1
        return self.now

    def go_on(self, duration: timedelta) -> None:
        """Let time pass."""
        self.now += duration


def noting(delivered: list[str]) -> Deliver:
    """Notes the ids of what is delivered."""

    async def note(event: Row) -> None:
        delivered.append(event.id)

    return note


async def deliver_all(lane: Lane) -> None:
    """Deliver as long as anything is due."""
    while await lane.deliver_next():
        pass


async def record(db: Database, kind: str, due: datetime) -> str:
    """Record an event; its id."""
    row = {"id": new_id(), "created_at": THEN, "updated_at": THEN, "kind": kind, "subject_id": None, "payload": {}}
    async with db.transaction() as tx:
        await tx.events.add([row | {"due_at": due, "attempts": 0}])
    return str(row["id"])


async def state(db: Database, event: str) -> dict[str, Any]:
    """What became of an event."""
    row = (await db.read().events.by_ids(STATE, [event]))[event]
    return {name: getattr(row, name) for name in STATE}


def as_recorded(due: datetime) -> dict[str, Any]:
    """The state of an event that nobody has looked at."""
    return dict.fromkeys(STATE, None) | {"attempts": 0, "due_at": due}
