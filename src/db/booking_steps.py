"""The steps of a booking: each writes the row, its history and the events by which others learn of it, together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from db.events import MAIL_WANTED, announced, happened, scheduled
from db.ids import new_id
from rules.booking_states import letters, status_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from db.connection import Row
    from db.database import Transaction

CHANGED = "booking.changed"
"""Announced with every step, to those who follow bookings."""
EXPIRES = "booking.expires"
"""A pending booking is to be looked at, whether it has expired."""
REMINDER = "booking.reminder"
"""The customer is to be reminded, if it still stands."""
REMINDED_BEFORE = timedelta(days=1)
STATUSES = {
    "confirmed": "CONFIRMED",
    "declined": "DECLINED",
    "cancelled": "CANCELLED",
    "expired": "EXPIRED",
    "completed": "COMPLETED",
    "no_show": "NO_SHOW",
}
"""What a step makes of a booking; rescheduling leaves its status as it is."""
RELEASING = {"declined", "cancelled", "expired"}
SCHEDULING = {"created", "confirmed", "rescheduled"}
"""Steps after which there is something to look at later."""
SILENT = {"completed", "no_show"}
"""Steps that no calendar has to follow."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step, when it is taken and by whom; the system is no actor, nor is a guest, who is the customer."""

    name: str
    now: datetime
    actor: str | None = None
    by_customer: bool = False
    reason: str | None = None


async def begin(tx: Transaction, booking: dict[str, Any], step: Step) -> None:
    """Write a new booking, whose seats are taken already."""
    await tx.bookings.add([booking])
    await _tell(tx, booking, step, None)


async def take(tx: Transaction, booking: Row, step: Step, **columns: Any) -> None:
    """Take a step with a locked booking; `columns` change besides. One that ends gives its seats back."""
    status = STATUSES.get(step.name, booking.status)
    changed = {**columns, "status": status, "sequence": booking.sequence + (step.name not in SILENT)}
    await tx.bookings.change(booking.id, now=step.now, **changed)
    if step.name in RELEASING:
        await tx.occupancies.leave_seats(booking.session_id, booking.party_size, now=step.now)
    await _tell(tx, {**booking._asdict(), **changed}, step, booking.status)


async def expire(tx: Transaction, booking_id: str, now: datetime) -> None:
    """Let a pending booking go whose time is over; any other stays as it is."""
    booking = await tx.bookings.locked(booking_id)
    if booking and booking.status != status_now(booking.status, booking.expires_at, now):
        await take(tx, booking, Step("expired", now))


async def expire_all(tx: Transaction, resources: Sequence[str], now: datetime) -> None:
    """The same for all that keep one of these resources, which the transaction has locked."""
    for booking in _in_order(await tx.bookings.expired(resources, now)):
        await take(tx, booking, Step("expired", now))


async def cancel_all_of(tx: Transaction, user_id: str, now: datetime) -> None:
    """Cancel what a customer who leaves has booked and not had yet."""
    for booking in _in_order(await tx.bookings.upcoming_of(user_id, now)):
        await take(tx, booking, Step("cancelled", now, user_id, by_customer=True))


def _in_order(bookings: list[Row]) -> list[Row]:
    """Sessions are given back in one order by all, so that none wait for each other."""
    return sorted(bookings, key=lambda booking: str(booking.session_id))


async def _tell(tx: Transaction, booking: dict[str, Any], step: Step, before: str | None) -> None:
    event = {
        "id": new_id(),
        "created_at": step.now,
        "updated_at": step.now,
        "booking_id": booking["id"],
        "from_status": before,
        "to_status": booking["status"],
        "actor_id": step.actor,
        "reason": step.reason,
    }
    await tx.bookings.add_event(event)
    known = {"step": step.name, "user_id": booking["user_id"], "service_id": booking["service_id"]}
    told = snapshot(booking) | {"reason_event": event["id"] if step.reason else None}
    changed = announced(CHANGED, booking["id"], now=step.now, **known)
    await tx.events.add([changed, *_letters(booking, step, told), *_looked_at_later(booking, step)])


def snapshot(booking: dict[str, Any]) -> dict[str, Any]:
    """What a letter says of a booking as it is now, whenever it is sent; nothing of it is personal."""
    times = {name: booking[name].isoformat() for name in ("starts_at", "ends_at")}
    return {**times, "status": booking["status"], "sequence": booking["sequence"], "reason_event": None}


def _letters(booking: dict[str, Any], step: Step, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A mail to everybody who is to learn of it; customers who left no address are not written to."""
    for letter, to in letters(step.name, by_customer=step.by_customer, status=booking["status"]):
        if to != "customer" or booking["customer_email"]:
            yield happened(MAIL_WANTED, booking["id"], now=step.now, letter=letter, to=to, **told)


def _looked_at_later(booking: dict[str, Any], step: Step) -> Iterator[dict[str, Any]]:
    """What is to be looked at later; whoever looks then finds out whether it is still so."""
    if step.name not in SCHEDULING:
        return
    if booking["status"] == "PENDING":
        yield scheduled(EXPIRES, booking["id"], due_at=booking["expires_at"], now=step.now)
    reminded_at = booking["starts_at"] - REMINDED_BEFORE
    if booking["status"] == "CONFIRMED" and booking["customer_email"] and reminded_at > step.now:
        sequence = booking["sequence"]
        yield scheduled(REMINDER, booking["id"], due_at=reminded_at, now=step.now, sequence=sequence)
