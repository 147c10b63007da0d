"""The gallery."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, Recorded, bytewise
from db.types import Id

VISIBLE = text("status = 'PUBLISHED' AND deleted_at IS NULL")


def _feed(name: str, *columns: str) -> Index:
    """An index over what the public sees: a page is read from it in order, forwards or backwards."""
    return Index(f"ix_designs_{name}", *columns, "id", postgresql_where=VISIBLE, sqlite_where=VISIBLE)


class Design(Editable, Base):
    """A garment design. Every text that is filtered or ordered by has a folded twin; `search_text` holds them all."""

    __tablename__ = "designs"

    slug: Mapped[str] = mapped_column(bytewise(), unique=True)
    title: Mapped[str]
    title_folded: Mapped[str] = mapped_column(bytewise())
    description: Mapped[str | None]
    category_id: Mapped[str] = mapped_column(Id, ForeignKey("categories.id"))
    cover_image_id: Mapped[str | None] = mapped_column(Id, ForeignKey("images.id"), index=True)
    style: Mapped[str | None]
    style_folded: Mapped[str | None] = mapped_column(bytewise())
    colour: Mapped[str | None]
    colour_folded: Mapped[str | None] = mapped_column(bytewise())
    fabric: Mapped[str | None]
    fabric_folded: Mapped[str | None] = mapped_column(bytewise())
    occasion: Mapped[str | None]
    occasion_folded: Mapped[str | None] = mapped_column(bytewise())
    season: Mapped[str | None]
    season_folded: Mapped[str | None] = mapped_column(bytewise())
    designer_name: Mapped[str | None]
    designer_name_folded: Mapped[str | None] = mapped_column(bytewise())
    collection_name: Mapped[str | None]
    collection_name_folded: Mapped[str | None] = mapped_column(bytewise())
    search_text: Mapped[str] = mapped_column(bytewise())
    featured: Mapped[bool]
    status: Mapped[str]
    view_count: Mapped[int]
    like_count: Mapped[int]
    trending_score: Mapped[float]
    created_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"), index=True)
    published_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("status <> 'PUBLISHED' OR published_at IS NOT NULL", name="published_has_a_date"),
        Index("ix_designs_all", "created_at", "id"),
        _feed("created", "created_at"),
        _feed("published", "published_at"),
        _feed("title", "title_folded"),
        _feed("likes", "like_count"),
        _feed("views", "view_count"),
        _feed("trending", "trending_score"),
        _feed("category", "category_id", "created_at"),
        _feed("category_style", "category_id", "style_folded", "created_at"),
    )


class DesignImage(Recorded, Base):
    """A picture of a design, at its place; the first one is also the design's cover."""

    __tablename__ = "design_images"

    design_id: Mapped[str] = mapped_column(Id, ForeignKey("designs.id", ondelete="CASCADE"))
    image_id: Mapped[str] = mapped_column(Id, ForeignKey("images.id"), index=True)
    position: Mapped[int]

    __table_args__ = (UniqueConstraint("design_id", "position"), UniqueConstraint("design_id", "image_id"))


class Favorite(Recorded, Base):
    """A design that somebody keeps; `like_count` of the design is how many of these it has."""

    __tablename__ = "favorites"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    design_id: Mapped[str] = mapped_column(Id, ForeignKey("designs.id", ondelete="CASCADE"), index=True)

    __table_args__ = (UniqueConstraint("user_id", "design_id"), Index(None, "user_id", "created_at", "id"))


class DesignViews(Recorded, Base):
    """How often a design was looked at on a day (UTC)."""

    __tablename__ = "design_views"

    design_id: Mapped[str] = mapped_column(Id, ForeignKey("designs.id", ondelete="CASCADE"))
    day: Mapped[date]
    views: Mapped[int]

    __table_args__ = (UniqueConstraint("design_id", "day"), Index(None, "day"))


class DesignViewer(Recorded, Base):
    """Somebody, known by a hash only, who has looked at a design within an hour: looking again does not count."""

    __tablename__ = "design_viewers"

    design_id: Mapped[str] = mapped_column(Id, ForeignKey("designs.id", ondelete="CASCADE"))
    viewer: Mapped[str] = mapped_column(bytewise())
    hour: Mapped[datetime]

    __table_args__ = (UniqueConstraint("design_id", "viewer", "hour"), Index(None, "hour"))
