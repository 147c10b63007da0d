"""The page at the root, and the schema as a file."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Scope

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Studiograph</title>
<h1>Studiograph</h1>
<p>The GraphQL backend of a studio.</p>
<ul>
<li><a href="/console/">The console</a>: ask for something and see the answer.</li>
<li><code>/graphql</code>: where programs ask, by POST or GET.</li>
<li><a href="/schema.graphql">The schema</a>: all that can be asked for, to generate a client from.</li>
<li><a href="/ready">Readiness</a> and <a href="/info">version</a>.</li>
</ul>
</html>
"""
FOR_STAFF = "The schema is for staff here: send a staff token or an API key.\n"
HARMLESS = {"x-content-type-options": "nosniff"}
HEADERS = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    **HARMLESS,
    "referrer-policy": "no-referrer",
}


@dataclass(frozen=True)
class Pages:
    """`sdl` is the schema as text; `may_introspect` tells of a request whether it may be given."""

    sdl: str
    may_introspect: Callable[[Scope], Awaitable[bool]]

    def routes(self) -> list[BaseRoute]:
        """/ and /schema.graphql."""
        return [Route("/", self.root), Route("/schema.graphql", self.schema)]

    async def root(self, _request: Request) -> Response:
        """A short page that leads to the rest."""
        return HTMLResponse(PAGE, headers=HEADERS)

    async def schema(self, request: Request) -> Response:
        """The schema; 304 to those who have it already."""
        if not await self.may_introspect(request.scope):
            return PlainTextResponse(FOR_STAFF, status_code=403)
        tag = f'"{sha256(self.sdl.encode()).hexdigest()[:32]}"'
        vary = "authorization, cookie, accept-encoding"
        headers = {"etag": f"W/{tag}", "cache-control": "no-cache", "vary": vary, **HARMLESS}  # weak: it is compressed
        known = request.headers.get("if-none-match", "")
        if tag in known or known == "*":
            return Response(status_code=304, headers=headers)
        return PlainTextResponse(self.sdl, headers=headers)
