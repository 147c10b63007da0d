"""When the studio is open: wall times, and the instants that they stand for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.opening_hours import (
    WEEKDAYS,
    Hours,
    Opening,
    OpeningHours,
    Override,
    Span,
    instants,
    local_date,
    merged,
    overlapping,
    shared,
    weekly_hours,
)

NEW_YORK = ZoneInfo("America/New_York")
SEOUL = ZoneInfo("Asia/Seoul")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")
FORWARD, BACK = date(2026, 3, 8), date(2026, 11, 1)
"""The Sundays on which New York changes its clocks, at 2 in the morning."""
HALF = timedelta(minutes=30)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(weekday: str, opens_at: str, closes_at: str) -> Hours:
    return Hours(WEEKDAYS.index(weekday), time.fromisoformat(opens_at), time.fromisoformat(closes_at))


def daily(zone: ZoneInfo, opens_at: str, closes_at: str) -> OpeningHours:
    return OpeningHours(zone, tuple(at(weekday, opens_at, closes_at) for weekday in WEEKDAYS), {})


def shown(hours: OpeningHours, day: date, step: timedelta) -> list[str]:
    """The starts of a date as clients see them, with the offset."""
    (opening,) = hours.openings(day, day)
    starts = hours.starts(opening, step)
    assert [local for _, local in starts] == [start.astimezone(hours.zone).replace(tzinfo=None) for start, _ in starts]
    return [start.astimezone(hours.zone).strftime("%H:%M%z") for start, _ in starts]


def test_weekly_hours_are_read_from_json() -> None:
    rows = [
        {"weekday": "MONDAY", "opens_at": "09:00", "closes_at": "18:00"},
        {"weekday": "SUNDAY", "opens_at": "20:30", "closes_at": "02:00"},
    ]
    assert weekly_hours(rows) == (Hours(0, time(9), time(18)), Hours(6, time(20, 30), time(2)))


def test_each_date_has_the_hours_of_its_weekday_in_their_order() -> None:
    weekly = (at("TUESDAY", "13:00", "18:00"), at("TUESDAY", "09:00", "12:00"), at("WEDNESDAY", "22:00", "02:00"))
    assert OpeningHours(SEOUL, weekly, {}).openings(date(2026, 3, 2), date(2026, 3, 5)) == [
        Opening(wall("2026-03-03T09:00"), wall("2026-03-03T12:00"), utc("2026-03-03T00:00"), utc("2026-03-03T03:00")),
        Opening(wall("2026-03-03T13:00"), wall("2026-03-03T18:00"), utc("2026-03-03T04:00"), utc("2026-03-03T09:00")),
        Opening(wall("2026-03-04T22:00"), wall("2026-03-05T02:00"), utc("2026-03-04T13:00"), utc("2026-03-04T17:00")),
    ]


def test_an_override_replaces_the_hours_of_its_date_only() -> None:
    overrides = {
        date(2026, 3, 3): Override(closed=True, opens_at=None, closes_at=None),
        date(2026, 3, 4): Override(closed=False, opens_at=time(14), closes_at=time(1)),
    }
    weekly = (*daily(SEOUL, "09:00", "12:00").weekly, at("MONDAY", "20:00", "03:00"))
    assert OpeningHours(SEOUL, weekly, overrides).openings(date(2026, 3, 2), date(2026, 3, 5)) == [
        Opening(wall("2026-03-02T09:00"), wall("2026-03-02T12:00"), utc("2026-03-02T00:00"), utc("2026-03-02T03:00")),
        Opening(wall("2026-03-02T20:00"), wall("2026-03-03T03:00"), utc("2026-03-02T11:00"), utc("2026-03-02T18:00")),
        Opening(wall("2026-03-04T14:00"), wall("2026-03-05T01:00"), utc("2026-03-04T05:00"), utc("2026-03-04T16:00")),
        Opening(wall("2026-03-05T09:00"), wall("2026-03-05T12:00"), utc("2026-03-05T00:00"), utc("2026-03-05T03:00")),
    ]


def test_a_wall_time_has_the_instants_at_which_the_clock_shows_it() -> None:
    assert instants(wall("2026-03-08T01:30"), NEW_YORK) == [utc("2026-03-08T06:30")]
    assert instants(wall("2026-11-01T01:30"), NEW_YORK) == [utc("2026-11-01T05:30"), utc("2026-11-01T06:30")]
    assert instants(wall("2026-04-05T01:45"), LORD_HOWE) == [utc("2026-04-04T14:45"), utc("2026-04-04T15:15")]


@pytest.mark.parametrize(
    ("zone", "skipped", "changed"),
    [
        (NEW_YORK, "2026-03-08T02:00", "2026-03-08T07:00"),
        (NEW_YORK, "2026-03-08T02:30", "2026-03-08T07:00"),
        (NEW_YORK, "2026-03-08T02:59", "2026-03-08T07:00"),
        (LORD_HOWE, "2026-10-04T02:00", "2026-10-03T15:30"),
        (LORD_HOWE, "2026-10-04T02:29", "2026-10-03T15:30"),
        (APIA, "2011-12-30T00:00", "2011-12-30T10:00"),
        (APIA, "2011-12-30T23:59", "2011-12-30T10:00"),
    ],
)
def test_a_wall_time_that_the_clock_skips_stands_for_the_instant_of_the_change(
    zone: ZoneInfo, skipped: str, changed: str
) -> None:
    assert instants(wall(skipped), zone) == [utc(changed)]


@pytest.mark.parametrize(
    ("day", "opens_at", "closes_at", "since", "until"),
    [
        (FORWARD, "00:00", "04:00", "2026-03-08T05:00", "2026-03-08T08:00"),
        (FORWARD, "02:30", "04:00", "2026-03-08T07:00", "2026-03-08T08:00"),
        (FORWARD, "01:00", "02:30", "2026-03-08T06:00", "2026-03-08T07:00"),
        (BACK, "00:00", "04:00", "2026-11-01T04:00", "2026-11-01T09:00"),
        (BACK, "01:30", "04:00", "2026-11-01T05:30", "2026-11-01T09:00"),
        (BACK, "00:00", "01:30", "2026-11-01T04:00", "2026-11-01T06:30"),
    ],
)
def test_opening_and_closing_at_a_change_of_the_clock_open_as_long_as_can_be(
    day: date, opens_at: str, closes_at: str, since: str, until: str
) -> None:
    (opening,) = daily(NEW_YORK, opens_at, closes_at).openings(day, day)
    assert opening[2:] == (utc(since), utc(until))


def test_what_the_clock_skips_altogether_is_no_opening() -> None:
    assert daily(NEW_YORK, "02:00", "02:45").openings(FORWARD, FORWARD) == []
    assert daily(APIA, "09:00", "17:00").openings(date(2011, 12, 30), date(2011, 12, 30)) == []


def test_no_start_is_invented_where_new_york_puts_its_clocks_forward() -> None:
    assert shown(daily(NEW_YORK, "00:00", "04:00"), FORWARD, HALF) == [
        "00:00-0500", "00:30-0500", "01:00-0500", "01:30-0500", "03:00-0400", "03:30-0400",
    ]  # fmt: skip


def test_a_start_comes_twice_where_new_york_puts_its_clocks_back() -> None:
    assert shown(daily(NEW_YORK, "00:00", "04:00"), BACK, HALF) == [
        "00:00-0400", "00:30-0400", "01:00-0400", "01:30-0400", "01:00-0500", "01:30-0500",
        "02:00-0500", "02:30-0500", "03:00-0500", "03:30-0500",
    ]  # fmt: skip


def test_lord_howe_skips_and_repeats_half_an_hour() -> None:
    hours = daily(LORD_HOWE, "01:00", "03:30")
    assert shown(hours, date(2026, 10, 4), HALF) == ["01:00+1030", "01:30+1030", "02:30+1100", "03:00+1100"]
    assert shown(hours, date(2026, 4, 5), HALF) == [
        "01:00+1100", "01:30+1100", "01:30+1030", "02:00+1030", "02:30+1030", "03:00+1030",
    ]  # fmt: skip


def test_the_grid_is_one_of_the_wall_clock_even_where_the_opening_is_skipped_or_repeated() -> None:
    hour = timedelta(hours=1)
    assert shown(daily(LORD_HOWE, "00:00", "05:00"), date(2026, 10, 4), hour) == [
        "00:00+1030", "01:00+1030", "03:00+1100", "04:00+1100",
    ]  # fmt: skip
    assert shown(daily(NEW_YORK, "02:30", "05:00"), FORWARD, hour) == ["03:30-0400", "04:30-0400"]
    assert shown(daily(NEW_YORK, "01:30", "02:15"), BACK, HALF) == [
        "01:30-0400", "01:00-0500", "01:30-0500", "02:00-0500",
    ]  # fmt: skip
    assert shown(daily(NEW_YORK, "00:30", "01:30"), BACK, HALF) == [
        "00:30-0400", "01:00-0400", "01:30-0400", "01:00-0500",
    ]  # fmt: skip


def test_the_last_start_lies_before_the_closing() -> None:
    assert shown(daily(SEOUL, "09:10", "10:10"), date(2026, 3, 2), HALF) == ["09:10+0900", "09:40+0900"]
    assert shown(daily(SEOUL, "22:30", "00:31"), date(2026, 3, 2), timedelta(hours=1)) == [
        "22:30+0900", "23:30+0900", "00:30+0900",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "pair",
    [
        (at("MONDAY", "09:00", "12:00"), at("MONDAY", "11:59", "18:00")),
        (at("MONDAY", "09:00", "12:00"), at("MONDAY", "09:00", "12:00")),
        (at("MONDAY", "20:00", "02:00"), at("TUESDAY", "01:59", "10:00")),
        (at("SUNDAY", "20:00", "02:00"), at("MONDAY", "01:00", "10:00")),
        (at("SUNDAY", "09:00", "09:00"), at("MONDAY", "00:00", "01:00")),
    ],
)
def test_hours_that_overlap_are_found_also_over_midnight_and_from_sunday_to_monday(pair: tuple[Hours, Hours]) -> None:
    elsewhere = at("THURSDAY", "00:00", "00:00")
    assert overlapping([*pair, elsewhere]) == pair
    assert sorted(overlapping([elsewhere, *reversed(pair)]) or (), key=pair.index) == list(pair)


@pytest.mark.parametrize(
    "weekly",
    [
        [],
        [at("MONDAY", "00:00", "00:00")],
        [at(weekday, "00:00", "00:00") for weekday in WEEKDAYS],
        [at(weekday, "18:00", "18:00") for weekday in WEEKDAYS],
        [at("MONDAY", "13:00", "18:00"), at("MONDAY", "09:00", "13:00")],
        [at("SUNDAY", "20:00", "02:00"), at("MONDAY", "02:00", "10:00")],
    ],
)
def test_hours_that_only_touch_do_not_overlap(weekly: list[Hours]) -> None:
    assert overlapping(weekly) is None


def spans(*hours: tuple[int, int]) -> list[Span]:
    return [Span(*(utc(f"2026-03-02T{hour:02}:00") for hour in pair)) for pair in hours]


def test_spans_that_touch_or_overlap_become_one() -> None:
    assert merged(spans((9, 10), (8, 9), (12, 15), (13, 14), (14, 16), (18, 19))) == spans((8, 10), (12, 16), (18, 19))
    assert merged([]) == []


def test_shared_time_is_in_both() -> None:
    assert shared(spans((8, 12), (13, 18)), spans((7, 9), (10, 14), (17, 20))) == spans(
        (8, 9), (10, 12), (13, 14), (17, 18)
    )
    assert shared(spans((8, 10)), spans((10, 12))) == []
    assert shared(spans((8, 10)), []) == []


def test_a_date_is_told_for_any_instant() -> None:
    assert local_date(utc("2026-03-01T15:00"), SEOUL) == date(2026, 3, 2)
    assert local_date(datetime.max.replace(tzinfo=UTC), SEOUL) == date(9900, 1, 1)
    assert local_date(datetime.min.replace(tzinfo=UTC), NEW_YORK) == date(1899, 12, 31)
