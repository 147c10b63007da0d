"""Collections: categories with specifications, items, and the index by which they are found."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.types import Amount, Exact, Id, Instant, Json, Number

revision = "0004"
down_revision = "0003"

TABLES = (
    "unique_values",
    "indexed_values",
    "specification_editions",
    "specifications",
    "item_images",
    "item_urls",
    "items",
)
ITEM_INDEXES = (
    ("created_at", "id"),
    ("name_folded", "id"),
    ("price_amount", "id"),
    ("category_id", "id"),
    ("owner_id", "created_at", "id"),
)


def upgrade() -> None:
    """Make it."""
    _items()
    _specifications()
    _index()


def downgrade() -> None:
    """Undo it; what a search would find of items goes with them."""
    op.execute("DELETE FROM search_documents WHERE kind = 'item'")
    for table in TABLES:
        op.drop_table(table)


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("number", Number, primary_key=True, autoincrement=True),
        *_named(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", _bytewise(), nullable=False),
        sa.Column("description", sa.String()),
        sa.Column("owner_id", Id(), nullable=False),
        sa.Column("category_id", Id(), nullable=False),
        sa.Column("condition", sa.String()),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("acquired_on", sa.Date()),
        sa.Column("price_amount", Amount()),
        sa.Column("price_currency", sa.String()),
        sa.Column("external", _bytewise()),
        sa.Column("specification_values", Json(), nullable=False),
        sa.Column("values_folded", _bytewise(), nullable=False),
        sa.Column("search_text", _bytewise(), nullable=False),
        sa.Column("deleted_at", Instant()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(price_amount IS NULL) = (price_currency IS NULL)", name=op.f("ck_items_price_has_a_currency")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name="fk_items_category_id_categories"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_items_owner_id_users"),
        sa.UniqueConstraint("id", name="uq_items_id"),
        sa.UniqueConstraint("owner_id", "external", name="uq_items_owner_id_external"),
    )
    for columns in ITEM_INDEXES:
        op.create_index(f"ix_items_{'_'.join(columns)}", "items", list(columns))
    counted = ["deleted_at", "visibility", "category_id", "condition", "owner_id", "number"]
    op.create_index("ix_items_counted", "items", counted)
    op.create_index("ix_items_own", "items", ["owner_id", "visibility", "number"], **_where("deleted_at IS NULL"))
    op.create_table(
        "item_urls",
        *_recorded(),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("label", sa.String()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_urls_item_id_items", ondelete="CASCADE"),
        sa.UniqueConstraint("item_id", "position", name="uq_item_urls_item_id_position"),
    )
    op.create_table(
        "item_images",
        *_recorded(),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("image_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name="fk_item_images_image_id_images"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_images_item_id_items", ondelete="CASCADE"),
        sa.UniqueConstraint("item_id", "image_id", name="uq_item_images_item_id_image_id"),
        sa.UniqueConstraint("item_id", "position", name="uq_item_images_item_id_position"),
    )
    op.create_index("ix_item_images_image_id", "item_images", ["image_id"])


def _specifications() -> None:
    op.create_table(
        "specifications",
        *_recorded(),
        sa.Column("category_id", Id(), nullable=False),
        sa.Column("key", _bytewise(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("unit", sa.String()),
        sa.Column("options", Json(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("unique", sa.Boolean(), nullable=False),
        sa.Column("filterable", sa.Boolean(), nullable=False),
        sa.Column("min", Exact()),
        sa.Column("max", Exact()),
        sa.Column("max_length", sa.Integer()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("edition_id", Id()),
        sa.Column("next_edition_id", Id()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name="fk_specifications_category_id_categories", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("category_id", "key", name="uq_specifications_category_id_key"),
    )
    op.create_index("ix_specifications_key", "specifications", ["key"])
    op.create_table(
        "specification_editions",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        *_named(),
        sa.Column("specification_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", Json(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("last_item_id", Id()),
        sa.Column("whole_at", Instant()),
        sa.UniqueConstraint("id", name="uq_specification_editions_id"),
        sa.ForeignKeyConstraint(
            ["specification_id"],
            ["specifications.id"],
            name="fk_specification_editions_specification_id_specifications",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "ix_specification_editions_specification_id_created_at",
        "specification_editions",
        ["specification_id", "created_at"],
    )


def _index() -> None:
    op.create_table(
        "indexed_values",
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("value", _bytewise(), nullable=False),
        sa.Column("item", Number, nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("text", _bytewise()),
        sa.PrimaryKeyConstraint("edition", "value", "item", name="pk_indexed_values", postgresql_include=["audience"]),
        sa.ForeignKeyConstraint(
            ["edition"],
            ["specification_editions.number"],
            name="fk_indexed_values_edition_specification_editions",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["item"], ["items.number"], name="fk_indexed_values_item_items", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_indexed_values_item", "indexed_values", ["item", "edition", "value", "audience"])
    op.create_table(
        "unique_values",
        sa.Column("specification_id", Id(), nullable=False),
        sa.Column("value", _bytewise(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("specification_id", "value", name="pk_unique_values"),
        sa.ForeignKeyConstraint(
            ["specification_id"],
            ["specifications.id"],
            name="fk_unique_values_specification_id_specifications",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_unique_values_item_id_items", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_unique_values_item_id", "unique_values", ["item_id"])


def _recorded() -> tuple[sa.Column[Any], ...]:
    identity, *moments = _named()
    return sa.Column("id", identity.type, primary_key=True), *moments


def _named() -> tuple[sa.Column[Any], ...]:
    """Where a number is the primary key."""
    return (
        sa.Column("id", Id(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
    )


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def _bytewise() -> sa.types.TypeEngine[Any]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")
