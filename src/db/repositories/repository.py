"""What every repository can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import Executable, bindparam, func, insert, select

from db.among import Among
from db.models import Base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from db.connection import Connection, Row
    from db.sources import Fields, Source


class Repository:
    """One thing's rows. `source` says where they are and what can be joined to them."""

    source: ClassVar[Source]

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def by_ids(self, fields: Fields, ids: Sequence[str]) -> dict[str, Row]:
        """The visible rows with these ids, by id."""
        rows = await self.connection.all(type(self)._by_ids, fields, ids=list(ids))  # noqa: SLF001  (its own)
        return {row.id: row for row in rows}

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows; each names the same columns."""
        if rows:
            await self.connection.each(_insert, self.source.model.__tablename__, tuple(rows[0]), rows=rows)

    async def count(self) -> int:
        """How many rows there are, seen or not."""
        return int(await self.connection.value(_count, self.source.model.__tablename__))

    @classmethod
    def visible(cls) -> ColumnElement[bool] | None:
        """Which rows anybody may see; None: all."""
        return None

    @classmethod
    def chosen(cls, fields: Fields) -> Select[Any]:
        """The fields of the visible rows."""
        statement = cls.source.select(fields)
        visible = cls.visible()
        return statement if visible is None else statement.where(visible)

    @classmethod
    def _by_ids(cls, fields: Fields) -> Executable:
        return cls.chosen(fields).where(Among(cls.source.table.c.id, "ids"))


class Slugged(Repository):
    """Rows that can be named by a slug."""

    async def by_slug(self, fields: Fields, slug: str) -> Row | None:
        """The visible row with this slug."""
        return await self.connection.first(type(self)._by_slug, fields, slug=slug)  # noqa: SLF001  (its own)

    @classmethod
    def _by_slug(cls, fields: Fields) -> Executable:
        column = cls.source.table.c.slug
        return cls.chosen(fields).where(column == bindparam("slug", type_=column.type))


def _insert(table_name: str, columns: tuple[str, ...]) -> Executable:
    table = _table(table_name)
    return insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in columns}).inline()


def _count(table_name: str) -> Executable:
    return select(func.count()).select_from(_table(table_name))


def _table(name: str) -> Any:
    return Base.metadata.tables[name]
