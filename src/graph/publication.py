"""Whether the public sees something."""

from enum import Enum

from graph.declaring import enum_type


@enum_type(
    DRAFT="Being worked on; only staff see it.",
    PUBLISHED="Everybody sees it.",
    ARCHIVED="Taken out of sight and kept.",
)
class PublicationStatus(Enum):
    """Whether the public sees something."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    ARCHIVED = "ARCHIVED"
