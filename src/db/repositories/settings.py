"""What an admin has set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Executable, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert  # ON CONFLICT DO UPDATE is the same on SQLite

from db.among import Among
from db.locks import take_turn
from db.repositories.repository import Repository
from db.sources import SETTINGS
from rules.studio_settings import DECIDED, DEFINITIONS, PUBLIC, is_public, setting_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from db.connection import Row
    from db.sources import Fields

TABLE = SETTINGS.table
WHOLE = frozenset({"key", "value", "updated_at", "version"})


class Setting(NamedTuple):
    """The row of a key that nobody has set."""

    id: str
    key: str
    value: str
    updated_at: datetime
    version: int = 1


class Settings(Repository):
    """Values by key; a key that nobody has set has its default, as the row that is not there."""

    source = SETTINGS

    async def value(self, key: str) -> str:
        """What holds for a defined key."""
        return (await self.values([key]))[key]

    async def values(self, keys: Sequence[str]) -> dict[str, str]:
        """What holds for each of these defined keys, in one statement."""
        rows = await self.connection.all(_of_keys, keys=list(keys))
        return {key: DEFINITIONS[key].default for key in keys} | {row.key: row.value for row in rows}

    async def every(self) -> list[Row]:
        """All of them, by key."""
        return _complete(DEFINITIONS, await self.connection.all(_every))

    async def public(self) -> list[Row]:
        """Those that everybody reads, by key."""
        defined = [key for key in DEFINITIONS if is_public(key)]
        return _complete(defined, await self.connection.all(_public, keys=defined))

    async def by_ids(self, fields: Fields, ids: Sequence[str]) -> dict[str, Row]:  # noqa: ARG002  (rows are whole)
        """Those with these ids, by id."""
        defined = [key for key in DEFINITIONS if setting_id(key) in ids]
        found = await self.connection.all(_with_ids, ids=list(ids))
        return {row.id: row for row in _complete(defined, found)}

    async def lock(self, key: str) -> Row | None:
        """The whole row of this key or of its default, None where it has neither; nobody else sets it meanwhile."""
        await take_turn(self.connection, TABLE.name)
        found = await self.connection.all(_of_keys, keys=[key])
        return next(iter(_complete([key] if key in DEFINITIONS else [], found)), None)

    async def put(self, key: str, value: str, *, now: datetime) -> None:
        """Set a key; its version grows by one: to 2 where its default held, to 1 where there was nothing."""
        first = 2 if key in DEFINITIONS else 1
        row = {"id": setting_id(key), "created_at": now, "updated_at": now, "key": key, "value": value}
        await self.connection.run(_put, **row, version=first)

    async def public_texts(self) -> int:
        """How many texts of the frontend's own there are."""
        return int(await self.connection.value(_public_texts))


def _complete(defined: Iterable[str], found: Sequence[Row]) -> list[Row]:
    """The rows, and those that stand for what is defined and has none; by key."""
    defaults = {key: Setting(setting_id(key), key, DEFINITIONS[key].default, DECIDED) for key in defined}
    rows: dict[str, Row] = defaults | {row.key: row for row in found}
    return [rows[key] for key in sorted(rows)]


def _every() -> Executable:
    return SETTINGS.select(WHOLE)


def _public() -> Executable:
    return SETTINGS.select(WHOLE).where(_is_text() | Among(TABLE.c.key, "keys"))


def _of_keys() -> Executable:
    return SETTINGS.select(WHOLE).where(Among(TABLE.c.key, "keys"))


def _with_ids() -> Executable:
    return SETTINGS.select(WHOLE).where(Among(TABLE.c.id, "ids"))


def _put() -> Executable:
    row = {column.name: bindparam(column.name, type_=column.type) for column in TABLE.c}
    changed: dict[str, Any] = {name: row[name] for name in ("value", "updated_at")}
    changed["version"] = TABLE.c.version + literal_column("1")
    return insert(TABLE).values(row).on_conflict_do_update(index_elements=["key"], set_=changed)


def _public_texts() -> Executable:
    return select(func.count()).select_from(TABLE).where(_is_text())


def _is_text() -> ColumnElement[bool]:
    return TABLE.c.key.like(literal_column(f"'{PUBLIC}%'"))
