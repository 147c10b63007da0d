"""What strangers ask."""

from __future__ import annotations

from db.repositories.repository import Repository
from db.sources import INQUIRIES


class Inquiries(Repository):
    """Messages from the contact form; only staff see them."""

    source = INQUIRIES
