"""An answer as an HTTP response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from engine.compression import compressed
from engine.negotiation import EVENT_STREAM, JSON, LONGEST, accepted
from engine.statuses import demanded, status_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from engine.answer import Answer
    from engine.bodies import Receive, Scope
    from engine.context import Context

    Header: TypeAlias = tuple[bytes, bytes]
    Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

VARY = (b"vary", b"accept, accept-encoding, accept-language, authorization, cookie")
"""What an answer depends on beside its URL: no cache may give to one what was meant for another."""
NO_STORE = (b"cache-control", b"no-store")


class Exchange:
    """One HTTP request, and what is known of it before its body is read."""

    __slots__ = ("_headers", "accepted", "context", "method", "receive", "scope", "send")

    def __init__(self, scope: Scope, receive: Receive, send: Send, context: Context) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.context = context
        self.method: str = scope["method"]
        self._headers = _joined(scope["headers"])
        self.accepted = accepted(self.header(b"accept")[:LONGEST])

    def header(self, name: bytes) -> bytes:
        """The value of a header, of several joined by commas; empty where it is not given."""
        return self._headers.get(name, b"")


async def reply(exchange: Exchange, answer: Answer, status: int | None = None) -> None:
    """Send an answer in the type that is accepted, with the status that it has there unless another is given."""
    kind = exchange.accepted.kind
    if kind in (b"", EVENT_STREAM):  # a refusal, which is told all the same
        kind = JSON
    status = status or status_of(answer, kind)
    if answer.refused:  # perhaps before there was an operation
        exchange.context.record.codes = answer.codes
    body, coding = await _packed(exchange, answer)
    headers = [
        (b"content-type", kind + b"; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        VARY,
        *([(b"content-encoding", coding)] if coding else ()),
        *([NO_STORE] if _is_for_once(exchange, answer) else ()),
        *demanded(status, exchange.method),
        *exchange.context.headers,
    ]
    await exchange.send({"type": "http.response.start", "status": status, "headers": headers})
    await exchange.send({"type": "http.response.body", "body": b"" if exchange.method == "HEAD" else body})


async def _packed(exchange: Exchange, answer: Answer) -> tuple[bytes, bytes]:
    """The body and its content coding.

    The answers of mutations are sent as they are: some carry tokens beside what the client sent, and who may send
    much could find out a token by how well the two compress together (BREACH).
    """
    body = orjson.dumps(answer.body)
    if exchange.context.record.operation == "mutation":
        return body, b""
    return await compressed(body, exchange.header(b"accept-encoding")[:LONGEST])


def _is_for_once(exchange: Exchange, answer: Answer) -> bool:
    """Whether no cache may keep an answer: it is private, changed something, or is not what was asked for."""
    context = exchange.context
    return bool(context.is_private or answer.errors or context.record.operation == "mutation")


def _joined(pairs: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    joined = dict(pairs)
    if len(joined) < len(pairs):
        for name in joined:
            joined[name] = b", ".join(value for key, value in pairs if key == name)
    return joined
