"""What strangers ask the studio."""

from __future__ import annotations

import datetime as dt
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, Recorded, bytewise
from db.types import Id


class Inquiry(Editable, Base):
    """A message from the contact form; `locale` is the language in which it is answered."""

    __tablename__ = "inquiries"

    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    message: Mapped[str]
    service_id: Mapped[str | None] = mapped_column(Id, ForeignKey("services.id", ondelete="SET NULL"), index=True)
    preferred_date: Mapped[dt.date | None]
    status: Mapped[str]
    locale: Mapped[str]
    erased_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "created_at", "id"), Index(None, "status", "created_at", "id"))


class GuestRequest(Recorded, Base):
    """That a guest has written something; `counted` is a keyed hash of an address, an e-mail or a phone number."""

    __tablename__ = "guest_requests"

    counted: Mapped[str] = mapped_column(bytewise())

    __table_args__ = (Index(None, "counted", "created_at"), Index(None, "created_at"))
