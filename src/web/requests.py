"""Around every request: its id, its line in the log, and an answer even where the code has a fault."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
import structlog

from db.connection import TALLY, Tally
from db.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message: TypeAlias = MutableMapping[str, Any]
    Scope: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]
    Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

log = structlog.get_logger("studiograph.web")


class Requests:
    """ASGI middleware; puts the request's id into `scope["request_id"]`."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and log what became of it."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        request_id = scope["request_id"] = _request_id(scope)
        tally = Tally()
        TALLY.set(tally)
        began, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._application(scope, receive, answer)
        except Exception:
            log.exception("fault", request_id=request_id, path=scope["path"])
            if status:
                raise
            await _apologise(answer, request_id)
        finally:
            log.info(
                "request",
                request_id=request_id,
                method=scope["method"],
                path=scope["path"],
                status=status,
                milliseconds=round((time.perf_counter() - began) * 1000, 1),
                statements=tally.statements,
            )


def _request_id(scope: Scope) -> str:
    """The client's own where it is harmless, else a new one."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if REQUEST_ID.fullmatch(given) else new_id()


async def _apologise(send: Send, request_id: str) -> None:
    message = f"Something went wrong on our side. Quote {request_id} when you report it."
    error = {"message": message, "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}}
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps({"errors": [error]})})
