"""Accounts, favourites, views, uploads and idempotency keys."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.types import Id, Instant

revision = "0002"
down_revision = "0001"

USER_INDEXES = {
    "uq_users_email_folded": ["email_folded"],
    "ix_users_created_at_id": ["created_at", "id"],
    "ix_users_status_created_at_id": ["status", "created_at", "id"],
}
TABLES = (
    "design_viewers",
    "design_views",
    "favorites",
    "uploads",
    "idempotency_keys",
    "login_throttles",
    "api_keys",
    "login_sessions",
)


def upgrade() -> None:
    """Make it."""
    for column in _user_columns():
        op.add_column("users", column)
    for name, columns in USER_INDEXES.items():
        op.create_index(name, "users", columns, unique=name.startswith("uq_"))
    # whoever is there already came with the demo: shown to everybody, and nobody can log in as them
    op.execute("UPDATE users SET status = 'APPROVED', search_text = username_folded")
    _accounts()
    _uploads()
    _interest()
    op.create_index("ix_designs_all", "designs", ["created_at", "id"])
    op.create_index("ix_images_created_at_id", "images", ["created_at", "id"])


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_images_created_at_id", "images")
    op.drop_index("ix_designs_all", "designs")
    for table in TABLES:
        op.drop_table(table)
    for name in USER_INDEXES:
        op.drop_index(name, "users")
    for column in _user_columns():
        op.drop_column("users", column.name)


def _user_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("email", sa.String()),
        sa.Column("email_folded", _bytewise()),
        sa.Column("email_verified_at", Instant()),
        sa.Column("pending_email", sa.String()),
        sa.Column("locale", sa.String()),
        sa.Column("time_zone", sa.String()),
        sa.Column("role", sa.String(), nullable=False, server_default="MEMBER"),
        sa.Column("status", sa.String(), nullable=False, server_default="PENDING"),
        sa.Column("status_reason", sa.String()),
        sa.Column("password_hash", sa.String()),
        sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("search_text", _bytewise(), nullable=False, server_default=""),
    )


def _accounts() -> None:
    op.create_table(
        "login_sessions",
        *_recorded(),
        _reference("login_sessions", "user_id", "users"),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("rotated_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.Column("user_agent", sa.String()),
    )
    op.create_index("ix_login_sessions_user_id", "login_sessions", ["user_id"])
    op.create_table(
        "api_keys",
        *_recorded(),
        _reference("api_keys", "user_id", "users"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("digest", _bytewise(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("expires_at", Instant()),
        sa.Column("last_used_at", Instant()),
        sa.Column("revoked_at", Instant()),
        sa.UniqueConstraint("digest", name="uq_api_keys_digest"),
    )
    op.create_index("ix_api_keys_user_id", "api_keys", ["user_id"])
    op.create_table(
        "login_throttles",
        *_recorded(),
        sa.Column("counted", _bytewise(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("last_at", Instant()),
        sa.UniqueConstraint("counted", name="uq_login_throttles_counted"),
    )
    op.create_table(
        "idempotency_keys",
        *_recorded(),
        sa.Column("caller", _bytewise(), nullable=False),
        sa.Column("key", _bytewise(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.UniqueConstraint("caller", "key", name="uq_idempotency_keys_caller_key"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _uploads() -> None:
    op.create_table(
        "uploads",
        *_recorded(),
        _reference("uploads", "user_id", "users"),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("byte_size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("alt_text", sa.String()),
        sa.Column("expires_at", Instant(), nullable=False),
        _reference("uploads", "image_id", "images", nullable=True, ondelete="SET NULL"),
    )
    for column in ("user_id", "image_id"):
        op.create_index(f"ix_uploads_{column}", "uploads", [column])


def _interest() -> None:
    op.create_table(
        "favorites",
        *_recorded(),
        _reference("favorites", "user_id", "users"),
        _reference("favorites", "design_id", "designs", ondelete="CASCADE"),
        sa.UniqueConstraint("user_id", "design_id", name="uq_favorites_user_id_design_id"),
    )
    op.create_index("ix_favorites_design_id", "favorites", ["design_id"])
    op.create_index("ix_favorites_user_id_created_at_id", "favorites", ["user_id", "created_at", "id"])
    op.create_table(
        "design_views",
        *_recorded(),
        _reference("design_views", "design_id", "designs", ondelete="CASCADE"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.UniqueConstraint("design_id", "day", name="uq_design_views_design_id_day"),
    )
    op.create_index("ix_design_views_day", "design_views", ["day"])
    op.create_table(
        "design_viewers",
        *_recorded(),
        _reference("design_viewers", "design_id", "designs", ondelete="CASCADE"),
        sa.Column("viewer", _bytewise(), nullable=False),
        sa.Column("hour", Instant(), nullable=False),
        sa.UniqueConstraint("design_id", "viewer", "hour", name="uq_design_viewers_design_id_viewer_hour"),
    )
    op.create_index("ix_design_viewers_hour", "design_viewers", ["hour"])


def _recorded() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", Id(), primary_key=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
    )


def _reference(
    table: str, column: str, other: str, *, nullable: bool = False, ondelete: str | None = None
) -> sa.Column[Any]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{column}_{other}", ondelete=ondelete)
    return sa.Column(column, Id(), key, nullable=nullable)


def _bytewise() -> sa.String:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")
