"""The studio's bookings as a calendar, which programs of its staff subscribe to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db.scope import STAFF
from mail.appointment import Appointment
from mail.calendar import feed
from mail.sender import Sender
from rules.booking_states import status_now
from web.health import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from auth.derived_tokens import DerivedTokens
    from db.connection import Row
    from db.database import Database

PAST, COMING = timedelta(days=30), timedelta(days=365)
MOST = 5_000
SUBSCRIBERS = ("STAFF", "ADMIN")
STUDIO = frozenset({"name", "email", "phone", "address"})
USER = frozenset({"role", "status", "calendar_generation"})
BOOKING = frozenset(
    {
        "code", "status", "sequence", "starts_at", "ends_at", "time_zone", "updated_at", "service_name", "party_size",
        "customer_name", "customer_email", "customer_phone", "note", "expires_at",
    }
)  # fmt: skip
ABSENT = "There is no such calendar. Copy its address anew: viewer { calendarUrl } tells it.\n"
HARMLESS = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}


def calendar_routes(db: Database, tokens: DerivedTokens, clock: Callable[[], datetime]) -> list[BaseRoute]:
    """/calendar/{token}.ics: 404 for every token but the current one of somebody who is on the staff now."""
    return [Route("/calendar/{token}.ics", _Calendars(db, tokens, clock).serve)]


@dataclass(frozen=True, slots=True)
class _Calendars:
    db: Database
    tokens: DerivedTokens
    clock: Callable[[], datetime]

    async def serve(self, request: Request) -> Response:
        """The calendar; 304 to those who have it already."""
        if not await self._admits(request.path_params["token"]):
            return PlainTextResponse(ABSENT, status_code=404, headers=HARMLESS | {"cache-control": "no-store"})
        studio, appointments = await self._studio(), await self._appointments()
        tag = f'"{sha256(repr((VERSION, studio, appointments)).encode()).hexdigest()[:32]}"'
        headers = {"etag": f"W/{tag}", "cache-control": "private, max-age=300", "vary": "accept-encoding", **HARMLESS}
        known = request.headers.get("if-none-match", "")
        if tag in known or known == "*":
            return Response(status_code=304, headers=headers)
        written = await asyncio.to_thread(feed, studio, appointments)
        return Response(written, headers=headers, media_type="text/calendar; charset=utf-8")

    async def _admits(self, token: str) -> bool:
        derived = self.tokens.read(token)
        if derived is None:
            return False
        user = (await self.db.read().users.viewers(USER, [derived.row_id])).get(derived.row_id)
        if user is None or user.status != "APPROVED" or user.role not in SUBSCRIBERS:
            return False
        return bool(user.calendar_generation == derived.generation)

    async def _studio(self) -> Sender:
        studio = await self.db.read().studios.get(STUDIO)
        return Sender(studio.name, studio.email, studio.phone, studio.address) if studio else Sender("")

    async def _appointments(self) -> list[Appointment]:
        now = self.clock()
        rows = await self.db.read(STAFF).bookings.between(BOOKING, now - PAST, now + COMING, MOST)
        return [_appointment(row, now) for row in rows]


def _appointment(booking: Row, now: datetime) -> Appointment:
    return Appointment(
        id=booking.id,
        code=booking.code,
        status=status_now(booking.status, booking.expires_at, now),
        sequence=booking.sequence,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        time_zone=booking.time_zone,
        changed_at=booking.updated_at,
        service=booking.service_name,
        party_size=booking.party_size,
        customer_name=booking.customer_name,
        customer_email=booking.customer_email,
        customer_phone=booking.customer_phone,
        note=booking.note,
    )
