"""What is said to those who want a slot that they cannot have, what they are offered instead, what must be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.booking_slots import (
    Calendar,
    Need,
    Session,
    Terms,
    around,
    claim_slot,
    overridden,
    override_days,
    slots,
    span,
)
from rules.opening_hours import Hours, OpeningHours, Override
from rules.refusals import CAPACITY, OUT_OF_RANGE, POLICY, SLOT_TAKEN, SLOT_UNAVAILABLE, Refusal

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = date(2026, 3, 2)
MOMENT = timedelta(microseconds=1)
TERMS = Terms(
    service_id="portrait",
    duration_minutes=60,
    buffer_before_minutes=0,
    buffer_after_minutes=0,
    step_minutes=30,
    min_notice_minutes=120,
    max_days_ahead=10,
    max_per_day=2,
    capacity=4,
)
PATH = ("input", "startsAt")
TAKEN = "Somebody else has this time: choose another one."
NOT_OFFERED = "The studio does not offer this time: choose another one."


def seoul(text: str) -> datetime:
    """An instant of that Monday, or of another day of the month where the text names one."""
    day, _, wall = text.rpartition(" ")
    return datetime.fromisoformat(f"2026-03-{day or '02'}T{wall}").replace(tzinfo=SEOUL).astimezone(UTC)


NOW = seoul("01 12:00")


def session(begins: str, ends: str, seats_taken: int = 4) -> Session:
    starts_at, ends_at = seoul(begins), seoul(ends)
    return Session(begins, "portrait", starts_at, ends_at, starts_at, ends_at, 4, seats_taken)


def studio(*busy: Session, booked: dict[date, int] | None = None, active: bool = True) -> Calendar:
    """Open each day from 9 to 12, but closed on the 3rd."""
    weekly = tuple(Hours(day, time(9), time(12)) for day in range(7))
    closed = {date(2026, 3, 3): Override(closed=True, opens_at=None, closes_at=None)}
    return Calendar(OpeningHours(SEOUL, weekly, closed), (Need("room", active, None, busy),), booked or {})


def refused(calendar: Calendar, starts_at: datetime, party_size: int = 1, **other: Any) -> tuple[Any, ...]:
    """Code, words, path and values of the refusal; alternatives as a client shows them."""
    given = {"now": NOW, "staff": False, "terms": TERMS, **other}
    with pytest.raises(Refusal) as refusal:
        claim_slot(calendar=calendar, starts_at=starts_at, party_size=party_size, **given)
    values = dict(refusal.value.values)
    if "alternatives" in values:
        alternatives = [slot.starts_at.astimezone(SEOUL) for slot in values["alternatives"]]
        values["alternatives"] = [start.strftime("%d %H:%M") for start in alternatives]
    return refusal.value.code, str(refusal.value), refusal.value.path, values


@pytest.mark.parametrize("party_size", [-1, 0, 5])
@pytest.mark.parametrize("staff", [True, False])
def test_a_party_has_to_fit_into_the_capacity(party_size: int, *, staff: bool) -> None:
    assert refused(studio(), seoul("10:00"), party_size, staff=staff) == (
        OUT_OF_RANGE,
        "This has to be from 1 to 4.",
        ("input", "partySize"),
        {"min": 1, "max": 4},
    )


def test_the_notice_is_told_with_the_earliest_time() -> None:
    now = seoul("10:00") - timedelta(hours=2)
    assert claim_slot(TERMS, studio(), seoul("10:00"), 1, now - MOMENT, staff=False).starts_at == seoul("10:00")
    earliest = "2026-03-02 10:00+09:00"
    words = f"This has to be booked more than 2 h ahead: choose a time after {earliest}."
    assert refused(studio(), seoul("10:00"), now=now) == (POLICY, words, PATH, {"hours": 2, "earliest": earliest})
    terms = replace(TERMS, min_notice_minutes=90)
    earliest = "2026-03-02 10:30+09:00"
    words = f"This has to be booked more than 90 min ahead: choose a time after {earliest}."
    values = {"minutes": 90, "earliest": earliest}
    assert refused(studio(), seoul("10:30"), now=seoul("09:00"), terms=terms) == (POLICY, words, PATH, values)


@pytest.mark.parametrize("passed", [timedelta(), timedelta(days=7)])
def test_what_is_past_is_told_so(passed: timedelta) -> None:
    earliest = "2026-03-02 12:00+09:00"
    words = f"This time is past: choose one after {earliest}."
    expected = (POLICY, words, PATH, {"earliest": earliest})
    assert refused(studio(), seoul("10:00") - passed, now=seoul("10:00")) == expected


def test_how_far_ahead_is_told_with_the_days() -> None:
    assert claim_slot(TERMS, studio(), seoul("11 09:00"), 1, NOW, staff=False).starts_at == seoul("11 09:00")
    words = "This can be booked for the days from 2026-03-01 to 2026-03-11."
    values = {"min": "2026-03-01", "max": "2026-03-11"}
    for start in (seoul("12 09:00"), datetime.max.replace(tzinfo=UTC)):
        assert refused(studio(), start) == (OUT_OF_RANGE, words, PATH, values)


def test_a_full_day_is_told_with_its_number() -> None:
    assert claim_slot(TERMS, studio(booked={MONDAY: 1}), seoul("09:00"), 1, NOW, staff=False).starts_at == seoul(
        "09:00"
    )
    words = "This is booked at most 2 times a day, and 2026-03-02 is full: choose another day."
    values = {"limit": 2, "day": "2026-03-02"}
    assert refused(studio(booked={MONDAY: 2}), seoul("09:00")) == (POLICY, words, PATH, values)


@pytest.mark.parametrize(
    ("start", "alternatives"),
    [
        ("09:15", ["02 09:00", "02 09:30", "02 10:00"]),
        ("11:30", ["02 11:00", "02 10:30", "02 10:00"]),
        ("03 10:00", ["02 11:00", "04 09:00", "02 10:30"]),
        ("08:30", ["02 09:00", "02 09:30", "02 10:00"]),
    ],
)
def test_a_time_that_is_not_offered_is_refused_with_the_three_nearest(start: str, alternatives: list[str]) -> None:
    expected = (SLOT_UNAVAILABLE, NOT_OFFERED, PATH, {"alternatives": alternatives})
    assert refused(studio(), seoul(start)) == expected
    assert refused(studio(), seoul(start), staff=True) == expected


def test_seconds_are_on_no_grid() -> None:
    assert refused(studio(), seoul("10:00") + MOMENT)[0] == SLOT_UNAVAILABLE


def test_a_resource_that_is_away_leaves_no_alternatives() -> None:
    assert refused(studio(active=False), seoul("10:00")) == (SLOT_UNAVAILABLE, NOT_OFFERED, PATH, {"alternatives": []})


def test_a_slot_that_somebody_else_has_is_refused_to_everybody_with_the_three_nearest() -> None:
    calendar = studio(session("10:00", "11:00"))
    expected = (SLOT_TAKEN, TAKEN, PATH, {"alternatives": ["02 09:00", "02 11:00", "04 09:00"]})
    assert refused(calendar, seoul("10:00")) == expected
    assert refused(calendar, seoul("10:00"), staff=True) == expected
    assert refused(calendar, seoul("10:00"), path=("startsAt",)) == (*expected[:2], ("startsAt",), expected[3])
    overlapping = refused(calendar, seoul("09:30"))
    assert overlapping == (SLOT_TAKEN, TAKEN, PATH, {"alternatives": ["02 09:00", "02 11:00", "04 09:00"]})


def test_a_party_larger_than_the_seats_that_are_left_is_told_how_many_those_are() -> None:
    calendar = studio(session("10:00", "11:00", seats_taken=2))
    words = "There are 2 places left at this time: come with fewer, or choose another one."
    values = {"remaining": 2, "alternatives": ["02 09:00", "02 11:00", "04 09:00"]}
    assert refused(calendar, seoul("10:00"), 3) == (CAPACITY, words, PATH, values)
    assert claim_slot(TERMS, calendar, seoul("10:00"), 2, NOW, staff=False).session_id == "10:00"


def test_alternatives_keep_to_the_limits_of_who_asks() -> None:
    calendar = studio(session("10:00", "11:00"), booked={date(2026, 3, 4): 2})
    now = seoul("07:59")
    customer, staff = (refused(calendar, seoul("10:00"), now=now, staff=staff)[3] for staff in (False, True))
    assert customer == {"alternatives": ["02 11:00", "05 09:00", "05 09:30"]}
    assert staff == {"alternatives": ["02 09:00", "02 11:00", "04 09:00"]}


def test_alternatives_are_looked_for_a_week_either_way() -> None:
    assert around(SEOUL, seoul("10 00:30")) == (date(2026, 3, 3), date(2026, 3, 17))
    week = studio(*(session(f"{day:02} 09:00", f"{day:02} 12:00") for day in range(3, 18)))
    assert refused(week, seoul("10 09:00")) == (SLOT_TAKEN, TAKEN, PATH, {"alternatives": []})


def test_staff_set_limits_aside_but_not_the_past_and_it_is_told_which() -> None:
    calendar = studio(booked={MONDAY: 2, date(2026, 3, 30): 2})
    soon, now = seoul("10:00"), seoul("09:59")
    far = seoul("30 10:00")
    assert claim_slot(TERMS, calendar, soon, 1, now, staff=True).starts_at == soon
    assert claim_slot(TERMS, calendar, far, 1, now, staff=True).starts_at == far
    assert overridden(TERMS, calendar, soon, now) == ("notice", "per day")
    assert overridden(TERMS, calendar, far, now) == ("days ahead", "per day")
    assert overridden(TERMS, calendar, seoul("05 10:00"), now) == ()
    assert refused(calendar, soon, now=soon, staff=True)[0] == POLICY
    assert refused(calendar, datetime.max.replace(tzinfo=UTC), staff=True)[0] == SLOT_UNAVAILABLE


def test_alternatives_can_be_claimed() -> None:
    calendar = studio(session("10:00", "11:00"))
    with pytest.raises(Refusal) as refusal:
        claim_slot(TERMS, calendar, seoul("10:00"), 1, NOW, staff=False)
    alternatives = refusal.value.values["alternatives"]
    assert alternatives == [claim_slot(TERMS, calendar, one.starts_at, 1, NOW, staff=False) for one in alternatives]
    assert set(alternatives) <= set(slots(TERMS, calendar, *around(SEOUL, seoul("10:00")), 1, NOW))


def test_what_must_be_read_reaches_as_far_as_appointments_do() -> None:
    """An opening of the day before may reach into the first date; the last start may be late on the last one."""
    sunday = date(2026, 3, 8)
    terms = replace(TERMS, duration_minutes=26 * 60, buffer_before_minutes=10, buffer_after_minutes=20)
    assert override_days(sunday, sunday, terms) == (date(2026, 3, 7), date(2026, 3, 11))
    assert override_days(sunday, sunday, TERMS) == (date(2026, 3, 7), date(2026, 3, 10))
    assert span(ZoneInfo("America/New_York"), sunday, sunday, terms) == (
        datetime(2026, 3, 8, 5, tzinfo=UTC) - timedelta(minutes=10),
        datetime(2026, 3, 9, 4, tzinfo=UTC) + timedelta(hours=26, minutes=20),
    )


def test_dates_at_the_ends_of_the_calendar_are_answered() -> None:
    assert slots(TERMS, studio(), date.min, date.max, 1, NOW)[-1].local_start.date() == date(2026, 3, 11)
    assert slots(TERMS, studio(), date.max, date.max, 1, NOW) == []
    since, until = span(SEOUL, date.min, date.max, TERMS)
    assert since.year < 1901
    assert until.year > 9899
    assert override_days(date.min, date.max, TERMS) == (date(1899, 12, 31), date(9900, 1, 3))
