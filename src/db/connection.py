"""What a repository is given: a way to run statements, each compiled once for each of its shapes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from db.containing import reads_texts
from db.rows import row_maker

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from sqlalchemy import Dialect, Executable
    from sqlalchemy.sql.compiler import SQLCompiler

Row: TypeAlias = Any
"""A named tuple of the selected columns; a joined row is a named tuple within it, or None."""

Build: TypeAlias = "Callable[..., Executable]"
"""A module-level function that builds a Core statement; its arguments are the statement's shape."""


FLOAT8 = 701
"""PostgreSQL's number for `double precision`: SQLAlchemy asks for it where a column holds floats, and only there."""


class Tally:
    """How many statements a request has run."""

    __slots__ = ("statements",)

    def __init__(self) -> None:
        self.statements = 0


TALLY: ContextVar[Tally | None] = ContextVar("statements", default=None)


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text, how its parameters are bound, and how a row of its result is made."""

    sql: str
    names: tuple[str, ...]
    processors: tuple[tuple[int, Callable[[Any], Any]], ...]
    constants: Mapping[str, Any]
    row: Callable[[Sequence[Any]], Row]
    reads_texts: bool
    """Whether it looks within texts, where SQLite runs it."""

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of their places, through SQLAlchemy's bind processors."""
        given = {**self.constants, **values} if self.constants else values
        found = [given[name] for name in self.names]
        for place, process in self.processors:
            found[place] = process(found[place])
        return found


class Statements:
    """The compiled statements of one database: at most `size`, the least recently used goes first."""

    def __init__(self, dialect: Dialect, size: int = 2_000) -> None:
        self.dialect = dialect
        self._size = size
        self._compiled: OrderedDict[Hashable, Statement] = OrderedDict()

    def get(self, build: Build, shape: tuple[Hashable, ...]) -> Statement:
        """The statement that `build(*shape)` gives, compiled at the first call only."""
        key = (build, shape)
        if statement := self._compiled.get(key):
            self._compiled.move_to_end(key)
            return statement
        statement = self._compiled[key] = self._compile(build(*shape))
        if len(self._compiled) > self._size:
            self._compiled.popitem(last=False)
        return statement

    def _compile(self, executable: Executable) -> Statement:
        compiled: SQLCompiler = executable.compile(dialect=self.dialect)  # type: ignore[attr-defined]  # every Core statement has it
        names = tuple(compiled.positiontup or ())
        processors = compiled._bind_processors  # noqa: SLF001  (what SQLAlchemy's own execution applies)
        return Statement(
            sql=str(compiled),
            names=names,
            processors=tuple((place, processors[name]) for place, name in enumerate(names) if name in processors),  # type: ignore[misc]
            constants={name: value for name, value in compiled.params.items() if not compiled.binds[name].required},
            row=row_maker(self._columns(compiled), compiled.execution_options.get("kinds", {})),
            reads_texts=reads_texts(str(compiled)),
        )

    def _columns(self, compiled: SQLCompiler) -> Iterable[tuple[str, Callable[[Any], Any] | None]]:
        paths = compiled.execution_options.get("paths", {})
        for column in compiled._result_columns:  # noqa: SLF001  (as above)
            yield paths.get(column.keyname, column.keyname), column.type._cached_result_processor(self.dialect, FLOAT8)  # noqa: SLF001


class Connection(ABC):
    """Runs statements: each for itself outside a transaction, together within one."""

    def __init__(self, statements: Statements) -> None:
        self.statements = statements

    async def all(self, build: Build, *shape: Hashable, **values: Any) -> list[Row]:
        """Every row of the statement."""
        statement = self._counted(build, shape)
        return await self._fetch(statement, statement.arguments(values))

    async def first(self, build: Build, *shape: Hashable, **values: Any) -> Row | None:
        """The first row, or None."""
        rows = await self.all(build, *shape, **values)
        return rows[0] if rows else None

    async def value(self, build: Build, *shape: Hashable, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = await self.first(build, *shape, **values)
        return row[0] if row else None

    async def run(self, build: Build, *shape: Hashable, **values: Any) -> None:
        """A statement that answers nothing."""
        await self.all(build, *shape, **values)

    async def each(self, build: Build, *shape: Hashable, rows: Sequence[Mapping[str, Any]]) -> None:
        """The same statement once for each of `rows`, in one go."""
        statement = self._counted(build, shape)
        await self._run_many(statement, [statement.arguments(row) for row in rows])

    def _counted(self, build: Build, shape: tuple[Hashable, ...]) -> Statement:
        if tally := TALLY.get():
            tally.statements += 1
        return self.statements.get(build, shape)

    @abstractmethod
    async def _fetch(self, statement: Statement, arguments: list[Any]) -> list[Row]: ...

    @abstractmethod
    async def _run_many(self, statement: Statement, arguments: list[list[Any]]) -> None: ...
