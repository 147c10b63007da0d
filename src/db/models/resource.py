"""What services need: people, rooms, equipment, and the studio itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, bytewise
from db.types import Json


class Resource(Editable, Base):
    """Somebody or something that can be at one booking at a time; without hours of its own it follows the studio's.

    One row of the kind STUDIO is the studio itself: services that name no resource occupy it.
    """

    __tablename__ = "resources"

    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(bytewise())
    kind: Mapped[str]
    active: Mapped[bool]
    weekly_hours: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)

    __table_args__ = (Index(None, "name_folded", "id"),)
