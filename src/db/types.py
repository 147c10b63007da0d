"""Column types that read and write the same values on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import CHAR, BigInteger, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine


Number = BigInteger().with_variant(Integer, "sqlite")
"""A row's number, which the database gives: SQLite counts up an INTEGER only."""


class Id(TypeDecorator[str]):
    """A UUID as 32 hexadecimal digits: `uuid` on PostgreSQL (the driver decodes it so), text on SQLite.

    Both databases order it alike, and no UUID object is made for a row that only passes through.
    """

    impl = CHAR(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`uuid` where the database has it."""
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else CHAR(32))


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond: `timestamptz` on PostgreSQL, ISO text of one width on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`timestamptz` where the database has it."""
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Any:
        """An instant with an offset, moved to UTC; SQLite gets it as text."""
        return _in_utc if dialect.name == "postgresql" else _written

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ARG002  (SQLAlchemy's signature)
        """PostgreSQL's driver gives instants as they are; SQLite's text is parsed."""
        return None if dialect.name == "postgresql" else _instant


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _written(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


class Json(TypeDecorator[Any]):
    """A JSON value as canonical text: keys sorted, no spaces, byte for byte the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002  (SQLAlchemy's signature)
        """Any value that JSON can hold; None is JSON's null."""
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002  (SQLAlchemy's signature)
        """The value as it was stored."""
        return None if value is None else orjson.loads(value)


class Amount(TypeDecorator[Decimal]):
    """An amount of money, to four decimals, as a whole number of ten-thousandths: exact, and ordered as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002  (SQLAlchemy's signature)
        """A Decimal with at most four decimals."""
        return None if value is None else int(value.scaleb(4))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002  (SQLAlchemy's signature)
        """The same number; how many decimals its currency has is not told here."""
        return None if value is None else Decimal(value).scaleb(-4)


class Exact(TypeDecorator[Decimal]):
    """A number with all its decimals, as text; not to be compared in the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002  (SQLAlchemy's signature)
        """As it is written, without an exponent."""
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002  (SQLAlchemy's signature)
        """The same number, with the same decimals."""
        return None if value is None else Decimal(value)


class Grams(TypeDecorator["Iterable[str]"]):
    """A set of bigrams: an array under a GIN index on PostgreSQL, words for FTS5 on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`text[]` where the database has it."""
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        """In their own order."""
        grams = value or ()
        return list(grams) if dialect.name == "postgresql" else " ".join(grams)
