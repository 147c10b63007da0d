"""Scalars: what goes out and what is let in."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from engine.multipart import UploadedFile

TimeZone = NewType("TimeZone", str)
CurrencyCode = NewType("CurrencyCode", str)
Locale = NewType("Locale", str)
URL = NewType("URL", str)
Upload = NewType("Upload", UploadedFile)

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
BCP_47 = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}", re.ASCII)


def parse_instant(value: Any) -> datetime:
    """An instant in UTC, from one with an offset; anything else is refused in words that name the form."""
    if isinstance(value, str) and RFC_3339.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise GraphQLError("A DateTime is written as in RFC 3339, with an offset: 2026-03-08T10:00:00Z.")


def parse_text(value: Any) -> str:
    """A text; what it has to be, rules say."""
    if isinstance(value, str):
        return value
    raise GraphQLError("A TimeZone is an IANA name: Asia/Seoul.")


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
    TimeZone: strawberry.scalar(
        name="TimeZone", description="A time zone by its IANA name, such as Asia/Seoul.", parse_value=parse_text
    ),
    CurrencyCode: strawberry.scalar(name="CurrencyCode", description="A currency by its ISO 4217 code, such as KRW."),
    Locale: strawberry.scalar(
        name="Locale", description="A language by its BCP 47 tag, such as ko or en-GB.", parse_value=parse_locale
    ),
    URL: strawberry.scalar(name="URL", description="An absolute URL, or a path on the server that answered."),
    Upload: strawberry.scalar(
        name="Upload",
        description="A file of a GraphQL multipart request.",
        specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
        serialize=withhold_upload,
        parse_value=parse_upload,
    ),
}
