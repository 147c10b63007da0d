"""Admins that are made from the command line: every other account begins with `register`."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from auth.passwords import hash_password
from db.constraints import unique
from db.ids import new_id
from db.repositories.audit_events import SYSTEM
from rules.accounts import password_problems, username_problems
from rules.changes import differences
from rules.refusals import NOT_UNIQUE, Refusal, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from db.database import Database

FIRST = "admin"


async def create_admin(
    db: Database, username: str, password: str, *, now: datetime, must_change_password: bool = False
) -> None:
    """An approved admin; Refusal or Refusals where the name or the password cannot be."""
    refuse(username_problems(username, "username") + password_problems(password, username, "password"))
    row: dict[str, Any] = {
        "id": new_id(),
        "created_at": now,
        "updated_at": now,
        "version": 1,
        "username": username,
        "display_name": username,
        "role": "ADMIN",
        "status": "APPROVED",
        "password_hash": await hash_password(password),
        "must_change_password": must_change_password,
    }
    taken = Refusal(NOT_UNIQUE, "Somebody else has this name already: choose another.", "username")
    async with db.transaction() as tx:
        async with unique(uq_users_username_folded=taken):
            await tx.users.add([row])
        changes = differences({}, {"role": "ADMIN", "status": "APPROVED"})
        await tx.audit.record("user.created", row["id"], changes, now=now, by=SYSTEM)


async def create_first_admin(db: Database, now: datetime) -> str:
    """The one-time password of an admin called `admin`, to be changed at the first log-in."""
    password = secrets.token_urlsafe(12)
    await create_admin(db, FIRST, password, now=now, must_change_password=True)
    return password
