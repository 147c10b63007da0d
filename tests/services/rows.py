"""Rows for tests: whole ones, of which a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from db.ids import new_id

THEN = datetime(2026, 3, 8, 10, 0, tzinfo=UTC)


def a_studio(**named: Any) -> dict[str, Any]:
    """The studio, which has a Korean name too."""
    row = {"name": "Haneul Studio", "time_zone": "Asia/Seoul", "currency": "KRW", "locales": ["en", "ko", "hi"]}
    return _recorded() | row | {"translations": {"ko": {"name": "하늘 스튜디오"}}} | named


def a_user(name: str = "Mina", **named: Any) -> dict[str, Any]:
    """An approved member who cannot log in: there is no password."""
    row = {"username": name, "display_name": name, "avatar_id": None, "email": None, "role": "MEMBER"}
    state = {"status": "APPROVED", "status_reason": None, "password_hash": None, "must_change_password": False}
    return _recorded() | row | state | named


def a_category(name: str = "Hanbok", **named: Any) -> dict[str, Any]:
    """A root category."""
    row = {"slug": _slug(name), "name": name, "description": None, "parent_id": None, "position": 0}
    return _recorded() | row | named


def a_design(category_id: str, title: str = "Durumagi", **named: Any) -> dict[str, Any]:
    """A published design without pictures."""
    texts = dict.fromkeys(("style", "colour", "fabric", "occasion", "season", "designer_name", "collection_name"))
    counts = {"view_count": 0, "like_count": 0, "trending_score": 0.0}
    row = {"slug": _slug(title), "title": title, "description": None, "category_id": category_id, "featured": False}
    state = {"status": "PUBLISHED", "published_at": THEN, "deleted_at": None}
    return _recorded() | row | texts | counts | state | {"cover_image_id": None, "created_by_id": None} | named


def an_image(**named: Any) -> dict[str, Any]:
    """A picture whose bytes are nowhere."""
    row = _recorded()
    size = {"width": 1600, "height": 2000, "content_type": "image/jpeg", "byte_size": 1000, "sha256": "0" * 64}
    told = {"alt_text": None, "blurhash": None, "focal_x": 0.5, "focal_y": 0.5, "uploaded_by_id": None}
    return row | size | told | {"key": f"designs/{row['id']}.jpg", "purpose": "DESIGN", "status": "READY"} | named


def a_hanging(thing: str, image_id: str, position: int = 0, kind: str = "design") -> dict[str, Any]:
    """A picture's place on a design, or on a service."""
    row = _recorded() | {f"{kind}_id": thing, "image_id": image_id, "position": position}
    del row["version"]
    return row


def a_service(name: str = "Portrait", **named: Any) -> dict[str, Any]:
    """A published service of an hour, without a price and without pictures."""
    row = {"slug": _slug(name), "name": name, "summary": None, "description": None, "duration_minutes": 60}
    terms = {"slot_step_minutes": 30, "max_days_ahead": 60, "max_per_day": None, "capacity": 1}
    terms |= dict.fromkeys(("buffer_before_minutes", "buffer_after_minutes", "min_notice_minutes"), 0)
    terms |= {"requires_confirmation": False, "cancel_notice_minutes": 60}
    shown: dict[str, Any] = {"cover_image_id": None, "status": "PUBLISHED", "position": 0, "translations": {}}
    return _recorded() | row | terms | {"price_amount": None, "price_currency": None} | shown | named


def an_option(name: str = "A print", **named: Any) -> dict[str, Any]:
    """An option that costs nothing and takes no time, as a service is given it."""
    price = {"price_amount": None, "price_currency": None}
    return {"id": new_id(), "name": name, "extra_minutes": 0, "translations": {}} | price | named


def a_resource(name: str = "Room", **named: Any) -> dict[str, Any]:
    """A room that can be had while the studio is open."""
    return _recorded() | {"name": name, "kind": "ROOM", "active": True, "weekly_hours": None} | named


def _recorded() -> dict[str, Any]:
    return {"id": new_id(), "created_at": THEN, "updated_at": THEN, "version": 1}


def _slug(name: str) -> str:
    return f"{name.casefold().replace(' ', '-')}-{new_id()[-8:]}"
