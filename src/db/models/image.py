"""Pictures, where their bytes are, and uploads on their way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, Recorded, bytewise
from db.types import Id


class Image(Editable, Base):
    """A picture whose bytes were read; `key` finds them in the storage."""

    __tablename__ = "images"

    key: Mapped[str] = mapped_column(bytewise(), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    content_type: Mapped[str]
    byte_size: Mapped[int]
    sha256: Mapped[str]
    alt_text: Mapped[str | None]
    blurhash: Mapped[str | None]
    focal_x: Mapped[float]
    focal_y: Mapped[float]
    purpose: Mapped[str]
    status: Mapped[str]
    uploaded_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"), index=True)

    __table_args__ = (Index(None, "created_at", "id"),)


class Upload(Recorded, Base):
    """A picture that a client may put straight into the storage, until `expires_at`; then it becomes an image."""

    __tablename__ = "uploads"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    purpose: Mapped[str]
    content_type: Mapped[str]
    byte_size: Mapped[int]
    sha256: Mapped[str]
    alt_text: Mapped[str | None]
    expires_at: Mapped[datetime]
    image_id: Mapped[str | None] = mapped_column(Id, ForeignKey("images.id", ondelete="SET NULL"), index=True)
