"""Whether one text holds another, in a time that grows with the text only: LIKE takes a hundred times as long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, LargeBinary, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.operators import OperatorType
    from sqlalchemy.types import TypeEngine

SIGNS = ("instr(", " LIKE '%'")
"""By which SQLite's statements are known that look within texts."""


def reads_texts(sql: str) -> bool:
    """Whether a statement for SQLite looks within texts: then the steps it takes do not tell how long it takes."""
    return any(sign in sql for sign in SIGNS)


class Piece(TypeDecorator[str]):
    """A text that is looked for, as PostgreSQL compares it: its bytes in UTF-8."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`bytea` where the database has it."""
        return dialect.type_descriptor(LargeBinary() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """The text itself for SQLite."""
        return value.encode() if value is not None and dialect.name == "postgresql" else value


class Holds(ColumnElement[bool]):
    """True where the column's text has the parameter's somewhere in it; both are folded, and compared to the letter."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.piece = bindparam(name, type_=Piece())

    def self_group(self, against: OperatorType | None = None) -> Holds:  # noqa: ARG002  (SQLAlchemy's signature)
        """Itself: for SQLite, SQLAlchemy would write `… = 1` behind it."""
        return self


@compiles(Holds, "postgresql")
def _position(element: Holds, compiler: SQLCompiler, **options: Any) -> str:
    """In bytes: strpos() on texts is as slow as LIKE where a long piece ends in what the text repeats."""
    column = compiler.process(element.column, **options)
    return f"position({compiler.process(element.piece, **options)} IN convert_to({column}, 'UTF8')) > 0"


@compiles(Holds, "sqlite")
def _instr(element: Holds, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.column, **options)}, {compiler.process(element.piece, **options)}) > 0"
