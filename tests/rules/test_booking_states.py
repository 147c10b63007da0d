"""The states of a booking: which step leads where, until when, and who is written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rules.booking_states import (
    CANCELLED,
    COMPLETED,
    CONFIRMED,
    DECLINED,
    EXPIRED,
    NO_SHOW,
    PENDING,
    cancellable_until,
    expires_at,
    first_status,
    letters,
    require_begun,
    require_cancellable,
    require_reschedulable,
    require_step,
    status_now,
    waits_until,
)
from rules.refusals import POLICY, STATE, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
STATUSES = (PENDING, CONFIRMED, DECLINED, CANCELLED, COMPLETED, NO_SHOW, EXPIRED)
FINAL = (DECLINED, CANCELLED, COMPLETED, NO_SHOW, EXPIRED)
ALLOWED = {
    (PENDING, CONFIRMED),
    (PENDING, DECLINED),
    (PENDING, EXPIRED),
    (PENDING, CANCELLED),
    (CONFIRMED, CANCELLED),
    (CONFIRMED, COMPLETED),
    (CONFIRMED, NO_SHOW),
}


@dataclass
class Booking:
    """As it is stored."""

    starts_at: datetime
    status: str = CONFIRMED
    expires_at: datetime | None = None
    min_notice_minutes: int = 60
    cancel_notice_minutes: int | None = 24 * 60
    time_zone: str = "America/New_York"


def told(refusal: pytest.ExceptionInfo[Refusal]) -> tuple[str, str, tuple[str, ...]]:
    return refusal.value.code, str(refusal.value), refusal.value.path


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("to", STATUSES)
def test_a_booking_takes_the_steps_that_are_allowed_and_no_other(status: str, to: str) -> None:
    if (status, to) in ALLOWED:
        require_step(status, to)
        return
    with pytest.raises(Refusal) as refusal:
        require_step(status, to)
    assert told(refusal) == (STATE, f"This booking is {status}: it cannot become {to}.", ("id",))


@pytest.mark.parametrize(
    ("status", "until", "counts"),
    [
        (PENDING, NOW + MOMENT, PENDING),
        (PENDING, NOW, EXPIRED),
        (PENDING, NOW - HOUR, EXPIRED),
        (CONFIRMED, NOW - HOUR, CONFIRMED),
        (CANCELLED, NOW - HOUR, CANCELLED),
        (CONFIRMED, None, CONFIRMED),
    ],
)
def test_who_is_not_confirmed_in_time_has_expired(status: str, until: datetime | None, counts: str) -> None:
    assert status_now(status, until, NOW) == counts


def test_only_customers_wait_for_a_confirmation_where_the_service_requires_one() -> None:
    assert first_status(requires_confirmation=True, staff=False) == PENDING
    assert first_status(requires_confirmation=True, staff=True) == CONFIRMED
    assert first_status(requires_confirmation=False, staff=False) == CONFIRMED
    assert first_status(requires_confirmation=False, staff=True) == CONFIRMED


def test_a_pending_booking_never_waits_longer_than_until_its_start_less_the_notice() -> None:
    assert expires_at(NOW, NOW + 72 * HOUR, 120, 24) == NOW + 24 * HOUR
    assert expires_at(NOW, NOW + 20 * HOUR, 120, 24) == NOW + 18 * HOUR
    assert expires_at(NOW, NOW + 20 * HOUR, 0, 24) == NOW + 20 * HOUR


def test_only_a_booking_that_has_its_time_can_be_cancelled_until_the_notice() -> None:
    until = {status: cancellable_until(status, NOW, 90) for status in STATUSES}
    assert until == {**dict.fromkeys(FINAL), PENDING: NOW - 1.5 * HOUR, CONFIRMED: NOW - 1.5 * HOUR}
    assert [cancellable_until(status, NOW, None) for status in STATUSES] == [None] * len(STATUSES)


@pytest.mark.parametrize("require", [require_cancellable, require_reschedulable])
def test_a_customer_is_held_to_the_notice_and_staff_are_not(require: Callable[..., None]) -> None:
    require(Booking(NOW + 24 * HOUR), NOW, staff=False)
    late = Booking(NOW + 24 * HOUR - MOMENT)
    require(late, NOW, staff=True)
    require(Booking(NOW - HOUR), NOW, staff=True)
    with pytest.raises(Refusal) as refusal:
        require(late, NOW, staff=False, path=("code",))
    assert told(refusal) == (
        POLICY,
        "This could be cancelled or moved until 2026-03-08 07:59-04:00, 24 h before the start: ask the studio.",
        ("code",),
    )


@pytest.mark.parametrize("require", [require_cancellable, require_reschedulable])
def test_a_notice_that_is_no_whole_number_of_hours_is_told_in_minutes(require: Callable[..., None]) -> None:
    with pytest.raises(Refusal) as refusal:
        require(Booking(NOW + HOUR, cancel_notice_minutes=90), NOW, staff=False)
    assert told(refusal) == (
        POLICY,
        "This could be cancelled or moved until 2026-03-08 07:30-04:00, 90 min before the start: ask the studio.",
        ("id",),
    )


@pytest.mark.parametrize("require", [require_cancellable, require_reschedulable])
def test_without_a_notice_only_staff_cancel_and_move(require: Callable[..., None]) -> None:
    booking = Booking(NOW + 720 * HOUR, cancel_notice_minutes=None)
    require(booking, NOW, staff=True)
    with pytest.raises(Refusal) as refusal:
        require(booking, NOW, staff=False)
    assert told(refusal) == (POLICY, "Customers cannot cancel or move this themselves: ask the studio.", ("id",))


@pytest.mark.parametrize(
    ("expires_at", "starts_at", "until"),
    [
        (NOW + 5 * HOUR, NOW + 72 * HOUR, NOW + 5 * HOUR),
        (NOW + 5 * HOUR, NOW + 4 * HOUR, NOW + 3 * HOUR),
        (NOW + 5 * HOUR, NOW + HOUR, NOW + HOUR),
        (NOW + 5 * HOUR, NOW + HOUR / 2, NOW + HOUR / 2),
    ],
    ids=["as before", "in time for others", "moved at its notice", "moved within it"],
)
def test_what_is_moved_waits_no_longer_than_before(expires_at: datetime, starts_at: datetime, until: datetime) -> None:
    assert waits_until(Booking(NOW, PENDING, expires_at), starts_at, NOW) == until
    assert waits_until(Booking(NOW), starts_at, NOW) is None


@pytest.mark.parametrize("staff", [True, False])
def test_what_is_over_is_neither_cancelled_nor_moved_by_anybody(*, staff: bool) -> None:
    over = [Booking(NOW + 72 * HOUR, status) for status in FINAL]
    for booking in [*over, Booking(NOW + 72 * HOUR, PENDING, expires_at=NOW)]:
        status = EXPIRED if booking.status == PENDING else booking.status
        with pytest.raises(Refusal) as cancelling:
            require_cancellable(booking, NOW, staff=staff)
        assert told(cancelling) == (STATE, f"This booking is {status}: it cannot become CANCELLED.", ("id",))
        with pytest.raises(Refusal) as moving:
            require_reschedulable(booking, NOW, staff=staff)
        assert told(moving) == (STATE, f"This booking is {status}: it cannot be moved any more.", ("id",))


def test_how_a_booking_went_is_said_once_it_has_begun() -> None:
    require_begun(NOW, NOW)
    with pytest.raises(Refusal) as refusal:
        require_begun(NOW + MOMENT, NOW)
    assert told(refusal) == (
        POLICY,
        "This booking has not begun yet: how it went can be said once it has.",
        ("id",),
    )


@pytest.mark.parametrize(
    ("step", "status", "to_customer", "to_studio"),
    [
        ("created", PENDING, ["booking_received"], ["booking_new"]),
        ("created", CONFIRMED, ["booking_confirmed"], ["booking_new"]),
        ("confirmed", CONFIRMED, ["booking_confirmed"], []),
        ("declined", DECLINED, ["booking_declined"], []),
        ("rescheduled", PENDING, ["booking_changed"], ["booking_changed"]),
        ("rescheduled", CONFIRMED, ["booking_changed"], ["booking_changed"]),
        ("cancelled", CANCELLED, ["booking_cancelled"], ["booking_cancelled"]),
        ("completed", COMPLETED, [], []),
        ("no_show", NO_SHOW, [], []),
        ("expired", EXPIRED, ["booking_expired"], []),
    ],
)
def test_the_customer_is_written_to_always_and_the_studio_about_what_it_did_not_do_itself(
    step: str, status: str, to_customer: list[str], to_studio: list[str]
) -> None:
    own = [(name, "customer") for name in to_customer]
    assert letters(step, by_customer=False, status=status) == tuple(own)
    assert letters(step, by_customer=True, status=status) == (*own, *((name, "studio") for name in to_studio))
