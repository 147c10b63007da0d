"""Any studio: what is offered can be booked, nothing else can, and a plain reckoning by minutes finds the same."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from rules.booking_slots import Calendar, Need, Session, Slot, Terms, claim_slot, slots
from rules.opening_hours import Hours, OpeningHours, Override
from rules.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

STUDIOS = 1_000 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 100
DAYS = {
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Asia/Seoul": [date(2026, 3, 8)],
    "Asia/Kathmandu": [date(2026, 3, 8)],
    "Pacific/Apia": [date(2011, 12, 29), date(2011, 12, 31), date(2020, 9, 27), date(2021, 4, 4)],
}
"""Most of these change their clocks; Apia had no 30th of December in 2011."""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BEFORE, AFTER = 3 * DAY, 6 * DAY
"""What is reckoned minute by minute, around the day that is asked for."""
NEAR = 15
"""How many minutes around a start are tried one by one."""


@dataclass
class Case:
    """A studio, and what somebody asks of it."""

    terms: Terms
    calendar: Calendar
    day: date
    last: date
    party_size: int
    now: datetime
    near: datetime


times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 0, 0, 30, 30, 45, 10, 7]))
hours = st.builds(Hours, st.integers(0, 6), times, times)
daily = st.builds(lambda opens, closes: tuple(Hours(day, opens, closes) for day in range(7)), times, times)
always = st.just(tuple(Hours(day, time(), time()) for day in range(7)))
weeks = always | daily | always | st.lists(hours, min_size=7, max_size=14).map(tuple)
overrides = st.one_of(
    st.just(Override(closed=True, opens_at=None, closes_at=None)),
    st.builds(Override, st.just(False), times, times),
)
terms_of_a_service = st.builds(
    Terms,
    service_id=st.just("service"),
    duration_minutes=st.sampled_from([60, 5, 30, 45, 60, 60, 90, 60, 25 * 60]),
    buffer_before_minutes=st.sampled_from([0, 0, 10, 60]),
    buffer_after_minutes=st.sampled_from([0, 0, 15, 60]),
    step_minutes=st.sampled_from([15, 20, 30, 60, 90, 35]),
    min_notice_minutes=st.sampled_from([0, 0, 0, 0, 60, 90, 24 * 60]),
    max_days_ahead=st.sampled_from([9, 9, 9, 9, 9, 2, 1]),
    max_per_day=st.sampled_from([None, None, None, None, 2]),
    capacity=st.sampled_from([4, 4, 4, 2, 1]),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Also with sessions at times that the service itself would have, in all that it needs or in some of it."""
    zone = draw(st.sampled_from(sorted(DAYS)))
    day = draw(st.sampled_from(DAYS[zone]))
    changes = draw(st.dictionaries(st.integers(-1, 3).map(lambda passed: day + DAY * passed), overrides, max_size=2))
    opening = OpeningHours(ZoneInfo(zone), draw(weeks), changes)
    terms = draw(terms_of_a_service)
    active = st.sampled_from([True] * 19 + [False])
    needs = draw(
        st.lists(
            st.builds(Need, st.just("need"), active, st.none() | st.none() | always | weeks, st.just(())),
            min_size=1,
            max_size=2,
        )
    )
    midnight = datetime.combine(day, time(), UTC)
    last = day + DAY * draw(st.integers(0, 1))
    eager = replace(terms, min_notice_minutes=0, max_days_ahead=9, max_per_day=None)
    free = slots(eager, Calendar(opening, tuple(needs), {}), day, last, 1, midnight - 3 * DAY)
    for place in draw(st.lists(st.integers(0, 999), min_size=1, max_size=5)) if free else ():
        session = _session(draw, free[place % len(free)])
        needs = [_with(need, session) if draw(st.sampled_from([True] * 7 + [False])) else need for need in needs]
    near = free[draw(st.integers(0, 999)) % len(free)].starts_at if free else midnight
    counts = draw(st.dictionaries(st.integers(-1, 3).map(lambda passed: day + DAY * passed), st.integers(0, 3)))
    some_time = midnight - DAY * draw(st.integers(0, 2)) + MINUTE * draw(st.integers(0, 1439))
    now = draw(st.sampled_from([some_time, some_time, some_time, near - MINUTE * terms.min_notice_minutes]))
    party_size = draw(st.sampled_from([1, 1, 1, 1, 2, terms.capacity, terms.capacity, 0]))
    return Case(terms, Calendar(opening, tuple(needs), counts), day, last, party_size, now, near)


def _session(draw: st.DrawFn, slot: Slot) -> Session:
    service = draw(st.sampled_from(["service", "service", "service", "other"]))
    late = draw(st.sampled_from([0, 0, 0, 0, 5])) * MINUTE
    capacity = draw(st.sampled_from([4, 4, 3, 1]))
    starts_at, ends_at, busy_from, busy_until = (moment + late for moment in slot[:4])
    taken = draw(st.integers(1, capacity))
    return Session(f"{starts_at}", service, starts_at, ends_at, busy_from, busy_until, capacity, taken)


def _with(need: Need, session: Session) -> Need:
    """Nothing is ever occupied twice."""
    if any(one.busy_from < session.busy_until and session.busy_from < one.busy_until for one in need.busy):
        return need
    return replace(need, busy=(*need.busy, session))


@settings(max_examples=STUDIOS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_what_is_offered_can_be_booked_and_nothing_else_can(case: Case) -> None:
    found = slots(case.terms, case.calendar, case.day, case.last, case.party_size, case.now)
    event("slots" if found else "no slots")
    event("seats" if any(slot.session_id for slot in found) else "no seats")
    reckoning = Reckoning(case)
    assert found == reckoning.slots(staff=False)
    for staff in (False, True):
        expected = {slot.starts_at: slot for slot in reckoning.slots(staff=staff)}
        assert all(_claimed(case, start, staff=staff) == slot for start, slot in expected.items())
        for start in (case.near + MINUTE * passed for passed in range(-NEAR, NEAR)):
            if case.day <= start.astimezone(case.calendar.opening.zone).date() <= case.last:
                assert _claimed(case, start, staff=staff) == expected.get(start)


def _claimed(case: Case, start: datetime, *, staff: bool) -> Slot | None:
    try:
        return claim_slot(case.terms, case.calendar, start, case.party_size, case.now, staff=staff)
    except Refusal:
        return None


class Reckoning:
    """The same, plainly: each minute is open or not, each session is asked whether it is in the way."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.terms = case.terms
        opening = case.calendar.opening
        self.begins = datetime.combine(case.day, time(), UTC) - BEFORE
        self.walls = walls(opening.zone.key, self.begins)
        self.openings = list(self._openings(opening))
        own = [OpeningHours(opening.zone, need.hours, {}) for need in case.calendar.needs if need.hours is not None]
        schedules = [self.openings, *(list(self._openings(one)) for one in own)]
        opens = [{minute for _, minutes in schedule for minute in minutes} for schedule in schedules]
        self.open = set.intersection(*opens) if all(need.active for need in case.calendar.needs) else set()

    def slots(self, *, staff: bool) -> list[Slot]:
        """In order."""
        step = self.terms.step_minutes * MINUTE
        grid = {
            minute
            for opens, minutes in self.openings
            for minute in minutes
            if not (self.walls[minute] - opens) % step and self.case.day <= self.walls[minute].date() <= self.case.last
        }
        return [slot for minute in sorted(grid) if self._allowed(minute, staff=staff) for slot in self._slot(minute)]

    def _openings(self, opening: OpeningHours) -> Iterator[tuple[datetime, range]]:
        """From the first minute at which the clock shows the opening or later to the last before the closing."""
        for passed in range(-2, 5):
            day = self.case.day + DAY * passed
            weekly = [(one.opens_at, one.closes_at) for one in opening.weekly if one.weekday == day.weekday()]
            override = opening.overrides.get(day)
            if override:
                weekly = [(override.opens_at, override.closes_at)] if override.opens_at and override.closes_at else []
            around = range((passed + 2) * 1440, min((passed + 6) * 1440, len(self.walls)))
            for opens_at, closes_at in weekly:
                opens = datetime.combine(day, opens_at)
                closes = datetime.combine(day if opens_at < closes_at else day + DAY, closes_at)
                first = next(minute for minute in around if self.walls[minute] >= opens)
                last = next(minute for minute in reversed(around) if self.walls[minute] < closes)
                yield opens, range(first, last + 1)

    def _allowed(self, minute: int, *, staff: bool) -> bool:
        case, terms = self.case, self.terms
        start, day = self.begins + MINUTE * minute, self.walls[minute].date()
        if not 1 <= case.party_size <= terms.capacity or start <= case.now:
            return False
        today = case.now.astimezone(case.calendar.opening.zone).date()
        full = terms.max_per_day is not None and case.calendar.bookings_by_day.get(day, 0) >= terms.max_per_day
        in_time = start - MINUTE * terms.min_notice_minutes > case.now and (day - today).days <= terms.max_days_ahead
        return staff or (in_time and not full)

    def _slot(self, minute: int) -> list[Slot]:
        """The one slot that begins there, or none."""
        terms, needs = self.terms, self.case.calendar.needs
        if not self.open.issuperset(range(minute, minute + terms.duration_minutes)):
            return []
        start = self.begins + MINUTE * minute
        end = start + MINUTE * terms.duration_minutes
        busy = (start - MINUTE * terms.buffer_before_minutes, end + MINUTE * terms.buffer_after_minutes)
        in_the_way = [
            {one for one in need.busy if one.busy_from < busy[1] and busy[0] < one.busy_until} for need in needs
        ]
        free = Slot(start, end, *busy, terms.capacity, self.walls[minute], None)
        if not any(in_the_way):
            return [free]
        everywhere = set.intersection(*in_the_way)
        same = [
            free._replace(remaining=min(one.capacity, terms.capacity) - one.seats_taken, session_id=one.id)
            for one in everywhere
            if (one.service_id, one.starts_at, one.busy_from, one.busy_until) == (terms.service_id, start, *busy)
        ]
        return [slot for slot in same if slot.remaining >= self.case.party_size]


@cache
def walls(zone: str, begins: datetime) -> list[datetime]:
    """What the clock shows, minute by minute."""
    minutes = int((BEFORE + AFTER) / MINUTE)
    moments = (begins + MINUTE * minute for minute in range(minutes))
    return [moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in moments]
