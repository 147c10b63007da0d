"""GraphQL over websockets: a raw ASGI endpoint that speaks `graphql-transport-ws`, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.conversation import Conversation
from engine.messages import NO_SUCH_PROTOCOL, PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from engine.bodies import Receive, Scope
    from engine.context import Context
    from engine.record import Record
    from engine.replies import Send
    from engine.schema import Schema
    from engine.streams import Streams


class Contexts(Protocol):
    """Makes the context of one operation on a websocket; `authorization` is what its first message showed."""

    def __call__(self, scope: Scope, authorization: str | None = None, /) -> Context:
        """The context."""


@dataclass(frozen=True, slots=True)
class WebSockets:
    """The ASGI application behind /graphql where it is asked for by websocket.

    Pages of `origins` may sign in by cookie, as our own may; by what connection_init shows, or not at all, pages of
    any site may connect: they get nothing that they could not get without their visitor's browser. `observe` is told
    of each operation when it is over: its record, its seconds and its request id.
    """

    schema: Schema
    contexts: Contexts
    streams: Streams
    origins: Collection[str] = ()
    observe: Callable[[Record, float, str], None] = lambda _record, _seconds, _request_id: None
    seconds_to_init: float = 5.0
    seconds_between_looks: float = 30.0
    """How often it is looked whether those who signed in still are, where nothing happens."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one websocket to its end."""
        await receive()  # that it wants to connect
        if PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            reason = f"Subprotocol not acceptable: use {PROTOCOL}."
            await send({"type": "websocket.close", "code": NO_SUCH_PROTOCOL, "reason": reason})
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        with self.streams.socket():
            await Conversation(self, scope, receive, send).hold()
