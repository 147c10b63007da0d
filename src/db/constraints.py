"""What the database itself makes sure of: a constraint that a write would break, as the refusal that says so."""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import UniqueConstraint

from db.models import Base

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy import Index

    from rules.refusals import Refusal

UNIQUE = "UNIQUE constraint failed: "


@asynccontextmanager
async def unique(**refusals: Refusal) -> AsyncIterator[None]:
    """Raise the refusal of the unique constraint (or index) that a write within breaks; no other error is touched.

    The transaction is over then: on PostgreSQL nothing more can be done in it.
    """
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name not in refusals:
            raise
        raise refusals[error.constraint_name] from error
    except sqlite3.IntegrityError as error:
        broken = next((name for name in refusals if str(error) == UNIQUE + _columns(name)), None)
        if broken is None:
            raise
        raise refusals[broken] from error


@asynccontextmanager
async def exclusive(constraint: str, refusal: Refusal) -> AsyncIterator[None]:
    """Raise the refusal where a write within breaks this exclusion constraint; like `unique`.

    SQLite's triggers raise the constraint's name.
    """
    try:
        yield
    except asyncpg.ExclusionViolationError as error:
        if error.constraint_name != constraint:
            raise
        raise refusal from error
    except sqlite3.IntegrityError as error:
        if str(error) != constraint:
            raise
        raise refusal from error


def _columns(name: str) -> str:
    """The columns of a constraint, by which SQLite names it."""
    return next(", ".join(map(str, one.columns)) for one in _uniques() if one.name == name)


def _uniques() -> Iterator[UniqueConstraint | Index]:
    for table in Base.metadata.tables.values():
        yield from (one for one in table.constraints if isinstance(one, UniqueConstraint))
        yield from (one for one in table.indexes if one.unique)
