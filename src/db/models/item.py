"""Collections."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Recorded, bytewise
from db.types import Amount, Id, Json, Number

THERE = text("deleted_at IS NULL")


class Item(Base):
    """A thing in somebody's collection. `specification_values` are its values as they were entered, by specification.

    `values_folded` are the texts of these and the labels of their options; `search_text` holds them between name and
    description. `external` is what the owner calls it elsewhere. `number` is short: it stands in every row of the
    index.
    """

    __tablename__ = "items"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(bytewise())
    description: Mapped[str | None]
    owner_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    category_id: Mapped[str] = mapped_column(Id, ForeignKey("categories.id"))
    condition: Mapped[str | None]
    quantity: Mapped[int]
    visibility: Mapped[str]
    acquired_on: Mapped[date | None]
    price_amount: Mapped[Decimal | None] = mapped_column(Amount)
    price_currency: Mapped[str | None]
    external: Mapped[str | None] = mapped_column(bytewise())
    specification_values: Mapped[dict[str, Any]] = mapped_column(Json)
    values_folded: Mapped[str] = mapped_column(bytewise())
    search_text: Mapped[str] = mapped_column(bytewise())
    deleted_at: Mapped[datetime | None]
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint("(price_amount IS NULL) = (price_currency IS NULL)", name="price_has_a_currency"),
        UniqueConstraint("owner_id", "external"),
        Index(None, "created_at", "id"),
        Index(None, "name_folded", "id"),
        Index(None, "price_amount", "id"),
        Index(None, "category_id", "id"),
        Index(None, "owner_id", "created_at", "id"),
        Index("ix_items_counted", "deleted_at", "visibility", "category_id", "condition", "owner_id", "number"),
        Index("ix_items_own", "owner_id", "visibility", "number", postgresql_where=THERE, sqlite_where=THERE),
    )


class ItemUrl(Recorded, Base):
    """A link that belongs to an item, at its place."""

    __tablename__ = "item_urls"

    item_id: Mapped[str] = mapped_column(Id, ForeignKey("items.id", ondelete="CASCADE"))
    url: Mapped[str]
    label: Mapped[str | None]
    position: Mapped[int]

    __table_args__ = (UniqueConstraint("item_id", "position"),)


class ItemImage(Recorded, Base):
    """A photo of an item, at its place."""

    __tablename__ = "item_images"

    item_id: Mapped[str] = mapped_column(Id, ForeignKey("items.id", ondelete="CASCADE"))
    image_id: Mapped[str] = mapped_column(Id, ForeignKey("images.id"), index=True)
    position: Mapped[int]

    __table_args__ = (UniqueConstraint("item_id", "position"), UniqueConstraint("item_id", "image_id"))
