"""Pictures out of the storage, and uploads into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from storage.filesystem import FilesystemStorage
from storage.storage import INCOMING, Missing, StorageUnavailable, content_type, incoming_key
from storage.tickets import InvalidTicket, OtherBytes, TicketedStorage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from storage.storage import Storage

log = structlog.get_logger("studiograph.web")

HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",  # a key is never used for other bytes
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}
ABSENT = "There is no such picture.\n"
UNAVAILABLE = "Pictures cannot be read or stored at the moment: try again later.\n"


def media_routes(storage: Storage, clock: Callable[[], datetime]) -> list[BaseRoute]:
    """/media/…: what the storage keeps under that key, or 404; and the uploads that its tickets lead here."""
    routes: list[BaseRoute] = []
    if isinstance(storage, TicketedStorage):
        routes.append(Route("/media/incoming/{upload_id}", _receiving(storage, clock), methods=["PUT"]))
    if not storage.is_public:
        routes.append(Route("/media/{key:path}", _serving(storage)))
    return routes


def _serving(storage: Storage) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        try:
            return await _picture(storage, request.path_params["key"])
        except (Missing, ValueError):
            return PlainTextResponse(ABSENT, status_code=404)
        except StorageUnavailable:
            log.warning("storage unavailable", exc_info=True)
            return PlainTextResponse(UNAVAILABLE, status_code=503)

    return serve


async def _picture(storage: Storage, key: str) -> Response:
    if key.startswith(INCOMING):  # nobody has looked at it yet
        raise Missing
    if isinstance(storage, FilesystemStorage):
        path = storage.path(key)
        if not path.is_file():
            raise Missing
        return FileResponse(path, media_type=content_type(key), headers=HEADERS)
    chunks = storage.read(key)
    first = await anext(chunks, b"")
    return StreamingResponse(_continued(first, chunks), media_type=content_type(key), headers=HEADERS)


async def _continued(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


def _receiving(storage: TicketedStorage, clock: Callable[[], datetime]) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        try:
            key = incoming_key(request.path_params["upload_id"])
            upload = storage.tickets.admit(key, request.query_params, request.headers, clock())
            await storage.receive(upload, request.stream())
        except InvalidTicket as refusal:
            return PlainTextResponse(str(refusal), status_code=403)
        except OtherBytes as refusal:
            return PlainTextResponse(str(refusal), status_code=400)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        except StorageUnavailable:
            log.warning("storage unavailable", exc_info=True)
            return PlainTextResponse(UNAVAILABLE, status_code=503)
        return Response()

    return receive
