"""Turns: what must not be done twice at once, and has no row of its own to lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Executable, String, bindparam, select
from sqlalchemy.ext.compiler import compiles

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

    from db.connection import Connection


async def take_turn(connection: Connection, name: str) -> None:
    """Wait until no other transaction has the turn of this name; it ends with the transaction."""
    await connection.run(_turn, False, name=name)


async def share_turn(connection: Connection, name: str) -> None:
    """Wait until nobody has this turn alone; then nobody takes it until the transaction ends. Many may share it."""
    await connection.run(_turn, True, name=name)


def _turn(shared: bool) -> Executable:  # noqa: FBT001  (a statement's shape)
    return select(_Turn(shared=shared).label("turn"))


class _Turn(ColumnElement[None]):
    """Waits for the turn whose name is the parameter `name`."""

    inherit_cache = False

    def __init__(self, *, shared: bool) -> None:
        self.name = bindparam("name", type_=String())
        self.shared = "_shared" if shared else ""


@compiles(_Turn, "postgresql")
def _advisory(element: _Turn, compiler: SQLCompiler, **options: object) -> str:
    return f"pg_advisory_xact_lock{element.shared}(hashtextextended({compiler.process(element.name, **options)}, 0))"


@compiles(_Turn, "sqlite")
def _nothing(_element: _Turn, _compiler: SQLCompiler, **_options: object) -> str:
    """One writes at a time as it is (BEGIN IMMEDIATE)."""
    return "NULL"
