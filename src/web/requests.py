"""Around every request: its id, its record, its line in the log, and an answer even where the code has a fault."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
import structlog
from starlette.responses import Response

from db.connection import TALLY, Tally
from db.ids import new_id
from engine.errors import masked
from engine.record import Record
from engine.statuses import STATUS, demanded
from logs import QuickLines

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence

    Message: TypeAlias = MutableMapping[str, Any]
    Scope: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]
    Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
    Observer: TypeAlias = Callable[[Scope, int, float], None]
    """Told of each request when it is over: its scope with the record, the status (0: none was sent), the seconds."""

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
TOKEN = re.compile(r"sg[a-z]_[A-Za-z0-9_-]+")
"""Ours, in a path: the address of a calendar is one."""
LONGEST_NAME = 100
"""An operation's name is the client's word: no more of it is kept."""
SWITCHING_PROTOCOLS = 101

log = structlog.get_logger("studiograph.web")
lines = QuickLines("studiograph.web")


def log_request(scope: Scope, status: int, seconds: float) -> None:
    """An observer: one line for each request, with nothing of what was asked or answered."""
    record: Record = scope["record"]
    fields = {
        "request_id": scope["request_id"],
        "method": scope["method"],
        "path": told_path(scope),
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
        "statements": record.statements,
    }
    if record.operation:
        fields.update(operation=record.operation, name=record.name[:LONGEST_NAME], cost=record.cost)
    if record.codes:
        fields["codes"] = record.codes
    if scope["type"] == "websocket":
        fields["transport"] = "websocket"
    lines.write("request", fields)


def observe_operation(observers: Sequence[Observer], record: Record, seconds: float, request_id: str) -> None:
    """Tell the observers of one operation of a websocket, as of a request of its own."""
    scope = {
        "type": "websocket",
        "method": "GET",
        "path": "/graphql",
        "headers": [],
        "record": record,
        "request_id": request_id,
    }
    for observe in observers:
        observe(scope, SWITCHING_PROTOCOLS, seconds)


def route_of(scope: Scope) -> str:
    """The path as our routes have it, such as `/media/{key:path}`: never what a client put in its place."""
    if route := scope.get("route"):  # Starlette's router found it
        return str(route.path)
    return "/graphql" if scope["path"] == "/graphql" else "other"


def told_path(scope: Scope) -> str:
    """The path as the log may have it: without a token that stands in it."""
    return TOKEN.sub("…", scope["path"])


class Requests:
    """ASGI middleware; puts the request's id and its record into the scope."""

    def __init__(
        self,
        application: Application,
        observers: Sequence[Observer] = (log_request,),
        end_streams: Callable[[], None] = lambda: None,
    ) -> None:
        self._application = application
        self._observers = observers
        self.end_streams = end_streams
        """Tells everything that is open for long to come to its end: the server is about to stop."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and tell the observers what became of it."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
            return
        if scope["type"] == "websocket":
            scope["request_id"] = _request_id(scope)
        await self._application(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = scope["request_id"] = _request_id(scope)
        record = scope["record"] = Record()
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
        except Exception as error:
            if status:
                log.exception("fault", request_id=request_id, path=told_path(scope))
                raise
            await apology(scope, error)(scope, receive, answer)
        finally:
            record.statements = tally.statements
            seconds = time.perf_counter() - began
            for observe in self._observers:
                observe(scope, status, seconds)


def _request_id(scope: Scope) -> str:
    """The client's own where it is harmless, else a new one."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if REQUEST_ID.fullmatch(given) else new_id()


def apology(scope: Scope, error: Exception) -> Response:
    """The answer to a request on which our code broke, or what it relies upon is away; what it was is logged."""
    told = masked(error, scope["request_id"], told_path(scope))
    status = STATUS[told["extensions"]["code"]]
    response = Response(orjson.dumps({"errors": [told]}), status, media_type="application/json")
    response.raw_headers.extend(demanded(status, scope["method"]))
    return response
