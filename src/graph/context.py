"""What a resolver knows of its request."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from auth.access_tokens import AccessTokens
from auth.cookies import Cookies
from auth.refresh_tokens import RefreshTokens
from db.database import Database, Reader, Transaction
from db.repositories.audit_events import Actor
from db.scope import PUBLIC, Scope, Sight
from graph.caller import Caller
from graph.cursors import Cursors
from graph.view_counts import ViewCounts
from rules.access import Permission, Viewer, may
from storage.storage import Storage


@dataclass(frozen=True, slots=True)
class Parts:
    """What all requests share; wired in `app.py`."""

    db: Database
    storage: Storage
    cursors: Cursors
    access_tokens: AccessTokens
    refresh_tokens: RefreshTokens
    cookies: Cookies
    views: ViewCounts
    throttles_log_ins: bool = True


@dataclass(slots=True)
class Context:
    """One for each request. Its headers go out with the answer."""

    parts: Parts
    now: datetime
    request_id: str
    caller: Caller = field(default_factory=Caller)
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    _viewer: Viewer | None = None
    _scope: Scope = PUBLIC
    _batches: dict[Hashable, DataLoader[str, Any]] = field(default_factory=dict)

    @property
    def by_cookie(self) -> bool:
        """Whether the request signs in by what a browser sends along unasked."""
        return self.caller.authorization is None and bool(self.caller.access_cookie or self.caller.refresh_cookie)

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

    def forget(self) -> None:
        """Read anew what was read before: a mutation follows."""
        self._batches.clear()

    async def admit(self, root_fields: frozenset[str]) -> None:
        """Find out who asks, before anything runs; RequestError where the credentials are none."""
        from graph.signing_in import sign_in  # noqa: PLC0415  (that module is about contexts)

        await sign_in(self, root_fields)

    async def batched(self, load: Callable[..., Awaitable[Mapping[str, Any]]], *shape: Hashable, key: str) -> Any:
        """What `load(context, *shape, keys)` finds for the key; called once for all keys of a list."""
        batch = self._batches.get((load, shape))
        if batch is None:

            async def load_all(keys: list[str]) -> Sequence[Any]:
                found = await load(self, *shape, keys)
                return [found[one] for one in keys]

            batch = self._batches[load, shape] = DataLoader(load_all)
        return await batch.load(key)


Info: TypeAlias = strawberry.Info[Context, None]
