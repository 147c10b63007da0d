"""Moments, money and names as they are written in a language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from mail.words import Words, international, one_line

MOMENT = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "zone", "hours", "written"),
    [
        ("en", "Asia/Seoul", 1, "Monday, March 9, 2026, 2:00 PM – 3:00 PM (Korean Standard Time, GMT+09:00)"),  # noqa: RUF001
        ("en-GB", "Asia/Seoul", 1, "Monday, 9 March 2026, 14:00 – 15:00 (Korean Standard Time, GMT+09:00)"),  # noqa: RUF001
        ("ko", "Asia/Seoul", 1, "2026년 3월 9일 월요일, 오후 2:00 – 오후 3:00 (대한민국 표준시, GMT+09:00)"),  # noqa: RUF001
        ("en", "Asia/Seoul", 12, "Monday, March 9, 2026, 2:00 PM – Tuesday, March 10, 2026, 2:00 AM (Korean Standard Time, GMT+09:00)"),  # noqa: E501, RUF001
        ("en", "Australia/Lord_Howe", 1, "Monday, March 9, 2026, 4:00 PM – 5:00 PM (Lord Howe Daylight Time, GMT+11:00)"),  # noqa: E501, RUF001
        ("en", "America/New_York", 1, "Monday, March 9, 2026, 1:00 AM – 2:00 AM (Eastern Daylight Time, GMT-04:00)"),  # noqa: RUF001
    ],
)  # fmt: skip
def test_from_when_to_when(locale: str, zone: str, hours: int, written: str) -> None:
    assert Words(locale).span(MOMENT, MOMENT + timedelta(hours=hours), zone) == written


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    first, words = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), Words("en")
    assert [words.moment(first + timedelta(hours=more), "America/New_York") for more in (0, 1)] == [
        "Sunday, November 1, 2026, 1:30 AM (Eastern Daylight Time, GMT-04:00)",
        "Sunday, November 1, 2026, 1:30 AM (Eastern Standard Time, GMT-05:00)",
    ]


def test_a_date_is_that_of_the_zone() -> None:
    late = datetime(2026, 3, 8, 20, 0, tzinfo=UTC)
    assert Words("en").day(late, "Asia/Seoul") == Words("en").date(date(2026, 3, 9)) == "Monday, March 9, 2026"


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "written"),
    [
        ("en", "150000.0000", "KRW", "₩150,000"),
        ("ko", "150000.0000", "KRW", "₩150,000"),
        ("en", "12.5000", "USD", "$12.50"),
        ("ko", "12.5000", "USD", "US$12.50"),
        ("en", "0.0000", "EUR", "€0.00"),
    ],
)
def test_money_has_the_decimals_of_its_currency(locale: str, amount: str, currency: str, written: str) -> None:
    assert Words(locale).money(Decimal(amount), currency) == written


@pytest.mark.parametrize(
    ("locale", "language"), [("ko-KR", "ko"), ("KO", "ko"), ("en-XX", "en"), ("hi-IN", "en"), ("?", "en"), ("", "en")]
)
def test_writes_in_a_language_that_it_speaks(locale: str, language: str) -> None:
    assert Words(locale).language == language
    assert Words(locale).date(date(2026, 3, 9)) == Words(language).date(date(2026, 3, 9))


@pytest.mark.parametrize(
    ("phone", "written"),
    [("+8227310142", "+82 2-731-0142"), ("+4930123456", "+49 30 123456"), ("ask Mina", "ask Mina"), (None, "")],
)
def test_a_phone_number_is_written_as_people_read_it(phone: str | None, written: str) -> None:
    assert international(phone) == written


def test_one_line_is_one_line_and_keeps_its_letters() -> None:
    assert one_line(" a\r\nb\x00c\u2028d\u0085e\tf\x7f ") == "a b c d e f"
    assert one_line("김민아 👩‍👧 नमस्ते") == "김민아 👩‍👧 नमस्ते"
