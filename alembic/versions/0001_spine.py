"""The spine: the studio, its people, the gallery, events, audit and search."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.types import Grams, Id, Instant, Json

revision = "0001"
down_revision = None

VISIBLE = sa.text("status = 'PUBLISHED' AND deleted_at IS NULL")
WAITING = sa.text("delivered_at IS NULL AND dead_at IS NULL")
FEEDS = {
    "created": ("created_at",),
    "published": ("published_at",),
    "title": ("title_folded",),
    "likes": ("like_count",),
    "views": ("view_count",),
    "trending": ("trending_score",),
    "category": ("category_id", "created_at"),
    "category_style": ("category_id", "style_folded", "created_at"),
}
ADD = "INSERT INTO search_index (rowid, grams) VALUES (new.number, new.grams);"
REMOVE = "INSERT INTO search_index (search_index, rowid, grams) VALUES ('delete', old.number, old.grams);"
TRIGGERS = {
    "added AFTER INSERT": ADD,
    "removed AFTER DELETE": REMOVE,
    "changed AFTER UPDATE OF grams": REMOVE + ADD,
}
SEARCH_INDEX = """
CREATE VIRTUAL TABLE search_index USING fts5(
    grams, content='search_documents', content_rowid='number', tokenize='ascii', detail=none, columnsize=0
)
"""


def upgrade() -> None:
    """Make it."""
    _people_and_studio()
    _gallery()
    _ledger()
    _search()


def downgrade() -> None:
    """Undo it."""
    if _on_postgresql():
        op.drop_constraint("fk_users_avatar_id_images", "users")
    else:
        op.execute("DROP TABLE search_index")
    for table in ("search_documents", "audit_events", "events", "design_images", "designs", "categories"):
        op.drop_table(table)
    for table in ("images", "users", "studios"):
        op.drop_table(table)


def _people_and_studio() -> None:
    op.create_table(
        "studios",
        *_editable(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("locales", Json(), nullable=False),
        sa.Column("translations", Json(), nullable=False),
    )
    avatar = sa.ForeignKeyConstraint(
        ["avatar_id"], ["images.id"], name="fk_users_avatar_id_images", ondelete="SET NULL"
    )
    op.create_table(
        "users",
        *_editable(),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("username_folded", _bytewise(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("avatar_id", Id()),
        sa.UniqueConstraint("username_folded", name="uq_users_username_folded"),
        *(() if _on_postgresql() else (avatar,)),  # SQLite takes a reference to a table that is yet to come
    )
    op.create_index("ix_users_avatar_id", "users", ["avatar_id"])
    _images()
    if _on_postgresql():
        op.create_foreign_key(avatar.name, "users", "images", ["avatar_id"], ["id"], ondelete="SET NULL")


def _images() -> None:
    op.create_table(
        "images",
        *_editable(),
        sa.Column("key", _bytewise(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("byte_size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("alt_text", sa.String()),
        sa.Column("blurhash", sa.String()),
        sa.Column("focal_x", sa.Double(), nullable=False),
        sa.Column("focal_y", sa.Double(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("uploaded_by_id", Id(), sa.ForeignKey("users.id", name="fk_images_uploaded_by_id_users")),
        sa.UniqueConstraint("key", name="uq_images_key"),
    )
    op.create_index("ix_images_uploaded_by_id", "images", ["uploaded_by_id"])


def _gallery() -> None:
    op.create_table(
        "categories",
        *_editable(),
        sa.Column("slug", _bytewise(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", _bytewise(), nullable=False),
        sa.Column("description", sa.String()),
        sa.Column("search_text", _bytewise(), nullable=False),
        sa.Column("parent_id", Id(), sa.ForeignKey("categories.id", name="fk_categories_parent_id_categories")),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.UniqueConstraint("slug", name="uq_categories_slug"),
    )
    children = ["parent_id", "position", "name_folded", "id"]
    op.create_index("ix_categories_parent_id_position_name_folded_id", "categories", children)
    _designs()
    op.create_table(
        "design_images",
        *_recorded(),
        sa.Column("design_id", Id(), nullable=False),
        sa.Column(
            "image_id", Id(), sa.ForeignKey("images.id", name="fk_design_images_image_id_images"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["design_id"], ["designs.id"], name="fk_design_images_design_id_designs", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("design_id", "position", name="uq_design_images_design_id_position"),
        sa.UniqueConstraint("design_id", "image_id", name="uq_design_images_design_id_image_id"),
    )
    op.create_index("ix_design_images_image_id", "design_images", ["image_id"])


def _designs() -> None:
    op.create_table(
        "designs",
        *_editable(),
        sa.Column("slug", _bytewise(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_folded", _bytewise(), nullable=False),
        sa.Column("description", sa.String()),
        sa.Column(
            "category_id",
            Id(),
            sa.ForeignKey("categories.id", name="fk_designs_category_id_categories"),
            nullable=False,
        ),
        sa.Column("cover_image_id", Id(), sa.ForeignKey("images.id", name="fk_designs_cover_image_id_images")),
        *_with_twins("style", "colour", "fabric", "occasion", "season", "designer_name", "collection_name"),
        sa.Column("search_text", _bytewise(), nullable=False),
        sa.Column("featured", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("view_count", sa.Integer(), nullable=False),
        sa.Column("like_count", sa.Integer(), nullable=False),
        sa.Column("trending_score", sa.Double(), nullable=False),
        sa.Column("created_by_id", Id(), sa.ForeignKey("users.id", name="fk_designs_created_by_id_users")),
        sa.Column("published_at", Instant()),
        sa.Column("deleted_at", Instant()),
        sa.CheckConstraint("status <> 'PUBLISHED' OR published_at IS NOT NULL", name="ck_designs_published_has_a_date"),
        sa.UniqueConstraint("slug", name="uq_designs_slug"),
    )
    for column in ("cover_image_id", "created_by_id"):
        op.create_index(f"ix_designs_{column}", "designs", [column])
    for name, columns in FEEDS.items():
        op.create_index(
            f"ix_designs_{name}", "designs", [*columns, "id"], postgresql_where=VISIBLE, sqlite_where=VISIBLE
        )


def _ledger() -> None:
    op.create_table(
        "events",
        *_recorded(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", Id()),
        sa.Column("payload", Json(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", Instant()),
        sa.Column("delivered_at", Instant()),
        sa.Column("dead_at", Instant()),
        sa.Column("last_error", sa.String()),
    )
    op.create_index("ix_events_waiting", "events", ["due_at", "id"], postgresql_where=WAITING, sqlite_where=WAITING)
    op.create_table(
        "audit_events",
        *_recorded(),
        sa.Column("actor_id", Id(), sa.ForeignKey("users.id", name="fk_audit_events_actor_id_users")),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_id", Id()),
        sa.Column("request_id", sa.String()),
        sa.Column("changes", Json(), nullable=False),
    )
    op.create_index("ix_audit_events_created_at_id", "audit_events", ["created_at", "id"])
    op.create_index("ix_audit_events_subject_id_created_at", "audit_events", ["subject_id", "created_at"])


def _search() -> None:
    op.create_table(
        "search_documents",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("grams", Grams(), nullable=False),
        sa.UniqueConstraint("subject_id", name="uq_search_documents_subject_id"),
    )
    if _on_postgresql():
        op.create_index("ix_search_documents_grams", "search_documents", ["grams"], postgresql_using="gin")
        return
    op.execute(SEARCH_INDEX)
    for when, statements in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER search_documents_{when} ON search_documents BEGIN {statements} END")


def _recorded() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", Id(), primary_key=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
    )


def _editable() -> tuple[sa.Column[Any], ...]:
    return (*_recorded(), sa.Column("version", sa.Integer(), nullable=False))


def _with_twins(*names: str) -> list[sa.Column[Any]]:
    return [
        column for name in names for column in (sa.Column(name, sa.String()), sa.Column(f"{name}_folded", _bytewise()))
    ]


def _bytewise() -> sa.String:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
