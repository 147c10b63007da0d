"""Pictures, and where their bytes are."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, bytewise
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
