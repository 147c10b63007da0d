"""What a resolver knows of its request."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias, TypeVar

import strawberry

from auth.access_tokens import AccessTokens
from auth.cookies import Cookies
from auth.derived_tokens import DerivedTokens
from db.connection import TALLY
from db.database import Database, Reader, Transaction
from db.repositories.audit_events import Actor
from db.scope import PUBLIC, Scope, Sight
from db.tail import Tail
from engine.rates import Bucket, address_key
from engine.record import Record
from graph.batches import Batches
from graph.caller import Caller
from graph.cursors import Cursors
from graph.view_counts import ViewCounts
from mail.links import Links
from rules.access import Permission, Viewer, may
from storage.storage import Storage

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Parts:
    """What all requests share; wired in `app.py`."""

    db: Database
    storage: Storage
    cursors: Cursors
    access_tokens: AccessTokens
    refresh_tokens: DerivedTokens
    cookies: Cookies
    views: ViewCounts
    tail: Tail
    links: Links
    manage_tokens: DerivedTokens
    """By which guests reach their booking; derived from its id."""
    mailed_tokens: DerivedTokens
    calendar_tokens: DerivedTokens
    guest_key: bytes
    """What addresses, e-mails and phone numbers of guests are hashed with, to be counted."""
    points_an_address: int
    """What an address may ask for in a minute, and what a user may."""
    points_a_user: int
    throttles_log_ins: bool = True


@dataclass(slots=True)
class Context:
    """One for each operation. Its headers go out with the answer."""

    parts: Parts
    now: datetime
    request_id: str
    caller: Caller = field(default_factory=Caller)
    record: Record = field(default_factory=Record)
    opened_at: datetime | None = None
    """When the credentials were shown, where that was before: a websocket outlives its access token."""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    key_id: str | None = None
    """The API key that asks."""
    address_bucket: Bucket = field(init=False)
    """What counts the requests of the address they come from."""
    shown: set[str] = field(default_factory=set)
    """The ids of rows that this request has proven to be its own: by a token, or by having written them."""
    _viewer: Viewer | None = None
    _scope: Scope = PUBLIC
    _batches: Batches = field(default_factory=Batches)

    def __post_init__(self) -> None:
        self.address_bucket = Bucket(f"address:{address_key(self.caller.address)}", self.parts.points_an_address)

    @property
    def by_cookie(self) -> bool:
        """Whether the request signs in by what a browser sends along unasked."""
        return self.caller.authorization is None and bool(self.caller.access_cookie or self.caller.refresh_cookie)

    @property
    def is_private(self) -> bool:
        """Whether the answer is for nobody else: the request signs in."""
        caller = self.caller
        return bool(caller.authorization or caller.access_cookie or caller.refresh_cookie)

    @property
    def bucket(self) -> Bucket:
        """What counts the requests of who asks: the API key, the user or the address."""
        if self._viewer is None:
            return self.address_bucket
        counted = f"key:{self.key_id}" if self.key_id else f"user:{self._viewer.id}"
        return Bucket(counted, self.parts.points_a_user)

    @property
    def statements(self) -> int:
        """How many statements the request has run so far."""
        tally = TALLY.get()
        return tally.statements if tally else 0

    @property
    def viewer(self) -> Viewer | None:
        """Who asks; None is the anonymous public."""
        return self._viewer

    @viewer.setter
    def viewer(self, viewer: Viewer | None) -> None:
        self._viewer = viewer
        sight = Sight.STAFF if may(viewer, Permission.STAFF) else Sight.MEMBER
        self._scope = Scope(sight, viewer.id) if viewer else PUBLIC
        self.forget()

    @property
    def may_introspect(self) -> bool:
        """Staff may, wherever they are; so may API keys of theirs."""
        return may(self._viewer, Permission.STAFF)

    @property
    def may_upload(self) -> bool:
        """Whoever is signed in may send files; the anonymous shall not fill the disk."""
        return may(self._viewer, Permission.MEMBER)

    @property
    def user_id(self) -> str:
        """Who asks, where the field is for those who are signed in."""
        if self._viewer is None:
            raise LookupError("Nobody is signed in: the field lacks its permission.")
        return self._viewer.id

    @property
    def scope(self) -> Scope:
        """Which rows the viewer sees."""
        return self._scope

    @property
    def actor(self) -> Actor:
        """Who is to be named in the audit."""
        return Actor(self._viewer.id if self._viewer else None, self.request_id)

    def read(self) -> Reader:
        """The database as far as the viewer sees it."""
        return self.parts.db.read(self._scope)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction in which the viewer reads and writes."""
        return self.parts.db.transaction(self._scope)

    async def attempt(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """What `work` does in a transaction of the viewer's; begun anew where others were in its way."""
        return await self.parts.db.attempt(work, self._scope)

    def forget(self) -> None:
        """Read anew what was read before: a mutation follows."""
        self._batches.forget()

    def release(self) -> None:
        """End what still runs for the request: it is answered, or nobody waits for the answer any more."""
        self._batches.release()

    async def admit(self, root_fields: frozenset[str]) -> None:
        """Find out who asks, before anything runs; RequestError where the credentials do not hold."""
        from graph.signing_in import sign_in  # noqa: PLC0415  (that module is about contexts)

        await sign_in(self, root_fields)

    async def batched(self, load: Callable[..., Awaitable[Mapping[Any, Any]]], *shape: Hashable, key: Hashable) -> Any:
        """What `load(context, *shape, keys)` finds for the key; called once for all keys of a list."""
        return await self._batches.get((load, shape), partial(load, self, *shape), key)


Info: TypeAlias = strawberry.Info[Context, None]
