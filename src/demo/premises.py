"""Where the demo studio is, when it is open, and what its services need."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from demo.catalogue import identity

if TYPE_CHECKING:
    from datetime import date, datetime

CONTACT = {
    "email": "haneul@example.com",
    "phone": "+8227310142",
    "address": "서울특별시 종로구 북촌로 42, 하늘빌딩 2층",
}
LUNCH = ("WEDNESDAY", "13:00", "14:00")
OPEN = ("TUESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MONDAY, THURSDAY = 0, 3
"""As `date.weekday` counts."""


def _hours(weekday: str, opens_at: str, closes_at: str) -> dict[str, str]:
    return {"weekday": weekday, "opens_at": opens_at, "closes_at": closes_at}


WEEKLY_HOURS = [
    *(_hours(weekday, "10:00", "19:00") for weekday in OPEN),
    _hours(LUNCH[0], "10:00", LUNCH[1]),
    _hours(LUNCH[0], LUNCH[2], "19:00"),
]
"""From Tuesday to Sunday, and closed over lunch on Wednesdays."""
RESOURCES: tuple[tuple[str, str, list[dict[str, str]] | None], ...] = (
    ("Seo Yun-ah", "STAFF", None),
    (
        "Arjun Mehta",
        "STAFF",
        [_hours(day, "12:00", "19:00") for day in ("WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")],
    ),
    ("Daylight room", "ROOM", None),
    ("Hanbok fitting room", "ROOM", None),
)
"""Two photographers and two rooms: name, kind, and hours of their own where they have some."""


def resources(epoch: datetime) -> list[dict[str, Any]]:
    """The rows of what services need."""
    recorded = {"created_at": epoch, "updated_at": epoch, "version": 1, "active": True}
    return [
        recorded | {"id": identity("resource", name), "name": name, "kind": kind, "weekly_hours": hours}
        for name, kind, hours in RESOURCES
    ]


def date_overrides(epoch: datetime, founded_on: date) -> list[dict[str, Any]]:
    """The rows of two dates soon after the founding: a Monday that is open, and a Thursday that is not."""
    open_monday = {
        "closed": False,
        "opens_at": "13:00",
        "closes_at": "17:00",
        "note": "졸업사진 촬영으로 오후에 엽니다.",
    }
    closed_thursday: dict[str, Any] = {
        "closed": True,
        "opens_at": None,
        "closes_at": None,
        "note": "The rooms are being painted.",
    }
    days = {_next(MONDAY, founded_on): open_monday, _next(THURSDAY, founded_on) + timedelta(weeks=1): closed_thursday}
    return [
        {"id": identity("date override", str(day)), "created_at": epoch, "updated_at": epoch, "date": day, **hours}
        for day, hours in days.items()
    ]


def _next(weekday: int, after: date) -> date:
    return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)
