"""The pages for links in mails: each is the same page, whose script asks by POST for what the link is about.

To load one changes nothing: mail programs and their filters load links too.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

STATIC = Path(__file__).with_name("static")
DOCUMENTS = tuple(path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.graphql")))
"""What the pages ask the server for."""
PATHS = ("/bookings/{code}", "/reset", "/verify")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
HARMLESS = {"X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex"}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    **HARMLESS,
}


def link_routes() -> list[BaseRoute]:
    """Where links in mails lead, and /links/…: the files that the page consists of."""
    files = StaticFiles(directory=STATIC)
    page = (STATIC / "page.html").read_text(encoding="utf-8")

    async def show(_request: Request) -> Response:
        return HTMLResponse(page, headers=HEADERS)

    async def part(request: Request) -> Response:
        response = await files.get_response(request.path_params["name"], request.scope)
        response.headers.update(HARMLESS | {"Cache-Control": "no-cache"})
        return response

    return [*(Route(path, show) for path in PATHS), Route("/links/{name}", part)]
