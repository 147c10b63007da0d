"""The states of a booking: which step leads where, until when, and who is written to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from rules.refusals import POLICY, STATE, Refusal

PENDING = "PENDING"
CONFIRMED = "CONFIRMED"
DECLINED = "DECLINED"
CANCELLED = "CANCELLED"
COMPLETED = "COMPLETED"
NO_SHOW = "NO_SHOW"
EXPIRED = "EXPIRED"

STEPS: dict[str, frozenset[str]] = {
    PENDING: frozenset({CONFIRMED, DECLINED, EXPIRED, CANCELLED}),
    CONFIRMED: frozenset({CANCELLED, COMPLETED, NO_SHOW}),
}
"""Where a booking may go from where; it keeps its time in these states, and all others are final."""

LETTERS: dict[str, str | None] = {
    "confirmed": "booking_confirmed",
    "declined": "booking_declined",
    "rescheduled": "booking_changed",
    "cancelled": "booking_cancelled",
    "completed": None,
    "no_show": None,
    "expired": "booking_expired",
}
"""What the customer is sent after each step but the first."""
TOLD_TO_STUDIO = {"created": "booking_new", "rescheduled": "booking_changed", "cancelled": "booking_cancelled"}
"""What the studio is sent after steps that it did not take itself."""


class Booked(Protocol):
    """A booking as far as its states go."""

    status: str
    starts_at: datetime
    expires_at: datetime | None
    min_notice_minutes: int
    cancel_notice_minutes: int | None
    time_zone: str


def status_now(status: str, expires_at: datetime | None, now: datetime) -> str:
    """The status that counts: a booking that was not confirmed in time has expired, written down or not."""
    over = status == PENDING and expires_at is not None and expires_at <= now
    return EXPIRED if over else status


def first_status(*, requires_confirmation: bool, staff: bool) -> str:
    """The status in which a booking begins; what staff book is confirmed."""
    return PENDING if requires_confirmation and not staff else CONFIRMED


def expires_at(now: datetime, starts_at: datetime, min_notice_minutes: int, pending_hours: int) -> datetime:
    """Until when the studio has to confirm: in time for others to book it still."""
    return min(now + timedelta(hours=pending_hours), starts_at - timedelta(minutes=min_notice_minutes))


def waits_until(booking: Booked, starts_at: datetime, now: datetime) -> datetime | None:
    """Until when a booking that is moved to another start waits to be confirmed: never longer than before.

    In time for others to book it still; to the start itself where it is moved at shorter notice. None: it waits not.
    """
    if booking.status != PENDING or booking.expires_at is None:
        return None
    in_time = starts_at - timedelta(minutes=booking.min_notice_minutes)
    return min(booking.expires_at, in_time if in_time > now else starts_at)


def cancellable_until(status: str, starts_at: datetime, cancel_notice_minutes: int | None) -> datetime | None:
    """The last instant at which the customer may cancel or move it; None where they may not at all, or not any more."""
    if status not in STEPS or cancel_notice_minutes is None:
        return None
    return starts_at - timedelta(minutes=cancel_notice_minutes)


def require_step(status: str, to: str, *, path: tuple[str, ...] = ("id",)) -> None:
    """Refuse a step that the status does not allow."""
    if to not in STEPS.get(status, ()):
        message = "This booking is {status}: it cannot become {to}."
        raise Refusal(STATE, message, *path, status=status, to=to)


def require_cancellable(booking: Booked, now: datetime, *, staff: bool, path: tuple[str, ...] = ("id",)) -> None:
    """Refuse to cancel what is over, and to a customer what begins too soon."""
    require_step(status_now(booking.status, booking.expires_at, now), CANCELLED, path=path)
    if not staff:
        _require_notice(booking, now, path)


def require_reschedulable(booking: Booked, now: datetime, *, staff: bool, path: tuple[str, ...] = ("id",)) -> None:
    """Refuse to move what is over, and to a customer what begins too soon: as with cancelling."""
    status = status_now(booking.status, booking.expires_at, now)
    if status not in STEPS:
        raise Refusal(STATE, "This booking is {status}: it cannot be moved any more.", *path, status=status)
    if not staff:
        _require_notice(booking, now, path)


def require_begun(starts_at: datetime, now: datetime, *, path: tuple[str, ...] = ("id",)) -> None:
    """Refuse to say how a booking went that has not begun."""
    if now < starts_at:
        raise Refusal(POLICY, "This booking has not begun yet: how it went can be said once it has.", *path)


def letters(step: str, *, by_customer: bool, status: str) -> tuple[tuple[str, str], ...]:
    """Which letters a step calls for, each with whom it goes to; `status` is the one that the booking has then."""
    first = "booking_received" if status == PENDING else "booking_confirmed"
    to_customer = first if step == "created" else LETTERS[step]
    to_studio = TOLD_TO_STUDIO.get(step) if by_customer else None
    return tuple((name, to) for name, to in ((to_customer, "customer"), (to_studio, "studio")) if name)


def _require_notice(booking: Booked, now: datetime, path: tuple[str, ...]) -> None:
    minutes = booking.cancel_notice_minutes
    if minutes is None:
        raise Refusal(POLICY, "Customers cannot cancel or move this themselves: ask the studio.", *path)
    until = booking.starts_at - timedelta(minutes=minutes)
    if now <= until:
        return
    written = until.astimezone(ZoneInfo(booking.time_zone)).isoformat(" ", "minutes")
    if minutes % 60:
        message = "This could be cancelled or moved until {until}, {minutes} min before the start: ask the studio."
        raise Refusal(POLICY, message, *path, minutes=minutes, until=written)
    message = "This could be cancelled or moved until {until}, {hours} h before the start: ask the studio."
    raise Refusal(POLICY, message, *path, hours=minutes // 60, until=written)
