"""What may be written of people, rooms and equipment."""

from __future__ import annotations

from datetime import time

import pytest

from rules.checking import checked
from rules.resources import CHECKS, is_the_studio, told


def test_null_hours_follow_the_studio_and_none_are_never() -> None:
    assert checked({"weekly_hours": None}, CHECKS) == ({"weekly_hours": None}, [])
    assert checked({"weekly_hours": []}, CHECKS) == ({"weekly_hours": []}, [])


def test_hours_are_checked_as_the_studio_s_are() -> None:
    hours = [{"weekday": "MONDAY", "opens_at": time(9), "closes_at": time(9)}]
    _, reasons = checked({"name": "", "weekly_hours": hours}, CHECKS)
    assert [(one.code, one.path) for one in reasons] == [
        ("TOO_SHORT", ("input", "name")),
        ("INVALID", ("input", "weeklyHours", "0", "closesAt")),
    ]


@pytest.mark.parametrize("field", ["name", "kind", "active"])
def test_what_is_needed_cannot_be_cleared(field: str) -> None:
    _, reasons = checked({field: None}, CHECKS)
    assert [(one.code, one.path) for one in reasons] == [("REQUIRED", ("input", field))]


def test_one_kind_is_the_studio_itself() -> None:
    assert [is_the_studio(kind) for kind in ("STUDIO", "STAFF", "ROOM", "EQUIPMENT")] == [True, False, False, False]


def test_the_audit_tells_what_clients_know() -> None:
    hours = [{"weekday": "MONDAY", "opens_at": "09:00", "closes_at": "18:00"}]
    assert told({"name": "Mina", "active": False, "weekly_hours": hours}) == {
        "name": "Mina",
        "active": "false",
        "weeklyHours": '[{"weekday": "MONDAY", "opens_at": "09:00", "closes_at": "18:00"}]',
    }
    assert told({"weekly_hours": None}) == {"weeklyHours": None}
