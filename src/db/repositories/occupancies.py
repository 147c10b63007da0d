"""Sessions of services, and the resources that they have for themselves: what is sold, and never sold twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Executable, and_, bindparam, func, literal_column, or_, select, text, update

from db.among import Among
from db.constraints import exclusive
from db.ids import new_id
from db.models import Booking, BookingSession, Occupancy, Resource, ServiceResource
from db.repositories.repository import Repository
from db.sources import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Subquery

    from db.connection import Row
    from rules.refusals import Refusal

SESSIONS = Source(BookingSession)
TABLE = SESSIONS.table
OCCUPANCIES = Source(Occupancy).table
BOOKINGS = Source(Booking).table
RESOURCES = Source(Resource).table
NEEDS = Source(ServiceResource).table
ACTIVE = text("active")
"""As the partial index has it, by which it is found."""
NEVER_TWICE = "ex_occupancies_resource"
TOLD = ("id", "service_id", "starts_at", "ends_at", "busy_from", "busy_until", "capacity")


class Occupancies(Repository):
    """Sessions hold the seats, occupancies the resources: active exactly as long as somebody has a seat."""

    source = SESSIONS

    async def lock(self, resources: Sequence[str]) -> None:
        """Nobody else occupies these until the transaction ends, and none wait for each other: one order for all."""
        await self.connection.run(_lock, resources=list(resources))

    async def needs(self, services: Sequence[str]) -> list[Row]:
        """What these services need, seen or not: rows of `service_id`, `resource_id`, `active`, `weekly_hours`.

        A service that names nothing is in none of them.
        """
        return await self.connection.all(_needs, services=list(services))

    async def within(self, resources: Sequence[str], since: datetime, until: datetime, *, now: datetime) -> list[Row]:
        """Each session that has one of these resources at some moment in between, once for each (`resource_id`).

        Seats of bookings that have expired by now count as free.
        """
        return await self.connection.all(_within, resources=list(resources), since=since, until=until, now=now)

    async def counts(self, services: Sequence[str], first: date, last: date, *, now: datetime) -> list[Row]:
        """How many bookings each service has on each of the studio's dates: rows of `service_id`, `day`, `bookings`."""
        return await self.connection.all(_counts, services=list(services), first=first, last=last, now=now)

    async def occupy(
        self, session: Mapping[str, Any], resources: Sequence[str], *, now: datetime, taken: Refusal
    ) -> None:
        """Add a session that has these resources for itself; the refusal `taken` where somebody has one of them.

        The constraint decides. On PostgreSQL the transaction is over then.
        """
        recorded = {"created_at": now, "updated_at": now}
        busy = {"session_id": session["id"], "busy_from": session["busy_from"], "busy_until": session["busy_until"]}
        rows = [{"id": new_id(), **recorded, **busy, "resource_id": one, "active": True} for one in sorted(resources)]
        await self.add([{**recorded, **session}])
        async with exclusive(NEVER_TWICE, taken):
            await self.connection.each(_occupy, rows=rows)

    async def lock_sessions(self, session_id: str | None, service_id: str, starts_at: datetime) -> None:
        """Nobody else sits down or leaves where a booking is and where it goes; in one order, as by all.

        Before anybody looks whether a session there can be joined: the last one may be leaving it just now.
        """
        await self.connection.run(_lock_sessions, id=session_id, service_id=service_id, starts_at=starts_at)

    async def take_seats(self, session_id: str, seats: int, *, now: datetime) -> bool:
        """Sit down in a session for one booking more; False where it has too few seats left, or all have left it."""
        return await self.connection.value(_take_seats, id=session_id, seats=seats, now=now) is not None

    async def leave_seats(self, session_id: str, seats: int, *, now: datetime) -> None:
        """Give the seats of one booking back; the last to leave gives the resources back."""
        left = await self.connection.value(_leave_seats, id=session_id, seats=seats, now=now)
        if left == 0:
            await self.connection.run(_vacate, session_id=session_id, now=now)


def _lock() -> Executable:
    chosen = select(RESOURCES.c.id).where(Among(RESOURCES.c.id, "resources")).order_by(RESOURCES.c.id)
    return chosen.with_for_update(key_share=True)


def _lock_sessions() -> Executable:
    there = (TABLE.c[name] == bindparam(name, type_=TABLE.c[name].type) for name in ("service_id", "starts_at"))
    return select(TABLE.c.id).where(or_(_the_session(), and_(*there))).order_by(TABLE.c.id).with_for_update()


def _needs() -> Executable:
    columns = (NEEDS.c.service_id, NEEDS.c.resource_id, RESOURCES.c.active, RESOURCES.c.weekly_hours)
    chosen = select(*columns).join(RESOURCES, RESOURCES.c.id == NEEDS.c.resource_id)
    return chosen.where(Among(NEEDS.c.service_id, "services")).order_by(NEEDS.c.service_id, NEEDS.c.resource_id)


def _within() -> Executable:
    gone = _expired()
    columns = [*(TABLE.c[name] for name in TOLD), OCCUPANCIES.c.resource_id]
    return (
        select(*columns, _left("seats_taken", gone.c.seats))
        .select_from(OCCUPANCIES.join(TABLE, TABLE.c.id == OCCUPANCIES.c.session_id))
        .join(gone, gone.c.session_id == TABLE.c.id, isouter=True)
        .where(
            ACTIVE,
            Among(OCCUPANCIES.c.resource_id, "resources"),
            OCCUPANCIES.c.busy_until > bindparam("since", type_=OCCUPANCIES.c.busy_until.type),
            OCCUPANCIES.c.busy_from < bindparam("until", type_=OCCUPANCIES.c.busy_from.type),
            TABLE.c.bookings > func.coalesce(gone.c.bookings, literal_column("0")),
        )
        .order_by(OCCUPANCIES.c.busy_from)
    )


def _counts() -> Executable:
    gone = _expired()
    left = TABLE.c.bookings - func.coalesce(gone.c.bookings, literal_column("0"))
    day = TABLE.c.day
    return (
        select(TABLE.c.service_id, day, func.sum(left).label("bookings"))
        .select_from(TABLE.join(gone, gone.c.session_id == TABLE.c.id, isouter=True))
        .where(
            Among(TABLE.c.service_id, "services"),
            day.between(bindparam("first", type_=day.type), bindparam("last", type_=day.type)),
        )
        .group_by(TABLE.c.service_id, day)
    )


def _expired() -> Subquery:
    """How many bookings of each session, and on how many seats, have expired and not been released yet."""
    over = BOOKINGS.c.expires_at <= bindparam("now", type_=BOOKINGS.c.expires_at.type)
    seats, bookings = func.sum(BOOKINGS.c.party_size).label("seats"), func.count().label("bookings")
    pending = BOOKINGS.c.status == literal_column("'PENDING'")  # a literal: the partial index is found by it
    return (
        select(BOOKINGS.c.session_id, seats, bookings).where(pending, over).group_by(BOOKINGS.c.session_id).subquery()
    )


def _left(name: str, gone: ColumnElement[Any]) -> ColumnElement[Any]:
    return (TABLE.c[name] - func.coalesce(gone, literal_column("0"))).label(name)


def _occupy() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in OCCUPANCIES.c}
    return OCCUPANCIES.insert().values(row).inline()


def _take_seats() -> Executable:
    taken = TABLE.c.seats_taken + _seats()
    grown = {"seats_taken": taken, "bookings": TABLE.c.bookings + literal_column("1"), "updated_at": _now()}
    there = TABLE.c.bookings > literal_column("0"), taken <= TABLE.c.capacity
    return update(TABLE).where(_the_session(), *there).values(grown).returning(TABLE.c.id)


def _leave_seats() -> Executable:
    fewer = {
        "seats_taken": TABLE.c.seats_taken - _seats(),
        "bookings": TABLE.c.bookings - literal_column("1"),
        "updated_at": _now(),
    }
    return update(TABLE).where(_the_session()).values(fewer).returning(TABLE.c.bookings)


def _vacate() -> Executable:
    session = OCCUPANCIES.c.session_id
    vacant = {"active": literal_column("false"), "updated_at": _now()}
    return update(OCCUPANCIES).where(session == bindparam("session_id", type_=session.type)).values(vacant)


def _the_session() -> ColumnElement[bool]:
    matches: ColumnElement[bool] = TABLE.c.id == bindparam("id", type_=TABLE.c.id.type)
    return matches


def _seats() -> ColumnElement[Any]:
    return bindparam("seats", type_=TABLE.c.seats_taken.type)


def _now() -> ColumnElement[Any]:
    return bindparam("now", type_=TABLE.c.updated_at.type)
