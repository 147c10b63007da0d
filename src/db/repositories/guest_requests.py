"""How often guests have written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Executable, bindparam

from db.among import Among
from db.models import GuestRequest
from db.repositories.repository import Repository
from db.sources import Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

GUEST_REQUESTS = Source(GuestRequest)
TABLE = GUEST_REQUESTS.table


class GuestRequests(Repository):
    """One row for each address, e-mail and phone number of each time that a guest wrote something."""

    source = GUEST_REQUESTS

    async def since(self, counted: Sequence[str], moment: datetime) -> dict[str, list[datetime]]:
        """When each of these was counted after this moment."""
        rows = await self.connection.all(_since, counted=list(counted), moment=moment)
        return {one: [row.created_at for row in rows if row.counted == one] for one in counted}


def _since() -> Executable:
    later = TABLE.c.created_at > bindparam("moment", type_=TABLE.c.created_at.type)
    return GUEST_REQUESTS.select(frozenset({"counted", "created_at"})).where(Among(TABLE.c.counted, "counted"), later)
