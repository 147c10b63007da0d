"""How early, how late and how often customers may book; staff may set it aside."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from rules.opening_hours import DAY, local_date
from rules.refusals import OUT_OF_RANGE, POLICY, Refusal

if TYPE_CHECKING:
    from rules.booking_slots import Calendar, Terms

NOTICE = "notice"
DAYS_AHEAD = "days ahead"
PER_DAY = "per day"


class Limits(NamedTuple):
    """Starts come later than `after`, until `last_day` (the studio's date), and on no date of `full`."""

    after: datetime
    last_day: date
    full: frozenset[date]


def limits_of(terms: Terms, calendar: Calendar, now: datetime) -> Limits:
    """Those of a customer."""
    most = terms.max_per_day
    full = frozenset(day for day, count in calendar.bookings_by_day.items() if most is not None and count >= most)
    last_day = local_date(now, calendar.opening.zone) + DAY * terms.max_days_ahead
    return Limits(now + timedelta(minutes=terms.min_notice_minutes), last_day, full)


def unlimited(now: datetime) -> Limits:
    """Those of the staff: what is past is past."""
    return Limits(now, date.max, frozenset())


def broken(
    terms: Terms, calendar: Calendar, starts_at: datetime, now: datetime, path: tuple[str, ...]
) -> dict[str, Refusal]:
    """Which limits of a customer are against a start, by their names, each with its reason."""
    zone = calendar.opening.zone
    limits = limits_of(terms, calendar, now)
    day = local_date(starts_at, zone)
    reasons = {}
    if starts_at <= limits.after:
        reasons[NOTICE] = _too_soon(
            0 if starts_at <= now else terms.min_notice_minutes, limits.after.astimezone(zone), path
        )
    if day > limits.last_day:
        message = "This can be booked for the days from {min} to {max}."
        bounds = {"min": local_date(now, zone).isoformat(), "max": limits.last_day.isoformat()}
        reasons[DAYS_AHEAD] = Refusal(OUT_OF_RANGE, message, *path, **bounds)
    if day in limits.full:
        message = "This is booked at most {limit} times a day, and {day} is full: choose another day."
        reasons[PER_DAY] = Refusal(POLICY, message, *path, limit=terms.max_per_day, day=day.isoformat())
    return reasons


def _too_soon(notice: int, earliest: datetime, path: tuple[str, ...]) -> Refusal:
    written = earliest.isoformat(" ", "minutes")
    if notice == 0:
        return Refusal(POLICY, "This time is past: choose one after {earliest}.", *path, earliest=written)
    if notice % 60:
        message = "This has to be booked more than {minutes} min ahead: choose a time after {earliest}."
        return Refusal(POLICY, message, *path, minutes=notice, earliest=written)
    message = "This has to be booked more than {hours} h ahead: choose a time after {earliest}."
    return Refusal(POLICY, message, *path, hours=notice // 60, earliest=written)
