"""Who changed what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Recorded
from db.types import Id, Json


class AuditEvent(Recorded, Base):
    """One change by staff or by the system, written in its transaction; `actor_id` is null for the system."""

    __tablename__ = "audit_events"

    actor_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    action: Mapped[str]
    subject_id: Mapped[str | None] = mapped_column(Id)
    request_id: Mapped[str | None]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(Json)

    __table_args__ = (Index(None, "created_at", "id"), Index(None, "subject_id", "created_at"))
