"""What customers have booked."""

from __future__ import annotations

from db.repositories.repository import Repository
from db.sources import BOOKINGS


class Bookings(Repository):
    """Bookings: each customer sees their own, staff all."""

    source = BOOKINGS
