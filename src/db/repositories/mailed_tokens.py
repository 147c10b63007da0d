"""What links in mails prove."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Executable, bindparam, delete, select, update

from db.models import MailedToken
from db.repositories.repository import Repository
from db.sources import Source

if TYPE_CHECKING:
    from datetime import datetime

    from db.connection import Row

MAILED_TOKENS = Source(MailedToken)
TABLE = MAILED_TOKENS.table


class MailedTokens(Repository):
    """Tokens: single-use, hashed, short-lived. Whoever writes one has locked its user's row."""

    source = MAILED_TOKENS

    async def presented(self, row_id: str, token: str) -> Row | None:
        """The whole row of a token that somebody shows; None where it is another's."""
        return await self.connection.first(_presented, id=row_id, digest=digest(token))

    async def made_since(self, user_id: str, purpose: str, moment: datetime) -> list[datetime]:
        """When a user's tokens of a purpose were made, after this moment."""
        rows = await self.connection.all(_made_since, user_id=user_id, purpose=purpose, moment=moment)
        return [row.created_at for row in rows]

    async def use_up(self, user_id: str, purpose: str, *, now: datetime) -> None:
        """None of a user's tokens of a purpose holds any more."""
        await self.connection.run(_use_up, user_id=user_id, purpose=purpose, now=now)

    async def remove_all(self, user_id: str) -> None:
        """Take all tokens of a user away: they tell addresses."""
        await self.connection.run(_remove_all, user_id=user_id)


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def _presented() -> Executable:
    return select(TABLE).where(_is("id"), _is("digest"))


def _made_since() -> Executable:
    later = TABLE.c.created_at > bindparam("moment", type_=TABLE.c.created_at.type)
    return select(TABLE.c.created_at).where(_is("user_id"), _is("purpose"), later)


def _use_up() -> Executable:
    now = bindparam("now", type_=TABLE.c.used_at.type)
    unused = _is("user_id"), _is("purpose"), TABLE.c.used_at.is_(None)
    return update(TABLE).where(*unused).values(used_at=now, updated_at=now)


def _remove_all() -> Executable:
    return delete(TABLE).where(_is("user_id"))


def _is(column: str) -> ColumnElement[bool]:
    return TABLE.c[column] == bindparam(column, type_=TABLE.c[column].type)
