"""The search index."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import Grams, Id


class SearchDocument(Base):
    """The bigrams of one searchable row, whichever its kind.

    PostgreSQL indexes the column itself; on SQLite triggers keep the FTS5 table `search_index` in step with it.
    `number` is FTS5's rowid, which must survive VACUUM.
    """

    __tablename__ = "search_documents"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str]
    subject_id: Mapped[str] = mapped_column(Id)
    grams: Mapped[Iterable[str]] = mapped_column(Grams)

    __table_args__ = (
        UniqueConstraint("subject_id"),
        Index("ix_search_documents_grams", "grams", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )
