"""When something is open, week after week."""

from collections.abc import Iterable, Mapping
from datetime import time
from enum import Enum
from typing import Any

from graph.declaring import attribute, enum_type, input_type, object_type
from graph.inputs import entered
from graph.scalars import LocalTime
from rules.access import Permission


@enum_type(
    MONDAY="The first day of the week.",
    TUESDAY="The second day of the week.",
    WEDNESDAY="The third day of the week.",
    THURSDAY="The fourth day of the week.",
    FRIDAY="The fifth day of the week.",
    SATURDAY="The sixth day of the week.",
    SUNDAY="The last day of the week.",
)
class Weekday(Enum):
    """A day of the week."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


@object_type(Permission.ANYONE)
class WeeklyHours:
    """Open on a day of the week, from one wall time to another."""

    weekday: Weekday = attribute("On which day it opens.")
    opens_at: LocalTime = attribute("When it opens.")
    closes_at: LocalTime = attribute("When it closes; at or before the opening: on the next day.")


@input_type()
class WeeklyHoursInput:
    """Open on a day of the week, from one wall time to another; a day may have several, which do not overlap."""

    weekday: Weekday = attribute("On which day it opens.")
    opens_at: LocalTime = attribute("When it opens.")
    closes_at: LocalTime = attribute(
        "When it closes; before the opening: on the next day. From 00:00 to 00:00 is the whole day."
    )


def told_hours(rows: Iterable[Mapping[str, str]]) -> list[WeeklyHours]:
    """What a column of weekly hours says."""
    make: Any = WeeklyHours
    return [
        make(weekday=row["weekday"], opens_at=wall_time(row["opens_at"]), closes_at=wall_time(row["closes_at"]))
        for row in rows
    ]


def given_hours(given: dict[str, Any]) -> dict[str, Any]:
    """What an input gives, its weekly hours as plain entries."""
    if not given.get("weekly_hours"):
        return given
    return given | {"weekly_hours": [entered(entry) for entry in given["weekly_hours"]]}


def wall_time(text: str | None) -> LocalTime | None:
    """A wall time from what is stored; None where nothing is."""
    return None if text is None else LocalTime(time.fromisoformat(text))
