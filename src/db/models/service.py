"""What the studio sells."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, Recorded, bytewise
from db.types import Amount, Id, Json


class Service(Editable, Base):
    """A service with the terms on which it is booked; times are minutes."""

    __tablename__ = "services"

    slug: Mapped[str] = mapped_column(bytewise(), unique=True)
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(bytewise())
    summary: Mapped[str | None]
    description: Mapped[str | None]
    search_text: Mapped[str] = mapped_column(bytewise())
    duration_minutes: Mapped[int]
    buffer_before_minutes: Mapped[int]
    buffer_after_minutes: Mapped[int]
    slot_step_minutes: Mapped[int]
    min_notice_minutes: Mapped[int]
    max_days_ahead: Mapped[int]
    max_per_day: Mapped[int | None]
    capacity: Mapped[int]
    requires_confirmation: Mapped[bool]
    cancel_notice_minutes: Mapped[int | None]
    price_amount: Mapped[Decimal | None] = mapped_column(Amount)
    price_currency: Mapped[str | None]
    cover_image_id: Mapped[str | None] = mapped_column(Id, ForeignKey("images.id"), index=True)
    status: Mapped[str]
    position: Mapped[int]
    translations: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (
        CheckConstraint("(price_amount IS NULL) = (price_currency IS NULL)", name="price_has_a_currency"),
        Index(None, "position", "name_folded", "id"),
        Index(None, "name_folded", "id"),
        Index(None, "created_at", "id"),
        Index(None, "price_amount", "id"),
    )


class ServiceImage(Recorded, Base):
    """A picture of a service, at its place; the first one is also its cover."""

    __tablename__ = "service_images"

    service_id: Mapped[str] = mapped_column(Id, ForeignKey("services.id", ondelete="CASCADE"))
    image_id: Mapped[str] = mapped_column(Id, ForeignKey("images.id"), index=True)
    position: Mapped[int]

    __table_args__ = (UniqueConstraint("service_id", "position"), UniqueConstraint("service_id", "image_id"))


class ServiceOption(Recorded, Base):
    """Something that can be had with a service, for more money or more time; bookings keep it as it was."""

    __tablename__ = "service_options"

    service_id: Mapped[str] = mapped_column(Id, ForeignKey("services.id", ondelete="CASCADE"))
    name: Mapped[str]
    price_amount: Mapped[Decimal | None] = mapped_column(Amount)
    price_currency: Mapped[str | None]
    extra_minutes: Mapped[int]
    position: Mapped[int]
    translations: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (
        CheckConstraint("(price_amount IS NULL) = (price_currency IS NULL)", name="price_has_a_currency"),
        UniqueConstraint("service_id", "position"),
    )


class ServiceResource(Recorded, Base):
    """That a service needs a resource."""

    __tablename__ = "service_resources"

    service_id: Mapped[str] = mapped_column(Id, ForeignKey("services.id", ondelete="CASCADE"))
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id"), index=True)

    __table_args__ = (UniqueConstraint("service_id", "resource_id"),)
