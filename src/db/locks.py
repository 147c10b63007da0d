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
    await connection.run(_turn, name=name)


def _turn() -> Executable:
    return select(_Turn().label("turn"))


class _Turn(ColumnElement[None]):
    """Waits for the turn whose name is the parameter `name`."""

    inherit_cache = False

    def __init__(self) -> None:
        self.name = bindparam("name", type_=String())


@compiles(_Turn, "postgresql")
def _advisory(element: _Turn, compiler: SQLCompiler, **options: object) -> str:
    return f"pg_advisory_xact_lock(hashtextextended({compiler.process(element.name, **options)}, 0))"


@compiles(_Turn, "sqlite")
def _nothing(_element: _Turn, _compiler: SQLCompiler, **_options: object) -> str:
    """One writes at a time as it is (BEGIN IMMEDIATE)."""
    return "NULL"
