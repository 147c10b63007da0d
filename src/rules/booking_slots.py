"""Which slots of a service can be booked: the one answer for those who look and for those who book."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from rules.booking_limits import broken, limits_of, unlimited
from rules.opening_hours import DAY, EARLIEST, LATEST, Hours, OpeningHours, Span, instants, local_date, merged, shared
from rules.refusals import CAPACITY, OUT_OF_RANGE, SLOT_TAKEN, SLOT_UNAVAILABLE, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from rules.booking_limits import Limits

ALTERNATIVES = 3
ALTERNATIVE_DAYS = 7
"""How many slots a refusal offers instead, and how far from the one that was asked for they are looked for."""
MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a service is booked; the duration holds the options. `max_per_day` None: as often as fits."""

    service_id: str
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    step_minutes: int
    min_notice_minutes: int
    max_days_ahead: int
    max_per_day: int | None
    capacity: int


class Session(NamedTuple):
    """A time that somebody has booked, with its seats; instants in UTC."""

    id: str
    service_id: str
    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_until: datetime
    capacity: int
    seats_taken: int


@dataclass(frozen=True, slots=True)
class Need:
    """A resource that the service needs, and the sessions that have it. `hours` None: those of the studio."""

    resource_id: str
    active: bool
    hours: tuple[Hours, ...] | None
    busy: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """All that decides what is free: hours, resources, and how often the service is booked on each of the dates."""

    opening: OpeningHours
    needs: tuple[Need, ...]
    bookings_by_day: Mapping[date, int]


class Slot(NamedTuple):
    """A time that can be booked (instants in UTC), with `remaining` seats; in a session if one has begun to fill."""

    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_until: datetime
    remaining: int
    local_start: datetime
    session_id: str | None


def slots(  # noqa: PLR0913, PLR0917  (six different things, and who asks has them apart)
    terms: Terms, calendar: Calendar, first: date, last: date, party_size: int, now: datetime
) -> list[Slot]:
    """What a customer can book on these dates of the studio (both included), in order.

    The calendar holds the overrides of `override_days`, the sessions of `span`, and these dates' numbers of bookings.
    """
    if not 1 <= party_size <= terms.capacity:
        return []
    return _offered(terms, calendar, (first, last), limits_of(terms, calendar, now), party_size)


def claim_slot(  # noqa: PLR0913  (as above)
    terms: Terms,
    calendar: Calendar,
    starts_at: datetime,
    party_size: int,
    now: datetime,
    *,
    staff: bool,
    path: tuple[str, ...] = ("input", "startsAt"),
) -> Slot:
    """The slot that begins then: exactly if `slots` has it, for staff also against notice, days ahead and per day.

    Otherwise a Refusal, with `alternatives` (slots) where others may do. The calendar is that of the days `around` it.
    """
    _require_party_size(terms, party_size, path)
    for reason in broken(terms, calendar, starts_at, now, path).values():
        if starts_at <= now or not staff:
            raise reason
    day = local_date(starts_at, calendar.opening.zone)
    board = _Board(terms, calendar, day, day)
    wall = board.starts().get(starts_at)
    slot = board.slot(starts_at, wall) if wall else None
    if slot and slot.remaining >= party_size:
        return slot
    limits = unlimited(now) if staff else limits_of(terms, calendar, now)
    others = _offered(terms, calendar, around(calendar.opening.zone, starts_at), limits, party_size)
    nearest = nsmallest(ALTERNATIVES, others, key=lambda other: abs(other.starts_at - starts_at))
    raise _refused(wall, slot, nearest, path)


def overridden(terms: Terms, calendar: Calendar, starts_at: datetime, now: datetime) -> tuple[str, ...]:
    """Which rules a claim of the staff set aside: of "notice", "days ahead" and "per day", for the audit."""
    return tuple(broken(terms, calendar, starts_at, now, ()))


def around(zone: ZoneInfo, starts_at: datetime) -> tuple[date, date]:
    """The first and last date on which alternatives to a start are looked for."""
    day = local_date(starts_at, zone)
    return day - DAY * ALTERNATIVE_DAYS, day + DAY * ALTERNATIVE_DAYS


def override_days(first: date, last: date, terms: Terms) -> tuple[date, date]:
    """The first and last date of which overrides must be read, to tell what can be booked on these dates.

    The day before may be open over midnight; what begins late ends on a later day, and a zone may skip one between.
    """
    return _bounded(first) - DAY, _bounded(last) + 2 * DAY + _minutes(terms.duration_minutes)


def span(zone: ZoneInfo, first: date, last: date, terms: Terms) -> Span:
    """The time of which sessions must be read, to tell what can be booked on these dates."""
    begins = datetime.combine(_bounded(first), MIDNIGHT)
    ends = datetime.combine(_bounded(last) + DAY, MIDNIGHT)
    lead, tail = _busy(terms)
    return Span(instants(begins, zone)[0] - lead, instants(ends, zone)[-1] + tail)


class _Board:
    """What is open and what is taken on some dates, made for many questions."""

    def __init__(self, terms: Terms, calendar: Calendar, first: date, last: date) -> None:
        self._terms = terms
        self._duration = _minutes(terms.duration_minutes)
        self._lead, self._tail = _busy(terms)
        self._first, self._last = first, last
        self._opening = calendar.opening
        self._open = self._windows(calendar.needs)
        self._taken = merged((one.busy_from, one.busy_until) for need in calendar.needs for one in need.busy)
        self._taken_until = [taken.until for taken in self._taken]
        self._sessions = {session.starts_at: session for session in self._joinable(calendar.needs)}

    def starts(self) -> dict[datetime, datetime]:
        """Where the service may begin, as far as hours go: instants in order, each with its wall time."""
        step = _minutes(self._terms.step_minutes)
        openings = self._opening.openings(self._first - DAY, self._last)
        walls = dict(start for opening in openings for start in self._opening.starts(opening, step))
        opens = [window.since for window in self._open]

        def fits(start: datetime) -> bool:
            place = bisect_right(opens, start) - 1
            return place >= 0 and start + self._duration <= self._open[place].until

        return {
            start: wall
            for start, wall in sorted(walls.items())
            if self._first <= wall.date() <= self._last and fits(start)
        }

    def slot(self, start: datetime, wall: datetime) -> Slot | None:
        """The slot that begins there, in the session that does if it is the same; None where something is taken."""
        ends_at = start + self._duration
        busy = self._busy(start)
        session = self._sessions.get(start)
        if session:
            left = min(session.capacity, self._terms.capacity) - session.seats_taken
            return Slot(start, ends_at, *busy, max(left, 0), wall, session.id)
        following = bisect_right(self._taken_until, busy.since)
        if following < len(self._taken) and self._taken[following].since < busy.until:
            return None
        return Slot(start, ends_at, *busy, self._terms.capacity, wall, None)

    def _busy(self, start: datetime) -> Span:
        return Span(start - self._lead, start + self._tail)

    def _windows(self, needs: Sequence[Need]) -> list[Span]:
        """When the studio and all that is needed are there."""
        days = override_days(self._first, self._last, self._terms)
        windows = merged((one.since, one.until) for one in self._opening.openings(*days))
        for need in needs:
            if need.hours is not None:
                own = OpeningHours(self._opening.zone, need.hours, {}).openings(*days)
                windows = shared(windows, merged((one.since, one.until) for one in own))
        return windows if all(need.active for need in needs) else []

    def _joinable(self, needs: Sequence[Need]) -> Iterator[Session]:
        """Sessions that a booking can join: they have all that is needed, at the times that it would have itself."""
        others = [{session.id for session in need.busy} for need in needs[1:]]
        for session in needs[0].busy if needs else ():
            busy = Span(session.busy_from, session.busy_until)
            same = session.service_id == self._terms.service_id and busy == self._busy(session.starts_at)
            if same and all(session.id in ids for ids in others):
                yield session


def _offered(terms: Terms, calendar: Calendar, days: tuple[date, date], limits: Limits, party_size: int) -> list[Slot]:
    """What can be booked on the days within the limits."""
    first, last = max(days[0], local_date(limits.after, calendar.opening.zone)), min(days[1], limits.last_day)
    if first > last:
        return []
    board = _Board(terms, calendar, first, last)
    allowed = [
        (start, wall)
        for start, wall in board.starts().items()
        if start > limits.after and wall.date() not in limits.full
    ]
    found = (board.slot(start, wall) for start, wall in allowed)
    return [slot for slot in found if slot and slot.remaining >= party_size]


def _require_party_size(terms: Terms, party_size: int, path: tuple[str, ...]) -> None:
    if not 1 <= party_size <= terms.capacity:
        given_at = (*path[:-1], "partySize") if len(path) > 1 else path  # a move names no party
        bounds = {"min": 1, "max": terms.capacity}
        raise Refusal(OUT_OF_RANGE, "This has to be from {min} to {max}.", *given_at, **bounds)


def _refused(wall: datetime | None, slot: Slot | None, others: list[Slot], path: tuple[str, ...]) -> Refusal:
    """Why a slot cannot be had, with others instead."""
    if wall is None:
        message = "The studio does not offer this time: choose another one."
        return Refusal(SLOT_UNAVAILABLE, message, *path, alternatives=others)
    if slot is None or slot.remaining < 1:
        return Refusal(SLOT_TAKEN, "Somebody else has this time: choose another one.", *path, alternatives=others)
    message = "There are {remaining} places left at this time: come with fewer, or choose another one."
    return Refusal(CAPACITY, message, *path, remaining=slot.remaining, alternatives=others)


def _busy(terms: Terms) -> tuple[timedelta, timedelta]:
    """For how long all that is needed is taken before a start and after it."""
    return _minutes(terms.buffer_before_minutes), _minutes(terms.duration_minutes + terms.buffer_after_minutes)


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _bounded(day: date) -> date:
    return min(max(day, EARLIEST.date()), LATEST.date())
