"""People with an account."""

from __future__ import annotations

from db.repositories.repository import Repository
from db.sources import USERS


class Users(Repository):
    """Members and staff."""

    source = USERS
