"""Signed-in devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Executable, bindparam, null, select, update

from db.ids import new_id
from db.repositories.repository import Repository
from db.scope import Sight, the_viewer
from db.sources import LOGIN_SESSIONS, USERS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from db.connection import Row
    from db.sources import Fields

TABLE = LOGIN_SESSIONS.table
VIEWER = ("role", "status", "must_change_password", "locale")
"""What of a user decides what a request may do."""


class LoginSessions(Repository):
    """Sessions: each sees those of their own that go on."""

    source = LOGIN_SESSIONS

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool]:  # noqa: ARG003  (staff see no more)
        """One's own, not ended; nobody sees those of others, staff neither."""
        return TABLE.c.user_id == the_viewer()

    async def begin(self, user: str, user_agent: str | None, *, now: datetime, expires_at: datetime) -> str:
        """A new session; its id."""
        row = {
            "id": new_id(),
            "created_at": now,
            "updated_at": now,
            "user_id": user,
            "generation": 1,
            "rotated_at": now,
            "expires_at": expires_at,
            "ended_at": None,
            "user_agent": user_agent,
        }
        await self.add([row])
        return str(row["id"])

    async def rotate(self, session: Row, *, now: datetime, expires_at: datetime) -> None:
        """The next generation, for a longer time; `session` is the locked row."""
        await self.change(session.id, generation=session.generation + 1, rotated_at=now, expires_at=expires_at, now=now)

    async def signed_in(self, session: str) -> Row | None:
        """Who is signed in by a session: its id, its end, and the user's columns that decide what a request may do."""
        return await self.connection.first(_signed_in, id=session)

    async def of_viewer(self, fields: Fields, now: datetime) -> list[Row]:
        """The viewer's own sessions that go on, the last used first."""
        return await self.visible_rows(_of_viewer, fields, now=now)

    async def end_all(self, user: str, *, now: datetime, but: str | None = None) -> None:
        """End every session of a user that goes on, or all but one."""
        await self.connection.run(_end_all, but is not None, user_id=user, but=but, ended_at=now)

    async def forget_devices(self, user: str) -> None:
        """Forget what a user's devices said of themselves."""
        await self.connection.run(_forget_devices, user_id=user)


def _forget_devices() -> Executable:
    theirs = TABLE.c.user_id == bindparam("user_id", type_=TABLE.c.user_id.type)
    return update(TABLE).where(theirs).values(user_agent=null())


def _signed_in() -> Executable:
    user = USERS.table
    columns = (TABLE.c.id, TABLE.c.user_id, TABLE.c.ended_at, TABLE.c.expires_at, *(user.c[name] for name in VIEWER))
    found = select(*columns).join(user, user.c.id == TABLE.c.user_id)
    return found.where(TABLE.c.id == bindparam("id", type_=TABLE.c.id.type))


def _of_viewer(sight: Sight, fields: Fields) -> Executable:
    goes_on = TABLE.c.ended_at.is_(None), TABLE.c.expires_at > bindparam("now", type_=TABLE.c.expires_at.type)
    return LoginSessions.chosen(sight, fields).where(*goes_on).order_by(TABLE.c.rotated_at.desc(), TABLE.c.id)


def _end_all(spare: bool) -> Executable:  # noqa: FBT001  (a statement's shape)
    moment = bindparam("ended_at", type_=TABLE.c.ended_at.type)
    theirs = TABLE.c.user_id == bindparam("user_id", type_=TABLE.c.user_id.type), TABLE.c.ended_at.is_(None)
    ended = update(TABLE).where(*theirs).values(ended_at=moment, updated_at=moment)
    return ended.where(TABLE.c.id != bindparam("but", type_=TABLE.c.id.type)) if spare else ended
