"""The tables, one module for each thing."""

from db.models.audit_event import AuditEvent
from db.models.base import Base
from db.models.category import Category
from db.models.design import Design, DesignImage
from db.models.event import Event
from db.models.image import Image
from db.models.search_document import SearchDocument
from db.models.studio import Studio
from db.models.user import User

__all__ = [
    "AuditEvent",
    "Base",
    "Category",
    "Design",
    "DesignImage",
    "Event",
    "Image",
    "SearchDocument",
    "Studio",
    "User",
]
