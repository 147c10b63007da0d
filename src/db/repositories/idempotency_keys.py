"""What retried writes answer with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT DO NOTHING is the same on SQLite

from db.ids import new_id
from db.models import IdempotencyKey
from db.repositories.repository import Repository
from db.sources import Source

if TYPE_CHECKING:
    from datetime import datetime

    from db.connection import Row

IDEMPOTENCY_KEYS = Source(IdempotencyKey)
TABLE = IDEMPOTENCY_KEYS.table


class IdempotencyKeys(Repository):
    """Keys that callers chose; each belongs to the write it first came with."""

    source = IDEMPOTENCY_KEYS

    async def claim(self, caller: str, key: str, input_hash: str, subject: str, *, now: datetime) -> Row | None:
        """Bind a key to what this transaction makes; the earlier row where it is bound already.

        Of two at once the second waits here for the first to commit or to give up.
        """
        row = {"id": new_id(), "created_at": now, "updated_at": now, "caller": caller, "key": key}
        made = await self.connection.first(_claim, **row, input_hash=input_hash, subject_id=subject)
        return None if made else await self.connection.first(_claimed, caller=caller, key=key)


def _claim() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in TABLE.c}
    return insert(TABLE).values(row).on_conflict_do_nothing().returning(TABLE.c.id)


def _claimed() -> Executable:
    theirs = (TABLE.c[name] == bindparam(name, type_=TABLE.c[name].type) for name in ("caller", "key"))
    return select(TABLE.c.subject_id, TABLE.c.input_hash).where(*theirs)
