"""What an inquiry may say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules.inquiries import check_message, check_preferred_date
from rules.refusals import Refusal

TODAY = date(2026, 3, 8)
LAST = date(2028, 3, 7)
PATH = ("input", "preferredDate")


@pytest.mark.parametrize("wanted", [None, TODAY, TODAY + timedelta(days=1), LAST])
def test_a_preferred_date_is_from_today_on_within_two_years(wanted: date | None) -> None:
    assert check_preferred_date(TODAY, wanted, PATH) == wanted


@pytest.mark.parametrize("wanted", [TODAY - timedelta(days=1), LAST + timedelta(days=1), date.min, date.max])
def test_refuses_a_date_in_the_past_or_far_away(wanted: date) -> None:
    with pytest.raises(Refusal) as refusal:
        check_preferred_date(TODAY, wanted, PATH)
    told = refusal.value
    assert (told.code, told.path, told.values) == ("OUT_OF_RANGE", PATH, {"min": TODAY, "max": LAST})


def test_a_message_has_lines() -> None:
    assert check_message(" Hello,\r\n\thow much is it?\n", PATH) == "Hello,\n\thow much is it?"
    assert check_message("가" * 5_000, PATH) == "가" * 5_000


@pytest.mark.parametrize(("message", "code"), [(" \n ", "TOO_SHORT"), ("x" * 5_001, "TOO_LONG"), ("a\0b", "INVALID")])
def test_refuses_an_empty_or_endless_message(message: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        check_message(message, PATH)
    assert refusal.value.code == code
