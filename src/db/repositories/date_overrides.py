"""Dates with hours of their own."""

from __future__ import annotations

from db.repositories.repository import Repository
from db.sources import DATE_OVERRIDES


class DateOverrides(Repository):
    """Days on which the studio is closed, or open at other hours; everybody sees them."""

    source = DATE_OVERRIDES
