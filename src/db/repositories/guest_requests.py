"""How often guests have written."""

from __future__ import annotations

from db.models import GuestRequest
from db.repositories.repository import Repository
from db.sources import Source

GUEST_REQUESTS = Source(GuestRequest)


class GuestRequests(Repository):
    """One row for each time that somebody unknown wrote something."""

    source = GUEST_REQUESTS
