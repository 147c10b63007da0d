"""What an admin has set."""

from __future__ import annotations

from db.repositories.repository import Repository
from db.sources import SETTINGS


class Settings(Repository):
    """Values by key."""

    source = SETTINGS
