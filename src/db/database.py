"""The one path to the database: `transaction()` for writes, `read()` for everything else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import asyncpg
from sqlalchemy import Executable, extract, func, select

from db.events import Events
from db.repositories.api_keys import ApiKeys
from db.repositories.audit_events import AuditEvents
from db.repositories.bookings import Bookings
from db.repositories.categories import Categories
from db.repositories.date_overrides import DateOverrides
from db.repositories.design_views import DesignViews
from db.repositories.designs import Designs
from db.repositories.editions import Editions
from db.repositories.favorites import Favorites
from db.repositories.guest_requests import GuestRequests
from db.repositories.idempotency_keys import IdempotencyKeys
from db.repositories.images import Images
from db.repositories.indexed_values import IndexedValues
from db.repositories.inquiries import Inquiries
from db.repositories.item_lists import ItemLists
from db.repositories.items import Items
from db.repositories.login_sessions import LoginSessions
from db.repositories.login_throttles import LoginThrottles
from db.repositories.mailed_tokens import MailedTokens
from db.repositories.occupancies import Occupancies
from db.repositories.resources import Resources
from db.repositories.services import Services
from db.repositories.settings import Settings
from db.repositories.specifications import Specifications
from db.repositories.studios import Studios
from db.repositories.uploads import Uploads
from db.repositories.users import Users
from db.scope import PUBLIC
from db.unavailable import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from db.connection import Connection
    from db.load import Load
    from db.scope import Scope

SQLITE = "sqlite:///"
ATTEMPTS = 5
UNDONE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
Result = TypeVar("Result")


class Database(ABC):
    """A database with its two doors."""

    @abstractmethod
    def read(self, scope: Scope = PUBLIC) -> Reader:
        """Statements that each stand for themselves (autocommit); `scope` tells who reads."""

    @abstractmethod
    def transaction(self, scope: Scope = PUBLIC) -> AbstractAsyncContextManager[Transaction]:
        """A transaction: committed at the end of the block, undone by any exception."""

    async def attempt(self, work: Callable[[Transaction], Awaitable[Result]], scope: Scope = PUBLIC) -> Result:
        """What `work` does in a transaction; begun anew where the database undid it so that others could go on.

        DatabaseUnavailable where that happens again and again.
        """
        for _ in range(ATTEMPTS):
            with suppress(*UNDONE):
                async with self.transaction(scope) as tx:
                    return await work(tx)
        raise DatabaseUnavailable("A transaction was undone again and again: others were in its way.")

    @abstractmethod
    async def listen(self, ring: Callable[[], None]) -> None:
        """Ring now, and whenever any process has committed events, until cancelled; an error when that ends early."""

    @abstractmethod
    def load(self) -> Load:
        """How busy it is."""

    @abstractmethod
    async def close(self) -> None:
        """Release every connection."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()


class Reader:
    """The repositories, over one connection and for one that reads."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self.connection = connection
        self.scope = scope

    async def clock(self) -> float:
        """What time it is for the database, in seconds since 1970."""
        return float(await self.connection.value(_clock))

    @cached_property
    def api_keys(self) -> ApiKeys:
        """Keys for programs."""
        return ApiKeys(self.connection, self.scope)

    @cached_property
    def bookings(self) -> Bookings:
        """What customers have booked."""
        return Bookings(self.connection, self.scope)

    @cached_property
    def categories(self) -> Categories:
        """The category tree."""
        return Categories(self.connection, self.scope)

    @cached_property
    def date_overrides(self) -> DateOverrides:
        """Dates with hours of their own."""
        return DateOverrides(self.connection, self.scope)

    @cached_property
    def designs(self) -> Designs:
        """The gallery."""
        return Designs(self.connection, self.scope)

    @cached_property
    def design_views(self) -> DesignViews:
        """How often designs are looked at."""
        return DesignViews(self.connection, self.scope)

    @cached_property
    def editions(self) -> Editions:
        """The index of each specification, as versions of its definition make it."""
        return Editions(self.connection, self.scope)

    @cached_property
    def events(self) -> Events:
        """What happened."""
        return Events(self.connection, self.scope)

    @cached_property
    def favorites(self) -> Favorites:
        """Designs that members keep."""
        return Favorites(self.connection, self.scope)

    @cached_property
    def images(self) -> Images:
        """Pictures."""
        return Images(self.connection, self.scope)

    @cached_property
    def indexed_values(self) -> IndexedValues:
        """By what items are found."""
        return IndexedValues(self.connection, self.scope)

    @cached_property
    def inquiries(self) -> Inquiries:
        """What strangers ask."""
        return Inquiries(self.connection, self.scope)

    @cached_property
    def item_lists(self) -> ItemLists:
        """Items in pages, and how many there are."""
        return ItemLists(self.connection, self.scope)

    @cached_property
    def items(self) -> Items:
        """Collections."""
        return Items(self.connection, self.scope)

    @cached_property
    def login_sessions(self) -> LoginSessions:
        """Signed-in devices."""
        return LoginSessions(self.connection, self.scope)

    @cached_property
    def occupancies(self) -> Occupancies:
        """Sessions of services, and the resources that they have for themselves."""
        return Occupancies(self.connection, self.scope)

    @cached_property
    def resources(self) -> Resources:
        """What services need."""
        return Resources(self.connection, self.scope)

    @cached_property
    def services(self) -> Services:
        """What the studio sells."""
        return Services(self.connection, self.scope)

    @cached_property
    def settings(self) -> Settings:
        """What an admin has set."""
        return Settings(self.connection, self.scope)

    @cached_property
    def specifications(self) -> Specifications:
        """What is worth knowing about items."""
        return Specifications(self.connection, self.scope)

    @cached_property
    def studios(self) -> Studios:
        """The studio."""
        return Studios(self.connection, self.scope)

    @cached_property
    def uploads(self) -> Uploads:
        """Pictures on their way."""
        return Uploads(self.connection, self.scope)

    @cached_property
    def users(self) -> Users:
        """People with an account."""
        return Users(self.connection, self.scope)


class Transaction(Reader):
    """The repositories within one transaction, and what is written only there."""

    @cached_property
    def audit(self) -> AuditEvents:
        """Who changed what."""
        return AuditEvents(self.connection, self.scope)

    @cached_property
    def guest_requests(self) -> GuestRequests:
        """How often guests have written."""
        return GuestRequests(self.connection, self.scope)

    @cached_property
    def idempotency_keys(self) -> IdempotencyKeys:
        """What retried writes answer with."""
        return IdempotencyKeys(self.connection, self.scope)

    @cached_property
    def login_throttles(self) -> LoginThrottles:
        """Failed log-ins."""
        return LoginThrottles(self.connection, self.scope)

    @cached_property
    def mailed_tokens(self) -> MailedTokens:
        """What links in mails prove."""
        return MailedTokens(self.connection, self.scope)


def _clock() -> Executable:
    return select(extract("epoch", func.current_timestamp()))


def open_database(url: str, connections: int, statement_seconds: float | None = None) -> Database:
    """The database behind a `sqlite:///…` or `postgresql://…` URL; connects when first used.

    `connections` bounds what runs at once: connections on PostgreSQL, reader threads on SQLite. No statement on
    PostgreSQL may take longer than `statement_seconds`: it ends what its caller could not.
    """
    if url.startswith(SQLITE):
        from db.sqlite import SqliteDatabase  # noqa: PLC0415  (its module names ours)

        return SqliteDatabase(Path(url.removeprefix(SQLITE)), connections)
    from db.postgresql import PostgresqlDatabase  # noqa: PLC0415  (its module names ours)

    return PostgresqlDatabase(url, connections, statement_seconds)
