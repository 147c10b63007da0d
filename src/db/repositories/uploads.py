"""Pictures on their way into the storage."""

from __future__ import annotations

from db.models import Upload
from db.repositories.repository import Repository
from db.sources import Source


class Uploads(Repository):
    """Uploads that were announced; whose they are is checked where they are completed."""

    source = Source(Upload)
