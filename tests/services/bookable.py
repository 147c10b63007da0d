"""A studio that is open day and night and sells one service; guests book it over the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from db.ids import new_id
from rules.opening_hours import WEEKDAYS

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

ALWAYS = [{"weekday": weekday, "opens_at": "00:00", "closes_at": "00:00"} for weekday in WEEKDAYS]
BOOK = """mutation Book($input: BookingInput!) {
    createBooking(input: $input) { booking { id code startsAt } manageToken userErrors { code message path } }
}"""
SLOTS = "query ($id: ID!, $day: Date!) { service(by: {id: $id}) { slots(from: $day, to: $day) { startsAt } } }"


@dataclass(frozen=True)
class Booked:
    """A guest's booking, and the token that manages it."""

    id: str
    code: str
    starts_at: str
    token: str

    @property
    def link(self) -> str:
        """Where the link in the mail leads."""
        return f"/bookings/{self.code}?token={self.token}"

    @property
    def by(self) -> dict[str, Any]:
        """How its guest names it."""
        return {"managed": {"code": self.code, "token": self.token}}


async def open_studio(db: Database, zone: str = "Asia/Seoul", **named: Any) -> str:
    """Found the studio; the global id of its service, which takes an hour and is confirmed at once."""
    now = datetime.now(UTC)
    service = {"id": new_id(), "created_at": now, "updated_at": now, "version": 1, **SERVICE, **named}
    studio = {"name": "Haneul Studio", "email": "hello@haneul.example", "locales": ["en", "ko"]}
    async with db.transaction() as tx:
        await tx.studios.found(now, **studio, time_zone=zone, weekly_hours=ALWAYS)
        await tx.services.add([service])
    return f"Service_{service['id']}"


def slots(server: Server, service: str, days: int = 2, zone: str = "Asia/Seoul") -> list[str]:
    """The starts that are free so many days from now."""
    day = datetime.now(ZoneInfo(zone)).date() + timedelta(days=days)
    found = server.ask(SLOTS, id=service, day=day.isoformat())["service"]["slots"]
    return [slot["startsAt"] for slot in found]


def book(server: Server, service: str, starts_at: str, **given: Any) -> Booked:
    """Book as a guest."""
    customer = {"name": "Kim Mina", "email": "mina@example.com"}
    wanted = {"serviceId": service, "startsAt": starts_at, "customer": customer, **given}
    made = server.ask(BOOK, input=wanted)["createBooking"]
    assert made["userErrors"] == []
    booking = made["booking"]
    return Booked(booking["id"], booking["code"], booking["startsAt"], made["manageToken"])


SERVICE: dict[str, Any] = {
    "slug": "portrait",
    "name": "Portrait",
    "summary": None,
    "description": None,
    "duration_minutes": 60,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 0,
    "slot_step_minutes": 60,
    "min_notice_minutes": 0,
    "max_days_ahead": 60,
    "max_per_day": None,
    "capacity": 1,
    "requires_confirmation": False,
    "cancel_notice_minutes": 60,
    "price_amount": Decimal(50_000),
    "price_currency": "KRW",
    "cover_image_id": None,
    "status": "PUBLISHED",
    "position": 0,
    "translations": {},
}
