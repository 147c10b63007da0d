"""What happened: written with the change itself, delivered by the worker at least once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Select, bindparam, func, or_, select, update

from db.among import Among
from db.doorbells import CHANNEL
from db.ids import new_id
from db.models import Event
from db.repositories.repository import Repository
from db.sources import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from db.connection import Row

EVENTS = Source(Event)
TABLE = EVENTS.table
LEASE = timedelta(seconds=15)
MAX_ATTEMPTS = 10
FILE_DISCARDED = "file.discarded"
"""A file that nothing refers to any more: the worker takes it out of the storage."""


class Events(Repository):
    """The table of events. A lease keeps an event from being delivered twice at once; it ends by itself."""

    source = EVENTS

    async def record(self, kind: str, subject_id: str | None, *, now: datetime, **payload: Any) -> None:
        """Something that happened, in the transaction in which it did; the worker delivers it."""
        await self.add([_event(kind, subject_id, payload, now)])

    async def schedule(
        self, kind: str, subject_id: str | None, *, due_at: datetime, now: datetime, **payload: Any
    ) -> None:
        """The same for what is to be done later; whoever does it looks first whether it still is to be done."""
        await self.add([{**_event(kind, subject_id, payload, now), "due_at": due_at}])

    async def announce(self, kind: str, subject_id: str | None, *, now: datetime, **payload: Any) -> None:
        """The same where there is nothing to deliver: only processes that read along in the table learn of it."""
        await self.add([{**_event(kind, subject_id, payload, now), "delivered_at": now}])

    async def discard_file(self, key: str, *, now: datetime) -> None:
        """Nothing refers to the file of this key any more, if the transaction commits."""
        await self.record(FILE_DISCARDED, None, now=now, key=key)

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New events; PostgreSQL rings at whoever listens when they are committed."""
        await super().add(rows)
        if self.connection.statements.dialect.name == "postgresql":
            await self.connection.run(_ring)

    async def after(self, event_id: str, kinds: Collection[str]) -> list[Row]:
        """Every event of these kinds with a greater id, in the order of ids: kind, subject_id and payload."""
        return await self.connection.all(_after, after=event_id, kinds=sorted(kinds))

    async def waiting(self, now: datetime) -> bool:
        """Whether anything is due; takes no lock, so that an idle worker disturbs nobody."""
        return bool(await self.connection.value(_due, now=now))

    async def lag(self, now: datetime) -> float:
        """How many seconds ago the oldest event was due that is not delivered yet."""
        due_at = await self.connection.value(_oldest)
        return max(0.0, (now - due_at).total_seconds()) if due_at else 0.0

    async def claim(self, now: datetime) -> Row | None:
        """The next due event, leased to the caller; None when there is none."""
        due = await self.connection.first(_claimable, now=now)
        if due is None:
            return None
        return await self.connection.first(_lease, id=due.id, leased_until=now + LEASE, updated_at=now)

    async def extend(self, event: Row, now: datetime) -> None:
        """Renew the lease of an event whose delivery takes long."""
        await self._settle(event, now, leased_until=now + LEASE)

    async def delivered(self, event: Row, now: datetime) -> None:
        """It is done."""
        await self._settle(event, now, delivered_at=now)

    async def failed(self, event: Row, error: str, now: datetime) -> None:
        """Try again later, twice as late each time; give up after MAX_ATTEMPTS."""
        dead = now if event.attempts >= MAX_ATTEMPTS else None
        due_at = now + timedelta(seconds=2**event.attempts)
        await self._settle(event, now, due_at=due_at, leased_until=None, dead_at=dead, last_error=error)

    async def _settle(self, event: Row, now: datetime, **columns: Any) -> None:
        """Set columns of a claimed event; whoever lost its lease to another claim changes nothing any more."""
        changed = {**columns, "updated_at": now}
        await self.connection.run(_set, tuple(changed), id=event.id, attempts=event.attempts, **changed)


def _event(kind: str, subject_id: str | None, payload: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "created_at": now,
        "updated_at": now,
        "kind": kind,
        "subject_id": subject_id,
        "payload": payload,
        "due_at": now,
        "attempts": 0,
    }


def _ring() -> Executable:
    return select(func.pg_notify(CHANNEL, ""))


def _after() -> Executable:
    later = TABLE.c.id > bindparam("after", type_=TABLE.c.id.type)
    told = EVENTS.select(frozenset({"kind", "subject_id", "payload"}))
    return told.where(later, Among(TABLE.c.kind, "kinds")).order_by(TABLE.c.id)


def _oldest() -> Select[Any]:
    waiting = TABLE.c.delivered_at.is_(None), TABLE.c.dead_at.is_(None)
    return select(TABLE.c.due_at).where(*waiting).order_by(TABLE.c.due_at, TABLE.c.id).limit(1)


def _due() -> Select[Any]:
    now = bindparam("now", type_=TABLE.c.due_at.type)
    free = or_(TABLE.c.leased_until.is_(None), TABLE.c.leased_until < now)
    waiting = TABLE.c.delivered_at.is_(None), TABLE.c.dead_at.is_(None), TABLE.c.due_at <= now, free
    return select(TABLE.c.id).where(*waiting).order_by(TABLE.c.due_at, TABLE.c.id).limit(1)


def _claimable() -> Executable:
    return _due().with_for_update(skip_locked=True)


def _lease() -> Executable:
    return (
        update(TABLE)
        .where(TABLE.c.id == bindparam("id", type_=TABLE.c.id.type))
        .values(
            leased_until=bindparam("leased_until", type_=TABLE.c.leased_until.type),
            updated_at=bindparam("updated_at", type_=TABLE.c.updated_at.type),
            attempts=TABLE.c.attempts + 1,
        )
        .returning(*TABLE.c)
    )


def _set(columns: tuple[str, ...]) -> Executable:
    changed = {name: bindparam(name, type_=TABLE.c[name].type) for name in columns}
    held = (TABLE.c[name] == bindparam(name, type_=TABLE.c[name].type) for name in ("id", "attempts"))
    return update(TABLE).where(*held).values(changed)
