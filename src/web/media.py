"""Pictures from the storage's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from storage.filesystem import FilesystemStorage

HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",  # a key is never used for other bytes
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}


def media_routes(storage: FilesystemStorage) -> list[BaseRoute]:
    """/media/…: what the storage keeps under that key, or 404."""

    async def media(request: Request) -> Response:
        try:
            path = storage.path(request.path_params["key"])
        except ValueError:
            return PlainTextResponse("There is no such picture.\n", status_code=404)
        if not path.is_file():
            return PlainTextResponse("There is no such picture.\n", status_code=404)
        return FileResponse(path, headers=HEADERS)

    return [Route("/media/{key:path}", media)]
