"""The studio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.repositories.repository import Repository
from db.sources import STUDIOS

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from db.connection import Row
    from db.sources import Fields


class Studios(Repository):
    """One row."""

    source = STUDIOS

    async def get(self, fields: Fields) -> Row | None:
        """The studio; None before the first start has made it."""
        return await self.connection.first(_get, fields)


def _get(fields: Fields) -> Executable:
    return STUDIOS.select(fields).limit(1)
