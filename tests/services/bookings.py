"""A studio that can be booked, and what a customer asks of it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from db.ids import new_id
from services.rows import THEN, a_studio

if TYPE_CHECKING:
    from db.database import Database

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Seoul."""
OPEN = [{"weekday": day, "opens_at": "09:00", "closes_at": "18:00"} for day in ("MONDAY", "TUESDAY", "WEDNESDAY")]
TEN = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""Ten in the morning on Tuesday, in Seoul."""
GUEST = {"name": "Mina Kim", "email": "mina@example.com"}
BOOKED = "booking { code status version startsAt } manageToken userErrors { code message path }"
CREATE = f"mutation ($input: BookingInput!) {{ createBooking(input: $input) {{ {BOOKED} }} }}"
TERMS = {
    "duration_minutes": 60,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 0,
    "slot_step_minutes": 30,
    "min_notice_minutes": 60,
    "max_days_ahead": 60,
    "max_per_day": None,
    "capacity": 1,
    "requires_confirmation": False,
    "cancel_notice_minutes": 1_440,
}


async def open_studio(db: Database, *services: dict[str, Any], **studio: Any) -> list[str]:
    """Found a studio in Seoul, open from Monday to Wednesday, with these services; their ids."""
    async with db.transaction() as tx:
        if not await tx.studios.count():
            await tx.studios.add([a_studio(weekly_hours=OPEN, **studio)])
        await tx.resources.ensure_studio(THEN)
        for service in services:
            await tx.services.add([service])
    return [service["id"] for service in services]


def a_service(name: str = "Portrait", **named: Any) -> dict[str, Any]:
    """A published service of an hour that costs 50,000 won."""
    row_id = new_id()
    texts = {"slug": f"service-{row_id[-8:]}", "name": name, "summary": None, "description": None, "translations": {}}
    price = {"price_amount": Decimal(50_000), "price_currency": "KRW", "cover_image_id": None}
    state = {"status": "PUBLISHED", "position": 0, "created_at": THEN, "updated_at": THEN, "version": 1}
    return {"id": row_id, **texts, **price, **TERMS, **state, **named}


async def a_resource(db: Database, *service_ids: str, **named: Any) -> str:
    """A person whom these services need; the id."""
    recorded = {"created_at": THEN, "updated_at": THEN}
    row_id = new_id()
    state = {"name": "Ara", "kind": "STAFF", "active": True, "weekly_hours": None, "version": 1}
    needs = [{"id": new_id(), **recorded, "service_id": one, "resource_id": row_id} for one in service_ids]
    async with db.transaction() as tx:
        await tx.resources.add([{"id": row_id, **recorded, **state, **named}])
        if needs:
            await tx.services.need(needs)
    return row_id


def wanted(service_id: str, starts_at: datetime = TEN, **named: Any) -> dict[str, Any]:
    """The input of createBooking, by a guest."""
    return {"serviceId": f"Service_{service_id}", "startsAt": starts_at.isoformat(), "customer": GUEST, **named}
