"""What is worth knowing about the items of a category, and the index by which items are found."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, Recorded, bytewise
from db.types import Exact, Id, Json


class Specification(Editable, Base):
    """A definition, as it is now. Filters read the index of `edition_id`, while `next_edition_id` is being built."""

    __tablename__ = "specifications"

    category_id: Mapped[str] = mapped_column(Id, ForeignKey("categories.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(bytewise())
    label: Mapped[str]
    type: Mapped[str]
    unit: Mapped[str | None]
    options: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    required: Mapped[bool]
    unique: Mapped[bool]
    filterable: Mapped[bool]
    min: Mapped[Decimal | None] = mapped_column(Exact)
    max: Mapped[Decimal | None] = mapped_column(Exact)
    max_length: Mapped[int | None]
    position: Mapped[int]
    archived: Mapped[bool]
    edition_id: Mapped[str | None] = mapped_column(Id)
    next_edition_id: Mapped[str | None] = mapped_column(Id)

    __table_args__ = (UniqueConstraint("category_id", "key"), Index(None, "key"))


class SpecificationEdition(Recorded, Base):
    """The index of a specification under one version of its definition; `last_item_id` is how far building it came."""

    __tablename__ = "specification_editions"

    specification_id: Mapped[str] = mapped_column(Id, ForeignKey("specifications.id", ondelete="CASCADE"))
    version: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    done: Mapped[int]
    total: Mapped[int]
    last_item_id: Mapped[str | None] = mapped_column(Id)
    whole_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "specification_id", "created_at"),)


class IndexedValue(Base):
    """A value of an item, in the form in which it is compared; `text` is the whole where `value` is its beginning.

    `audience` is the item's own, so that counting need not look at items.
    """

    __tablename__ = "indexed_values"

    edition_id: Mapped[str] = mapped_column(Id, ForeignKey("specification_editions.id", ondelete="CASCADE"))
    value: Mapped[str] = mapped_column(bytewise())
    item_id: Mapped[str] = mapped_column(Id, ForeignKey("items.id", ondelete="CASCADE"))
    audience: Mapped[str]
    text: Mapped[str | None] = mapped_column(bytewise())

    __table_args__ = (
        PrimaryKeyConstraint("edition_id", "value", "item_id"),
        Index("ix_indexed_values_item", "item_id", "edition_id", "value"),
        {"sqlite_with_rowid": False},
    )


class UniqueValue(Base):
    """A value that no other item may have; those of deleted items are free."""

    __tablename__ = "unique_values"

    specification_id: Mapped[str] = mapped_column(Id, ForeignKey("specifications.id", ondelete="CASCADE"))
    value: Mapped[str] = mapped_column(bytewise())
    item_id: Mapped[str] = mapped_column(Id, ForeignKey("items.id", ondelete="CASCADE"), index=True)

    __table_args__ = (PrimaryKeyConstraint("specification_id", "value"), {"sqlite_with_rowid": False})
