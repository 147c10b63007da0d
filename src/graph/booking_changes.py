"""Moving bookings and calling them off, and what staff do with them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any

import strawberry

from db.booking_steps import STATUSES, take
from db.connection import Row
from db.database import Transaction
from graph.booking_claims import Claim, claim, hold
from graph.booking_inputs import BookingPayload
from graph.booking_steps import audit, step
from graph.bookings import BookingBy, is_staff, shown_booking
from graph.context import Context, Info
from graph.declaring import argument
from graph.idempotency import made_before
from graph.mutations import mutation, reference
from graph.pricing import CLAIM
from graph.slots import terms_of
from rules.access import Permission
from rules.booking_slots import Terms
from rules.booking_states import (
    require_begun,
    require_cancellable,
    require_reschedulable,
    require_step,
    status_now,
    waits_until,
)
from rules.bookings import MOVES_AN_HOUR, check_reason, require_offered
from rules.global_ids import row_id
from rules.guests import WINDOW, wait_seconds
from rules.refusals import not_found, require_patience, require_version

BookingId = Annotated[strawberry.ID, argument("Which booking.")]
Reason = Annotated[str | None, argument("Why, in at most 500 characters; the other side is told.")]
Version = Annotated[int | None, argument("Refuse when it is at another version by now.")]


@dataclass(frozen=True)
class Move:
    """The arguments of rescheduleBooking."""

    by: BookingBy
    starts_at: datetime
    expected_version: int | None
    idempotency_key: str | None


@mutation(Permission.ANYONE, weight=CLAIM)
async def reschedule_booking(
    info: Info,
    by: Annotated[BookingBy, argument("Which one.")],
    starts_at: Annotated[datetime, argument("When it is to begin: the start of another slot of its service.")],
    expected_version: Version = strawberry.UNSET,
    idempotency_key: Annotated[
        str | None, argument("Makes a retry safe: the same key and arguments move it once.")
    ] = strawberry.UNSET,
) -> BookingPayload:
    """Move a booking to another slot: it keeps its code, its price and its status.

    Customers can as long as they could cancel it, staff always.
    """
    context = info.context
    booking_id = await _reached(context, by)
    move = Move(by, starts_at, expected_version, idempotency_key)
    await context.attempt(partial(_move, context, booking_id, move))
    return BookingPayload(booking=reference("Booking", booking_id))


@mutation(Permission.ANYONE)
async def cancel_booking(
    info: Info,
    by: Annotated[BookingBy, argument("Which one.")],
    reason: Reason = strawberry.UNSET,
    expected_version: Version = strawberry.UNSET,
) -> BookingPayload:
    """Call a booking off: its time is free again. Customers can until the service's notice, staff always."""
    context = info.context
    booking_id = await _reached(context, by)
    why = check_reason(reason or None, ("reason",))

    async def cancel(tx: Transaction) -> None:
        booking = await _locked(tx, booking_id, expected_version)
        require_cancellable(booking, context.now, staff=is_staff(context), path=("by",))
        await take(tx, booking, step(context, "cancelled", why))
        await audit(tx, context, "cancelled", booking, status="CANCELLED")

    await context.attempt(cancel)
    return BookingPayload(booking=reference("Booking", booking_id))


@mutation(Permission.STAFF)
async def confirm_booking(info: Info, id: BookingId, expected_version: Version = strawberry.UNSET) -> BookingPayload:  # noqa: A002  (the contract's name)
    """Tell a customer that a booking takes place."""
    return await _settle(info.context, id, "confirmed", expected_version)


@mutation(Permission.STAFF)
async def decline_booking(
    info: Info,
    id: BookingId,  # noqa: A002  (the contract's name)
    reason: Reason = strawberry.UNSET,
    expected_version: Version = strawberry.UNSET,
) -> BookingPayload:
    """Tell a customer that a booking cannot take place: its time is free again."""
    return await _settle(info.context, id, "declined", expected_version, check_reason(reason or None, ("reason",)))


@mutation(Permission.STAFF)
async def complete_booking(info: Info, id: BookingId, expected_version: Version = strawberry.UNSET) -> BookingPayload:  # noqa: A002  (the contract's name)
    """Note that a booking has taken place; once it has begun."""
    return await _settle(info.context, id, "completed", expected_version)


@mutation(Permission.STAFF)
async def mark_no_show(info: Info, id: BookingId, expected_version: Version = strawberry.UNSET) -> BookingPayload:  # noqa: A002  (the contract's name)
    """Note that the customer did not come; once it has begun."""
    return await _settle(info.context, id, "no_show", expected_version)


async def _settle(
    context: Context, given: str, name: str, expected_version: int | None, reason: str | None = None
) -> BookingPayload:
    """Take a step of the staff's."""
    booking_id = await _existing(context, row_id("Booking", given), "id")

    async def settle(tx: Transaction) -> None:
        booking = await _locked(tx, booking_id, expected_version)
        require_step(status_now(booking.status, booking.expires_at, context.now), STATUSES[name])
        if name in ("completed", "no_show"):
            require_begun(booking.starts_at, context.now)
        await take(tx, booking, step(context, name, reason))
        await audit(tx, context, name, booking, status=STATUSES[name])

    await context.attempt(settle)
    return BookingPayload(booking=reference("Booking", booking_id))


async def _move(context: Context, booking_id: str, move: Move, tx: Transaction) -> None:
    if await made_before(context, tx, "rescheduleBooking", move, booking_id):
        return
    found = (await tx.bookings.shown(frozenset({"service_id"}), [booking_id]))[booking_id]
    service: Any = await tx.services.kept(found.service_id)
    resources = await hold(tx, service.id, context.now)
    booking = await _locked(tx, booking_id, move.expected_version)
    require_reschedulable(booking, context.now, staff=is_staff(context), path=("by",))
    if booking.starts_at == move.starts_at:
        return
    if not is_staff(context):
        require_offered(service.status, "by")
        await _count_move(tx, booking, context)
    asked = Claim(move.starts_at, booking.party_size, context.now, is_staff(context), ("startsAt",), booking)
    claimed = await claim(tx, _terms_as_booked(service, booking), resources, asked)
    changed = {"starts_at": claimed.slot.starts_at, "ends_at": claimed.slot.ends_at}
    waits = waits_until(booking, claimed.slot.starts_at, context.now)
    await take(tx, booking, step(context, "rescheduled"), **changed, session_id=claimed.session_id, expires_at=waits)
    await audit(tx, context, "rescheduled", booking, overridden=claimed.overridden, **changed)


def _terms_as_booked(service: Row, booking: Row) -> Terms:
    """It lasts as long as it was booked for, whatever the service does by now."""
    minutes = (booking.ends_at - booking.starts_at) // timedelta(minutes=1)
    return terms_of(service, minutes - service.duration_minutes)


async def _count_move(tx: Transaction, booking: Row, context: Context) -> None:
    """Each move mails both sides: nobody shall flood somebody by it."""
    if context.parts.throttles_log_ins:
        moved_at = await tx.bookings.moved_at(booking.id, context.now - WINDOW)
        require_patience(wait_seconds(moved_at, MOVES_AN_HOUR, context.now), "by")


async def _reached(context: Context, by: BookingBy) -> str:
    """The id of a booking that who asks may change: their own, one whose token they have, or any for staff."""
    return await _existing(context, await shown_booking(context, by), "by")


async def _existing(context: Context, booking_id: str | None, *path: str) -> str:
    if booking_id is None or not (
        booking_id in context.shown or await context.read().bookings.by_ids(frozenset(), [booking_id])
    ):
        raise not_found(*path)
    return booking_id


async def _locked(tx: Transaction, booking_id: str, expected_version: int | None) -> Any:
    """The whole row, which is there: bookings are never taken away."""
    booking: Any = await tx.bookings.locked(booking_id)
    expected = None if expected_version is strawberry.UNSET else expected_version
    require_version(expected, booking.version, "expectedVersion")
    return booking
