"""What services need."""

from __future__ import annotations

from db.repositories.repository import Repository
from db.sources import RESOURCES


class Resources(Repository):
    """People, rooms, equipment, and the studio itself."""

    source = RESOURCES
