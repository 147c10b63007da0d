"""What is worth knowing about the items of a category, and the index by which items are found."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, bytewise
from db.types import Exact, Id, Json, Number


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


class SpecificationEdition(Base):
    """The index of a specification under one version of its definition; `last_item_id` is how far building it came.

    `number` is short: it stands in every row of the index.
    """

    __tablename__ = "specification_editions"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
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

    `edition` and `item` are numbers, and `audience` is the item's own: so a facet is counted in the index alone.
    """

    __tablename__ = "indexed_values"

    edition: Mapped[int] = mapped_column(ForeignKey("specification_editions.number", ondelete="CASCADE"))
    value: Mapped[str] = mapped_column(bytewise())
    item: Mapped[int] = mapped_column(Number, ForeignKey("items.number", ondelete="CASCADE"))
    audience: Mapped[str]
    text: Mapped[str | None] = mapped_column(bytewise())

    __table_args__ = (
        PrimaryKeyConstraint("edition", "value", "item", postgresql_include=["audience"]),
        Index("ix_indexed_values_item", "item", "edition", "value", "audience"),
        {"sqlite_with_rowid": False},
    )


class UniqueValue(Base):
    """A value that no other item may have; those of deleted items are free."""

    __tablename__ = "unique_values"

    specification_id: Mapped[str] = mapped_column(Id, ForeignKey("specifications.id", ondelete="CASCADE"))
    value: Mapped[str] = mapped_column(bytewise())
    item_id: Mapped[str] = mapped_column(Id, ForeignKey("items.id", ondelete="CASCADE"), index=True)

    __table_args__ = (PrimaryKeyConstraint("specification_id", "value"), {"sqlite_with_rowid": False})
