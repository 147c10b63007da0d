"""People with an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Executable, bindparam, update

from db.repositories.repository import Repository
from db.sources import USERS

if TYPE_CHECKING:
    from datetime import datetime

TABLE = USERS.table


class Users(Repository):
    """Members and staff."""

    source = USERS

    async def set_avatar(self, user: str, image: str, *, now: datetime) -> None:
        """Show a user by this picture."""
        await self.connection.run(_set_avatar, id=user, avatar_id=image, updated_at=now)


def _set_avatar() -> Executable:
    changed = {name: bindparam(name, type_=TABLE.c[name].type) for name in ("avatar_id", "updated_at")}
    the_user = TABLE.c.id == bindparam("id", type_=TABLE.c.id.type)
    return update(TABLE).where(the_user).values(changed | {"version": TABLE.c.version + 1})
