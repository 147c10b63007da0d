"""Who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db.ids import new_id
from db.models import AuditEvent
from db.repositories.repository import Repository
from db.sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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
        await self.record_all(action, [(subject_id, changes)], now=now, by=by)

    async def record_all(
        self,
        action: str,
        changes: Iterable[tuple[str | None, Sequence[dict[str, Any]]]],
        *,
        now: datetime,
        by: Actor = SYSTEM,
    ) -> None:
        """The same done to several: each subject with its changes."""
        same = {"created_at": now, "updated_at": now, "actor_id": by.user, "action": action}
        rows = [{"id": new_id(), "subject_id": subject, "changes": list(its)} for subject, its in changes]
        await self.add([{**row, **same, "request_id": by.request_id} for row in rows])
