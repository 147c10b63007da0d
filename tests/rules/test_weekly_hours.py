"""Which weekly hours may be written."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from rules.refusals import Refusal, Refusals
from rules.weekly_hours import clock, weekly_hours

PATH = ("input", "weeklyHours")


def test_entries_are_stored_in_the_order_of_the_week() -> None:
    given = [_entry("SUNDAY", 22, 4), _entry("MONDAY", 13, 18), _entry("MONDAY", 9, 12)]
    assert weekly_hours(given, PATH) == [
        {"weekday": "MONDAY", "opens_at": "09:00", "closes_at": "12:00"},
        {"weekday": "MONDAY", "opens_at": "13:00", "closes_at": "18:00"},
        {"weekday": "SUNDAY", "opens_at": "22:00", "closes_at": "04:00"},
    ]


@pytest.mark.parametrize("given", [None, []])
def test_without_entries_it_never_opens(given: Any) -> None:
    assert weekly_hours(given, PATH) == []


def test_a_whole_day_is_from_midnight_to_midnight() -> None:
    whole = [_entry(day, 0, 0) for day in ("MONDAY", "TUESDAY")]
    assert [one["closes_at"] for one in weekly_hours(whole, PATH)] == ["00:00", "00:00"]
    with pytest.raises(Refusals) as refused:
        weekly_hours([_entry("MONDAY", 0, 0), _entry("TUESDAY", 9, 9), _entry("FRIDAY", 12, 12)], PATH)
    assert [(one.code, one.path) for one in refused.value.reasons] == [
        ("INVALID", (*PATH, "1", "closesAt")),
        ("INVALID", (*PATH, "2", "closesAt")),
    ]


@pytest.mark.parametrize(
    "given",
    [
        [("MONDAY", 9, 13), ("MONDAY", 12, 18)],
        [("MONDAY", 9, 18), ("MONDAY", 9, 18)],
        [("MONDAY", 22, 4), ("TUESDAY", 3, 9)],
        [("SUNDAY", 22, 4), ("MONDAY", 3, 9)],
        [("MONDAY", 0, 0), ("MONDAY", 9, 10)],
    ],
)
def test_refuses_hours_that_overlap(given: list[tuple[str, int, int]]) -> None:
    with pytest.raises(Refusal) as refused:
        weekly_hours([_entry(*one) for one in given], PATH)
    assert (refused.value.code, refused.value.path[:2]) == ("CONFLICT", PATH)
    assert refused.value.path[2] in ("0", "1")


def test_hours_that_touch_do_not_overlap() -> None:
    touching = [("SUNDAY", 22, 4), ("MONDAY", 4, 9), ("MONDAY", 9, 12)]
    assert len(weekly_hours([_entry(*one) for one in touching], PATH)) == len(touching)


def test_refuses_more_entries_than_fifty() -> None:
    with pytest.raises(Refusal) as refused:
        weekly_hours([_entry("MONDAY", 9, 10)] * 51, PATH)
    assert (refused.value.code, refused.value.path, refused.value.values) == ("TOO_LONG", PATH, {"min": 0, "max": 50})


def test_a_wall_time_is_stored_by_hours_and_minutes() -> None:
    assert (clock(time(9, 5)), clock(None)) == ("09:05", None)


def _entry(weekday: str, opens: int, closes: int) -> dict[str, Any]:
    return {"weekday": weekday, "opens_at": time(opens), "closes_at": time(closes)}
