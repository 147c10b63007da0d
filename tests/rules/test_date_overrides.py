"""What may hold on a date in place of the weekly hours."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from rules.date_overrides import accepted, is_stretch, told
from rules.refusals import Refusals

NINE, TEN = time(9), time(10)


def test_a_closed_day_has_no_hours() -> None:
    assert accepted({"closed": True, "note": " Chuseok "}) == {
        "closed": True, "opens_at": None, "closes_at": None, "note": "Chuseok",
    }  # fmt: skip


@pytest.mark.parametrize("closes", [TEN, time(4)])
def test_an_open_day_has_both(closes: time) -> None:
    assert accepted({"closed": False, "opens_at": NINE, "closes_at": closes}) == {
        "closed": False, "opens_at": "09:00", "closes_at": closes.strftime("%H:%M"), "note": None,
    }  # fmt: skip


def test_an_open_day_may_be_a_whole_one() -> None:
    assert accepted({"closed": False, "opens_at": time(), "closes_at": time()})["closes_at"] == "00:00"


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"closed": True, "opens_at": NINE}, [("CONFLICT", "opensAt")]),
        ({"closed": True, "opens_at": NINE, "closes_at": TEN}, [("CONFLICT", "opensAt"), ("CONFLICT", "closesAt")]),
        ({"closed": False}, [("REQUIRED", "opensAt"), ("REQUIRED", "closesAt")]),
        ({"closed": False, "closes_at": TEN}, [("REQUIRED", "opensAt")]),
        ({"closed": False, "opens_at": NINE, "closes_at": NINE}, [("INVALID", "closesAt")]),
        ({"closed": False, "note": "x" * 501, "opens_at": NINE}, [("TOO_LONG", "note"), ("REQUIRED", "closesAt")]),
    ],
)
def test_refuses_what_cannot_be(given: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    with pytest.raises(Refusals) as refused:
        accepted(given)
    assert [(one.code, one.path) for one in refused.value.reasons] == [
        (code, ("input", field)) for code, field in problems
    ]


@pytest.mark.parametrize(("days", "asked"), [(0, True), (1, True), (365, True), (366, False), (-1, False)])
def test_at_most_366_days_are_asked_for_at_once(days: int, asked: bool) -> None:  # noqa: FBT001  (a parameter)
    first = date(2026, 3, 8)
    assert is_stretch(first, first + timedelta(days=days)) is asked


def test_the_audit_tells_what_clients_know() -> None:
    row = {
        "id": "1",
        "date": date(2026, 3, 8),
        "closed": False,
        "opens_at": "09:00",
        "closes_at": "10:00",
        "note": None,
    }
    assert told(row) == {
        "date": date(2026, 3, 8), "closed": "false", "opensAt": "09:00", "closesAt": "10:00", "note": None,
    }  # fmt: skip
