"""Bookings for the benchmark: rooms that are all taken at the same times, and a service that needs them together."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from db.ids import new_id
from db.models import Occupancy
from db.repositories.repository import Repository
from db.repositories.studios import STUDIO_ID
from db.sources import BOOKING_EVENTS, Source
from demo.benchmark_set import NotEmptyError
from rules.bookings import ALPHABET, HALF
from rules.opening_hours import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.database import Database, Transaction

DAYS, ROOMS, SLOTS, BATCH = 62, 20, 18, 2_000
MOST = DAYS * ROOMS * SLOTS
"""So many bookings there is time for."""
STRIDE = 7
"""Slots are taken in steps of so many, so that those left are spread over the day."""
OPENS, HALF_AN_HOUR = time(9, tzinfo=UTC), timedelta(minutes=30)
HOURS = [{"weekday": weekday, "opens_at": "09:00", "closes_at": "18:00"} for weekday in WEEKDAYS]
WHOLE_HOUSE = "whole-house"
"""The slug of the service that needs every room; the others are called room-1 and so on."""


class Occupancies(Repository):
    """That sessions have resources, many rows at once; the constraint looks at each."""

    source = Source(Occupancy)


class Steps(Repository):
    """The history of bookings, many rows at once."""

    source = BOOKING_EVENTS


class Room(NamedTuple):
    """Ids of a resource and of the service that needs it."""

    resource: str
    service: str


async def load_benchmark_bookings(
    db: Database, bookings: int, now: datetime, progress: Callable[[int, int], None]
) -> None:
    """Add 20 rooms, a service for each and one for all, and so many confirmed bookings from tomorrow on, for 62 days.

    At most MOST; NotEmptyError if services are there. The studio is in UTC then, and open every day from 9 to 18.
    """
    if there := await db.read().services.count():
        raise NotEmptyError(f"The database has {there} services; load the bookings into one that has none.")
    async with db.transaction() as tx:
        await tx.studios.change(STUDIO_ID, now=now, time_zone="UTC", weekly_hours=HOURS)
        rooms = await _write_rooms(tx, now)
    for start in range(0, bookings, BATCH):
        numbers = range(start, min(start + BATCH, bookings))
        await _write(db, [_session(number, rooms, now) for number in numbers], now)
        progress(numbers.stop, bookings)


async def _write_rooms(tx: Transaction, now: datetime) -> list[Room]:
    resources = [_recorded(now) | {"name": f"Room {number}", "kind": "ROOM"} for number in range(1, ROOMS + 1)]
    services = [_service(f"room-{number}", number, now) for number in range(1, ROOMS + 1)]
    whole_house = _service(WHOLE_HOUSE, 0, now)
    await tx.resources.add([row | {"active": True, "weekly_hours": None} for row in resources])
    await tx.services.add([whole_house, *services])
    rooms = [Room(row["id"], service["id"]) for row, service in zip(resources, services, strict=True)]
    for room in rooms:
        await tx.services.need(room.service, [room.resource], now=now)
    await tx.services.need(whole_house["id"], [room.resource for room in rooms], now=now)
    return rooms


async def _write(db: Database, sessions: list[tuple[dict[str, Any], Room, int]], now: datetime) -> None:
    bookings = [_booking(session, number, now) for session, _, number in sessions]
    async with db.transaction() as tx:
        await tx.occupancies.add([session for session, _, _ in sessions])
        occupied = [_occupancy(session, room) for session, room, _ in sessions]
        await Occupancies(tx.connection, tx.scope).add(occupied)
        await tx.bookings.add(bookings)
        await Steps(tx.connection, tx.scope).add([_made(booking) for booking in bookings])


def _service(slug: str, position: int, now: datetime) -> dict[str, Any]:
    return _recorded(now) | {
        "slug": slug,
        "name": slug.replace("-", " ").capitalize(),
        "summary": None,
        "description": None,
        "duration_minutes": 30,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 0,
        "slot_step_minutes": 30,
        "min_notice_minutes": 60,
        "max_days_ahead": 2 * DAYS,
        "max_per_day": None,
        "capacity": 1,
        "requires_confirmation": False,
        "cancel_notice_minutes": 1_440,
        **_price(),
        "cover_image_id": None,
        "status": "PUBLISHED",
        "position": position,
        "translations": {},
    }


def _session(number: int, rooms: list[Room], now: datetime) -> tuple[dict[str, Any], Room, int]:
    """The session of one booking: all rooms of a slot, then the same slot on all days, then the next slot."""
    places, room = divmod(number, ROOMS)
    slot, days = divmod(places, DAYS)
    day: date = now.astimezone(UTC).date() + timedelta(days=1 + days)
    starts_at = datetime.combine(day, OPENS) + HALF_AN_HOUR * (slot * STRIDE % SLOTS)
    times = {"starts_at": starts_at, "ends_at": starts_at + HALF_AN_HOUR}
    busy = {"busy_from": starts_at, "busy_until": starts_at + HALF_AN_HOUR}
    seats = {"day": day, "capacity": 1, "seats_taken": 1, "bookings": 1}
    row = {"id": new_id(), "created_at": now, "updated_at": now, "service_id": rooms[room].service}
    return row | times | busy | seats, rooms[room], number


def _occupancy(session: dict[str, Any], room: Room) -> dict[str, Any]:
    taken = {name: session[name] for name in ("created_at", "updated_at", "busy_from", "busy_until")}
    return taken | {"id": new_id(), "session_id": session["id"], "resource_id": room.resource, "active": True}


def _booking(session: dict[str, Any], number: int, now: datetime) -> dict[str, Any]:
    return _recorded(now) | {
        "code": _code(number),
        **{name: session[name] for name in ("service_id", "starts_at", "ends_at")},
        "session_id": session["id"],
        "user_id": None,
        "status": "CONFIRMED",
        "time_zone": "UTC",
        "party_size": 1,
        "service_name": "Room",
        "options": [],
        **_price(),
        "min_notice_minutes": 60,
        "cancel_notice_minutes": 1_440,
        "customer_name": f"Customer {number}",
        "customer_email": None,
        "customer_phone": None,
        "locale": "en",
        "note": None,
        "expires_at": None,
        "erased_at": None,
        "sequence": 0,
    }


def _made(booking: dict[str, Any]) -> dict[str, Any]:
    recorded = {"id": new_id(), "created_at": booking["created_at"], "updated_at": booking["created_at"]}
    step = {"from_status": None, "to_status": "CONFIRMED", "actor_id": None, "reason": None}
    return recorded | step | {"booking_id": booking["id"]}


def _price() -> dict[str, Any]:
    return {"price_amount": Decimal(30), "price_currency": "USD"}


def _recorded(now: datetime) -> dict[str, Any]:
    return {"id": new_id(), "created_at": now, "updated_at": now, "version": 1}


def _code(number: int) -> str:
    """A code of its own for each number."""
    digits = []
    for _ in range(2 * HALF):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return f"{''.join(digits[:HALF])}-{''.join(digits[HALF:])}"
