"""Who changed what: a row in the transaction of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.ids import new_id
from services.rows import THEN, a_user

if TYPE_CHECKING:
    from db.conftest import Look
    from db.database import Database

COLUMNS = frozenset({"created_at", "updated_at", "actor_id", "action", "subject_id", "request_id", "changes"})
CHANGES: list[dict[str, Any]] = [
    {"field": "name", "before": None, "after": "한복"},
    {"field": "count", "before": 1, "after": 2.5},
]


async def test_a_change_is_kept_as_it_was_told(db: Database, database_url: str, look: Look) -> None:
    subject = new_id()
    async with db.transaction() as tx:
        await tx.audit.record("studio.update", subject, CHANGES, now=THEN)
    ((audit_id,),) = await look(database_url, "SELECT CAST(id AS text) FROM audit_events")
    audit_id = audit_id.replace("-", "")
    async with db.transaction() as tx:
        rows = await tx.audit.by_ids(COLUMNS, [audit_id])
    assert rows[audit_id]._asdict() == {
        "id": audit_id,
        "created_at": THEN,
        "updated_at": THEN,
        "actor_id": None,
        "action": "studio.update",
        "subject_id": subject,
        "request_id": None,
        "changes": CHANGES,
    }


async def test_of_a_change_that_was_undone_nothing_is_told(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _change_and_fail(db)
    async with db.transaction() as tx:
        assert (await tx.audit.count(), await tx.users.count()) == (0, 0)


async def _change_and_fail(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.users.add([a_user()])
        await tx.audit.record("user.add", None, CHANGES, now=THEN)
        assert 1 / 0
