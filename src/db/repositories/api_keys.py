"""Keys for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Executable, bindparam, select, update

from db.repositories.login_sessions import VIEWER
from db.repositories.repository import Repository
from db.sources import API_KEYS, USERS

if TYPE_CHECKING:
    from datetime import datetime

    from db.connection import Row
    from db.sources import Fields

TABLE = API_KEYS.table


class ApiKeys(Repository):
    """Keys; only admins get to them at all, and those see every one."""

    source = API_KEYS

    async def every(self, fields: Fields) -> list[Row]:
        """All keys, the newest first."""
        return await self.visible_rows(_every, fields)

    async def revoke_all(self, user: str, *, now: datetime) -> None:
        """End every key that acts for a user."""
        await self.connection.run(_revoke_all, user_id=user, revoked_at=now)

    async def signed_in(self, digest: str) -> Row | None:
        """Who a key acts for: its own columns, with its maker's that decide what a request may do."""
        return await self.connection.first(_signed_in, digest=digest)


def _every(sight: object, fields: Fields) -> Executable:  # noqa: ARG001  (seen alike by all who get here)
    return API_KEYS.select(fields).order_by(TABLE.c.created_at.desc(), TABLE.c.id.desc())


def _revoke_all() -> Executable:
    moment = bindparam("revoked_at", type_=TABLE.c.revoked_at.type)
    theirs = TABLE.c.user_id == bindparam("user_id", type_=TABLE.c.user_id.type), TABLE.c.revoked_at.is_(None)
    return update(TABLE).where(*theirs).values(revoked_at=moment, updated_at=moment)


def _signed_in() -> Executable:
    user = USERS.table
    own = (TABLE.c.id, TABLE.c.user_id, TABLE.c.expires_at, TABLE.c.revoked_at, TABLE.c.last_used_at)
    maker = (user.c[name] for name in VIEWER)
    found = select(*own, TABLE.c.role.label("key_role"), *maker).join(user, user.c.id == TABLE.c.user_id)
    return found.where(TABLE.c.digest == bindparam("digest", type_=TABLE.c.digest.type))
