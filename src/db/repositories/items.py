"""Collections."""

from __future__ import annotations

from db.repositories.repository import Repository
from db.sources import ITEMS

TABLE = ITEMS.table


class Items(Repository):
    """Items: the public sees public ones, members also those for members and their own, staff all."""

    source = ITEMS
