"""The tables, one module for each thing."""

from db.models.audit_event import AuditEvent
from db.models.base import Base
from db.models.category import Category
from db.models.design import Design, DesignImage, DesignViewer, DesignViews, Favorite
from db.models.event import Event
from db.models.idempotency_key import IdempotencyKey
from db.models.image import Image, Upload
from db.models.search_document import SearchDocument
from db.models.studio import Studio
from db.models.user import ApiKey, LoginSession, LoginThrottle, User

__all__ = [
    "ApiKey",
    "AuditEvent",
    "Base",
    "Category",
    "Design",
    "DesignImage",
    "DesignViewer",
    "DesignViews",
    "Event",
    "Favorite",
    "IdempotencyKey",
    "Image",
    "LoginSession",
    "LoginThrottle",
    "SearchDocument",
    "Studio",
    "Upload",
    "User",
]
