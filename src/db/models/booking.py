"""Bookings, the sessions in which they sit, and what those occupy."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, Recorded, bytewise
from db.types import Amount, Id, Json

PENDING = text("status = 'PENDING'")
ACTIVE = text("active")


class BookingSession(Recorded, Base):
    """One time of a service with its seats; most have one. `day` is the studio's date of the start.

    `seats_taken` and `bookings` count who sits in it now: guarded, so that no seat is sold twice.
    """

    __tablename__ = "booking_sessions"

    service_id: Mapped[str] = mapped_column(Id, ForeignKey("services.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    busy_from: Mapped[datetime]
    busy_until: Mapped[datetime]
    day: Mapped[dt.date]
    capacity: Mapped[int]
    seats_taken: Mapped[int]
    bookings: Mapped[int]

    __table_args__ = (
        CheckConstraint("seats_taken >= 0 AND seats_taken <= capacity", name="seats_are_there"),
        Index(None, "service_id", "day"),
    )


class Occupancy(Recorded, Base):
    """That a session has a resource for itself, from `busy_from` until before `busy_until`.

    No two active ones of the same resource overlap: PostgreSQL holds it by an exclusion constraint, SQLite by triggers
    (migration 0003). When the last has left the session, it is active no more, and tells what the session had.
    """

    __tablename__ = "occupancies"

    session_id: Mapped[str] = mapped_column(Id, ForeignKey("booking_sessions.id"), index=True)
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id"))
    busy_from: Mapped[datetime]
    busy_until: Mapped[datetime]
    active: Mapped[bool]

    __table_args__ = (
        CheckConstraint("busy_from < busy_until", name="lasts"),
        Index(
            "ix_occupancies_active",
            "resource_id",
            "busy_until",
            "busy_from",
            postgresql_where=ACTIVE,
            sqlite_where=ACTIVE,
        ),
    )


class Booking(Editable, Base):
    """A customer's booking. Name, options, price and policy stay as they were when it was made.

    `sequence` grows with every change that calendars have to follow. What is personal is erased by `erased_at`.
    """

    __tablename__ = "bookings"

    code: Mapped[str] = mapped_column(bytewise(), unique=True)
    service_id: Mapped[str] = mapped_column(Id, ForeignKey("services.id"))
    session_id: Mapped[str] = mapped_column(Id, ForeignKey("booking_sessions.id"), index=True)
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    status: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    time_zone: Mapped[str]
    party_size: Mapped[int]
    service_name: Mapped[str]
    options: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    price_amount: Mapped[Decimal | None] = mapped_column(Amount)
    price_currency: Mapped[str | None]
    min_notice_minutes: Mapped[int]
    cancel_notice_minutes: Mapped[int | None]
    customer_name: Mapped[str | None]
    customer_email: Mapped[str | None]
    customer_phone: Mapped[str | None]
    locale: Mapped[str]
    note: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    sequence: Mapped[int]
    search_text: Mapped[str] = mapped_column(bytewise())

    __table_args__ = (
        CheckConstraint("(price_amount IS NULL) = (price_currency IS NULL)", name="price_has_a_currency"),
        CheckConstraint("status <> 'PENDING' OR expires_at IS NOT NULL", name="pending_expires"),
        Index(None, "starts_at", "id"),
        Index(None, "created_at", "id"),
        Index(None, "user_id", "starts_at", "id"),
        Index(None, "service_id", "starts_at"),
        Index("ix_bookings_pending", "expires_at", postgresql_where=PENDING, sqlite_where=PENDING),
    )


class BookingEvent(Recorded, Base):
    """A step of a booking, at `created_at`; rescheduling leaves the status as it was."""

    __tablename__ = "booking_events"

    booking_id: Mapped[str] = mapped_column(Id, ForeignKey("bookings.id"))
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    actor_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    reason: Mapped[str | None]

    __table_args__ = (Index(None, "booking_id", "created_at", "id"),)
