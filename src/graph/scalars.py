"""Scalars: what goes out and what is let in."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal as Number
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from engine.multipart import UploadedFile
from rules.quantities import number_in

TimeZone = NewType("TimeZone", str)
CurrencyCode = NewType("CurrencyCode", str)
Locale = NewType("Locale", str)
URL = NewType("URL", str)
Decimal = NewType("Decimal", Number)
LocalTime = NewType("LocalTime", time)
LocalDateTime = NewType("LocalDateTime", datetime)
Upload = NewType("Upload", UploadedFile)

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
WALL_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
WALL_DATE_TIME = re.compile(rf"{FULL_DATE.pattern}T{WALL_TIME.pattern}", re.ASCII)
BCP_47 = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}", re.ASCII)


def parse_instant(value: Any) -> datetime:
    """An instant in UTC, from one with an offset; anything else is refused in words that name the form."""
    if isinstance(value, str) and RFC_3339.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise GraphQLError("A DateTime is written as in RFC 3339, with an offset: 2026-03-08T10:00:00Z.")


def parse_date(value: Any) -> date:
    """A day of the calendar."""
    if isinstance(value, str) and FULL_DATE.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise GraphQLError("A Date is written as in RFC 3339: 2026-03-08.")


def parse_local_time(value: Any) -> LocalTime:
    """What a clock on the wall shows."""
    if isinstance(value, str) and WALL_TIME.fullmatch(value):
        return LocalTime(time.fromisoformat(value))
    raise GraphQLError("A LocalTime is what a clock on the wall shows, from 00:00 to 23:59: 09:30.")


def parse_local_date_time(value: Any) -> LocalDateTime:
    """What a calendar and a clock on the wall show."""
    if isinstance(value, str) and WALL_DATE_TIME.fullmatch(value):
        with suppress(ValueError):
            return LocalDateTime(datetime.fromisoformat(value))
    raise GraphQLError("A LocalDateTime is what a calendar and a clock on the wall show: 2026-03-08T09:30.")


def parse_decimal(value: Any) -> Decimal:
    """An exact number, from a text: JSON's own numbers are not exact."""
    if isinstance(value, str) and (number := number_in(value)) is not None:
        return Decimal(number)
    raise GraphQLError('A Decimal is a number as a text, with at most four decimals: "12.50".')


def parse_text(value: Any) -> str:
    """A text; what it has to be, rules say."""
    if isinstance(value, str):
        return value
    raise GraphQLError("A TimeZone is an IANA name: Asia/Seoul.")


def parse_currency(value: Any) -> CurrencyCode:
    """A text; whether it is a currency, rules say."""
    if isinstance(value, str):
        return CurrencyCode(value)
    raise GraphQLError("A CurrencyCode is a code of ISO 4217: KRW.")


def parse_url(value: Any) -> URL:
    """A text; what it has to be, rules say."""
    if isinstance(value, str):
        return URL(value)
    raise GraphQLError("A URL is a text: https://example.com/page.")


def parse_locale(value: Any) -> Locale:
    """A language tag."""
    if isinstance(value, str) and BCP_47.fullmatch(value):
        return Locale(value)
    raise GraphQLError("A Locale is a language tag as in BCP 47: ko, en-GB.")


def parse_upload(value: Any) -> Upload:
    """A file of the request itself, which no JSON and no literal can name."""
    if isinstance(value, UploadedFile):
        return Upload(value)
    raise GraphQLError("An Upload is a file of a multipart request.")


def withhold_upload(_value: Any) -> Any:
    """Files come in by this scalar, and none goes out."""
    raise TypeError("An Upload is never part of an answer.")


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant as in RFC 3339, always with an offset; answers are in UTC.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=datetime.isoformat,
        parse_value=parse_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day of the calendar as in RFC 3339, such as 2026-03-08.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date.html",
        serialize=date.isoformat,
        parse_value=parse_date,
    ),
    LocalTime: strawberry.scalar(
        name="LocalTime",
        description="What a clock on the wall shows, such as 09:30.",
        serialize=lambda value: value.strftime("%H:%M"),
        parse_value=parse_local_time,
    ),
    LocalDateTime: strawberry.scalar(
        name="LocalDateTime",
        description="What a calendar and a clock on the wall show, such as 2026-03-08T09:30.",
        serialize=lambda value: value.isoformat(timespec="minutes"),
        parse_value=parse_local_date_time,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description='An exact number, as a text: "12.50".',
        serialize=str,
        parse_value=parse_decimal,
    ),
    TimeZone: strawberry.scalar(
        name="TimeZone", description="A time zone by its IANA name, such as Asia/Seoul.", parse_value=parse_text
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode", description="A currency by its ISO 4217 code, such as KRW.", parse_value=parse_currency
    ),
    Locale: strawberry.scalar(
        name="Locale", description="A language by its BCP 47 tag, such as ko or en-GB.", parse_value=parse_locale
    ),
    URL: strawberry.scalar(
        name="URL",
        description="An absolute URL, or a path on the server that answered.",
        parse_value=parse_url,
    ),
    Upload: strawberry.scalar(
        name="Upload",
        description="A file of a GraphQL multipart request.",
        specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
        serialize=withhold_upload,
        parse_value=parse_upload,
    ),
}
