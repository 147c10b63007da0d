"""The studio itself: who it is, when it is open, and what it has set."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, Recorded, bytewise
from db.types import Id, Json


class Studio(Editable, Base):
    """One row: whose backend this is, where its clock hangs, what it is paid in and which languages it speaks."""

    __tablename__ = "studios"

    name: Mapped[str]
    time_zone: Mapped[str]
    currency: Mapped[str]
    locales: Mapped[list[str]] = mapped_column(Json)
    translations: Mapped[dict[str, Any]] = mapped_column(Json)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[str | None]
    logo_id: Mapped[str | None] = mapped_column(Id, ForeignKey("images.id", ondelete="SET NULL"), index=True)
    weekly_hours: Mapped[list[dict[str, Any]]] = mapped_column(Json, server_default="[]")


class DateOverride(Recorded, Base):
    """A date on which the studio is closed, or open at other hours than on that day of the week."""

    __tablename__ = "date_overrides"

    date: Mapped[dt.date] = mapped_column(unique=True)
    closed: Mapped[bool]
    opens_at: Mapped[str | None]
    closes_at: Mapped[str | None]
    note: Mapped[str | None]


class Setting(Editable, Base):
    """What an admin has set; a key without a row has its default (`rules/studio_settings.py`)."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(bytewise(), unique=True)
    value: Mapped[str]
