"""Items as a file, for who owns them and for staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from db.item_export import exported
from engine.errors import FORBIDDEN, UNAUTHENTICATED, RequestError
from engine.statuses import STATUS, demanded
from rules.access import Permission, may
from rules.global_ids import row_id
from rules.slugs import is_slug

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from db.connection import Row
    from db.database import Database
    from rules.access import Viewer

POINTS = 500
"""What an export costs: all that somebody owns may be read for it."""
HARMLESS = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
HEADERS = {"cache-control": "no-store", "vary": "authorization, cookie", **HARMLESS}
SIGN_IN = "Sign in first: exports are for members, by a token, a cookie or an API key."
NOT_YET = "Your password has to be changed first, with changePassword."
NO_CATEGORY = "There is no such category. Name one by its slug or its id: /export/items.csv?category=cameras\n"
NO_OWNER = "The only owner that can be named is you: owner=me.\n"


class Asking(Protocol):
    """What is to be known of a request's context."""

    @property
    def viewer(self) -> Viewer | None:
        """Who asks; None before they are admitted, and for anybody."""

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """What is to be told with the answer."""


def export_routes(
    db: Database, context: Callable[[MutableMapping[str, Any]], Asking], admit: Callable[[Any], Awaitable[None]]
) -> list[BaseRoute]:
    """/export/items.csv?category=…: what the viewer owns of a branch; for staff, but with owner=me, what anybody does.

    `admit` finds out who asks, and takes the points; RequestError where they may not ask.
    """
    return [Route("/export/items.csv", _Exports(db, context, admit).serve)]


@dataclass(frozen=True, slots=True)
class _Exports:
    db: Database
    context: Callable[[MutableMapping[str, Any]], Asking]
    admit: Callable[[Any], Awaitable[None]]

    async def serve(self, request: Request) -> Response:
        """The file, as it is read."""
        asking = self.context(request.scope)
        try:
            await self.admit(asking)
            viewer = _member(asking.viewer)
        except RequestError as refused:
            return _refusal(refused, asking, request.method)
        category = await self._category(request.query_params.get("category", ""))
        if category is None:
            return PlainTextResponse(NO_CATEGORY, status_code=404, headers=HEADERS)
        if request.query_params.get("owner") not in (None, "me"):
            return PlainTextResponse(NO_OWNER, status_code=400, headers=HEADERS)
        owns = "owner" in request.query_params or not may(viewer, Permission.STAFF)
        headers = HEADERS | {"content-disposition": f"attachment; filename*=UTF-8''{quote(category.slug)}.csv"}
        if request.method == "HEAD":
            return Response(headers=headers, media_type="text/csv")
        pieces = exported(self.db.read(), category.id, viewer.id if owns else None)
        first = await anext(pieces)
        return StreamingResponse(_continued(first, pieces), headers=headers, media_type="text/csv")

    async def _category(self, named: str) -> Row | None:
        categories, fields = self.db.read().categories, frozenset({"slug"})
        if category_id := row_id("Category", named):
            return (await categories.by_ids(fields, [category_id])).get(category_id)
        return await categories.by_slug(fields, named) if is_slug(named) else None


async def _continued(first: str, rest: AsyncIterator[str]) -> AsyncIterator[str]:
    """What could be read before the answer began, so that an outage is told as one, and the rest."""
    yield first
    async for piece in rest:
        yield piece


def _member(viewer: Viewer | None) -> Viewer:
    if viewer is None:
        raise RequestError(UNAUTHENTICATED, SIGN_IN)
    if not may(viewer, Permission.MEMBER):
        raise RequestError(FORBIDDEN, NOT_YET)
    return viewer


def _refusal(refused: RequestError, asking: Asking, method: str) -> Response:
    status = STATUS.get(refused.code, 400)
    response = PlainTextResponse(f"{refused.message}\n", status_code=status, headers=HEADERS)
    response.raw_headers += [*asking.headers, *demanded(status, method)]
    return response
