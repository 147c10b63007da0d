"""The tree in which designs are found."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, bytewise
from db.types import Id


class Category(Editable, Base):
    """A branch of the catalogue; a root has no parent."""

    __tablename__ = "categories"

    slug: Mapped[str] = mapped_column(bytewise(), unique=True)
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(bytewise())
    description: Mapped[str | None]
    search_text: Mapped[str] = mapped_column(bytewise())
    parent_id: Mapped[str | None] = mapped_column(Id, ForeignKey("categories.id"))
    position: Mapped[int]

    __table_args__ = (Index(None, "parent_id", "position", "name_folded", "id"),)
