"""What may hold on a date in place of the weekly hours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rules.checking import camel_case, checked, needed, optional, text
from rules.opening_hours import Override
from rules.refusals import CONFLICT, REQUIRED, Refusal, refuse
from rules.weekly_hours import clock, length_problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rules.checking import Check

MOST_DAYS = 366
CHECKS: dict[str, Check] = {
    "closed": needed,
    "opens_at": optional,
    "closes_at": optional,
    "note": text(most=500, lines=True),
}
BLANK: dict[str, Any] = {"opens_at": None, "closes_at": None, "note": None}


def is_stretch(first: date, last: date) -> bool:
    """Whether as many days may be asked for at once, the first and the last included."""
    return timedelta() <= last - first < timedelta(days=MOST_DAYS)


def accepted(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is written: `closed`, both times as `HH:MM` or None, and a note; Refusals with all that is wrong."""
    values, reasons = checked(given, CHECKS)
    values = BLANK | values
    refuse(reasons + _problems(Override(values["closed"], values["opens_at"], values["closes_at"])))
    return values | {name: clock(values[name]) for name in ("opens_at", "closes_at")}


def told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit tells it: the names that clients know."""
    written = {name: columns[name] for name in ("date", "closed", "opens_at", "closes_at", "note") if name in columns}
    return {camel_case(name): _told(value) for name, value in written.items()}


def _problems(override: Override) -> list[Refusal]:
    times = {"opensAt": override.opens_at, "closesAt": override.closes_at}
    if override.closed:
        message = "A day that is closed has no hours: leave them out."
        return [Refusal(CONFLICT, message, "input", name) for name, given in times.items() if given is not None]
    message = "A day that is open needs both hours."
    missing = [Refusal(REQUIRED, message, "input", name) for name, given in times.items() if given is None]
    return missing or length_problems(override, ("input",))


def _told(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
