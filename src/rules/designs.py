"""What a design may be, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.checking import camel_case, needed, slug, text
from rules.images import pictures
from rules.refusals import STATE, Refusal
from rules.trending import trending_score

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rules.checking import Check

ATTRIBUTES = ("style", "colour", "fabric", "occasion", "season", "designer_name", "collection_name")


CHECKS: dict[str, Check] = {
    "title": text(least=1, most=200),
    "slug": slug,
    "description": text(most=10_000, lines=True),
    "category_id": needed,
    "image_ids": pictures,
    **dict.fromkeys(ATTRIBUTES, text(most=200)),
    "featured": needed,
    "status": needed,
}
BLANK: dict[str, Any] = {
    **dict.fromkeys(("description", *ATTRIBUTES, "published_at", "deleted_at")),
    "featured": False,
    "status": "DRAFT",
    "view_count": 0,
    "like_count": 0,
}
"""A new design, as far as nothing is said."""


def require_live(deleted_at: datetime | None) -> None:
    """Refuse to work on what is deleted."""
    if deleted_at is not None:
        raise Refusal(STATE, "This design is deleted: restore it first.", "id")


def require_deleted(deleted_at: datetime | None) -> None:
    """Refuse to restore what is there."""
    if deleted_at is None:
        raise Refusal(STATE, "This design is not deleted.", "id")


def publication(status: str, design: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What comes with a status: the first time that it is published is kept, and its standing counts from then."""
    if status != "PUBLISHED" or design["published_at"]:
        return {}
    return {"published_at": now, "trending_score": trending_score(design["like_count"], design["view_count"], now)}


def is_public(design: Any) -> bool:
    """Whether everybody sees it."""
    return bool(design.status == "PUBLISHED" and design.deleted_at is None)


def told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit tells it: the names that clients know, and ids that they can ask for."""
    return {camel_case(name): _told(name, value) for name, value in columns.items()}


def _told(name: str, value: Any) -> Any:
    if name == "category_id":
        return f"Category_{value}"
    if name == "image_ids":
        return ", ".join(f"Image_{one}" for one in value) or None
    return str(value).lower() if isinstance(value, bool) else value
