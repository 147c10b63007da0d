"""`column IN (a list of any length)` as one statement: an array on PostgreSQL, a JSON array on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Boolean, ColumnElement, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.operators import OperatorType
    from sqlalchemy.types import TypeEngine


class Many(TypeDecorator[list[Any]]):
    """The values of a list parameter."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array of the column's own type, or JSON text."""
        item = self.item.dialect_impl(dialect)
        return dialect.type_descriptor(ARRAY(_bare(item)) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        """The list itself, or as JSON."""
        return value if dialect.name == "postgresql" else orjson.dumps(value).decode()


class Among(ColumnElement[bool]):
    """True where the column's value is one of the parameter's."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.values = bindparam(name, type_=Many(column.type))

    def self_group(self, against: OperatorType | None = None) -> Among:  # noqa: ARG002  (SQLAlchemy's signature)
        """Itself: for SQLite, SQLAlchemy would write `(…) = 1` around it, and no index is found by that."""
        return self


@compiles(Among, "postgresql")
def _array(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.column, **options)} = ANY ({compiler.process(element.values, **options)})"


@compiles(Among, "sqlite")
def _json(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    values = compiler.process(element.values, **options)
    return f"{compiler.process(element.column, **options)} IN (SELECT value FROM json_each({values}))"  # noqa: S608  (SQLAlchemy wrote both parts)


def _bare(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind
