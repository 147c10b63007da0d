"""What every repository can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import Executable, bindparam, delete, func, insert, select, update

from db.among import Among
from db.models import Base

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from db.connection import Build, Connection, Row
    from db.scope import Scope, Sight
    from db.sources import Fields, Source


class Repository:
    """One thing's rows. `source` says where they are and what can be joined to them; `scope` who reads."""

    source: ClassVar[Source]

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self.connection = connection
        self.scope = scope

    async def by_ids(self, fields: Fields, ids: Sequence[str]) -> dict[str, Row]:
        """The visible rows with these ids, by id."""
        rows = await self.visible_rows(type(self)._by_ids, fields, ids=list(ids))  # noqa: SLF001  (its own)
        return {row.id: row for row in rows}

    async def visible_rows(self, build: Build, *shape: Hashable, **values: Any) -> list[Row]:
        """The rows of `build(sight, *shape)`: as many as the scope lets be seen."""
        return await self.connection.all(build, self.scope.sight, *shape, viewer=self.scope.viewer, **values)

    async def locked(self, row_id: str | None) -> Row | None:
        """The whole row, seen or not; nobody else changes it until the transaction ends."""
        return await self.connection.first(_locked, self._table_name, id=row_id) if row_id else None

    async def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows; each names the same columns."""
        if rows:
            await self.connection.each(_insert, self._table_name, tuple(rows[0]), rows=rows)

    async def change(self, row_id: str, *, now: datetime, **columns: Any) -> None:
        """Set these columns of a row; its version, where it has one, grows by one."""
        changed = {**columns, "updated_at": now}
        await self.connection.run(_change, self._table_name, tuple(changed), id=row_id, **changed)

    async def note(self, row_id: str, **columns: Any) -> None:
        """Set columns whose change is no edit: neither the version nor the moment of the last change moves."""
        await self.connection.run(_note, self._table_name, tuple(columns), id=row_id, **columns)

    async def remove(self, row_id: str) -> None:
        """Take the row away for good."""
        await self.connection.run(_remove, self._table_name, id=row_id)

    async def count(self) -> int:
        """How many rows there are, seen or not."""
        return int(await self.connection.value(_count, self._table_name))

    @property
    def _table_name(self) -> str:
        return str(self.source.model.__tablename__)

    @classmethod
    def visible(cls, sight: Sight) -> ColumnElement[bool] | None:  # noqa: ARG003  (for those that hide something)
        """Which rows are seen; None: all."""
        return None

    @classmethod
    def chosen(cls, sight: Sight, fields: Fields) -> Select[Any]:
        """The fields of the visible rows."""
        statement = cls.source.select(fields)
        visible = cls.visible(sight)
        return statement if visible is None else statement.where(visible)

    @classmethod
    def _by_ids(cls, sight: Sight, fields: Fields) -> Executable:
        return cls.chosen(sight, fields).where(Among(cls.source.table.c.id, "ids"))


class Slugged(Repository):
    """Rows that can be named by a slug."""

    async def by_slug(self, fields: Fields, slug: str) -> Row | None:
        """The visible row with this slug."""
        rows = await self.visible_rows(type(self)._by_slug, fields, slug=slug)  # noqa: SLF001  (its own)
        return rows[0] if rows else None

    @classmethod
    def _by_slug(cls, sight: Sight, fields: Fields) -> Executable:
        column = cls.source.table.c.slug
        return cls.chosen(sight, fields).where(column == bindparam("slug", type_=column.type))


def _locked(table_name: str) -> Executable:
    table = _table(table_name)
    return select(table).where(_the_row(table)).with_for_update()


def _insert(table_name: str, columns: tuple[str, ...]) -> Executable:
    table = _table(table_name)
    return insert(table).values(_given(table, columns)).inline()


def _change(table_name: str, columns: tuple[str, ...]) -> Executable:
    table = _table(table_name)
    grown = {"version": table.c.version + 1} if "version" in table.c else {}
    return update(table).where(_the_row(table)).values(_given(table, columns) | grown)


def _note(table_name: str, columns: tuple[str, ...]) -> Executable:
    table = _table(table_name)
    return update(table).where(_the_row(table)).values(_given(table, columns))


def _remove(table_name: str) -> Executable:
    table = _table(table_name)
    return delete(table).where(_the_row(table))


def _count(table_name: str) -> Executable:
    return select(func.count()).select_from(_table(table_name))


def _table(name: str) -> Any:
    return Base.metadata.tables[name]


def _the_row(table: Any) -> ColumnElement[bool]:
    matches: ColumnElement[bool] = table.c.id == bindparam("id", type_=table.c.id.type)
    return matches


def _given(table: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    return {name: bindparam(name, type_=table.c[name].type) for name in columns}
