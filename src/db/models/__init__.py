"""The tables, one module for each thing."""

from db.models.audit_event import AuditEvent
from db.models.base import Base
from db.models.booking import Booking, BookingEvent, BookingSession, Occupancy
from db.models.category import Category
from db.models.design import Design, DesignImage, DesignViewer, DesignViews, Favorite
from db.models.event import Event
from db.models.idempotency_key import IdempotencyKey
from db.models.image import Image, Upload
from db.models.inquiry import GuestRequest, Inquiry
from db.models.item import Item, ItemImage, ItemUrl
from db.models.resource import Resource
from db.models.search_document import SearchDocument
from db.models.service import Service, ServiceImage, ServiceOption, ServiceResource
from db.models.specification import IndexedValue, Specification, SpecificationEdition, UniqueValue
from db.models.studio import DateOverride, Setting, Studio
from db.models.user import ApiKey, LoginSession, LoginThrottle, MailedToken, User

__all__ = [
    "ApiKey",
    "AuditEvent",
    "Base",
    "Booking",
    "BookingEvent",
    "BookingSession",
    "Category",
    "DateOverride",
    "Design",
    "DesignImage",
    "DesignViewer",
    "DesignViews",
    "Event",
    "Favorite",
    "GuestRequest",
    "IdempotencyKey",
    "Image",
    "IndexedValue",
    "Inquiry",
    "Item",
    "ItemImage",
    "ItemUrl",
    "LoginSession",
    "LoginThrottle",
    "MailedToken",
    "Occupancy",
    "Resource",
    "SearchDocument",
    "Service",
    "ServiceImage",
    "ServiceOption",
    "ServiceResource",
    "Setting",
    "Specification",
    "SpecificationEdition",
    "Studio",
    "UniqueValue",
    "Upload",
    "User",
]
