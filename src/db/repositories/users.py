"""People with an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Executable, Select, bindparam, func, or_, select

from db.among import Among
from db.filters import EVERYTHING, Filter, express, parametrise
from db.paging import Page, Sort, Window, WindowShape, windowed
from db.repositories.repository import Repository
from db.scope import Sight, the_viewer
from db.search import searchable
from db.sources import IMAGES, USERS, VIEWERS, Fields
from rules.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from db.connection import Row

TABLE = USERS.table
PERSONAL = ("AVATAR", "ITEM", "MEAL")
"""What members upload pictures for; those for other purposes are the studio's."""
ADMINS = TABLE.c.role == "ADMIN", TABLE.c.status == "APPROVED"
"""Admins who can act."""


class Users(Repository):
    """Members and staff: everybody sees those who are approved, and each themselves; staff see all."""

    source = USERS

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Approved, or oneself."""
        if sight is Sight.STAFF:
            return None
        own = (TABLE.c.id == the_viewer(),) if sight is Sight.MEMBER else ()
        return or_(TABLE.c.status == "APPROVED", *own)

    async def page(self, fields: Fields, where: Filter, window: Window) -> Page:
        """The visible users within the window, the newest first."""
        values: dict[str, Any] = {}
        shape = parametrise(where, values)
        rows = await self.visible_rows(_page, fields, shape, window.shape, **values, **window.parameters)
        return window.page(rows)

    async def total(self, where: Filter = EVERYTHING) -> int:
        """How many match, seen or not."""
        values: dict[str, Any] = {}
        return int(await self.connection.value(_total, parametrise(where, values), **values))

    async def viewers(self, fields: Fields, ids: Sequence[str]) -> dict[str, Row]:
        """Users as their own `Viewer`, by id; whose it is, the caller has made sure."""
        rows = await self.connection.all(_viewers, fields, ids=list(ids))
        return {row.id: row for row in rows}

    async def whole(self, user_id: str) -> Row:
        """Every column of a user's row, seen or not; LookupError where there is none."""
        row = await self.connection.first(_whole, id=user_id)
        if row is None:
            raise LookupError("There is no such user.")
        return row

    async def to_log_in(self, username: str) -> Row | None:
        """The whole row of the account with this name, whatever the case."""
        return await self.connection.first(_to_log_in, username_folded=fold(username))

    async def locked_by_email(self, email: str) -> Row | None:
        """The whole row of the account with this address, whatever the case; locked like `locked`."""
        return await self.connection.first(_locked_by_email, email_folded=fold(email))

    async def taken(self, *, username: str | None = None, email: str | None = None) -> bool:
        """Whether another account has this name, or this address."""
        column = "username_folded" if username is not None else "email_folded"
        return bool(await self.connection.value(_taken, column, **{column: fold(username or email or "")}))

    async def locked(self, row_id: str | None) -> Row | None:
        """The whole row, seen or not; nobody else changes it until the transaction ends.

        Others may go on to refer to it: who writes something of theirs must not wait for who changes the account.
        """
        return await self.connection.first(_locked, id=row_id) if row_id else None

    async def own_pictures(self, user_id: str) -> list[Row]:
        """The id and key of each picture that a user uploaded for themselves; nobody shows one in the meantime."""
        return await self.connection.all(_own_pictures, uploaded_by_id=user_id)

    async def lock_admins(self) -> list[str]:
        """The ids of all admins who can act; none of them changes until the transaction ends."""
        return [row.id for row in await self.connection.all(_lock_admins)]

    async def addresses_of_admins(self) -> list[str]:
        """Where the admins who can act are reached, those who have an address."""
        return [row.email for row in await self.connection.all(_addresses_of_admins)]

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New users, without their folded texts: those are made here."""
        await super().add([{**row, **_folded(row)} for row in rows])

    async def rename(self, user: Row, *, now: datetime, **columns: Any) -> None:
        """Change a user's names or address, with other columns; `user` is the locked row."""
        names = {"username": user.username, "display_name": user.display_name, "email": user.email}
        await self.change(user.id, now=now, **columns, **_folded(names | columns))

    async def set_avatar(self, user: str, image: str, *, now: datetime) -> None:
        """Show a user by this picture."""
        await self.change(user, avatar_id=image, now=now)


def _page(sight: Sight, fields: Fields, where: Filter, shape: WindowShape) -> Executable:
    sorts = [Sort(TABLE.c[name], descending=True, nullable=False) for name in ("created_at", "id")]
    chosen = Users.chosen(sight, fields | {"created_at"}).where(express(where, CONDITIONS))
    return windowed(chosen, sorts, shape)


def _total(where: Filter) -> Executable:
    return select(func.count()).select_from(TABLE).where(express(where, CONDITIONS))


def _viewers(fields: Fields) -> Executable:
    return VIEWERS.select(fields).where(Among(TABLE.c.id, "ids"))


def _whole() -> Select[Any]:
    return select(TABLE).where(_is("id"))


def _to_log_in() -> Executable:
    return select(TABLE).where(_is("username_folded"))


def _taken(column: str) -> Executable:
    return select(func.count()).select_from(TABLE).where(_is(column))


def _is(column: str) -> ColumnElement[bool]:
    return TABLE.c[column] == bindparam(column, type_=TABLE.c[column].type)


def _locked() -> Executable:
    return _whole().with_for_update(key_share=True)


def _locked_by_email() -> Executable:
    return select(TABLE).where(_is("email_folded")).with_for_update(key_share=True)


def _own_pictures() -> Executable:
    image = IMAGES.table.c
    theirs = image.uploaded_by_id == bindparam("uploaded_by_id", type_=image.uploaded_by_id.type)
    found = select(image.id, image.key).where(theirs, or_(*(image.purpose == purpose for purpose in PERSONAL)))
    return found.order_by(image.id).with_for_update()


def _lock_admins() -> Executable:
    admins = select(TABLE.c.id).where(*ADMINS)
    return admins.order_by(TABLE.c.id).with_for_update(key_share=True)


def _addresses_of_admins() -> Executable:
    return select(TABLE.c.email).where(*ADMINS, TABLE.c.email.is_not(None)).order_by(TABLE.c.id)


def _folded(row: Mapping[str, Any]) -> dict[str, Any]:
    email = row.get("email")
    return {
        "username_folded": fold(row["username"]),
        "email_folded": fold(email) if email else None,
        "search_text": searchable(row["username"], row["display_name"], email),
    }


CONDITIONS: dict[str, Any] = {name: TABLE.c[name] for name in ("status", "role", "search_text")}
