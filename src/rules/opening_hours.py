"""When the studio is open: wall times of its own zone, and the instants that they stand for."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
SECOND = timedelta(seconds=1)
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9900, 1, 1, tzinfo=UTC)
"""Between these no conversion overflows."""
MONDAY = date(2024, 1, 1)
"""Any Monday: weekly hours are compared from it on."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on a day of the week (0 is Monday); closing at or before the opening means the next day."""

    weekday: int
    opens_at: time
    closes_at: time


@dataclass(frozen=True, slots=True)
class Override:
    """What holds on one date in place of the weekly hours: closed, or hours of its own."""

    closed: bool
    opens_at: time | None
    closes_at: time | None


class Opening(NamedTuple):
    """Open without a break: as the clock on the wall says (naive), and from `since` until before `until` (UTC)."""

    opens_at: datetime
    closes_at: datetime
    since: datetime
    until: datetime


class Span(NamedTuple):
    """From `since` until before `until`, in UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Weekly hours in a zone, with what holds instead on single dates."""

    zone: ZoneInfo
    weekly: tuple[Hours, ...]
    overrides: Mapping[date, Override]

    def openings(self, first: date, last: date) -> list[Opening]:
        """Those that begin on these dates (both included), in their order; what the clock skips is left out."""
        days = [first + DAY * passed for passed in range((last - first).days + 1)]
        openings = [self._opening(day, *hours) for day in days for hours in self._hours(day)]
        return sorted((opening for opening in openings if opening.since < opening.until), key=lambda one: one.since)

    def starts(self, opening: Opening, step: timedelta) -> list[tuple[datetime, datetime]]:
        """The instants within an opening at which the clock shows a whole number of steps from `opens_at`.

        In order, each with that wall time (naive). Where the clock is put back the same wall time comes twice; where it
        is put forward none is invented.
        """
        offsets = {self._offset(opening.since), self._offset(opening.until)}
        on_grid = [start for offset in offsets for start in _grid(opening, step, offset)]
        if len(offsets) == 1:
            return on_grid
        return sorted(start for start in on_grid if local(start[0], self.zone) == start[1])

    def _hours(self, day: date) -> Iterable[tuple[time, time]]:
        override = self.overrides.get(day)
        if override is None:
            return [(one.opens_at, one.closes_at) for one in self.weekly if one.weekday == day.weekday()]
        if override.closed or override.opens_at is None or override.closes_at is None:
            return []
        return [(override.opens_at, override.closes_at)]

    def _opening(self, day: date, opens_at: time, closes_at: time) -> Opening:
        opens, closes = _wall(day, opens_at, closes_at)
        return Opening(opens, closes, instants(opens, self.zone)[0], instants(closes, self.zone)[-1])

    def _offset(self, moment: datetime) -> timedelta:
        return local(moment, self.zone) - moment.replace(tzinfo=None)


def weekly_hours(rows: Iterable[Mapping[str, str]]) -> tuple[Hours, ...]:
    """From JSON: `[{"weekday": "MONDAY", "opens_at": "09:00", "closes_at": "18:00"}, …]`."""
    return tuple(
        Hours(WEEKDAYS.index(row["weekday"]), time.fromisoformat(row["opens_at"]), time.fromisoformat(row["closes_at"]))
        for row in rows
    )


def overlapping(weekly: Iterable[Hours]) -> tuple[Hours, Hours] | None:
    """Two entries that are open at the same time, on the clock of a week without end; None where no two are."""
    placed = sorted(((_place(hours), hours) for hours in weekly), key=lambda one: one[0])
    for ((_, closes), hours), ((opens, _), following) in pairwise(placed):
        if opens < closes:
            return hours, following
    if placed and placed[0][0][0] + WEEK < placed[-1][0][1]:
        return placed[-1][1], placed[0][1]
    return None


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows at an instant (naive)."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The zone's date at an instant; what lies beyond EARLIEST and LATEST counts as those."""
    return local(min(max(moment, EARLIEST), LATEST), zone).date()


def instants(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants (UTC) at which the clock shows this: one, two where it is put back.

    Where it is put forward over this wall time, the one instant at which that happens stands for it.
    """
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early <= late:
        return [early] if early == late else [early, late]
    seconds = range(int((early - late) / SECOND))
    changed = bisect_left(seconds, wall, key=lambda passed: local(late + SECOND * passed, zone))
    return [late + SECOND * changed]


def merged(spans: Iterable[tuple[datetime, datetime]]) -> list[Span]:
    """The same time in as few spans as can be, in order: those that touch or overlap become one."""
    joined: list[Span] = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1].until:
            if until > joined[-1].until:
                joined[-1] = Span(joined[-1].since, until)
        else:
            joined.append(Span(since, until))
    return joined


def shared(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The time that is in both; both are merged."""
    common, here, there = [], 0, 0
    while here < len(spans) and there < len(others):
        span, other = spans[here], others[there]
        since, until = max(span.since, other.since), min(span.until, other.until)
        if since < until:
            common.append(Span(since, until))
        here, there = (here + 1, there) if span.until < other.until else (here, there + 1)
    return common


def _wall(day: date, opens_at: time, closes_at: time) -> tuple[datetime, datetime]:
    closing_day = day if opens_at < closes_at else day + DAY
    return datetime.combine(day, opens_at), datetime.combine(closing_day, closes_at)


def _place(hours: Hours) -> tuple[datetime, datetime]:
    return _wall(MONDAY + DAY * hours.weekday, hours.opens_at, hours.closes_at)


def _grid(opening: Opening, step: timedelta, offset: timedelta) -> list[tuple[datetime, datetime]]:
    """The starts of an opening, if the zone were at this offset all the time."""
    begins = (opening.since + offset).replace(tzinfo=None)
    wall = opening.opens_at - (opening.opens_at - begins) // step * step
    start = (wall - offset).replace(tzinfo=UTC)
    count = -((start - opening.until) // step)
    return [(start + step * passed, wall + step * passed) for passed in range(count)]
