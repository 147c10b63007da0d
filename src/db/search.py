"""Search that gives the same hits on both databases, in any script: folded text, found through its bigrams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.ext.compiler import compiles

from db.among import Among
from db.filters import Every, Filter, Test
from db.models import SearchDocument
from db.types import Grams
from rules.text import fold, grams

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Executable
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.operators import OperatorType

    from db.connection import Connection

DOCUMENTS = SearchDocument.metadata.tables[SearchDocument.__tablename__]


def searchable(*texts: str | None) -> str:
    """The folded form of several texts, in which a search looks; no hit reaches from one into the next."""
    return "\n".join(" ".join(fold(text).split()) for text in texts if text)


class SearchIndex:
    """Writes the bigrams of searchable rows, in the transaction of the rows themselves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, kind: str, texts: Iterable[tuple[str, str]]) -> None:
        """Index new rows: pairs of id and searchable text."""
        rows = [{"kind": kind, "subject_id": subject_id, "grams": grams(text)} for subject_id, text in texts]
        await self._connection.each(_add, rows=rows)

    async def change(self, subject_id: str, text: str) -> None:
        """Index a row's text anew."""
        await self.change_all([(subject_id, text)])

    async def change_all(self, texts: Iterable[tuple[str, str]]) -> None:
        """The same for several rows: pairs of id and searchable text."""
        rows = [{"subject_id": subject_id, "grams": grams(text)} for subject_id, text in texts]
        await self._connection.each(_change, rows=rows)

    async def remove_all(self, subject_ids: Sequence[str]) -> None:
        """Forget rows that are no more."""
        await self._connection.run(_remove_all, subject_ids=subject_ids)


def _add() -> Executable:
    names = ("kind", "subject_id", "grams")
    return insert(DOCUMENTS).values({name: bindparam(name, type_=DOCUMENTS.c[name].type) for name in names}).inline()


def _change() -> Executable:
    subject = DOCUMENTS.c.subject_id == bindparam("subject_id", type_=DOCUMENTS.c.subject_id.type)
    return update(DOCUMENTS).where(subject).values(grams=bindparam("grams", type_=DOCUMENTS.c.grams.type))


def _remove_all() -> Executable:
    return delete(DOCUMENTS).where(Among(DOCUMENTS.c.subject_id, "subject_ids"))


def search_filter(words: tuple[str, ...]) -> Filter:
    """The condition of a search for folded words: every one is somewhere in the row's searchable text."""
    indexed = tuple(sorted(frozenset[str]().union(*map(grams, words))))  # a set's order differs between processes
    narrowing = (Test("search_index", "matches", indexed),) if indexed else ()
    return Every((*narrowing, *(Test("search_text", "contains", word) for word in words)))


def without_index(condition: Filter) -> Filter:
    """The same condition with every search reading the rows themselves: cheaper where few rows are left to read."""
    if isinstance(condition, Test):
        return Every() if condition.field == "search_index" else condition
    if isinstance(condition, Every):
        return Every(tuple(map(without_index, condition.parts)))
    return condition


def index_condition(subject: ColumnElement[Any], test: Test) -> ColumnElement[bool]:
    """The rows whose bigrams hold all of the searched ones; a superset of the hits."""
    return subject.in_(select(DOCUMENTS.c.subject_id).where(_HoldsAll(test.value)))


class _HoldsAll(ColumnElement[bool]):
    """True where a search document has every bigram of the parameter."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, name: str) -> None:
        self.grams = bindparam(name, type_=Grams())

    def self_group(self, against: OperatorType | None = None) -> _HoldsAll:  # noqa: ARG002  (SQLAlchemy's signature)
        """Itself: for SQLite, SQLAlchemy would write `(…) = 1` around it, and no index is found by that."""
        return self


@compiles(_HoldsAll, "postgresql")
def _gin(element: _HoldsAll, compiler: SQLCompiler, **options: Any) -> str:
    return f"search_documents.grams @> {compiler.process(element.grams, **options)}"


@compiles(_HoldsAll, "sqlite")
def _fts5(element: _HoldsAll, compiler: SQLCompiler, **options: Any) -> str:
    rows = "SELECT rowid FROM search_index WHERE search_index MATCH"
    return f"search_documents.number IN ({rows} {compiler.process(element.grams, **options)})"
