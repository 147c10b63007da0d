"""What is known of a studio's time, read for the one rule that lists slots and that claims them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from db.repositories.resources import STUDIO_RESOURCE_ID
from rules.booking_slots import Calendar, Need, Session, override_days, span
from rules.opening_hours import OpeningHours, Override, weekly_hours

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from db.database import Reader
    from rules.booking_slots import Terms
    from rules.opening_hours import Hours

CLOCK = frozenset({"time_zone", "weekly_hours", "locales"})
HOURS = frozenset({"date", "closed", "opens_at", "closes_at"})


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the studio's clock hangs, when it is open in a week, and which languages it speaks."""

    zone: ZoneInfo
    weekly: tuple[Hours, ...]
    locales: tuple[str, ...]


async def studio_clock(reader: Reader) -> Clock:
    """The studio's clock; LookupError before the studio is founded."""
    studio = await reader.studios.get(CLOCK)
    if studio is None:
        raise LookupError("There is no studio: it is founded before anything is asked.")
    return Clock(ZoneInfo(studio.time_zone), weekly_hours(studio.weekly_hours), tuple(studio.locales))


async def calendars(
    reader: Reader, clock: Clock, terms: Sequence[Terms], days: tuple[date, date], *, now: datetime
) -> dict[str, Calendar]:
    """The calendar of each of these services from the first to the last of these days, by the service's id.

    It takes three statements, and one more where any of them has a limit for each day, however many services there are.
    """
    first, last = days
    opening = await _opening(reader, clock, [override_days(first, last, each) for each in terms])
    needed = await _needed(reader, [each.service_id for each in terms])
    bounds = [span(opening.zone, first, last, each) for each in terms]
    since, until = min(start for start, _ in bounds), max(end for _, end in bounds)
    busy = await _busy(reader, {one for needs in needed.values() for one in needs}, since, until, now)
    limited = [each.service_id for each in terms if each.max_per_day is not None]
    counts = await reader.occupancies.counts(limited, first, last, now=now) if limited else []
    return {
        service: Calendar(
            opening,
            tuple(Need(one, active, hours, tuple(busy[one])) for one, (active, hours) in needs.items()),
            {row.day: int(row.bookings) for row in counts if row.service_id == service},
        )
        for service, needs in needed.items()
    }


async def needed_resources(reader: Reader, service_id: str) -> list[str]:
    """The ids of what a service needs; the studio itself where it names nothing."""
    return list((await _needed(reader, [service_id]))[service_id])


async def _opening(reader: Reader, clock: Clock, days: Sequence[tuple[date, date]]) -> OpeningHours:
    first, last = min(first for first, _ in days), max(last for _, last in days)
    rows = await reader.date_overrides.between(HOURS, first, last)
    overrides = {row.date: Override(row.closed, _time(row.opens_at), _time(row.closes_at)) for row in rows}
    return OpeningHours(clock.zone, clock.weekly, overrides)


async def _needed(
    reader: Reader, services: Sequence[str]
) -> dict[str, dict[str, tuple[bool, tuple[Hours, ...] | None]]]:
    """What each service needs: of each resource, by its id, whether it is active and its own hours."""
    found: dict[str, dict[str, Any]] = {service: {} for service in services}
    for row in await reader.occupancies.needs(services):
        hours = None if row.weekly_hours is None else weekly_hours(row.weekly_hours)
        found[row.service_id][row.resource_id] = (row.active, hours)
    return {service: needs or {STUDIO_RESOURCE_ID: (True, None)} for service, needs in found.items()}


async def _busy(
    reader: Reader, resources: set[str], since: datetime, until: datetime, now: datetime
) -> dict[str, list[Session]]:
    """The sessions that have each of these resources in that time, by the resource's id."""
    found: dict[str, list[Session]] = defaultdict(list)
    for row in await reader.occupancies.within(sorted(resources), since, until, now=now):
        times = (row.starts_at, row.ends_at, row.busy_from, row.busy_until)
        found[row.resource_id].append(Session(row.id, row.service_id, *times, row.capacity, int(row.seats_taken)))
    return found


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)
