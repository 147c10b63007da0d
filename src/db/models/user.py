"""People with an account."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, bytewise
from db.types import Id


class User(Editable, Base):
    """A member of the studio or of its staff."""

    __tablename__ = "users"

    username: Mapped[str]
    username_folded: Mapped[str] = mapped_column(bytewise(), unique=True)
    display_name: Mapped[str]
    avatar_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("images.id", use_alter=True, ondelete="SET NULL"), index=True
    )
