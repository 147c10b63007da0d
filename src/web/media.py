"""Pictures from the storage's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from storage.filesystem import FilesystemStorage

HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",  # a key is never used for other bytes
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}
ABSENT = "There is no such picture.\n"


def media_routes(storage: FilesystemStorage) -> list[BaseRoute]:
    """/media/…: what the storage keeps under that key, or 404."""

    async def media(request: Request) -> Response:
        path = _stored(storage, request.path_params["key"])
        return FileResponse(path, headers=HEADERS) if path else PlainTextResponse(ABSENT, status_code=404)

    return [Route("/media/{key:path}", media)]


def _stored(storage: FilesystemStorage, key: str) -> Path | None:
    try:
        path = storage.path(key)
        return path if path.is_file() else None
    except (ValueError, OSError):  # it cannot be a key, or is longer than a file's name can be
        return None
