"""The one path to the database: `transaction()` for writes, `read()` for everything else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import Executable, extract, func, select

from db.events import Events
from db.repositories.audit_events import AuditEvents
from db.repositories.categories import Categories
from db.repositories.designs import Designs
from db.repositories.images import Images
from db.repositories.studios import Studios
from db.repositories.users import Users

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from db.connection import Connection

SQLITE = "sqlite:///"


class Database(ABC):
    """A database with its two doors."""

    @abstractmethod
    def read(self) -> Reader:
        """Statements that each stand for themselves (autocommit)."""

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction: committed at the end of the block, undone by any exception."""

    @abstractmethod
    async def close(self) -> None:
        """Release every connection."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()


class Reader:
    """The repositories, over one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def clock(self) -> float:
        """What time it is for the database, in seconds since 1970."""
        return float(await self.connection.value(_clock))

    @cached_property
    def categories(self) -> Categories:
        """The category tree."""
        return Categories(self.connection)

    @cached_property
    def designs(self) -> Designs:
        """The gallery."""
        return Designs(self.connection)

    @cached_property
    def events(self) -> Events:
        """What happened."""
        return Events(self.connection)

    @cached_property
    def images(self) -> Images:
        """Pictures."""
        return Images(self.connection)

    @cached_property
    def studios(self) -> Studios:
        """The studio."""
        return Studios(self.connection)

    @cached_property
    def users(self) -> Users:
        """People with an account."""
        return Users(self.connection)


class Transaction(Reader):
    """The repositories within one transaction, and what is written only there."""

    @cached_property
    def audit(self) -> AuditEvents:
        """Who changed what."""
        return AuditEvents(self.connection)


def _clock() -> Executable:
    return select(extract("epoch", func.current_timestamp()))


def open_database(url: str, connections: int) -> Database:
    """The database behind a `sqlite:///…` or `postgresql://…` URL; connects when first used.

    `connections` bounds what runs at once: connections on PostgreSQL, reader threads on SQLite.
    """
    if url.startswith(SQLITE):
        from db.sqlite import SqliteDatabase  # noqa: PLC0415  (its module names ours)

        return SqliteDatabase(Path(url.removeprefix(SQLITE)), connections)
    from db.postgresql import PostgresqlDatabase  # noqa: PLC0415  (its module names ours)

    return PostgresqlDatabase(url, connections)
