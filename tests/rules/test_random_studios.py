"""Any studio: what is offered can be booked, nothing else can, and a plain reckoning by minutes finds the same."""

from __future__ import annotations

import os
from dataclasses import dataclass
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
    from collections.abc import Callable

STUDIOS = 1_000 if os.environ.get("STUDIOGRAPH_TEST_LONG") else 200
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
NEAR = 60


@dataclass
class Case:
    """A studio, and what somebody asks of it."""

    terms: Terms
    calendar: Calendar
    day: date
    days: int
    party_size: int
    now: datetime
    near: int

    @property
    def last(self) -> date:
        return self.day + DAY * self.days


times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 0, 0, 30, 30, 45, 10, 7]))
hours = st.builds(Hours, st.integers(0, 6), times, times)
weeks = st.one_of(
    st.lists(hours, min_size=3, max_size=12).map(tuple),
    st.builds(lambda opens, closes: tuple(Hours(day, opens, closes) for day in range(7)), times, times),
    st.just(tuple(Hours(day, time(), time()) for day in range(7))),
)
overrides = st.one_of(
    st.just(Override(closed=True, opens_at=None, closes_at=None)),
    st.builds(Override, st.just(False), times, times),  # noqa: FBT003  (closed: no)
)
terms_of_a_service = st.builds(
    Terms,
    service_id=st.just("service"),
    duration_minutes=st.sampled_from([5, 30, 45, 60, 60, 90, 180, 25 * 60]),
    buffer_before_minutes=st.sampled_from([0, 0, 10, 60]),
    buffer_after_minutes=st.sampled_from([0, 0, 15, 60]),
    step_minutes=st.sampled_from([15, 20, 30, 60, 90, 7]),
    min_notice_minutes=st.sampled_from([0, 0, 60, 90, 24 * 60]),
    max_days_ahead=st.integers(0, 4),
    max_per_day=st.sampled_from([None, None, 1, 3]),
    capacity=st.integers(1, 4),
)


@st.composite
def cases(draw: Callable[..., object]) -> Case:
    """Also with sessions at times that the service itself would have, in all that it needs or in some of it."""
    raise NotImplementedError
