"""How subscriptions are declared: who may follow, and how an event is told as the object that it is about."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from inspect import getdoc
from typing import Any

import strawberry
from graphql import get_named_type
from strawberry.extensions import FieldExtension

from db.connection import Row
from db.tail import Follower, TooSlow
from engine.errors import LIMIT_EXCEEDED, NothingToTell, RequestError
from engine.strawberry_types import EACH, core_info
from graph.context import Info
from graph.declaring import PERMISSION
from graph.node import FETCH
from graph.permissions import Guarded, require
from graph.selecting import row_fields
from rules.access import Permission


def subscription(permission: Permission) -> Callable[[Callable[..., Any]], Any]:
    """A root field that can be followed. Its resolver returns a Follower of events.

    The subject of each is read like `node(id)` reads it, for the one who follows as they are then.
    """

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(
            resolver=resolver,
            is_subscription=True,
            description=getdoc(resolver),
            extensions=[_Following(), Guarded(permission)],
            metadata={PERMISSION: permission, EACH: partial(_subject, permission)},
        )

    return declare


class _Following(FieldExtension):
    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Info, **given: Any) -> Any:
        return _Events(await next_(source, info, **given))


class _Events(AsyncIterator[Row]):
    """What is followed, until it is closed; who falls too far behind is told so."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self.aclose = follower.aclose

    async def __anext__(self) -> Row:
        try:
            return await anext(self._follower)
        except TooSlow:
            raise RequestError(LIMIT_EXCEEDED, "Too many events wait for you to read them: subscribe again.") from None


async def _subject(permission: Permission, event: Row, info: Info) -> Row:
    """What the event is about, as far as it is selected; NothingToTell where it cannot be seen any more."""
    require(info.context.viewer, permission)
    type_name = get_named_type(core_info(info).return_type).name
    rows = await FETCH[type_name](info.context, row_fields(info), [event.subject_id])
    if event.subject_id not in rows:
        raise NothingToTell
    return rows[event.subject_id]
