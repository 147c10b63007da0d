"""Moments, money and names as they are written in a language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_gmt, get_timezone_name
from babel.numbers import format_currency
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

from rules.money import written

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

LANGUAGES = ("en", "ko")
"""What letters are written in; whoever speaks none of them reads the first."""
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
NARROW_SPACE = "\u202f"
WIDE_HALF_OF_THE_DAY = "aaaa"
"""오후, where the short form is PM in Korean too."""


class Words:
    """How a locale (ko, en-GB) writes moments and money."""

    def __init__(self, locale: str) -> None:
        self.language = language_of(locale)
        self._locale = _conventions(locale, self.language)
        self._clock = str(self._locale.time_formats["short"].pattern).replace("a", WIDE_HALF_OF_THE_DAY)

    def date(self, date: date) -> str:
        """The date with its day of the week."""
        return format_date(date, "full", locale=self._locale)

    def day(self, moment: datetime, zone: str) -> str:
        """The date on which the moment is in the zone."""
        return self.date(moment.astimezone(ZoneInfo(zone)))

    def moment(self, moment: datetime, zone: str) -> str:
        """Date, time and zone."""
        return f"{self.day(moment, zone)}, {self._time(moment, zone)} ({self._zone(moment, zone)})"

    def span(self, starts_at: datetime, ends_at: datetime, zone: str) -> str:
        """From when to when, in which zone; the date is said again only where it is another one."""
        first, last = self.day(starts_at, zone), self.day(ends_at, zone)
        until = self._time(ends_at, zone) if first == last else f"{last}, {self._time(ends_at, zone)}"
        return f"{first}, {self._time(starts_at, zone)} – {until} ({self._zone(starts_at, zone)})"  # noqa: RUF001  (an en dash)

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency."""
        exact = written(amount, currency)
        return format_currency(exact, currency, locale=self._locale, decimal_quantization=False)

    def _time(self, moment: datetime, zone: str) -> str:
        text = format_time(moment, self._clock, tzinfo=ZoneInfo(zone), locale=self._locale)
        return text.replace(NARROW_SPACE, " ")  # which some mail programs show as a box

    def _zone(self, moment: datetime, zone: str) -> str:
        local = moment.astimezone(ZoneInfo(zone))
        name, offset = get_timezone_name(local, locale=self._locale), get_timezone_gmt(local, locale=self._locale)
        return offset if name == offset else f"{name}, {offset}"


def language_of(locale: str) -> str:
    """The language in which somebody with this locale is written to."""
    language = locale.partition("-")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


def one_line(text: str) -> str:
    """The text without line breaks and control characters: fit for a header."""
    return " ".join(CONTROLS.sub(" ", text).split())


def international(phone: str | None) -> str:
    """A phone number (E.164) as people read it: +82 2-731-0142; empty for none, and what is no number as it is."""
    try:
        return format_number(parse(phone), PhoneNumberFormat.INTERNATIONAL) if phone else ""
    except NumberParseException:
        return phone or ""


def _conventions(locale: str, language: str) -> Locale:
    try:
        found = Locale.parse(locale, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale(language)
    return found if found.language == language else Locale(language)
