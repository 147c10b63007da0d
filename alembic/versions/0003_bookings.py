"""Services, bookings, inquiries, the studio's settings, and tokens that are mailed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.types import Amount, Id, Instant, Json

revision = "0003"
down_revision = "0002"

TABLES = (
    "booking_events",
    "bookings",
    "occupancies",
    "booking_sessions",
    "inquiries",
    "guest_requests",
    "service_resources",
    "service_options",
    "service_images",
    "services",
    "resources",
    "mailed_tokens",
    "settings",
    "date_overrides",
)
STUDIO_AS_A_RESOURCE = """
INSERT INTO resources (id, created_at, updated_at, name, name_folded, kind, active, weekly_hours, version)
SELECT '019a0000000070008000000000000002', created_at, updated_at, 'Studio', 'studio', 'STUDIO', true, 'null', 1
FROM studios
"""
NEVER_TWICE = """
ALTER TABLE occupancies ADD CONSTRAINT ex_occupancies_resource
EXCLUDE USING gist (resource_id WITH =, tstzrange(busy_from, busy_until, '[)') WITH &&) WHERE (active)
"""
# none overlap so far: the first that ends after the new one begins is the only one that need be looked at
NEVER_TWICE_ON_SQLITE = """
CREATE TRIGGER occupancies_{when}_alone BEFORE {event} ON occupancies
WHEN new.active AND (
    SELECT busy_from FROM occupancies
    WHERE active AND resource_id = new.resource_id AND busy_until > new.busy_from AND id <> new.id
    ORDER BY busy_until LIMIT 1
) < new.busy_until
BEGIN SELECT RAISE(ABORT, 'ex_occupancies_resource'); END
"""
EVENTS = {"added": "INSERT", "changed": "UPDATE"}


def upgrade() -> None:
    """Make it."""
    with op.batch_alter_table("studios") as studios:
        for name in ("email", "phone", "address"):
            studios.add_column(sa.Column(name, sa.String()))
        studios.add_column(sa.Column("logo_id", Id()))
        studios.add_column(sa.Column("weekly_hours", Json(), nullable=False, server_default="[]"))
        studios.create_foreign_key("fk_studios_logo_id_images", "images", ["logo_id"], ["id"], ondelete="SET NULL")
        studios.create_index("ix_studios_logo_id", ["logo_id"])
    op.add_column("users", sa.Column("calendar_generation", sa.Integer(), nullable=False, server_default="0"))
    _studio()
    _services()
    op.execute(STUDIO_AS_A_RESOURCE)
    _bookings()
    _never_twice()
    _inquiries()


def downgrade() -> None:
    """Undo it; the extension btree_gist stays, for others may use it by now."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("users", "calendar_generation")
    with op.batch_alter_table("studios") as studios:
        studios.drop_index("ix_studios_logo_id")
        studios.drop_constraint("fk_studios_logo_id_images", type_="foreignkey")
        for name in ("weekly_hours", "logo_id", "address", "phone", "email"):
            studios.drop_column(name)


def _studio() -> None:
    op.create_table(
        "date_overrides",
        *_recorded(),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.String()),
        sa.Column("closes_at", sa.String()),
        sa.Column("note", sa.String()),
        sa.UniqueConstraint("date", name="uq_date_overrides_date"),
    )
    op.create_table(
        "settings",
        *_recorded(),
        sa.Column("key", _bytewise(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("key", name="uq_settings_key"),
    )
    op.create_table(
        "mailed_tokens",
        *_recorded(),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("digest", _bytewise(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mailed_tokens_user_id_users"),
        sa.UniqueConstraint("digest", name="uq_mailed_tokens_digest"),
    )
    op.create_index("ix_mailed_tokens_user_id", "mailed_tokens", ["user_id"])


def _services() -> None:
    op.create_table(
        "resources",
        *_recorded(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", _bytewise(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("weekly_hours", Json()),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_resources_name_folded_id", "resources", ["name_folded", "id"])
    op.create_table(
        "services",
        *_recorded(),
        sa.Column("slug", _bytewise(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", _bytewise(), nullable=False),
        sa.Column("summary", sa.String()),
        sa.Column("description", sa.String()),
        sa.Column("search_text", _bytewise(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_before_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_after_minutes", sa.Integer(), nullable=False),
        sa.Column("slot_step_minutes", sa.Integer(), nullable=False),
        sa.Column("min_notice_minutes", sa.Integer(), nullable=False),
        sa.Column("max_days_ahead", sa.Integer(), nullable=False),
        sa.Column("max_per_day", sa.Integer()),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("requires_confirmation", sa.Boolean(), nullable=False),
        sa.Column("cancel_notice_minutes", sa.Integer()),
        sa.Column("price_amount", Amount()),
        sa.Column("price_currency", sa.String()),
        sa.Column("cover_image_id", Id()),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("translations", Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(price_amount IS NULL) = (price_currency IS NULL)", name=op.f("ck_services_price_has_a_currency")
        ),
        sa.ForeignKeyConstraint(["cover_image_id"], ["images.id"], name="fk_services_cover_image_id_images"),
        sa.UniqueConstraint("slug", name="uq_services_slug"),
    )
    op.create_index("ix_services_cover_image_id", "services", ["cover_image_id"])
    op.create_index("ix_services_created_at_id", "services", ["created_at", "id"])
    op.create_index("ix_services_name_folded_id", "services", ["name_folded", "id"])
    op.create_index("ix_services_position_name_folded_id", "services", ["position", "name_folded", "id"])
    op.create_index("ix_services_price_amount_id", "services", ["price_amount", "id"])
    op.create_table(
        "service_images",
        *_recorded(),
        sa.Column("service_id", Id(), nullable=False),
        sa.Column("image_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name="fk_service_images_image_id_images"),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name="fk_service_images_service_id_services", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("service_id", "image_id", name="uq_service_images_service_id_image_id"),
        sa.UniqueConstraint("service_id", "position", name="uq_service_images_service_id_position"),
    )
    op.create_index("ix_service_images_image_id", "service_images", ["image_id"])
    op.create_table(
        "service_options",
        *_recorded(),
        sa.Column("service_id", Id(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("price_amount", Amount()),
        sa.Column("price_currency", sa.String()),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("translations", Json(), nullable=False),
        sa.CheckConstraint(
            "(price_amount IS NULL) = (price_currency IS NULL)", name=op.f("ck_service_options_price_has_a_currency")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name="fk_service_options_service_id_services", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("service_id", "position", name="uq_service_options_service_id_position"),
    )
    op.create_table(
        "service_resources",
        *_recorded(),
        sa.Column("service_id", Id(), nullable=False),
        sa.Column("resource_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name="fk_service_resources_resource_id_resources"),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name="fk_service_resources_service_id_services", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("service_id", "resource_id", name="uq_service_resources_service_id_resource_id"),
    )
    op.create_index("ix_service_resources_resource_id", "service_resources", ["resource_id"])


def _bookings() -> None:
    op.create_table(
        "booking_sessions",
        *_recorded(),
        sa.Column("service_id", Id(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("busy_from", Instant(), nullable=False),
        sa.Column("busy_until", Instant(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("bookings", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "seats_taken >= 0 AND seats_taken <= capacity", name=op.f("ck_booking_sessions_seats_are_there")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name="fk_booking_sessions_service_id_services"),
    )
    op.create_index("ix_booking_sessions_service_id_day", "booking_sessions", ["service_id", "day"])
    op.create_table(
        "occupancies",
        *_recorded(),
        sa.Column("session_id", Id(), nullable=False),
        sa.Column("resource_id", Id(), nullable=False),
        sa.Column("busy_from", Instant(), nullable=False),
        sa.Column("busy_until", Instant(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("busy_from < busy_until", name=op.f("ck_occupancies_lasts")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name="fk_occupancies_resource_id_resources"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["booking_sessions.id"], name="fk_occupancies_session_id_booking_sessions"
        ),
    )
    op.create_index(
        "ix_occupancies_active",
        "occupancies",
        ["resource_id", "busy_until", "busy_from"],
        postgresql_where=sa.text("active"),
        sqlite_where=sa.text("active"),
    )
    op.create_index("ix_occupancies_session_id", "occupancies", ["session_id"])
    op.create_table(
        "bookings",
        *_recorded(),
        sa.Column("code", _bytewise(), nullable=False),
        sa.Column("service_id", Id(), nullable=False),
        sa.Column("session_id", Id(), nullable=False),
        sa.Column("user_id", Id()),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("party_size", sa.Integer(), nullable=False),
        sa.Column("service_name", sa.String(), nullable=False),
        sa.Column("options", Json(), nullable=False),
        sa.Column("price_amount", Amount()),
        sa.Column("price_currency", sa.String()),
        sa.Column("min_notice_minutes", sa.Integer(), nullable=False),
        sa.Column("cancel_notice_minutes", sa.Integer()),
        sa.Column("customer_name", sa.String()),
        sa.Column("customer_email", sa.String()),
        sa.Column("customer_phone", sa.String()),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("expires_at", Instant()),
        sa.Column("erased_at", Instant()),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("search_text", _bytewise(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status <> 'PENDING' OR expires_at IS NOT NULL", name=op.f("ck_bookings_pending_expires")),
        sa.CheckConstraint(
            "(price_amount IS NULL) = (price_currency IS NULL)", name=op.f("ck_bookings_price_has_a_currency")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name="fk_bookings_service_id_services"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["booking_sessions.id"], name="fk_bookings_session_id_booking_sessions"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_bookings_user_id_users"),
        sa.UniqueConstraint("code", name="uq_bookings_code"),
    )
    op.create_index("ix_bookings_created_at_id", "bookings", ["created_at", "id"])
    op.create_index(
        "ix_bookings_pending",
        "bookings",
        ["expires_at"],
        postgresql_where=sa.text("status = 'PENDING'"),
        sqlite_where=sa.text("status = 'PENDING'"),
    )
    op.create_index("ix_bookings_service_id_starts_at", "bookings", ["service_id", "starts_at"])
    op.create_index("ix_bookings_session_id", "bookings", ["session_id"])
    op.create_index("ix_bookings_starts_at_id", "bookings", ["starts_at", "id"])
    op.create_index("ix_bookings_user_id_starts_at_id", "bookings", ["user_id", "starts_at", "id"])
    op.create_table(
        "booking_events",
        *_recorded(),
        sa.Column("booking_id", Id(), nullable=False),
        sa.Column("from_status", sa.String()),
        sa.Column("to_status", sa.String(), nullable=False),
        sa.Column("actor_id", Id()),
        sa.Column("reason", sa.String()),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name="fk_booking_events_actor_id_users"),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name="fk_booking_events_booking_id_bookings"),
    )
    op.create_index("ix_booking_events_booking_id_created_at_id", "booking_events", ["booking_id", "created_at", "id"])


def _inquiries() -> None:
    op.create_table(
        "inquiries",
        *_recorded(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String()),
        sa.Column("phone", sa.String()),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("service_id", Id()),
        sa.Column("preferred_date", sa.Date()),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("erased_at", Instant()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name="fk_inquiries_service_id_services", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_inquiries_created_at_id", "inquiries", ["created_at", "id"])
    op.create_index("ix_inquiries_service_id", "inquiries", ["service_id"])
    op.create_index("ix_inquiries_status_created_at_id", "inquiries", ["status", "created_at", "id"])
    op.create_table("guest_requests", *_recorded(), sa.Column("counted", _bytewise(), nullable=False))
    op.create_index("ix_guest_requests_counted_created_at", "guest_requests", ["counted", "created_at"])
    op.create_index("ix_guest_requests_created_at", "guest_requests", ["created_at"])


def _never_twice() -> None:
    """No resource is occupied twice at a time, whoever writes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(NEVER_TWICE)
    else:
        for when, event in EVENTS.items():
            op.execute(NEVER_TWICE_ON_SQLITE.format(when=when, event=event))


def _recorded() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", Id(), primary_key=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
    )


def _bytewise() -> sa.String:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")
