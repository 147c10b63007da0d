"""What happened: written with the change itself, delivered by the worker at least once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

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
OUTAGE_KEPT = timedelta(days=3)
"""So long an event outlives that what delivers it is away."""
FILE_DISCARDED = "file.discarded"
"""A file that nothing refers to any more: the worker takes it out of the storage."""
MAIL_WANTED = "mail.wanted"
"""A letter is to be sent: `letter` says which, `to` whom; the worker reads the rest when it does."""
TOLD = frozenset({"kind", "subject_id", "due_at", "attempts", "dead_at", "last_error"})
WAITING = TABLE.c.delivered_at.is_(None), TABLE.c.dead_at.is_(None)
DEAD = TABLE.c.delivered_at.is_(None), TABLE.c.dead_at.is_not(None)


class Events(Repository):
    """The table of events. A lease keeps an event from being delivered twice at once; it ends by itself."""

    source = EVENTS

    async def record(self, kind: str, subject_id: str | None, *, now: datetime, **payload: Any) -> None:
        """Something that happened, in the transaction in which it did; the worker delivers it."""
        await self.add([happened(kind, subject_id, now=now, **payload)])

    async def schedule(
        self, kind: str, subject_id: str | None, *, due_at: datetime, now: datetime, **payload: Any
    ) -> None:
        """The same for what is to be done later; whoever does it looks first whether it still is to be done."""
        await self.add([scheduled(kind, subject_id, due_at=due_at, now=now, **payload)])

    async def announce(self, kind: str, subject_id: str | None, *, now: datetime, **payload: Any) -> None:
        """The same where there is nothing to deliver: only processes that read along in the table learn of it."""
        await self.add([announced(kind, subject_id, now=now, **payload)])

    async def discard_file(self, key: str, *, now: datetime) -> None:
        """Nothing refers to the file of this key any more, if the transaction commits."""
        await self.record(FILE_DISCARDED, None, now=now, key=key)

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New events, in one go; PostgreSQL rings once at whoever listens when they are committed."""
        await super().add(rows)
        if self.connection.statements.dialect.name == "postgresql":
            await self.connection.run(_ring)

    async def after(self, event_id: str, kinds: Collection[str]) -> list[Row]:
        """Every event of these kinds with a greater id, in the order of ids: kind, subject_id and payload."""
        return await self.connection.all(_after, after=event_id, kinds=sorted(kinds))

    async def waiting(self, now: datetime, kinds: Collection[str]) -> bool:
        """Whether any of these kinds is due; takes no lock, so that an idle worker disturbs nobody."""
        return bool(await self.connection.value(_due, now=now, kinds=sorted(kinds)))

    async def planned(self, kind: str, besides: str | None = None) -> bool:
        """Whether an event of this kind waits, now or for later, beside the one with this id."""
        return bool(await self.connection.value(_planned, besides is not None, kind=kind, besides=besides))

    async def lag(self, now: datetime) -> float:
        """How many seconds ago the oldest event was due that is not delivered yet."""
        due_at = await self.connection.value(_oldest)
        return max(0.0, (now - due_at).total_seconds()) if due_at else 0.0

    async def claim(self, now: datetime, kinds: Collection[str]) -> Row | None:
        """The next due event of these kinds, leased to the caller; None when there is none."""
        due = await self.connection.first(_claimable, now=now, kinds=sorted(kinds))
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
        if event.attempts >= MAX_ATTEMPTS:
            await self.given_up(event, error, now)
            return
        due_at = now + timedelta(seconds=2**event.attempts)
        await self._settle(event, now, due_at=due_at, leased_until=None, last_error=error)

    async def put_off(self, event: Row, error: str, until: datetime, now: datetime) -> None:
        """Try again then, for it was no fault of the event: the attempt does not count, and it stays as due as it was.

        Given up once it has been due for OUTAGE_KEPT. That the count goes back lets nobody in who has lost a lease:
        whoever claims the event later holds a higher count than all who have lost it.
        """
        if now - event.due_at >= OUTAGE_KEPT:
            await self.given_up(event, error, now)
            return
        changed = {"leased_until": until, "last_error": error, "updated_at": now}
        await self.connection.run(_put_off, id=event.id, attempts=event.attempts, **changed)

    async def given_up(self, event: Row, error: str, now: datetime) -> None:
        """It is dead: nobody tries again until somebody says so."""
        await self._settle(event, now, leased_until=None, dead_at=now, last_error=error)

    async def counts(self) -> list[Row]:
        """How many events there are: rows of `kind`, `waiting`, `dead` and `delivered`, by kind."""
        return await self.connection.all(_counts)

    async def of_state(self, *, dead: bool, most: int) -> list[Row]:
        """The first events by when they were due, of those that are dead or of those that wait: the columns TOLD."""
        return await self.connection.all(_of_state, dead, most)

    async def revive(self, event_id: str | None, *, now: datetime) -> int:
        """Let a dead event be due now, with all its attempts before it, or every dead one; how many."""
        return len(await self.connection.all(_revive, event_id is None, id=event_id, now=now))

    async def _settle(self, event: Row, now: datetime, **columns: Any) -> None:
        """Set columns of a claimed event; whoever lost its lease to another claim changes nothing any more."""
        changed = {**columns, "updated_at": now}
        await self.connection.run(_set, tuple(changed), id=event.id, attempts=event.attempts, **changed)


def happened(kind: str, subject_id: str | None, *, now: datetime, **payload: Any) -> dict[str, Any]:
    """The row of an event that is due at once: `Events.add` writes several of them together."""
    return {
        "id": new_id(),
        "created_at": now,
        "updated_at": now,
        "kind": kind,
        "subject_id": subject_id,
        "payload": payload,
        "due_at": now,
        "attempts": 0,
        "delivered_at": None,
    }


def scheduled(kind: str, subject_id: str | None, *, due_at: datetime, now: datetime, **payload: Any) -> dict[str, Any]:
    """The row of an event that is due later."""
    return happened(kind, subject_id, now=now, **payload) | {"due_at": due_at}


def announced(kind: str, subject_id: str | None, *, now: datetime, **payload: Any) -> dict[str, Any]:
    """The row of an event that nobody delivers."""
    return happened(kind, subject_id, now=now, **payload) | {"delivered_at": now}


def _ring() -> Executable:
    return select(func.pg_notify(CHANNEL, ""))


def _after() -> Executable:
    later = TABLE.c.id > bindparam("after", type_=TABLE.c.id.type)
    told = EVENTS.select(frozenset({"kind", "subject_id", "payload"}))
    return told.where(later, Among(TABLE.c.kind, "kinds")).order_by(TABLE.c.id)


def _oldest() -> Select[Any]:
    return select(TABLE.c.due_at).where(*WAITING).order_by(TABLE.c.due_at, TABLE.c.id).limit(1)


def _due() -> Select[Any]:
    now = bindparam("now", type_=TABLE.c.due_at.type)
    free = or_(TABLE.c.leased_until.is_(None), TABLE.c.leased_until < now)
    due = select(TABLE.c.id).where(*WAITING, TABLE.c.due_at <= now, free, Among(TABLE.c.kind, "kinds"))
    return due.order_by(TABLE.c.due_at, TABLE.c.id).limit(1)


def _planned(besides: bool) -> Executable:  # noqa: FBT001  (a statement's shape)
    found = select(TABLE.c.id).where(*WAITING, TABLE.c.kind == _bound("kind")).limit(1)
    return found.where(TABLE.c.id != _bound("besides", "id")) if besides else found


def _claimable() -> Executable:
    return _due().with_for_update(skip_locked=True)


def _lease() -> Executable:
    return (
        update(TABLE)
        .where(TABLE.c.id == _bound("id"))
        .values(
            leased_until=_bound("leased_until"),
            updated_at=_bound("updated_at"),
            attempts=TABLE.c.attempts + 1,
        )
        .returning(*TABLE.c)
    )


def _set(columns: tuple[str, ...]) -> Executable:
    changed = {name: _bound(name) for name in columns}
    return update(TABLE).where(*_held()).values(changed)


def _put_off() -> Executable:
    changed = {name: _bound(name) for name in ("leased_until", "last_error", "updated_at")}
    return update(TABLE).where(*_held()).values({**changed, "attempts": TABLE.c.attempts - literal_column("1")})


def _counts() -> Executable:
    states = {"waiting": and_(*WAITING), "dead": and_(*DEAD), "delivered": TABLE.c.delivered_at.is_not(None)}
    numbers = (func.count(case((state, TABLE.c.id))).label(name) for name, state in states.items())
    return select(TABLE.c.kind, *numbers).group_by(TABLE.c.kind).order_by(TABLE.c.kind)


def _of_state(dead: bool, most: int) -> Executable:  # noqa: FBT001  (a statement's shape)
    found = EVENTS.select(TOLD).where(*(DEAD if dead else WAITING))
    return found.order_by(TABLE.c.due_at, TABLE.c.id).limit(literal_column(str(most)))


def _revive(all_of_them: bool) -> Executable:  # noqa: FBT001  (a statement's shape)
    now = _bound("now", "due_at")
    anew = {"due_at": now, "updated_at": now, "attempts": literal_column("0"), "dead_at": null()}
    revived = update(TABLE).where(*DEAD).values({**anew, "leased_until": null()}).returning(TABLE.c.id)
    return revived if all_of_them else revived.where(TABLE.c.id == _bound("id"))


def _held() -> tuple[ColumnElement[bool], ...]:
    """The event, as long as nobody else has claimed it."""
    return tuple(TABLE.c[name] == _bound(name) for name in ("id", "attempts"))


def _bound(name: str, column: str = "") -> ColumnElement[Any]:
    return bindparam(name, type_=TABLE.c[column or name].type)
