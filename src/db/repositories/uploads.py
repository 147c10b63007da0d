"""Pictures on their way into the storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Executable, bindparam, delete, func, select

from db.locks import take_turn
from db.models import Upload
from db.repositories.repository import Repository
from db.scope import Sight, the_viewer
from db.sources import Source

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

UPLOADS = Source(Upload)
TABLE = UPLOADS.table


class Uploads(Repository):
    """Uploads that were announced: each sees their own, staff see all."""

    source = UPLOADS

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """One's own."""
        return None if sight is Sight.STAFF else TABLE.c.user_id == the_viewer()

    async def count_open(self, user_id: str, now: datetime) -> int:
        """How many a user has under way; who else counts them waits until the transaction ends."""
        await take_turn(self.connection, f"uploads {user_id}")
        return int(await self.connection.value(_open, user_id=user_id, now=now))

    async def forget_image(self, image_id: str) -> None:
        """Take away the uploads that became this picture."""
        await self.connection.run(_forget, image_id=image_id)


def _open() -> Executable:
    theirs = TABLE.c.user_id == bindparam("user_id", type_=TABLE.c.user_id.type)
    going_on = TABLE.c.expires_at > bindparam("now", type_=TABLE.c.expires_at.type)
    return select(func.count()).select_from(TABLE).where(theirs, going_on, TABLE.c.image_id.is_(None))


def _forget() -> Executable:
    return delete(TABLE).where(TABLE.c.image_id == bindparam("image_id", type_=TABLE.c.image_id.type))
