"""What one request may ask for at most."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import LIMIT_EXCEEDED, RequestError


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of the engine; where nothing else is said, what is above it is refused with LIMIT_EXCEEDED."""

    characters: int = 50_000
    """Of a document: comments and white space are no tokens, and are read all the same."""
    tokens: int = 1_000
    depth: int = 12
    aliases: int = 30
    root_fields: int = 20
    directives: int = 50
    nodes: int = 500
    cost: int = 5_000
    list_items: int = 250
    seconds: float = 15.0
    """How long an operation may take; TIMEOUT."""
    body_bytes: int = 1_000_000
    """Of a request; PAYLOAD_TOO_LARGE."""
    frame_bytes: int = 1_000_000
    """The largest message of a websocket, which else is closed with 1009."""
    subscriptions: int = 20
    """On one websocket at once."""
    sockets: int = 10
    """Websockets and event streams of one caller at once; one more websocket is closed with 4429."""


class LimitExceeded(RequestError):
    """More than is allowed; both numbers go out with the message, for programs."""

    def __init__(self, message: str, limit: int, actual: int) -> None:
        super().__init__(LIMIT_EXCEEDED, message)
        self.extensions = {"code": LIMIT_EXCEEDED, "limit": limit, "actual": actual}
