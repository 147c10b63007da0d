"""What every table has in common."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.types import Id, Instant

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base: tables for Core statements and for alembic; rows never become objects of these classes."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Instant}  # noqa: RUF012  (SQLAlchemy's attribute)


class Recorded:
    """A row with an id and the moments of its making and of its last change (UTC)."""

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Editable(Recorded):
    """A row that people edit: `version` grows by one with every change and guards against lost updates."""

    version: Mapped[int] = mapped_column(default=1)


def bytewise(length: int | None = None) -> String:
    """Text that is compared by code point on both databases, whatever the server's locale."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")
