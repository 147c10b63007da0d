"""What happened, to be delivered at least once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Recorded
from db.types import Id, Json

WAITING = text("delivered_at IS NULL AND dead_at IS NULL")


class Event(Recorded, Base):
    """Written in the transaction of the change it tells of; the worker delivers it, retries, or gives it up as dead."""

    __tablename__ = "events"

    kind: Mapped[str]
    subject_id: Mapped[str | None] = mapped_column(Id)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    leased_until: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    __table_args__ = (Index("ix_events_waiting", "due_at", "id", postgresql_where=WAITING, sqlite_where=WAITING),)
