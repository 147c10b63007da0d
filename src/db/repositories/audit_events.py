"""Who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db.ids import new_id
from db.models import AuditEvent
from db.repositories.repository import Repository
from db.sources import Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something, in which request."""

    user: str | None = None
    request_id: str | None = None


SYSTEM = Actor()


class AuditEvents(Repository):
    """Rows that are only ever added, in the transaction of the change they tell of."""

    source = Source(AuditEvent)

    async def record(
        self,
        action: str,
        subject_id: str | None,
        changes: Sequence[dict[str, Any]],
        *,
        now: datetime,
        by: Actor = SYSTEM,
    ) -> None:
        """One change: `changes` are {field, before, after}."""
        row = {
            "id": new_id(),
            "created_at": now,
            "updated_at": now,
            "actor_id": by.user,
            "action": action,
            "subject_id": subject_id,
            "request_id": by.request_id,
            "changes": list(changes),
        }
        await self.add([row])
