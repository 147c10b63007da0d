"""Which weekly hours may be written."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from rules.opening_hours import WEEKDAYS, Hours, overlapping
from rules.refusals import CONFLICT, INVALID, TOO_LONG, Refusal, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST = 50
MIDNIGHT = time()


def weekly_hours(value: Sequence[Mapping[str, Any]] | None, path: tuple[str, ...]) -> list[dict[str, str]]:
    """Entries of a `weekday`, `opens_at` and `closes_at`, as they are stored: in order, the times as `HH:MM`.

    Null is none.
    """
    entries = value or ()
    if len(entries) > MOST:
        raise Refusal(TOO_LONG, "At most {max} entries.", *path, min=0, max=MOST)
    hours = [Hours(WEEKDAYS.index(one["weekday"]), one["opens_at"], one["closes_at"]) for one in entries]
    refuse([one for place, each in enumerate(hours) for one in length_problems(each, (*path, str(place)))])
    if pair := overlapping(hours):
        place = str(hours.index(pair[1]))
        raise Refusal(CONFLICT, "These hours overlap others: make one entry of both.", *path, place)
    return [_stored(one) for one in sorted(hours, key=lambda one: (one.weekday, one.opens_at))]


def length_problems(hours: Any, path: tuple[str, ...]) -> list[Refusal]:
    """What is wrong with how long it is open: closing at the time of opening means a whole day at midnight only."""
    if hours.opens_at != hours.closes_at or hours.opens_at == MIDNIGHT:
        return []
    message = "It opens and closes at the same time: a whole day is from 00:00 to 00:00."
    return [Refusal(INVALID, message, *path, "closesAt")]


def clock(moment: time | None) -> str | None:
    """A wall time as it is stored."""
    return None if moment is None else moment.strftime("%H:%M")


def _stored(hours: Hours) -> dict[str, str]:
    times = {"opens_at": f"{hours.opens_at:%H:%M}", "closes_at": f"{hours.closes_at:%H:%M}"}
    return {"weekday": WEEKDAYS[hours.weekday], **times}
